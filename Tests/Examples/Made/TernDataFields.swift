// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernDataFields = [
    Example("TernData/Fields/CalendarDate: CalendarDate", CalendarDate_CalendarDate),
    Example("TernData/Fields/CalendarDate: Calendar", CalendarDate_Calendar),
    Example("TernData/Fields/CalendarDate: Season", CalendarDate_Season),
    Example("TernData/Fields/Coordinate+Role: Role", Coordinate_Role_Role),
    Example("TernData/Fields/Coordinate: Coordinate", Coordinate_Coordinate),
    Example("TernData/Fields/Coordinate: Labels", Coordinate_Labels),
    Example("TernData/Fields/Coordinate: Attributes", Coordinate_Attributes),
    Example("TernData/Fields/Coordinate: Attribute", Coordinate_Attribute),
    Example("TernData/Fields/Field+Arithmetic: module", Field_Arithmetic_module),
    Example("TernData/Fields/Field+Concatenated: concatenated", Field_Concatenated_concatenated),
    Example("TernData/Fields/Field+Filled: Filling", Field_Filled_Filling),
    Example("TernData/Fields/Field+Reductions: Weights", Field_Reductions_Weights),
    Example("TernData/Fields/Field+Reductions: mean", Field_Reductions_mean),
    Example("TernData/Fields/Field+Regridded: RegridMethod", Field_Regridded_RegridMethod),
    Example("TernData/Fields/Field+RollingMean: rollingMean", Field_RollingMean_rollingMean),
    Example("TernData/Fields/Field+Trend: trend", Field_Trend_trend),
    Example("TernData/Fields/Field+Windows: windows", Field_Windows_windows),
    Example("TernData/Fields/Field: Field", Field_Field),
    Example("TernData/Fields/FieldGroups: Grouping", FieldGroups_Grouping),
    Example("TernData/Fields/FieldGroups: FieldGroups", FieldGroups_FieldGroups),
    Example("TernData/Fields/Selection: Label", Selection_Label),
    Example("TernData/Fields/Selection: Selection", Selection_Selection),
    Example("TernData/Fields/Selection: select", Selection_select),
    Example("TernData/Fields/Standardization: Standardization", Standardization_Standardization),
]

private func CalendarDate_CalendarDate() async throws {
    let date = CalendarDate("2015-12-16")!
    _ = date
    print(date.season, date.adding(days: 20))  // winter 2016-01-05
    checkPrinted("winter 2016-01-05")
    print(date < CalendarDate("2016")!)  // true
    checkPrinted("true")
    print(CalendarDate("2001-02-30", calendar: .days360)!.dayOfYear)  // 60
    checkPrinted("60")
}

private func CalendarDate_Calendar() async throws {
    print(CalendarDate.Calendar(name: "365_day")!.rawValue)  // noleap
    checkPrinted("noleap")
    print(CalendarDate.Calendar.noLeap.days(inMonth: 2, of: 2000))  // 28
    checkPrinted("28")
}

private func CalendarDate_Season() async throws {
    print(CalendarDate.Season.allCases.map(\.rawValue))  // ["DJF", "MAM", "JJA", "SON"]
    checkPrinted("[\"DJF\", \"MAM\", \"JJA\", \"SON\"]")
}

private func Coordinate_Role_Role() async throws {
    print(Coordinate("lat", numbers: [0, 10]).role!)  // latitude
    checkPrinted("latitude")
    print(Coordinate("depth", numbers: [5]).role == nil)  // true
    checkPrinted("true")
}

private func Coordinate_Coordinate() async throws {
    let lat = Coordinate("lat", numbers: [-45, 0, 45], attributes: ["units": "degrees_north"])
    _ = lat
    let model = Coordinate("model", dimension: "sample", labels: .texts(["A", "A", "B"]))
    _ = model
    print(lat.count, lat.dimension, model.texts![2])  // 3 lat B
    checkPrinted("3 lat B")
}

private func Coordinate_Labels() async throws {
    let labels = Coordinate.Labels.times([CalendarDate("2015-12")!])
    _ = labels
    print(Coordinate("time", labels: labels).times![0])  // 2015-12-01
    checkPrinted("2015-12-01")
}

private func Coordinate_Attributes() async throws {
    let attributes: Attributes = ["units": "K", "missing_value": -999.0]
    _ = attributes
    print(attributes["units"]!.text!, attributes["missing_value"]!.number!)  // K -999.0
    checkPrinted("K -999.0")
}

