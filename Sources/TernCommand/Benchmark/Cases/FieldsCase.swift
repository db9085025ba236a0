import Foundation
import Tern

/// Reading and reducing a field of months, latitudes and longitudes.
enum FieldsCase: BenchmarkCase {
    static let summary = "reading and reducing 360 x 180 x 360 values, beside xarray"
    static let peers = ["xarray"]
    static let sharesProcess = true

    private static let files = [
        "plain.nc", "deflated.nc", "classic.nc", "packed.nc", "zlib.zarr", "zstd.zarr", "packed.zarr",
    ]
    private static let operations: [(name: String, work: @Sendable (Field) throws -> Void)] = [
        ("mean over time", { _ = try $0.mean(over: ["time"]) }),
        ("weighted mean", { _ = try $0.mean(over: ["lat", "lon"], weights: .cosineOfLatitude) }),
        ("standard deviation", { _ = try $0.standardDeviation(over: ["time"]) }),
        ("means of months", { _ = try $0.grouped(by: .month).mean() }),
        ("anomaly", { _ = try $0.grouped(by: .month).anomaly() }),
        ("rolling mean", { _ = try $0.rollingMean(12) }),
        ("detrended", { _ = try $0.detrended() }),
    ]

    static func parts(isQuick: Bool) -> [BenchmarkPart] {
        (files.map { "read \($0)" } + operations.map(\.name)).map { BenchmarkPart(name: $0, unit: "float32") }
    }

    static func makeFiles(_ setting: BenchmarkSetting) throws {
        let data = Dataset([field(setting.isQuick ? [24, 18, 36] : [360, 180, 360])])
        try data.write(to: setting.path("plain.nc"), compression: 0)
        try data.write(to: setting.path("deflated.nc"))
        try data.write(to: setting.path("classic.nc"), as: .netCDF3)
        try data.write(to: setting.path("packed.nc"), compression: 0, packing: ["sst"])
        try data.write(to: setting.path("zlib.zarr"), as: .zarr2)
        try data.write(to: setting.path("zstd.zarr"))
        try data.write(to: setting.path("packed.zarr"), packing: ["sst"])
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) throws -> BenchmarkRun {
        if let file = files.first(where: { "read \($0)" == part }) {
            return BenchmarkRun(run: { _ = try Dataset(contentsOf: setting.path(file)).field("sst") })
        }
        let work = operations.first { $0.name == part }!.work
        let field = try Dataset(contentsOf: setting.path("plain.nc")).field("sst")
        return BenchmarkRun(run: { try work(field) })
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
