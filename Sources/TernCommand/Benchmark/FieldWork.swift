import Foundation
import Tern

/// Reading and reducing a field of months, latitudes and longitudes, as peers_fields.py does with the same files.
struct FieldWork {
    let folder: URL
    let shape: [Int]
    private let field: Field

    /// Writes the files that are read.
    init(shape: [Int]) throws {
        self.shape = shape
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tern-fields-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        field = Self.field(shape)
        let data = Dataset([field])
        try data.write(to: path("plain.nc"), compression: 0)
        try data.write(to: path("deflated.nc"))
        try data.write(to: path("classic.nc"), as: .netCDF3)
        try data.write(to: path("packed.nc"), compression: 0, packing: ["sst"])
        try data.write(to: path("zlib.zarr"), as: .zarr2)
        try data.write(to: path("zstd.zarr"))
        try data.write(to: path("packed.zarr"), packing: ["sst"])
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private static let files = [
        "plain.nc", "deflated.nc", "classic.nc", "packed.nc", "zlib.zarr", "zstd.zarr", "packed.zarr",
    ]
    private static let operations: [(String, @Sendable (Field) throws -> Void)] = [
        ("mean over time", { _ = try $0.mean(over: ["time"]) }),
        ("weighted mean", { _ = try $0.mean(over: ["lat", "lon"], weights: .cosineOfLatitude) }),
        ("standard deviation", { _ = try $0.standardDeviation(over: ["time"]) }),
        ("means of months", { _ = try $0.grouped(by: .month).mean() }),
        ("anomaly", { _ = try $0.grouped(by: .month).anomaly() }),
        ("rolling mean", { _ = try $0.rollingMean(12) }),
        ("detrended", { _ = try $0.detrended() }),
    ]

    static let names = files.map { "read \($0)" } + operations.map(\.0)

    /// Seconds by what was done.
    func time(_ repeats: Int) throws -> [String: [Double]] {
        var seconds: [String: [Double]] = [:]
        for file in Self.files {
            seconds["read \(file)"] = try times(repeats) { _ = try Dataset(contentsOf: path(file)).field("sst") }
        }
        for (name, work) in Self.operations { seconds[name] = try times(repeats) { try work(field) } }
        return seconds
    }

    /// Hundredths of degrees with a season, noise and land.
    private static func field(_ shape: [Int]) -> Field {
        var random = Generator(seed: 0)
        let noise = random.standardNormal(count: shape.reduce(1, *))
        let latitudes = (0..<shape[1]).map { (Double($0) + 0.5) * 180 / Double(shape[1]) - 90 }
        var values = [Float](repeating: 0, count: noise.count)
        for i in values.indices {
            let (time, lat, lon) = (i / shape[2] / shape[1], i / shape[2] % shape[1], i % shape[2])
            let isLand = lon / 40 % 3 == 0 && lat % 60 > 10
            let degrees = 28 * cos(latitudes[lat] * .pi / 180) + 3 * sin(Double(time) * .pi / 6) + 0.3 * noise[i]
            values[i] = isLand ? .nan : Float((100 * degrees).rounded() / 100)
        }
        return Field(
            "sst", Tensor(values, shape: shape), dimensions: ["time", "lat", "lon"],
            coordinates: [
                Coordinate(
                    "time",
                    times: (0..<shape[0]).map { CalendarDate(year: 1990 + $0 / 12, month: $0 % 12 + 1, day: 16) }),
                Coordinate("lat", numbers: latitudes, attributes: ["units": "degrees_north"]),
                Coordinate(
                    "lon", numbers: (0..<shape[2]).map { (Double($0) + 0.5) * 360 / Double(shape[2]) },
                    attributes: ["units": "degrees_east"]),
            ],
            attributes: ["units": "degC"])
    }
}