private func Coordinate_Attribute() async throws {
    let range: Attribute = .numbers([0, 350])
    _ = range
    print(range.number!, range.text == nil)  // 0.0 true
    checkPrinted("0.0 true")
}

private func Field_Arithmetic_module() async throws {
    let sst = Field("sst", Tensor([[20.0, 21], [19, 18]]), dimensions: ["time", "lon"])
    _ = sst
    let shift = Field("shift", Tensor([1.0, 2]), dimensions: ["lon"])
    _ = shift
    print(try (sst + shift).values.doubles)  // [21.0, 23.0, 20.0, 20.0]
    checkPrinted("[21.0, 23.0, 20.0, 20.0]")
}

private func Field_Concatenated_concatenated() async throws {
    let a = Field("t", Tensor([1.0, 2]), dimensions: ["time"]), b = Field("t", Tensor([3.0]), dimensions: ["time"])
    _ = a
    _ = b
    print(try Field.concatenated([a, b], along: "time").shape)  // [3]
    checkPrinted("[3]")
    print(try Field.concatenated([a, a], along: "model", labels: .texts(["x", "y"])).shape)  // [2, 2]
    checkPrinted("[2, 2]")
}

private func Field_Filled_Filling() async throws {
    let rain = Field("rain", Tensor([1.0, .nan, 3]), dimensions: ["time"])
    _ = rain
    print(try rain.filled(.value(0)).values.doubles)  // [1.0, 0.0, 3.0]
    checkPrinted("[1.0, 0.0, 3.0]")
    print(try rain.filled(.interpolated(along: "time")).values.doubles)  // [1.0, 2.0, 3.0]
    checkPrinted("[1.0, 2.0, 3.0]")
}

private func Field_Reductions_Weights() async throws {
    let lat = Coordinate("lat", numbers: [0, 60])
    _ = lat
    let field = Field("t", Tensor([30.0, 0]), dimensions: ["lat"], coordinates: [lat])
    _ = field
    print((try field.mean(weights: .cosineOfLatitude).values.item * 1000).rounded())  // 20000.0
    checkPrinted("20000.0")
}

private func Field_Reductions_mean() async throws {
    let lat = Coordinate("lat", numbers: [-30, 30])
    _ = lat
    let t = Field("t", Tensor([[0.0, 32], [.nan, 26]]), dimensions: ["time", "lat"], coordinates: [lat])
    _ = t
    let monthly = try t.mean(over: ["lat"], weights: .cosineOfLatitude)  // one number a month
    _ = monthly
    print(monthly.dimensions, monthly.values.doubles)  // ["time"] [16.0, 26.0]
    checkPrinted("[\"time\"] [16.0, 26.0]")
}

private func Field_Regridded_RegridMethod() async throws {
    let lat = Coordinate("lat", numbers: [0, 10]), lon = Coordinate("lon", numbers: [0, 10])
    _ = lat
    _ = lon
    let field = Field("t", Tensor([[0.0, 1], [2, 3]]), dimensions: ["lat", "lon"], coordinates: [lat, lon])
    _ = field
    print(try field.regridded(latitudes: [5], longitudes: [5], method: .bilinear).values.doubles)  // [1.5]
    checkPrinted("[1.5]")
}

private func Field_RollingMean_rollingMean() async throws {
    let rain = Field("rain", Tensor([1.0, 2, 6, 4]), dimensions: ["time"])
    _ = rain
    print(try rain.rollingMean(3, minimumCount: 1).values.doubles)  // [1.0, 1.5, 3.0, 4.0]
    checkPrinted("[1.0, 1.5, 3.0, 4.0]")
}

private func Field_Trend_trend() async throws {
    let years = Coordinate("year", numbers: [2000, 2001, 2002, 2003])
    _ = years
    let t = Field("t", Tensor([1.0, 3, 5, 7]), dimensions: ["year"], coordinates: [years])
    _ = t
    print(try t.trend(along: "year").slope.values.item)  // 2.0
    checkPrinted("2.0")
}

private func Field_Windows_windows() async throws {
    let sst = Field("sst", Tensor((0..<24).map(Double.init), shape: [8, 3]), dimensions: ["time", "lon"])
    _ = sst
    let nino34 = try sst.mean(over: ["lon"])
    _ = nino34
    let (inputs, targets) = try sst.windows(4, horizon: 3, of: nino34)
    _ = inputs
    _ = targets
    print(inputs.shape, inputs.dimensions)  // [2, 4, 3] ["time", "lag", "lon"]
    checkPrinted("[2, 4, 3] [\"time\", \"lag\", \"lon\"]")
    print(targets.values.doubles)  // [19.0, 22.0]
    checkPrinted("[19.0, 22.0]")
}

