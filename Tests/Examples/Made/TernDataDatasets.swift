// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernDataDatasets = [
    Example("TernData/Datasets/ChunkReader: ChunkReader", ChunkReader_ChunkReader),
    Example("TernData/Datasets/Dataset: Dataset", Dataset_Dataset),
    Example("TernData/Datasets/DatasetWriter: DatasetWriter", DatasetWriter_DatasetWriter),
    Example("TernData/Datasets/TimeUnits: TimeUnits", TimeUnits_TimeUnits),
]

private func ChunkReader_ChunkReader() async throws {
    let data = Dataset([
        Field("sst", Tensor.ones([3000, 4]), dimensions: ["sample", "cell"]),
        Field("rain", Tensor.ones([3000]), dimensions: ["sample"]),
    ])
    func train(_ x: Tensor, _ y: Tensor) throws {}
    let reader = try ChunkReader(data, ["sst", "rain"], along: "sample", size: 1024)
    _ = reader
    while let chunk = try reader.next() {
        try train(chunk["sst"]!.values, chunk["rain"]!.values)
    }
}

private func Dataset_Dataset() async throws {
    try Dataset([seaSurface()]).write(to: "sst.mnmean.nc")
    try Dataset([seaSurface(months: 12)]).write(to: "a.nc")
    try Dataset([seaSurface(months: 12, from: 2013)]).write(to: "b.nc")
    let rain = seaSurface(name: "rain")
    let data = try Dataset(contentsOf: "sst.mnmean.nc")           // NetCDF-3, NetCDF-4, or .zarr, .zarr.zip
    _ = data
    check("[\"lat\", \"lon\", \"time\", \"sst\"]", data.variables.map(\.name))
    let sst = try data.field("sst")                               // all of it
    _ = sst
    let part = try data.field("sst", at: ["time": 0..<12])        // only what is asked for is read
    _ = part
    let all = try Dataset(contentsOf: ["a.nc", "b.nc"], along: "time")
    _ = all
    use(try Dataset([sst, rain]).write(to: "both.nc"))
}

private func DatasetWriter_DatasetWriter() async throws {
    let batches = 0..<3
    func prediction(_ batch: Int) -> Field { seaSurface(months: 2, from: 2012 + batch) }
    let writer = try DatasetWriter(to: "predictions.nc", along: "time")
    _ = writer
    for batch in batches { try writer.append([prediction(batch)]) }
    use(try writer.finish())
}

private func TimeUnits_TimeUnits() async throws {
    let date = CalendarDate("2010-01-01")!
    let units = try TimeUnits("days since 1800-1-1", calendar: .standard)
    _ = units
    check("2010-01-01", units.date(for: 76700))
    check("76700", units.number(for: date))
}
