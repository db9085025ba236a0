import Foundation
import TernCore

/// The maps whose weighted sum is a year's climate: warming, aerosols of each region, El Niño, and noise.
///
/// A variable's change in a year is a row of weights times these maps, so a scenario is one product of matrices. The
/// weights are, in this order: the globe's warming in K; for each region, Mt a year of SO₂ and then of BC more than in
/// 1850; El Niño's index; the amplitudes of the noise.
struct ClimatePatterns: Sendable {
    enum Variable: String, CaseIterable, Sendable {
        case tas, diurnalTemperatureRange = "diurnal_temperature_range", pr, pr90
    }

    /// How many maps of noise each variable has.
    static let noiseCount = 48

    /// For each variable `[weights, points]`.
    let maps: [Variable: Tensor]
    /// The standard deviation of weather that is independent from point to point.
    let weather: [Variable: [Float]]

    init(grid: GlobeGrid, climate: MeanClimate, emissions: EmissionMaps, random: inout Generator) {
        let land = climate.land, rain = climate.rain, points = 0..<grid.count
        let latitude = grid.map { y, _ in y }
        let relativeRain = rain.map { min($0, 4.5) / 2.9 }

        // Warming. Land warms half as much again as the sea, the Arctic more than twice as much as the globe; the
        // Southern Ocean and the northern Atlantic, where deep water is made, warm least (IPCC AR6 WG1, figure 4.19).
        let coldBlob = Hill(54, 328, 7, 15)
        let zones = grid.map { y, x in
            1 + 1.7 * band(y, 90, 19) - 0.42 * band(y, -57, 12) + 0.5 * band(y, -90, 12) - 0.75 * coldBlob(y, x)
        }
        let warmth = grid.normalised(
            points.map {
                zones[$0]
                    * (0.87 + 0.48 * land[$0]
                        * (1 - 0.6 * band(latitude[$0], -90, 12) - 0.7 * band(latitude[$0], 90, 15)))
            })

        // Rain: 2 % for each K on the whole; the wet and the poles become wetter, the subtropics drier
        // (I. M. Held and B. J. Soden, J. Climate 19, 2006, doi:10.1175/JCLI3990.1), the equatorial Pacific wetter.
        let coldTongue = Hill(0, 205, 5, 35), mediterranean = Hill(36, 15, 6, 20)
        let moistening = grid.map { y, x in
            band(y, 0, 9) * 0.6 + band(abs(y), 72, 13) * 1.2 - band(abs(y), 28, 9) * 0.9
                + 2.5 * coldTongue(y, x) - 0.9 * mediterranean(y, x)
        }
        let meanMoistening = grid.mean(zip(moistening, rain).map(*)) / 2.9
        let wetting = points.map { 0.02 + 0.05 * (moistening[$0] - meanMoistening) }

        // Aerosols act where they drift to, and shift the tropical rains away from the hemisphere that they cool
        // (Y.-T. Hwang et al., Geophys. Res. Lett. 40, 2013, doi:10.1002/grl.50502).
        let north = latitude.map { $0 > 0 ? 1.0 : 0 }, south = latitude.map { $0 < 0 ? 1.0 : 0 }
        let haze = emissions.patterns.map { grid.smoothed($0, latitude: 7, longitude: 16) }
        let cooling = haze.map { grid.smoothed($0, latitude: 6, longitude: 14) }
        // In degrees for each W m⁻².
        let shift = haze.map { 0.22 * (grid.mean($0, over: north) - grid.mean($0, over: south)) }

        let nino = Teleconnection(grid: grid, land: land)
        // The same amplitudes make wet years cloudy ones with a small range of temperature.
        let warmNoise = Self.noise(grid: grid, waves: 2...7, random: &random)
        let wetNoise = Self.noise(grid: grid, waves: 4...14, random: &random)
        let zero = [Double](repeating: 0, count: grid.count)
        let warmSpread = grid.map { y, _ in 0.16 + 0.45 * band(y, 90, 26) + 0.28 * band(y, -90, 22) }.enumerated().map {
            $1 * (1 + 0.9 * land[$0] * (1 - band(latitude[$0], 0, 15) * 0.7))
        }

        var maps: [Variable: Tensor] = [:], weather: [Variable: [Float]] = [:]
        for variable in Variable.allCases {
            let soot = variable == .tas ? 1 : -0.4  // BC heats but shades the ground: less rain and range, as sulphate
            let warming: [Double], ninoMap: [Double], warm: [Double], wet: [Double]
            let pattern: (_ region: Int, _ efficacy: Double) -> [Double]
            switch variable {
            case .tas:
                warming = warmth
                pattern = { r, f in points.map { 0.13 * f * (cooling[r][$0] - 1) } }
                (ninoMap, warm, wet) = (nino.warmth, warmSpread, zero)
            case .diurnalTemperatureRange:
                warming = points.map { i in
                    let clouds = land[i] * (-0.13 - 0.12 * band(latitude[i], 60, 11)) - 0.02,
                        drying = 1.6 * land[i] * min(0, wetting[i] - 0.01)
                    return clouds * warmth[i] - drying
                }
                pattern = { r, f in points.map { 0.11 * f * haze[r][$0] * (0.06 + 0.94 * land[$0]) } }
                ninoMap = points.map { -0.18 * land[$0] * nino.rain[$0] }
                (warm, wet) = (points.map { 0.12 * warmSpread[$0] * land[$0] }, points.map { -0.05 - 0.3 * land[$0] })
            case .pr:
                warming = points.map { wetting[$0] * rain[$0] }
                pattern = { r, f in
                    points.map { 0.018 * f * min(haze[r][$0], 9) * rain[$0] - f * shift[r] * climate.rainSlope[$0] }
                }
                (ninoMap, warm, wet) = (nino.rain, zero, rain.map { 0.05 + 0.09 * $0 })
            case .pr90:
                // On about the wettest tenth of days falls 2.8 times the mean; it grows with the air's moisture.
                warming = points.map {
                    (0.068 * (0.5 + 0.5 * warmth[$0]) + 0.8 * (wetting[$0] - 0.02)) * 2.8 * rain[$0]
                }
                pattern = { r, f in
                    points.map {
                        0.02 * f * min(haze[r][$0], 9) * 2.8 * rain[$0] - 2.4 * f * shift[r] * climate.rainSlope[$0]
                    }
                }
                (ninoMap, warm, wet) = (nino.rain.map { 2.4 * $0 }, zero, rain.map { 0.15 + 0.36 * $0 })
            }
            var rows = [warming]
            rows += emissions.patterns.indices.map { pattern($0, EnergyBalance.so2Efficacy) }
            rows += emissions.patterns.indices.map { pattern($0, EnergyBalance.bcEfficacy * soot) }
            rows.append(ninoMap)
            rows += warmNoise.map { map in points.map { map[$0] * warm[$0] } }
            rows += wetNoise.map { map in points.map { map[$0] * wet[$0] } }
            let scale = variable == .pr || variable == .pr90 ? 1 / 86400.0 : 1  // mm a day in kg m⁻² s⁻¹
            maps[variable] = Tensor(rows.flatMap { $0.map { Float($0 * scale) } }, shape: [rows.count, grid.count])
            weather[variable] = points.map { i in
                switch variable {
                case .tas: Float(0.25 * warmSpread[i])
                case .diurnalTemperatureRange: Float(0.03 + 0.08 * land[i])
                case .pr: Float((0.03 + 0.05 * rain[i]) * scale)
                case .pr90: Float((0.12 + 0.28 * relativeRain[i] * 2.9) * scale)
                }
            }
        }
        self.maps = maps
        self.weather = weather
    }