private func Field_Field() async throws {
    let field = Field(
        "sst", Tensor([[20.5, 21], [19, .nan]]), dimensions: ["lat", "lon"],
        coordinates: [Coordinate("lat", numbers: [0, 10]), Coordinate("lon", numbers: [200, 210])],
        attributes: ["units": "degC"])
    _ = field
    print(field.shape, field.units!)  // [2, 2] degC
    checkPrinted("[2, 2] degC")
    print(try field.mean(over: ["lon"]).values.doubles)  // [20.75, 19.0]
    checkPrinted("[20.75, 19.0]")
}

private func FieldGroups_Grouping() async throws {
    let time = Coordinate("time", times: (0..<24).map { CalendarDate(year: 2000).adding(months: $0) })
    _ = time
    let rain = Field("rain", Tensor.ones([24]), dimensions: ["time"], coordinates: [time])
    _ = rain
    print(try rain.grouped(by: .season).labels)  // texts(["DJF", "MAM", "JJA", "SON"])
    checkPrinted("texts([\"DJF\", \"MAM\", \"JJA\", \"SON\"])")
}

private func FieldGroups_FieldGroups() async throws {
    let time = Coordinate("time", times: (0..<24).map { CalendarDate(year: 2000).adding(months: $0) })
    _ = time
    let sst = Field("sst", Tensor((0..<24).map(Double.init)), dimensions: ["time"], coordinates: [time])
    _ = sst
    let months = try sst.grouped(by: .month)
    _ = months
    let climatology = months.mean()  // a dimension "month" in the place of "time"
    _ = climatology
    print(climatology.dimensions, climatology.shape)  // ["month"] [12]
    checkPrinted("[\"month\"] [12]")
    print(try months.anomaly().values.doubles.prefix(2))  // [-6.0, -6.0]
    checkPrinted("[-6.0, -6.0]")
}

private func Selection_Label() async throws {
    let labels: [Label] = [30, 12.5, "2010-03"]
    _ = labels
    print(labels[0], labels[2] == .text("2010-03"))  // 30 true
    checkPrinted("30 true")
}

private func Selection_Selection() async throws {
    let lon = Coordinate("lon", numbers: [0, 90, 180, 270])
    _ = lon
    let field = Field("t", Tensor([1.0, 2, 3, 4]), dimensions: ["lon"], coordinates: [lon])
    _ = field
    print(try field.select(["lon": .range(-90, 90)]).values.doubles)  // [4.0, 1.0, 2.0]
    checkPrinted("[4.0, 1.0, 2.0]")
    print(try field.select(["lon": .nearest(-100)]).values.item, try field.select(["lon": 180]).values.item)  // 4.0 3.0
    checkPrinted("4.0 3.0")
}

private func Selection_select() async throws {
    let time = Coordinate("time", times: (1...12).map { CalendarDate(year: 2015, month: $0) })
    _ = time
    let lat = Coordinate("lat", numbers: [-10, 0, 10])
    _ = lat
    let sst = Field("sst", Tensor.zeros([12, 3]), dimensions: ["time", "lat"], coordinates: [time, lat])
    _ = sst
    print(try sst.select(["time": "2015-12", "lat": .range(-5, 15)]).shape)  // [2]
    checkPrinted("[2]")
    print(try sst.select(["time": .dates("2015-03", "2015-05"), "lat": .nearest(8)]).shape)  // [3]
    checkPrinted("[3]")
    print(try sst.select(["time": .index(-1)]).dimensions)  // ["lat"]
    checkPrinted("[\"lat\"]")
}

private func Standardization_Standardization() async throws {
    let training = Field("t", Tensor([10.0, 14]), dimensions: ["time"], attributes: ["units": "K"])
    _ = training
    let scale = try Standardization(of: training, over: ["time"])
    _ = scale
    let x = try scale(training)  // less the mean, divided by the deviation
    _ = x
    print(x.values.doubles, x.units!)  // [-1.0, 1.0] 1
    checkPrinted("[-1.0, 1.0] 1")
    print(try scale.undone(x).values.doubles)  // [10.0, 14.0]
    checkPrinted("[10.0, 14.0]")
}
