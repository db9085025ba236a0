import Foundation
import TernCore

/// Where sulphur dioxide and black carbon are emitted, and how the shares of regions move over the years.
///
/// Industry moves from Europe and North America to eastern and southern Asia, as in Hoesly et al. 2018 (see
/// ``EmissionScenario``); black carbon comes from fires as well.
struct EmissionMaps: Sendable {
    struct Region: Sendable {
        var name: String
        /// Its share of the world's emissions before all are scaled to 1.
        var share: Pathway
        var hills: [Hill]
        /// 1 on land, 0 at sea; ships' lanes the other way round.
        var isAtSea = false
    }

    static let industry = [
        Region(
            name: "Europe",
            share: [1850: 55, 1900: 45, 1950: 34, 1980: 33, 1990: 28, 2000: 14, 2014: 6, 2050: 4, 2100: 3],
            hills: [Hill(51, 2, 4, 7), Hill(50, 18, 4, 8), Hill(43, 12, 4, 10)]),
        Region(
            name: "Russia",
            share: [1850: 5, 1900: 8, 1950: 12, 1980: 17, 1990: 15, 2000: 8, 2014: 5, 2050: 4, 2100: 3],
            hills: [Hill(54, 40, 5, 10), Hill(56, 62, 4, 9), Hill(68, 88, 2, 5)]),
        Region(
            name: "North America",
            share: [1850: 18, 1900: 34, 1950: 36, 1980: 20, 1990: 18, 2000: 15, 2014: 6, 2050: 3, 2100: 3],
            hills: [Hill(39.5, 279, 5, 8), Hill(32, 265, 4, 7), Hill(36, 241, 4, 4)]),
        Region(
            name: "East Asia",
            share: [
                1850: 8, 1900: 5, 1950: 6, 1980: 13, 1990: 18, 2000: 26, 2006: 35, 2014: 32, 2030: 24, 2050: 16,
                2100: 12,
            ],
            hills: [Hill(36, 115, 5, 6), Hill(29, 106, 4, 5), Hill(35.5, 134, 3, 5)]),
        Region(
            name: "South Asia",
            share: [1850: 6, 1900: 3, 1950: 3, 1980: 3, 2000: 8, 2014: 16, 2030: 24, 2050: 27, 2100: 22],
            hills: [Hill(25, 80, 4, 7), Hill(16, 78, 5, 3)]),
        Region(
            name: "Southeast Asia", share: [1850: 2, 1950: 1, 1980: 2, 2000: 4, 2014: 5, 2050: 10, 2100: 11],
            hills: [Hill(-6, 108, 3, 6), Hill(14, 102, 5, 4), Hill(14, 121, 4, 2)]),
        Region(
            name: "Middle East", share: [1850: 1, 1950: 1, 1980: 4, 2000: 7, 2014: 9, 2050: 11, 2100: 12],
            hills: [Hill(31, 48, 5, 6), Hill(24, 45, 4, 7), Hill(39, 33, 3, 5)]),
        Region(
            name: "Africa", share: [1850: 2, 1950: 2, 1980: 4, 2000: 5, 2014: 6, 2050: 14, 2100: 24],
            hills: [Hill(-27, 28, 3, 3), Hill(8, 6, 4, 7), Hill(29, 31, 3, 3), Hill(2, 35, 5, 4)]),
        Region(
            name: "Latin America", share: [1850: 3, 1950: 4, 1980: 6, 2000: 7, 2014: 6, 2050: 6, 2100: 6],
            hills: [Hill(19, 260, 3, 4), Hill(-22, 314, 4, 4), Hill(-27, 290, 5, 2), Hill(6, 286, 4, 3)]),
        Region(
            name: "Australia", share: [1850: 0, 1950: 1, 1980: 2, 2014: 2.5, 2050: 2, 2100: 2],
            hills: [Hill(-33, 149, 3, 3), Hill(-22, 145, 3, 4), Hill(-31, 119, 3, 3)]),
        Region(
            name: "ships", share: [1850: 0.5, 1950: 3, 1980: 6, 2000: 9, 2014: 10, 2020: 6, 2100: 5],
            hills: [
                Hill(45, 320, 5, 22), Hill(40, 180, 6, 35), Hill(8, 80, 4, 18), Hill(36, 18, 2, 12),
                Hill(10, 112, 8, 4),
            ],
            isAtSea: true),
    ]

    static let fires = [
        Region(
            name: "savannas", share: [1850: 26, 1950: 21, 2014: 18, 2100: 20],
            hills: [Hill(8, 18, 3, 14), Hill(-10, 24, 5, 9)]),
        Region(
            name: "tropical forests", share: [1850: 2, 1950: 4, 1980: 8, 2000: 9, 2014: 8, 2100: 7],
            hills: [Hill(-10, 303, 5, 8), Hill(0, 112, 4, 6), Hill(20, 98, 3, 4)]),
        Region(
            name: "boreal forests", share: [1850: 3, 2014: 3, 2100: 6],
            hills: [Hill(60, 115, 4, 18), Hill(58, 245, 4, 14)]),
    ]

    /// Of each region: its map, scaled to a mean of 1 over the globe.
    let patterns: [[Double]]
    private let so2Shares: [Pathway?], bcShares: [Pathway]

    init(grid: GlobeGrid, land: [Double], random: inout Generator) {
        // Cities and works: the same for all regions, uneven within each.
        let places = (0..<grid.count).map { _ in exp(0.9 * random.standardNormal()) }
        let texture = grid.smoothed(places, latitude: 1.2, longitude: 1.5)
        let regions = Self.industry + Self.fires
        patterns = regions.map { region in
            let hills = grid.map { y, x in region.hills.map { $0(y, x) }.reduce(0, +) }
            return grid.normalised(
                hills.indices.map { i in
                    let ground = region.isAtSea ? 1 - land[i] : land[i]
                    return hills[i] * (0.02 + 0.98 * ground) * (region.isAtSea ? 1 : texture[i])
                })
        }
        so2Shares = Self.industry.map(\.share) + Self.fires.map { _ in nil }
        bcShares = regions.map(\.share)
    }

    /// Mt a year from each region, the world's total being `total`.
    func so2(_ year: Int, total: Double) -> [Double] { Self.split(total, so2Shares.map { $0?(year) ?? 0 }) }

    /// Fires differ from year to year by the factors given.
    func bc(_ year: Int, total: Double, fires factors: [Double]) -> [Double] {
        var parts = Self.split(total, bcShares.map { $0(year) })
        let first = parts.count - factors.count
        for (i, factor) in factors.enumerated() { parts[first + i] *= factor }
        return parts
    }

    private static func split(_ total: Double, _ shares: [Double]) -> [Double] {
        let sum = shares.reduce(0, +)
        return shares.map { total * $0 / sum }
    }
}