    /// Smooth random maps that together have variance 1 everywhere: sums of plane waves through the sphere, whose
    /// lengths are 2π / `waves` of its radius.
    private static func noise(grid: GlobeGrid, waves: ClosedRange<Double>, random: inout Generator) -> [[Double]] {
        let waveCount = 6, size = (2 / Double(waveCount * noiseCount)).squareRoot()
        let places = grid.latitudes.flatMap { y in
            grid.longitudes.map { x in SIMD4(Sphere.point(latitude: y, longitude: x), 1) }
        }
        return (0..<noiseCount).map { _ in
            let vectors = (0..<waveCount).map { _ -> SIMD4<Double> in
                let direction = SIMD3(random.standardNormal(), random.standardNormal(), random.standardNormal())
                let length =
                    random.uniform(low: waves.lowerBound, high: waves.upperBound)
                    / (direction * direction).sum().squareRoot()
                return SIMD4(direction * length, random.uniform(low: 0, high: 2 * .pi))
            }
            return places.map { place in size * vectors.map { cos(($0 * place).sum()) }.reduce(0, +) }
        }
    }
}

/// What El Niño does to a year's mean, for an index of 1.
///
/// Warm eastern Pacific and tropics, cool flanks, and the rains and droughts of C. F. Ropelewski and M. S. Halpert,
/// Mon. Wea. Rev. 115, 1987.
private struct Teleconnection {
    /// In K.
    let warmth: [Double]
    /// In mm a day.
    let rain: [Double]

    init(grid: GlobeGrid, land: [Double]) {
        let tongue = Hill(0, 228, 6, 32), coast = Hill(-4, 278, 5, 6),
            flanks = [Hill(22, 165, 8, 22), Hill(-22, 175, 8, 25)]
        let canada = Hill(57, 248, 9, 20), southernStates = Hill(32, 268, 6, 12)
        warmth = grid.map { y, x in
            let sea = 0.85 * tongue(y, x) + 0.35 * coast(y, x) - flanks.map { 0.28 * $0(y, x) }.reduce(0, +)
            return sea + 0.25 * band(y, 0, 18) + 0.45 * canada(y, x) - 0.3 * southernStates(y, x)
        }
        let wetter = [
            (1.6, Hill(0, 192, 5, 24)), (0.6, Hill(5, 250, 3, 25)), (0.35, Hill(30, 268, 6, 14)),
            (0.4, Hill(1, 45, 7, 7)),
            (0.5, Hill(-30, 303, 6, 7)), (0.4, Hill(-4, 280, 4, 4)),
        ]
        let drier = [
            (1.4, Hill(2, 125, 8, 17)), (0.7, Hill(-3, 302, 7, 11)), (0.4, Hill(-26, 143, 8, 12)),
            (0.45, Hill(20, 78, 7, 7)),
            (0.3, Hill(-22, 28, 7, 8)), (0.8, Hill(-14, 178, 5, 18)),
        ]
        rain = grid.map { y, x in
            wetter.map { $0.0 * $0.1(y, x) }.reduce(0, +) - drier.map { $0.0 * $0.1(y, x) }.reduce(0, +)
        }
    }
}
