// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernDataDatasets = [
    Example("TernData/Datasets/ChunkReader: ChunkReader", ChunkReader_ChunkReader),
    Example("TernData/Datasets/Dataset+Writing: Format", Dataset_Writing_Format),
    Example("TernData/Datasets/Dataset: Dataset", Dataset_Dataset),
    Example("TernData/Datasets/DatasetWriter: DatasetWriter", DatasetWriter_DatasetWriter),
    Example("TernData/Datasets/TimeUnits: TimeUnits", TimeUnits_TimeUnits),
    Example("TernData/Datasets/TimeUnits: TimeUnitsError", TimeUnits_TimeUnitsError),
    Example("TernData/Datasets/Variable: Dimension", Variable_Dimension),
    Example("TernData/Datasets/Variable: Variable", Variable_Variable),
    Example("TernData/Datasets/Variable: StoredAttribute", Variable_StoredAttribute),
    Example("TernData/Datasets/Variable: ElementType", Variable_ElementType),
]

private func ChunkReader_ChunkReader() async throws {
    let data = Dataset([Field("sst", Tensor.ones([5, 2]), dimensions: ["time", "cell"])])
    _ = data
    let reader = try ChunkReader(data, ["sst"], along: "time", size: 2)
    _ = reader
    var lengths: [Int] = []
    _ = lengths
    while let chunk = try reader.next() { lengths.append(chunk["sst"]!.shape[0]) }
    print(reader.count, lengths)  // 3 [2, 2, 1]
    checkPrinted("3 [2, 2, 1]")
}

private func Dataset_Writing_Format() async throws {
    let field = Field("sst", Tensor([20.5, 21]), dimensions: ["time"])
    _ = field
    use(try Dataset([field]).write(to: "sst.nc", as: .netCDF3))
    print(try Dataset(contentsOf: "sst.nc").format)  // 64-bit offset
    checkPrinted("64-bit offset")
}

private func Dataset_Dataset() async throws {
    let years = Coordinate("time", times: (2001...2004).map { CalendarDate(year: $0) })
    _ = years
    let maps = Tensor([[20.5, 21], [19, 20], [18, 19], [22, 23]])
    _ = maps
    let sst = Field("sst", maps, dimensions: ["time", "lon"], coordinates: [years])
    _ = sst
    use(try Dataset([sst]).write(to: "sst.nc"))
    let data = try Dataset(contentsOf: "sst.nc")  // NetCDF-3, NetCDF-4, or .zarr, .zarr.zip
    _ = data
    print(data.variables.map(\.name))  // ["time", "sst"]
    checkPrinted("[\"time\", \"sst\"]")
    let part = try data.field("sst", at: ["time": 0..<2])  // only what is asked for is read
    _ = part
    print(part.shape, part.coordinate("time")!.times![1])  // [2, 2] 2002-01-01
    checkPrinted("[2, 2] 2002-01-01")
}

private func DatasetWriter_DatasetWriter() async throws {
    let writer = try DatasetWriter(to: "predictions.nc", along: "time")
    _ = writer
    for month in 0..<3 {
        let time = Coordinate("time", numbers: [Double(month)])
        let map = Tensor(repeating: Double(month), shape: [1, 4])
        try writer.append([Field("rain", map, dimensions: ["time", "cell"], coordinates: [time])])
    }
    use(try writer.finish())
    print(try Dataset(contentsOf: "predictions.nc").field("rain").shape)  // [3, 4]
    checkPrinted("[3, 4]")
}

private func TimeUnits_TimeUnits() async throws {
    let units = try TimeUnits("days since 1800-1-1", calendar: .standard)
    _ = units
    print(units.date(for: 76701)!)  // 2010-01-01
    checkPrinted("2010-01-01")
    print(units.number(for: CalendarDate("2010-01-02")!))  // 76702.0
    checkPrinted("76702.0")
}

private func TimeUnits_TimeUnitsError() async throws {
    do { _ = try TimeUnits("days since 2001-02-30") } catch {
        print(error)  // "2001-02-30" in "days since 2001-02-30" is no date of the calendar standard
    }
    checkPrinted("\"2001-02-30\" in \"days since 2001-02-30\" is no date of the calendar standard")
}

private func Variable_Dimension() async throws {
    let data = Dataset([Field("sst", Tensor([20.5, 21]), dimensions: ["time"])])
    _ = data
    print(data.dimensions == [Dataset.Dimension("time", length: 2)])  // true
    checkPrinted("true")
}

private func Variable_Variable() async throws {
    let sst = Field("sst", Tensor([[20.5, 21]]), dimensions: ["lat", "lon"], attributes: ["units": "degC"])
    _ = sst
    let variable: Dataset.Variable = try Dataset([sst]).variable("sst")
    _ = variable
    print(variable.type, variable.shape, variable.attributes["units"]!.text!)  // double [1, 2] degC
    checkPrinted("double [1, 2] degC")
}

private func Variable_StoredAttribute() async throws {
    let data = Dataset([], attributes: ["title": "Made data"])
    _ = data
    let attribute: StoredAttribute = data.storedAttributes[0]
    _ = attribute
    print(attribute.name, attribute.type, attribute.value.text!)  // title char Made data
    checkPrinted("title char Made data")
}

private func Variable_ElementType() async throws {
    print(ElementType.short.isInteger, ElementType.char.isText, ElementType(rawValue: "double")!)  // true true double
    checkPrinted("true true double")
}
