import TernCore
import TernData
import TestSupport
import Testing

/// Labels that are asked for as people write them, of coordinates as files hold them.
@Suite struct SelectionTests {
    /// Its values count from 0.
    private func field(_ name: String, _ numbers: [Double]) -> Field {
        Field(
            "t", Tensor(numbers.indices.map(Double.init)), dimensions: [name],
            coordinates: [Coordinate(name, numbers: numbers)])
    }

    private func series(_ times: [CalendarDate]) -> Field {
        Field(
            "t", Tensor(times.indices.map(Double.init)), dimensions: ["time"],
            coordinates: [Coordinate("time", times: times)])
    }

    private func single(_ numbers: [Double]) -> [Double] { numbers.map { Double(Float($0)) } }

    /// xarray: `x.sel(x=slice(0, 0.1))` of float32 labels.
    @Test func rangesHoldTheirEndsInSinglePrecision() throws {
        let low = field("x", single([0, 0.1, 0.2])), high = field("x", single([0.6, 0.7, 0.8]))
        #expect(try low.select(["x": .range(0, 0.1)]).values.doubles == [0, 1])
        #expect(try low.select(["x": .range(0.1, 0.2)]).values.doubles == [1, 2])
        #expect(try high.select(["x": .range(0.7, 0.8)]).values.doubles == [1, 2])
        #expect(try high.select(["x": .range(0.8, 0.7)]).values.doubles == [1, 2])
        // Labels that tell both apart are taken at their word.
        let near = field("x", [0.1, 0.1000000001])
        #expect(try near.select(["x": .range(from: 0.1000000001, to: nil)]).values.doubles == [1])
    }

    @Test func longitudesInSinglePrecisionAreFoundInEitherConvention() throws {
        let ring = field("lon", single([359.7, 359.8, 359.9, 0, 0.1, 0.2]))
        #expect(try ring.select(["lon": .label(-0.2)]).values.item == 1)
        let part = try ring.select(["lon": .range(-0.2, 0.1)])
        #expect(part.values.doubles == [1, 2, 3, 4])
        expectClose(part.coordinate("lon")!.numbers!, [-0.2, -0.1, 0, 0.1], 1e-4)
        // West of the beginning by a rounding is not once round the globe.
        let globe = field("lon", single([0.7, 120.7, 240.7]))
        #expect(try globe.select(["lon": .range(0.7, 360.7)]).values.doubles == [0, 1, 2])
    }

    /// xarray: `x.sel(lon=slice(0, 315))` has 8 columns.
    @Test func aMeridianThatIsNamedTwiceIsSelectedOnce() throws {
        let closed = field("lon", (0...8).map { 45 * Double($0) })
        let open = try closed.select(["lon": .range(0, 315)])
        #expect(open.coordinate("lon")?.numbers == (0...7).map { 45 * Double($0) })
        #expect(try closed.select(["lon": .range(-90, 90)]).coordinate("lon")?.numbers == [-90, -45, 0, 45, 90])
        // Who asks for both ends has both.
        #expect(try closed.select(["lon": .range(0, 360)]).values.doubles == (0...8).map(Double.init))
    }

    /// xarray: `x.sel(lat=5, method="nearest")`; pandas prefers the larger of two.
    @Test func theLargerOfTwoNearestLabelsIsTaken() throws {
        #expect(try field("lat", [0, 10]).select(["lat": .nearest(5)]).values.item == 1)
        #expect(try field("lat", [10, 0]).select(["lat": .nearest(5)]).values.item == 0)
        // On the globe the eastern one.
        #expect(try field("lon", [350, 0]).select(["lon": .nearest(355)]).values.item == 1)
        let days = series([CalendarDate("2000-01-01")!, CalendarDate("2000-01-02")!])
        #expect(try days.select(["time": .nearest("2000-01-01T12")]).values.item == 1)
    }

    @Test func nothingIsNearestToWhatIsNoFiniteNumber() {
        let depths = field("depth", [0, 5, 10])
        #expect(
            message { try depths.select(["depth": .nearest(.number(.infinity))]) }.contains("no depth is nearest to"))
        #expect(message { try depths.select(["depth": .nearest(.number(.nan))]) }.contains("cannot be compared"))
        #expect(message { try depths.select(["depth": .range(5, .nan)]) }.contains("cannot be compared"))
    }

    /// Up to 2010 the standard calendar counts 487 days more than one without leap years.
    @Test func datesAreCountedInTheCalendarOfTheTimes() throws {
        let months = series((0..<252).map { CalendarDate(year: 2000, calendar: .noLeap).adding(months: $0) })
        #expect(try months.select(["time": .nearest(.date(CalendarDate("2010-06-15")!))]).values.item == 125)
        let odd = CalendarDate("2010-02-30", calendar: .days360)!
        #expect(
            message { try months.select(["time": .nearest(.date(odd))]) }.contains(
                "2010-02-30 is no date of the calendar noleap"))
    }

    @Test func labelsAreFoundOnlyWhereSinglePrecisionMayHaveRoundedThem() throws {
        // xarray finds it too where the labels are float32: the file cannot say 2500000.1.
        #expect(try field("x", [2_499_975, 2_500_000]).select(["x": 2_500_000.1]).values.item == 1)
        #expect(throws: DataError.self) { try field("x", [16_777_215.4]).select(["x": 16_777_215]) }
        #expect(throws: DataError.self) { try field("x", [20_000_002]).select(["x": 20_000_001.5]) }
    }
}
