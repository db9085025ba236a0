import Foundation
import TernCore
import TernData
import TestSupport
import Testing

/// Against xarray on the same file.
@Suite struct FieldTests {
    private let sst: Field

    init() throws { sst = try FieldFixtures.globe() }

    private func expect(
        _ name: String, _ tolerance: Double = 1e-12, at location: SourceLocation = #_sourceLocation,
        _ field: () throws -> Field
    ) throws {
        let expected = try #require(FieldFixtures.expected.operations[name]), field = try field()
        #expect(field.dimensions == expected.dimensions && field.shape == expected.shape, sourceLocation: location)
        expectClose(field.values.doubles, expected.values.doubles, tolerance, name, at: location)
    }

    @Test func selectionsAreThoseOfXarray() throws {
        try expect("sel_time_range", 0) { try sst.select(["time": .dates("2000-11", "2001-02")]) }
        try expect("sel_lat_range", 0) { try sst.select(["lat": .range(-50, 50)]) }
        try expect("sel_lat_range", 0) { try sst.select(["lat": .range(50, -50)]) }
        try expect("sel_nearest", 0) { try sst.select(["lat": .nearest(8), "lon": .nearest(100)]) }
        try expect("sel_nearest", 0) { try sst.select(["lat": 15, "lon": -270]) }
        let month = try sst.select(["time": "2001-03"])
        #expect(month.dimensions == ["lat", "lon"])
        expectClose(month.values.doubles, FieldFixtures.expected.operations["sel_time_span"]!.values.doubles, 0)
        #expect(try sst.select(["time": "2001"]).shape == [12, 6, 8])
        #expect(try sst.select(["time": .index(-1)]).shape == [6, 8])
        #expect(try sst.select(["time": .indices(2..<4), "lat": [15.0, -15.0]]).shape == [2, 2, 8])
    }

    @Test func aRangeOfLongitudesRunsOverTheEdge() throws {
        let part = try sst.select(["lon": .range(-100, 60)])
        #expect(part.coordinate("lon")?.numbers == [-90, -45, 0, 45])
        expectClose(part.values.doubles, FieldFixtures.expected.operations["sel_pacific"]!.values.doubles, 0)
        #expect(try sst.select(["lon": .range(170, -170)]).coordinate("lon")?.numbers == [180])
        #expect(try sst.select(["lon": .range(0, 360)]).shape == [36, 6, 8])
        #expect(try sst.select(["lon": .range(-180, 180)]).coordinate("lon")?.numbers?.first == -180)
    }

