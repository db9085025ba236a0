import TernCore
import TernData
import TestSupport
import Testing

/// Large variables that lie in one piece, or record by record, are read by our own hands, small parts of them by
/// netCDF-C.
@Suite struct ContiguousValuesTests {
    private let folder = TemporaryFolder()
    private static let shape = [30, 40, 90]

    private func field(_ name: String, _ dtype: DType, seed: UInt64, times: Range<Int>) -> Field {
        var stream = TestStream(seed)
        let values = Tensor(stream.values(Self.shape.reduce(1, *), -30000, 30000), shape: Self.shape).cast(to: dtype)
        return Field(
            name, values.sliced(times, axis: 0), dimensions: ["time", "lat", "lon"],
            coordinates: [
                Coordinate("time", numbers: times.map(Double.init)),
                Coordinate("lat", numbers: (0..<Self.shape[1]).map(Double.init)),
            ])
    }

    private func fields(_ times: Range<Int>) -> [Field] {
        [
            field("f", .float32, seed: 1, times: times), field("d", .float64, seed: 2, times: times),
            field("i", .int32, seed: 3, times: times),
        ]
    }

    /// The times of a classic file that grows are records, in which all variables lie side by side.
    @Test(arguments: [(Dataset.Format.netCDF3, false), (.netCDF3, true), (.netCDF4, false)])
    func partsAreThoseThatWereWritten(_ format: Dataset.Format, _ hasRecords: Bool) throws {
        let path = folder.path("a.nc"), all = fields(0..<30)
        if hasRecords {
            let writer = try DatasetWriter(to: path, along: "time", as: .netCDF3)
            for times in [0..<7, 7..<30] { try writer.append(fields(times)) }
            try writer.finish()
        } else {
            try Dataset(all).write(to: path, as: format, compression: 0)
        }
        let data = try Dataset(contentsOf: path)
        #expect(data.dimensions.contains { $0.isUnlimited } == hasRecords)
        var stream = TestStream(4)
        func range(_ count: Int) -> Range<Int> {
            let low = Int(stream.next(0, Double(count)))
            return low..<Int(stream.next(Double(low + 1), Double(count + 1)))
        }
        for field in all {
            #expect(try data.field(field.name).values.cast(to: field.values.dtype) == field.values)
            for k in 0..<12 {
                // Whole rows, whole maps, or any part.
                let times = range(30), lat = k % 3 == 0 ? range(40) : 0..<40, lon = k % 3 == 1 ? range(90) : 0..<90
                let part = try data.field(field.name, at: ["time": times, "lat": lat, "lon": lon])
                let wanted = field.values.sliced(times, axis: 0).sliced(lat, axis: 1).sliced(lon, axis: 2)
                #expect(part.values.cast(to: wanted.dtype) == wanted, "\(field.name) \(times) \(lat) \(lon)")
            }
        }
        #expect(data.ownReadings > 3)
    }
}
