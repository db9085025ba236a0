import Foundation

/// The unforced climate that changes are measured against, drawn by hand from what every atlas shows.
struct MeanClimate: Sendable {
    /// Shares of land, and 1 − that.
    let land: [Double]
    /// Precipitation in mm a day, 2.9 in the mean.
    let rain: [Double]
    /// Its slope in mm a day for each degree northwards, near the equator alone.
    let rainSlope: [Double]

    init(grid: GlobeGrid) {
        let land = grid.map { LandMask.share(latitude: $0, longitude: $1) }
        let heat = Hill(4, 120, 9, 32), pacificTrack = Hill(42, 185, 9, 38), atlanticTrack = Hill(46, 325, 9, 28)
        let forests = [Hill(-5, 297, 8, 12), Hill(0, 22, 8, 11), Hill(19, 95, 8, 14), Hill(28, 112, 7, 10)]
        let deserts = [
            Hill(23, 8, 8, 26), Hill(24, 48, 8, 12), Hill(42, 72, 9, 22), Hill(-25, 131, 7, 13), Hill(-22, 276, 11, 20),
            Hill(-20, 4, 9, 15),
            Hill(26, 232, 9, 17), Hill(22, 325, 7, 17), Hill(-26, 98, 7, 13), Hill(36, 248, 6, 8), Hill(1, 262, 3, 22),
        ]
        func unscaled(_ y: Double, _ x: Double) -> Double {
            let southPacific = exp(-0.5 * pow((y + 5 + 0.42 * (x - 160)) / 5, 2)) * band(x, 188, 26)
            let wet =
                5.5 * band(y, 6.5, 4) + 1.2 * band(y, -6, 6) + 4 * southPacific + 4.5 * heat(y, x)
                + 3.2 * pacificTrack(y, x) + 3.4 * atlanticTrack(y, x) + 2.4 * band(y, -47, 11)
                + forests.map { 3.6 * $0(y, x) }.reduce(0, +) + 1.1 * band(y, 50, 14) + 0.7
            let dry = deserts.map { 1 - 0.88 * $0(y, x) }.reduce(1, *)
            let cold = 1 / (1 + exp((abs(y) - 66) / 5))
            return wet * dry * (0.12 + 0.88 * cold)
        }
        let raw = grid.map(unscaled)
        let scale = 2.9 / grid.mean(raw)
        self.land = land
        rain = raw.map { $0 * scale }
        rainSlope = grid.map { y, x in (unscaled(y + 1, x) - unscaled(y - 1, x)) / 2 * scale * band(y, 0, 14) }
    }
}
