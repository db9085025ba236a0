import Foundation
import TernCore

/// The made sea surface of ``SyntheticPrecipitation``: modes with maps, and noise.
struct TropicalPacific {
    /// Cells of 5° × 10° from 32.5°S, 120°E.
    static let latitudes = (0..<14).map { -32.5 + 5 * Double($0) }
    static let longitudes = (0..<19).map { 120 + 10 * Double($0) }

    /// For each month, anomalies in K of every cell, longitudes running fastest.
    let anomalies: [[Double]]
    /// El Niño's index, in K.
    let nino: [Double]

    init(months: Int, random: inout Generator) {
        let modes = Self.modes(months: months, random: &random)
        let maps = Self.maps
        let noise = Self.noise(months: months, random: &random)
        nino = modes.map { $0[0] }
        anomalies = zip(modes, noise).map { weights, noise in
            noise.indices.map { i in weights.indices.reduce(noise[i]) { $0 + weights[$1] * maps[$1][i] } }
        }
    }

    /// Months' weights of ``maps``.
    ///
    /// El Niño is the recharge oscillator of F.-F. Jin (J. Atmos. Sci. 54, 1997) for temperature T and heat content h,
    /// dT/dt = rT + ωh + noise, dh/dt = −ωT − εh, growing in autumn and decaying in spring, with winds that blow
    /// stronger over warm water (A. F. Z. Levine and F.-F. Jin, J. Atmos. Sci. 67, 2010): warm events are larger than
    /// cold ones, and peak in winter. Strong events of either sign lie apart on the second mode (K. Takahashi et al.,
    /// Geophys. Res. Lett. 38, 2011).
    private static func modes(months: Int, random: inout Generator) -> [[Double]] {
        let frequency = 2 * Double.pi / 46, spinUp = 240
        var t = 0.0, h = 0.0, modoki = 0.0, meridional = 0.0, pool = 0.0, decadal = 0.0
        return (-spinUp..<months).map { month in
            let season = cos(2 * .pi * Double((month + spinUp) % 12 - 8) / 12)  // 1 in September
            let growth = -0.055 + 0.11 * season - 0.004 * t * t
            let gusts = 0.36 * (1 + 0.4 * min(max(t, -1), 2))
            (t, h) = (t + growth * t + frequency * h + gusts * random.standardNormal(), h - frequency * t - 0.03 * h)
            modoki = 0.93 * modoki + 0.15 * random.standardNormal()
            meridional = 0.86 * meridional + 0.22 * random.standardNormal()
            pool = 0.92 * pool + 0.11 * random.standardNormal() - 0.012 * t
            decadal = 0.985 * decadal + 0.035 * random.standardNormal()
            return [
                t, modoki - 0.12 * (t * t - 0.8), meridional, pool, decadal,
                0.4 * (Double(month) / Double(months) - 0.5),
            ]
        }.suffix(months)
    }

    /// Of El Niño, El Niño Modoki, the meridional mode, the warm pool against the ocean beside it, the decadal
    /// horseshoe, and warming.
    private static let maps: [[Double]] = {
        let tongue = hill(-1, 240, 7, 30), coast = hill(-6, 278, 8, 8), west = hill(2, 135, 12, 14)
        let northFlank = hill(18, 170, 8, 20), southFlank = hill(-20, 180, 9, 24)
        let nino = sum((1, tongue), (0.5, coast), (-0.4, west), (-0.3, northFlank), (-0.3, southFlank))
        let modoki = sum((1, hill(0, 185, 9, 20)), (-0.6, coast), (-0.5, tongue), (-0.3, west))
        let meridional = sum((1, hill(15, 225, 7, 28)), (-1, hill(-17, 245, 8, 28)))
        let pool = sum((1, hill(14, 130, 8, 12)), (-1, hill(-16, 155, 8, 14)), (0.4, west))
        let horseshoe = sum((1, hill(0, 230, 14, 45)), (-0.8, hill(30, 180, 8, 30)), (-0.8, hill(-30, 180, 8, 30)))
        let warming = tongue.map { 1 - 0.4 * $0 }
        return [nino, modoki, meridional, pool, horseshoe, warming]
    }()

    private static func hill(_ latitude: Double, _ longitude: Double, _ height: Double, _ width: Double) -> [Double] {
        let hill = Hill(latitude, longitude, height, width)
        return latitudes.flatMap { y in longitudes.map { hill(y, $0) } }
    }

    private static func sum(_ terms: (Double, [Double])...) -> [Double] {
        terms[0].1.indices.map { i in terms.reduce(0) { $0 + $1.0 * $1.1[i] } }
    }

    /// Eddies and weather: random waves longer than about 25°, each with a memory of one to six months; larger far from
    /// the equator.
    private static func noise(months: Int, random: inout Generator) -> [[Double]] {
        let count = 60, memories = (0..<count).map { 0.4 + 0.45 * Double($0) / Double(count) }
        let spread = latitudes.map { 0.24 + 0.2 * (1 - band($0, 0, 18)) }
        let waves = memories.map { _ -> [Double] in
            let k = 2 * Double.pi / random.uniform(low: 25, high: 70), direction = random.uniform(low: 0, high: 2 * .pi)
            let phase = random.uniform(low: 0, high: 2 * .pi), size = (2 / Double(count)).squareRoot()
            return latitudes.enumerated().flatMap { row, y in
                longitudes.map { size * spread[row] * cos(k * (cos(direction) * $0 + sin(direction) * y) + phase) }
            }
        }
        var weights = RedNoise(memories: memories, random: &random)
        let rows = (0..<months).flatMap { _ -> [Double] in
            weights.step(&random)
            return weights.values
        }
        let cells = waves[0].count
        let values = matmul(Tensor(rows, shape: [months, count]), Tensor(waves)).scalars(Double.self)
        return (0..<months).map { Array(values[($0 * cells)..<(($0 + 1) * cells)]) }
    }
}
