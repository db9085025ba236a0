import TernCore
import TernData
import TestSupport
import Testing

/// What fills a gap from the nearest place that has a value.
@Suite struct NearestPlaceTests {
    /// Each place is compared with all others; of equally near ones the first is taken.
    private static func filled(_ values: [Double], _ latitudes: [Double], _ longitudes: [Double]) -> [Double] {
        let points = latitudes.flatMap { lat in longitudes.map { Sphere.point(latitude: lat, longitude: $0) } }
        let there = values.indices.filter { !values[$0].isNaN }
        return values.indices.map { cell in
            guard values[cell].isNaN else { return values[cell] }
            var best = there[0], nearest = -2.0
            for other in there {
                let cosine = (points[cell] * points[other]).sum()
                if cosine > nearest { (best, nearest) = (other, cosine) }
            }
            return values[best]
        }
    }

    private static func field(_ values: [Double], _ latitudes: [Double], _ longitudes: [Double]) -> Field {
        Field(
            "x", Tensor(values, shape: [latitudes.count, longitudes.count]), dimensions: ["lat", "lon"],
            coordinates: [Coordinate("lat", numbers: latitudes), Coordinate("lon", numbers: longitudes)])
    }

    @Test(arguments: 0..<UInt64(200)) func itIsTheNearestOfAllAndTheFirstOfThese(_ seed: UInt64) throws {
        var random = SplitMix64(seed)
        let rows = Int.random(in: 1...9, using: &random), columns = Int.random(in: 1...13, using: &random)
        var latitudes = (0..<rows).map { -90 + 180 * Double($0) / Double(max(1, rows - 1)) }
        var longitudes = (0..<columns).map { 360 * Double($0) / Double(columns) - (seed % 2 == 0 ? 180 : 0) }
        if seed % 3 == 0 { latitudes.shuffle(using: &random); longitudes.shuffle(using: &random) }
        if seed % 5 == 0 { longitudes = longitudes.map { _ in Double.random(in: -400...400, using: &random) } }
        if seed % 7 == 0 { longitudes[0] = .nan }
        if seed % 11 == 0 { latitudes[rows - 1] = .nan }
        if seed % 13 == 0 { latitudes = latitudes.map { $0 * 2 } }
        let share = Double.random(in: 0.1...0.95, using: &random)
        var values = (0..<rows * columns).map { Double.random(in: 0..<1, using: &random) < share ? .nan : Double($0) }
        values[Int.random(in: 0..<values.count, using: &random)] = -1
        let found = try Self.field(values, latitudes, longitudes).filled(.nearest).values.doubles
        #expect(found == Self.filled(values, latitudes, longitudes), "\(latitudes) \(longitudes)")
    }

    @Test(.ends) func continentsAreFilledInTime() throws {
        let latitudes = (0..<361).map { -90 + Double($0) / 2 }, longitudes = (0..<720).map { Double($0) / 2 }
        let values = (0..<361 * 720).map { cell -> Double in
            let (row, column) = (cell / 720, cell % 720)
            return (60..<325).contains(row) && (200..<500).contains(column) ? .nan : Double(cell)
        }
        let found = try Self.field(values, latitudes, longitudes).filled(.nearest)
        #expect(found.missingShare == 0)
    }
}