    @Test func wrongSelectionsAreExplained() {
        #expect(
            message { try sst.select(["lat": 12]) }.contains("nothing has lat = 12; it has -75, -45, -15, 15, 45, 75"))
        #expect(
            message { try sst.select(["time": "2009-03"]) }.contains(
                "its 36 times lie between 2000-02-16 and 2003-01-16"))
        #expect(message { try sst.select(["time": "spring"]) }.contains("\"spring\" is no date"))
        #expect(
            message { try sst.select(["latt": 12]) }.contains("there is no coordinate \"latt\"; did you mean \"lat\"?"))
        #expect(message { try sst.select(["time": 3]) }.contains("cannot be compared"))
        #expect(message { try sst.select(["lat": .range(1, 2)]) }.contains("nothing has lat from 1 to 2"))
        #expect(message { try sst.select(["lat": .index(6)]) }.contains("index 6 is outside"))
    }

    @Test func reductionsLeaveMissingValuesOut() throws {
        try expect("mean_time") { try sst.mean(over: ["time"]) }
        try expect("sum_lat_lon") { try sst.sum(over: ["lat", "lon"]) }
        try expect("std_time") { try sst.standardDeviation(over: ["time"]) }
        try expect("min_lon") { try sst.minimum(over: ["lon"]) }
        try expect("max_time_lon") { try sst.maximum(over: ["time", "lon"]) }
        try expect("weighted_mean") { try sst.mean(over: ["lat", "lon"], weights: .cosineOfLatitude) }
        #expect(try sst.count().values.item == Double(36 * 48 - 36 - 1 - 8))
        #expect(sst.missingShare == 45.0 / (36 * 48))
        #expect(message { try sst.mean(over: ["tme"]) }.contains("did you mean \"time\"?"))
    }

    /// Which elements lie beside each other decides how they are walked, not what comes out.
    @Test(arguments: [
        ["lat", "lon", "time"], ["lat", "time", "lon"], ["lon", "lat", "time"], ["lon", "time", "lat"],
    ])
    func theOrderOfDimensionsDoesNotMatter(_ order: [String]) throws {
        let turned = try sst.transposed(order)
        func expectSame(at location: SourceLocation = #_sourceLocation, _ work: (Field) throws -> Field) throws {
            let here = try work(sst), there = try work(turned).transposed(here.dimensions)
            expectClose(there.values, here.values, at: location)
        }
        for over in [
            ["time"], ["lat"], ["lon"], ["lat", "lon"], ["time", "lon"], ["time", "lat"], ["time", "lat", "lon"],
        ] {
            try expectSame { try $0.mean(over: over) }
            try expectSame { try $0.mean(over: over, weights: .cosineOfLatitude) }
            try expectSame { try $0.mean(over: over, weights: .cellArea) }
            try expectSame { try $0.standardDeviation(over: over) }
            try expectSame { try $0.maximum(over: over) }
        }
        try expectSame { try $0.grouped(by: .month).mean() }
        try expectSame { try $0.grouped(by: .month).standardDeviation() }
        try expectSame { try $0.grouped(by: .month).anomaly() }
        try expectSame { try $0.detrended() }
        try expectSame { try $0.rollingMean(5) }
    }

    /// More values than one thread takes at a time.
    @Test func manyValuesAreReducedInPieces() throws {
        let values = (0..<1_200_000).map { $0 % 7 == 3 ? Double.nan : Double($0 % 1000) }
        let field = Field("x", Tensor(values, shape: [1000, 1200]), dimensions: ["time", "cell"])
        let there = values.filter { !$0.isNaN }, mean = there.reduce(0, +) / Double(there.count)
        let squares: [Double] = there.map { ($0 - mean) * ($0 - mean) }
        let deviation = (squares.reduce(0, +) / Double(there.count)).squareRoot()
        let found = try [field.mean(), field.count(), field.standardDeviation(), field.minimum()].map(\.values.item)
        expectClose(found, [mean, Double(there.count), deviation, 0])
        let rows = try field.sum(over: ["cell"]).values.doubles, columns = try field.sum(over: ["time"]).values.doubles
        let lastRow = values[1_198_800...].filter { !$0.isNaN }
        let column = (0..<1000).map { values[1200 * $0 + 5] }.filter { !$0.isNaN }
        #expect(rows[999] == lastRow.reduce(0, +))
        #expect(columns[5] == column.reduce(0, +))
    }

    @Test func countsAreExactInAnyTypeOfField() throws {
        let field = Field(
            "x", Tensor(repeating: 1, shape: [16_777_217], dtype: .float32), dimensions: ["cell"])
        #expect(try field.count().values.item == 16_777_217)
    }

    @Test(arguments: [(1, false), (7, true), (40, false), (200, true)])
    func rollingMeansAreThoseOfTheirWindows(_ length: Int, _ centered: Bool) throws {
        let x = (0..<50).map { $0 % 11 == 4 ? Double.nan : sin(Double($0)) }
        let means = try Field("x", Tensor(x), dimensions: ["time"]).rollingMean(
            length, centered: centered, minimumCount: 3
        ).values.doubles
        let after = centered ? (length - 1) / 2 : 0
        for t in x.indices {
            let first = max(0, t + after - length + 1), last = min(49, t + after)
            let there = x[first...last].filter { !$0.isNaN }
            let mean: Double = there.count < 3 ? .nan : there.reduce(0, +) / Double(there.count)
            expectClose([means[t]], [mean])
        }
    }

    @Test func cellsOfTheWholeGlobeHaveItsArea() throws {
        let weights = try sst.weights(.cellArea)
        #expect(abs(weights.values.sum().item - 2 * 360) < 1e-10)
        expectClose(weights.values[0, 0].doubles, [(sin(-60 * Double.pi / 180) + 1) * 45])
        var bounded = sst
        bounded.coordinates[1].bounds = [-90 ... -50, -50 ... -16, -16...0, 0...40, 40...50, 50...90]
        let mean = try bounded.mean(over: ["lat"], weights: .cellArea).mean(over: ["time", "lon"])
        #expect(
            mean.values.item
                != (try sst.mean(over: ["lat"], weights: .cellArea).mean(over: ["time", "lon"]).values.item))
    }

    @Test func groupsAndAnomaliesAreThoseOfXarray() throws {
        let months = try sst.grouped(by: .month)
        try expect("month_mean") { months.mean() }
        try expect("month_std") { months.standardDeviation() }
        try expect("anomaly") { try months.anomaly() }
        try expect("season_mean") { try sst.grouped(by: .season).mean() }
        try expect("year_mean") { try sst.grouped(by: .year).mean() }
        #expect(months.mean().coordinate("month")?.numbers == (1...12).map(Double.init))
        #expect(try sst.grouped(by: .season).mean().coordinate("season")?.texts == ["DJF", "MAM", "JJA", "SON"])
        let base = try sst.select(["time": "2001"]).grouped(by: .month).mean()
        #expect(try months.anomaly(from: base).shape == sst.shape)
        let half = try sst.select(["time": .dates("2001-01", "2001-06")]).grouped(by: .month).mean()
        #expect(message { try months.anomaly(from: half) }.contains("it has no month 7"))
    }

    @Test func aSeasonHasTheYearOfItsLastMonth() throws {
        let winters = try sst.seasonMeans("DJF")
        #expect(winters.coordinate("year")?.numbers == [2001, 2002])
        let first = try sst.select(["time": .dates("2000-12", "2001-02")]).mean(over: ["time"])
        expectClose(winters.values[0].doubles, first.values.doubles)
        #expect(try sst.seasonMeans("JJA").coordinate("year")?.numbers == [2000, 2001, 2002])
        #expect(try sst.seasonMeans("NDJFM").shape == [2, 6, 8])
        #expect(message { try sst.seasonMeans("DJX") }.contains("names no months in a row"))
    }

    @Test func trendsAndRollingMeansAreThoseOfXarray() throws {
        try expect("detrended", 1e-11) { try sst.detrended() }
        try expect("rolling_mean") { try sst.rollingMean(5) }
        try expect("rolling_centered") { try sst.rollingMean(4, centered: true, minimumCount: 2) }
        try expect("interpolated_time") { try sst.filled(.interpolated(along: "time")) }
        let line = Field(
            "line", Tensor((0..<5).map { 3 + 2 * Double($0) }), dimensions: ["time"],
            coordinates: [Coordinate("time", numbers: [0, 2, 4, 6, 8])])
        expectClose(try line.trend().slope.values.doubles, [1])
    }

    @Test func standardisingIsLearnedAndUndone() throws {
        let scale = try Standardization(of: sst, over: ["time"])
        try expect("standardised") { try scale(sst) }
        let back = try scale.undone(scale(sst))
        expectClose(back.values, sst.values)
        #expect(back.units == "degC")
        let flat = Field("flat", Tensor([2.0, 2]), dimensions: ["x"])
        #expect(try Standardization(of: flat)(flat).values.doubles == [0, 0])
    }

    @Test func fieldsOfOtherDimensionsAreSpread() throws {
        try expect("minus_mean") { try sst - sst.mean(over: ["lon"]) }
        let sum = try sst.mean(over: ["lat", "lon"]) + sst.mean(over: ["time", "lon"])
        #expect(sum.dimensions == ["time", "lat"])
        #expect((sst + 1).units == "degC" && (2 * sst).units == nil)
        #expect(try (sst * sst).units == nil)
    }

    @Test func fieldsThatDoNotMatchAreRefused() throws {
        let part = sst.sliced(0..<12, along: "time"), later = sst.sliced(12..<24, along: "time")
        #expect(
            message { try sst - part }.contains(
                "dimension \"time\" has the length 36, in field \"sst\" 12; align(with:)"))
        #expect(
            message { try part - later }.contains("coordinate \"time\" has 2000-02-16 here where it has 2001-02-16")
                || message { try part - later }.contains(
                    "coordinate \"time\" has 2001-02-16 here where it has 2000-02-16")
        )
        var kelvin = sst
        kelvin.attributes["units"] = "K"
        #expect(message { try sst + kelvin }.contains("it is in \"degC\", field \"sst\" in \"K\""))
        let (a, b) = try sst.align(with: later)
        #expect(a.shape == [12, 6, 8] && a.coordinate("time") == b.coordinate("time"))
        #expect(try (a - b).mean().values.item == 0)
        #expect(message { try part.align(with: later) }.contains("no label in common"))
    }

    @Test func labelsThatArithmeticTakesForOneAreAligned() throws {
        func field(_ latitudes: [Double]) -> Field {
            Field(
                "x", Tensor(latitudes.indices.map(Double.init)), dimensions: ["lat"],
                coordinates: [Coordinate("lat", numbers: latitudes, attributes: ["units": "degrees_north"])])
        }
        let own = field([-10, 0, 10]), other = field([-10.00004, 0, 10.00004])
        let (a, b) = try own.align(with: other)
        #expect(a.shape == [3] && b.shape == [3])
        #expect(try (own + other).values == (a + b).values)
        #expect(try own.align(with: field([10, 5])).1.values.doubles == [0])
        #expect(message { try own.align(with: field([0, 10, 10])) }.contains("along \"lat\" it has 10 twice"))
    }

    @Test func entriesWithoutALabelBelongToNoGroup() {
        func months(_ numbers: [Double]) -> Field {
            Field(
                "x", Tensor(numbers.indices.map(Double.init)), dimensions: ["sample"],
                coordinates: [Coordinate("month", dimension: "sample", numbers: numbers)])
        }
        for grouping in [Grouping.month, .season, .coordinate("month")] {
            #expect(
                message { try months([1, .nan, 3]).grouped(by: grouping) }.contains(
                    "coordinate \"month\" has no label at place 1 (from 0)"))
        }
        for odd in [-1.0, 13, 2.5] {
            #expect(message { try months([1, odd]).grouped(by: .season) }.contains("\(Label.number(odd)) is no month"))
        }
    }

    @Test func fieldsAreJoined() throws {
        let parts = [sst.sliced(0..<5, along: "time"), sst.sliced(5..<36, along: "time")]
        let joined = try Field.concatenated(parts, along: "time")
        expectClose(joined.values, sst.values, 0)
        #expect(joined.coordinates == sst.coordinates)
        let models = try Field.concatenated([sst, sst + 1], along: "model", labels: .texts(["A", "B"]))
        #expect(models.dimensions == ["model", "time", "lat", "lon"])
        expectClose(try models.select(["model": "B"]).values.doubles, (sst + 1).values.doubles, 0)
        #expect(
            message { try Field.concatenated([sst, sst.sliced(0..<2, along: "lat")], along: "time") }.contains(
                "dimension \"lat\" has the length 2"))
    }

    @Test func regriddingIsThatOfXarray() throws {
        let ocean = try sst.filled(.value(9))
        try expect("bilinear") {
            try ocean.regridded(latitudes: [-70, -10, 0, 33.3, 75], longitudes: [0, 10, 100.5, 300, 350])
        }
        try expect("bilinear_gaps") { try sst.regridded(latitudes: [-10, 0, 33.3], longitudes: [10, 100.5, 300]) }
        // Two cells and four of the old grid make one of the new.
        try expect("conservative") {
            try sst.regridded(latitudes: [-60, 0, 60], longitudes: [67.5, 247.5], method: .conservative())
        }
    }

    @Test func regriddingKeepsWhatItShould() throws {
        let ocean = try sst.filled(.value(9)).sliced(0..<1, along: "time")
        let mean = try ocean.mean(weights: .cellArea).values.item
        let fine = try ocean.regridded(
            latitudes: (0..<36).map { 87.5 - 5 * Double($0) }, longitudes: (0..<72).map { -177.5 + 5 * Double($0) },
            method: .conservative())
        #expect(abs(try fine.mean(weights: .cellArea).values.item - mean) < 1e-12)
        let same = try ocean.regridded(
            latitudes: [-75, -45, -15, 15, 45, 75], longitudes: [0, 45, 90, 135, 180, 225, 270, 315])
        expectClose(same.values, ocean.values, 0)
        #expect(try ocean.regridded(latitudes: [80], longitudes: [0]).values.item.isNaN)
        #expect(
            try ocean.regridded(latitudes: [15], longitudes: [-45]).values.item
                == ocean.select(["lat": 15, "lon": 315]).values.item)
        #expect(
            try sst.regridded(
                latitudes: [-15, 15], longitudes: [135, 180], method: .conservative(minimumCoverage: 0.5)
            ).select(["lat": .index(0), "lon": .index(0)]).values.doubles.allSatisfy(\.isNaN))
        #expect(message { try ocean.regridded(latitudes: [1, 3, 2], longitudes: [0]) }.contains("must rise or fall"))
        #expect(
            message { try ocean.mean(over: ["lat"]).regridded(latitudes: [1], longitudes: [0]) }.contains(
                "needs latitudes and longitudes"))
    }

    @Test func gapsAreFilled() throws {
        #expect(try sst.filled(.value(0)).missingShare == 0)
        let means = try sst.filled(.mean(over: ["time"]))
        #expect(means.missingShare == 36.0 / (36 * 48))
        #expect(means.values[5, 4, 6].item == (try sst.mean(over: ["time"]).values[4, 6].item))
        let nearest = try sst.filled(.nearest)
        #expect(nearest.missingShare == 0)
        let here = nearest.values[0, 2, 3].item
        #expect([(1, 3), (3, 3), (2, 2), (2, 4)].contains { sst.values[0, $0.0, $0.1].item == here })
    }

    @Test func windowsNeverHoldTheirTargets() throws {
        let series = Field(
            "x", Tensor((0..<20).map(Double.init)), dimensions: ["time"],
            coordinates: [Coordinate("time", numbers: (0..<20).map(Double.init))])
        for (length, horizon, step) in [(1, 1, 1), (3, 1, 1), (4, 3, 2), (19, 1, 1)] {
            let (inputs, targets) = try series.windows(length, step: step, horizon: horizon)
            #expect(inputs.dimensions == ["time", "lag"] && inputs.shape == [targets.shape[0], length])
            for (sample, target) in targets.values.doubles.enumerated() {
                let window = inputs.values[sample].doubles
                #expect(window == (0..<length).map { target - Double(horizon) - Double(length - 1 - $0) })
                #expect(
                    inputs.coordinate("time")!.numbers![sample] == window.last
                        && targets.coordinate("time")!.numbers![sample] == target)
            }
        }
        let (inputs, targets) = try sst.windows(12, horizon: 3, of: sst.mean(over: ["lat", "lon"]))
        #expect(inputs.shape == [22, 12, 6, 8] && targets.shape == [22])
        expectClose(inputs.values[4, 11].doubles, sst.values[15].doubles, 0)
        #expect(message { try series.windows(20) }.contains("too few"))
    }

    @Test func largeWholeLabelsAreToldApart() {
        let field = Field(
            "t", Tensor([1.0]), dimensions: ["station"], coordinates: [Coordinate("station", numbers: [16_777_216])])
        #expect(throws: DataError.self) { try field.select(["station": 16_777_217]) }
    }

    @Test func stationsHaveNoAreas() {
        let field = Field(
            "t", Tensor([1.0, 2]), dimensions: ["station"],
            coordinates: [Coordinate("lat", dimension: "station", labels: .numbers([10, 60]))])
        #expect(throws: DataError.self) { try field.mean(weights: .cellArea) }
    }

    @Test func numbersThatAreNoLatitudesHaveNoAreas() throws {
        func mean(_ latitudes: [Double]) throws -> Double {
            try Field(
                "t", Tensor(latitudes.indices.map(Double.init)), dimensions: ["lat"],
                coordinates: [Coordinate("lat", numbers: latitudes)]
            ).mean(weights: .cellArea).values.item
        }
        for latitudes in [[10, 90, 170], [170]] as [[Double]] {
            #expect(message { try mean(latitudes) }.contains("170.0 is no latitude in degrees"), "\(latitudes)")
        }
        // The last of np.arange(-90, 90.1, 0.2); a row at a pole alone has all the area.
        expectClose(try mean([-90, 0, 90.00000000000256]), 1)
        #expect(try mean([90]) == 0)
    }

    @Test func columnsGoOnBehindGreenwichInRegridding() throws {
        func field(_ longitudes: [Double]) -> Field {
            Field(
                "t", Tensor([1.0, 2, 3, 4], shape: [1, 4]), dimensions: ["lat", "lon"],
                coordinates: [Coordinate("lat", numbers: [0]), Coordinate("lon", numbers: longitudes)])
        }
        var rows = Coordinate("lat", numbers: [0])
        rows.bounds = [-5...5]
        var (jumping, even) = (field([350, 355, 0, 5]), field([-10, -5, 0, 5]))
        for i in 0..<2 where jumping.coordinates[i].name == "lat" { jumping.coordinates[i] = rows }
        for i in 0..<2 where even.coordinates[i].name == "lat" { even.coordinates[i] = rows }
        func coarse(_ field: Field) throws -> [Double] {
            try field.regridded(latitudes: [-2, 2], longitudes: [-7.5, 2.5], method: .conservative()).values.doubles
        }
        #expect(try coarse(jumping) == coarse(even))
    }

    @Test func cellsThatNobodyKnowsAreNotRegridded() throws {
        let one = sst.sliced(2..<3, along: "lat")
        #expect(
            message { try one.regridded(latitudes: [-15, 0], longitudes: [0, 90], method: .conservative()) }.contains(
                "the values of \"lat\" are too few to know how large a cell is"))
        #expect(
            message { try sst.regridded(latitudes: [0, 10], longitudes: [0], method: .conservative()) }.contains(
                "the new values of \"lon\" are too few"))
        let mixed = sst.taking([0, 4, 2, 6], along: "lon")
        #expect(
            message { try mixed.regridded(latitudes: [0, 10], longitudes: [0, 90], method: .conservative()) }.contains(
                "the values of \"lon\" neither rise nor fall throughout"))
    }

    @Test func aHairBeforeTheFirstLongitudeIsNoGap() throws {
        let ocean = try sst.filled(.value(9))
        let beside = try ocean.regridded(latitudes: [15], longitudes: [-2.8e-14]),
            there = try ocean.regridded(latitudes: [15], longitudes: [0])
        expectClose(beside.values, there.values)
    }

    @Test func aWindowMayBeLongerThanAnyAxis() throws {
        let field = Field("t", Tensor([1.0, 3]), dimensions: ["time"])
        #expect(try field.rollingMean(.max, minimumCount: 1).values.doubles == [1, 2])
        #expect(try field.rollingMean(.max, centered: true, minimumCount: 1).values.doubles == [2, 2])
    }
}
