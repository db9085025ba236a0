// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernDataFields = [
    Example("TernData/Fields/CalendarDate: CalendarDate", CalendarDate_CalendarDate),
    Example("TernData/Fields/Field+Reductions: mean", Field_Reductions_mean),
    Example("TernData/Fields/Field+Windows: windows", Field_Windows_windows),
    Example("TernData/Fields/Field: Field", Field_Field),
    Example("TernData/Fields/FieldGroups: FieldGroups", FieldGroups_FieldGroups),
    Example("TernData/Fields/Selection: select", Selection_select),
    Example("TernData/Fields/Standardization: Standardization", Standardization_Standardization),
]

private func CalendarDate_CalendarDate() async throws {
    let date = CalendarDate("2015-12-16")!
    _ = date
    check(".winter, \"DJF\"", date.season)
    check("2016-01-05", date.adding(days: 20))
    check("true", date < CalendarDate("2016")!)
}

private func Field_Reductions_mean() async throws {
    let sst = seaSurface()
    use(try sst.mean(over: ["lat", "lon"], weights: .cosineOfLatitude))
}

private func Field_Windows_windows() async throws {
    let sst = seaSurface()
    let nino34 = try monthlyIndex()
    let (inputs, targets) = try sst.windows(12, horizon: 3, of: nino34)
    _ = inputs
    _ = targets
    check("[samples, 12, lat, lon]: lag -11 ... 0", inputs.values)
    check("[samples]: three months later", targets.values)
}

private func Field_Field() async throws {
    let field = Field(
        "sst", Tensor([[20.5, 21], [19, .nan]]), dimensions: ["lat", "lon"],
        coordinates: [Coordinate("lat", numbers: [0, 10]), Coordinate("lon", numbers: [200, 210])],
        attributes: ["units": "degC"])
    _ = field
    check("[2, 2]", field.shape)
    check("\"degC\"", field.units)
}

private func FieldGroups_FieldGroups() async throws {
    let sst = seaSurface()
    let months = try sst.grouped(by: .month)
    _ = months
    let climatology = months.mean()              // a dimension "month" in the place of "time"
    _ = climatology
    let anomaly = try months.anomaly()           // the field less the mean of its month
    _ = anomaly
    let relative = try months.anomaly(from: sst.select(["time": .dates("1991", "2020")]).grouped(by: .month).mean())
    _ = relative
}

private func Selection_select() async throws {
    let sst = seaSurface()
    let samples = Field(
        "tas", Tensor.random([6, 4], seed: 1), dimensions: ["sample", "cell"],
        coordinates: [Coordinate("model", dimension: "sample", numbers: [1, 1, 2, 2, 3, 3])])
    use(try sst.select(["time": "2015-12", "lat": .range(-5, 5), "lon": .range(190, 240)]))
    use(try sst.select(["lat": .nearest(12.3), "lon": .nearest(-71)]))
    use(try sst.select(["time": .index(-1)]))
    use(try samples.select(["model": 3]))
}

private func Standardization_Standardization() async throws {
    let training = try seaSurface().select(["time": .dates("2012", "2014")])
    let test = try seaSurface().select(["time": "2015"])
    let prediction = test
    let scale = try Standardization(of: training, over: ["time"])
    _ = scale
    let x = try scale(test)                  // with the mean and deviation of the training data
    _ = x
    let y = try scale.undone(prediction)     // back in units
    _ = y
}
