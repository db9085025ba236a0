import Foundation
import TernCore
import TernData
import TestSupport
import Testing

/// Several files, or several readers of one.
@Suite struct JoiningTests {
    private let folder = TemporaryFolder()

    private func write(_ name: String, _ coordinate: Coordinate, latitudes: [Double] = [-30, 30]) throws -> String {
        let values = Tensor(
            (0..<coordinate.count * latitudes.count).map(Double.init), shape: [coordinate.count, latitudes.count])
        let field = Field(
            "t", values, dimensions: [coordinate.name, "lat"],
            coordinates: [coordinate, Coordinate("lat", numbers: latitudes, attributes: ["units": "degrees_north"])])
        try Dataset([field]).write(to: folder.path(name))
        return folder.path(name)
    }

    private func months(_ months: Range<Int>, _ calendar: CalendarDate.Calendar = .standard) -> Coordinate {
        Coordinate(
            "time",
            times: months.map { CalendarDate(year: 2000 + $0 / 12, month: $0 % 12 + 1, day: 15, calendar: calendar) })
    }

    private func refusal(_ paths: [String], along dimension: String = "time") throws -> String {
        let error = #expect(throws: DataError.self) { try Dataset(contentsOf: paths, along: dimension).field("t") }
        return error?.description ?? ""
    }

    @Test func filesFollowTheirTimesWhateverTheirNames() throws {
        let paths = [
            try write("a.nc", months(24..<30)), try write("b.nc", months(0..<12)), try write("c.zarr", months(12..<24)),
        ]
        let joined = try Dataset(contentsOf: paths, along: "time").field("t")
        #expect(joined.coordinate("time")?.times == months(0..<30).times)
        #expect(joined.values.doubles.map(Int.init) == Array(0..<24) + Array(0..<24) + Array(0..<12))
        let numbered = [
            try write("d.nc", Coordinate("member", numbers: [3])),
            try write("e.nc", Coordinate("member", numbers: [1])),
        ]
        #expect(try Dataset(contentsOf: numbered, along: "member").field("t").coordinate("member")?.numbers == [1, 3])
    }

    @Test func filesWhoseLabelsFallGoOnFalling() throws {
        func band(_ name: String, _ levels: [Double]) throws -> String {
            try write(name, Coordinate("level", numbers: levels), latitudes: [0])
        }
        let paths = [try band("a.nc", [0, -30, -60]), try band("b.nc", [90, 60, 30]), try band("c.nc", [-90])]
        let joined = try Dataset(contentsOf: paths, along: "level").field("t")
        #expect(joined.coordinate("level")?.numbers == [90, 60, 30, 0, -30, -60, -90])
        #expect(joined.values.doubles == [0, 1, 2, 0, 1, 2, 0])
    }

    @Test func stepsOfTwoFilesDoNotCountTwice() throws {
        let a = try write("a.nc", months(0..<12)), b = try write("b.nc", months(10..<24)),
            c = try write("c.nc", months(24..<25))
        #expect(
            try refusal([a, b, c]).hasPrefix(
                "\(b): time 2000-11-15 and 1 more are in \(a) too, and would count twice; name files that do not overlap"
            ))
        #expect(try refusal([c, a, c]).hasPrefix("\(c): time 2002-01-15 is in \(c) too"))
    }

    @Test func labelsThatCannotFollowEachOtherAreRefused() throws {
        let a = try write("a.nc", months(0..<12)), b = try write("b.nc", months(12..<24, .days360))
        #expect(
            try refusal([a, b]).hasPrefix(
                "\(b): the labels of \"time\" cannot follow those of \(a): units or calendars differ"))
        let c = try write("c.nc", months(12..<24), latitudes: [40, -30])
        #expect(
            try refusal([a, c]).hasPrefix(
                "\(c): variable \"t\": coordinate \"lat\" has 40 here where it has -30 in \(a), so the files cannot be joined"
            ))
        let d = try write("d.nc", Coordinate("level", numbers: [1000], attributes: ["units": "hPa"]))
        let e = try write("e.nc", Coordinate("level", numbers: [90000], attributes: ["units": "Pa"]))
        #expect(try refusal([d, e], along: "level").contains("convert one"))
    }

    @Test func labelsAreFoundWhereverTheyStand() {
        let longitude = Coordinate("lon", numbers: [0, 90, 180, 270])
        #expect(longitude.places(of: Coordinate("lon", numbers: [-180, -90, -0.00001, 90])) == [2, 3, 0, 1])
        #expect(longitude.places(of: Coordinate("lon", numbers: [359.99999, 90, 180, 270])) == [0, 1, 2, 3])
        #expect(longitude.places(of: Coordinate("lon", numbers: [0, 90, 180, 271])) == nil)
        #expect(longitude.places(of: Coordinate("lon", numbers: [0, 90, 180, 360])) == nil)
        let level = Coordinate("level", numbers: [100_000, 0.1, 0.05])
        #expect(level.places(of: Coordinate("level", numbers: [0.05, 100_000.001, 0.1])) == [2, 0, 1])
        #expect(level.firstDifference(from: Coordinate("level", numbers: [100_000, 0.05, 0.1]))?.other == 0.05)
        let fine = (0..<5).map { Double($0) / 20_000 }, grid = Coordinate("lat", numbers: fine)
        #expect(grid.places(of: Coordinate("lat", numbers: fine.reversed())) == [4, 3, 2, 1, 0])
        let names = Coordinate("name", labels: .texts(["a", "b"]))
        #expect(names.places(of: Coordinate("name", labels: .texts(["b", "a"]))) == [1, 0])
        #expect(names.places(of: Coordinate("name", labels: .texts(["b", "b"]))) == nil)
        #expect(names.places(of: Coordinate("name", labels: .texts(["b"]))) == [1])
        #expect(Coordinate("name", labels: .texts(["a", "b", "b"])).places(of: names) == nil)
        #expect(Coordinate("x", numbers: [1, 2, 2]).places(of: Coordinate("x", numbers: [2, 1])) == nil)
    }

    @Test func labelsInAnotherOrderAreLaidAsInTheFirstFile() throws {
        let a = try write("a.nc", months(0..<2)), b = try write("b.nc", months(2..<4), latitudes: [30, -30])
        let joined = try Dataset(contentsOf: [a, b], along: "time").field("t")
        #expect(joined.values.doubles == [0, 1, 2, 3, 1, 0, 3, 2] && joined.coordinate("lat")?.numbers == [-30, 30])
        func turned(_ name: String, _ time: Int, _ longitudes: [Double]) throws -> String {
            let lon = Coordinate("lon", numbers: longitudes, attributes: ["units": "degrees_east"])
            let field = Field(
                "t", Tensor([[0.0, 1, 2, 3]]), dimensions: ["time", "lon"], coordinates: [months(time..<time + 1), lon])
            try Dataset([field]).write(to: folder.path(name))
            return folder.path(name)
        }
        let files = [try turned("c.nc", 0, [0, 90, 180, 270]), try turned("d.nc", 1, [-180, -90, 0, 90])]
        let round = try Dataset(contentsOf: files, along: "time").field("t")
        #expect(
            round.values.doubles == [0, 1, 2, 3, 2, 3, 0, 1] && round.coordinate("lon")?.numbers == [0, 90, 180, 270])
    }

    @Test func partsOfJoinedFilesAreInTheOrderOfTheFirst() throws {
        let a = try write("a.nc", months(0..<2), latitudes: [-30, 0, 30]),
            b = try write("b.nc", months(2..<4), latitudes: [30, 0, -30])
        let data = try Dataset(contentsOf: [a, b], along: "time"), whole = try data.field("t")
        #expect(whole.coordinate("lat")?.numbers == [-30, 0, 30])
        let parts: [[String: Range<Int>]] = [
            ["time": 2..<4], ["time": 2..<4, "lat": 0..<1], ["time": 1..<3, "lat": 1..<3], ["lat": 0..<2],
            ["time": 2..<2, "lat": 0..<2],
        ]
        for places in parts {
            let part = try data.field("t", at: places),
                expected = places.reduce(whole) { $0.sliced($1.value, along: $1.key) }
            #expect(part.shape == expected.shape && part.values.doubles == expected.values.doubles, "\(places)")
            #expect(part.coordinate("lat") == expected.coordinate("lat"), "\(places)")
        }
    }

    /// xarray: `open_mfdataset` decodes times and bounds of each file by its own origin.
    @Test func timesThatFilesCountFromTheirOwnYearAreCountedAsInTheFirst() throws {
        func file(_ name: String, _ units: String, from day: Double, calendar: String = "standard") throws -> String {
            try ClassicNetCDF(
                dimensions: [("time", 2), ("bnds", 2)],
                [
                    .init(
                        "time", ["time"], .doubles([day + 15, day + 45]),
                        [("units", .text(units)), ("bounds", .text("time_bnds"))]),
                    .init("time_bnds", ["time", "bnds"], .doubles([day, day + 31, day + 31, day + 60])),
                    .init(
                        "start", ["time"], .doubles([day, .nan]),
                        [("units", .text(units)), ("calendar", .text(calendar))]),
                ]
            ).write(to: folder.path(name))
            return folder.path(name)
        }
        let a = try file("a.nc", "days since 2000-01-01", from: 0),
            b = try file("b.nc", "days since 2001-01-01", from: 0),
            c = try file("c.nc", "days since 2000-01-01", from: 366)
        for second in [b, c] {
            let data = try Dataset(contentsOf: [a, second], along: "time")
            #expect(try data.field("time_bnds").values.doubles == [0, 31, 31, 60, 366, 397, 397, 426])
            #expect(try data.field("time").values.doubles == [15, 45, 381, 411])
            #expect(try data.field("time", at: ["time": 2..<3]).values.doubles == [381])
            let start = try data.field("start")
            #expect(start.values.doubles.map(\.description) == ["0.0", "nan", "366.0", "nan"])
            #expect(start.units == "days since 2000-01-01" && start.coordinate("time")?.times?.last?.year == 2001)
        }
        let d = try file("d.nc", "days since 2001-01-01", from: 0, calendar: "noleap")
        #expect(
            message { try Dataset(contentsOf: [a, d], along: "time").field("start") }.contains(
                "variable \"start\" counts in the calendar noleap, in \(a) in standard; convert one"))
    }

    @Test func textsAreJoinedAlongAnyOfTheirDimensions() throws {
        func file(_ name: String, _ letters: String, from day: Double, models: [Double] = [1, 2]) throws -> String {
            try ClassicNetCDF(
                dimensions: [("model", 2), ("time", 2), ("letter", 1)],
                [
                    .init("time", ["time"], .doubles([day, day + 1]), [("units", .text("days since 2000-01-01"))]),
                    .init("model", ["model"], .doubles(models)),
                    .init("who", ["model", "time", "letter"], .text(letters)),
                ]
            ).write(to: folder.path(name))
            return folder.path(name)
        }
        let a = try file("a.nc", "abcd", from: 0), b = try file("b.nc", "efgh", from: 2),
            turned = try file("c.nc", "ghef", from: 2, models: [2, 1])
        #expect(
            try Dataset(contentsOf: [a, b], along: "time").texts("who") == ["a", "b", "e", "f", "c", "d", "g", "h"])
        #expect(
            message { try Dataset(contentsOf: [a, turned], along: "time").texts("who") }.contains(
                "variable \"who\": coordinate \"model\" has 2 here where it has 1 in \(a), so the files cannot be joined"
            ))
    }

    @Test func aLockThatIsSoonGoneIsWaitedFor() throws {
        let path = try write("locked.nc", months(0..<2)), file = open(path, O_RDWR)
        #expect(flock(file, LOCK_EX) == 0)
        Thread.detachNewThread {
            usleep(100_000)
            close(file)
        }
        #expect(try Dataset(contentsOf: path).field("t").values.doubles == [0, 1, 2, 3])
    }

    /// HDF5 1.10 ends the process where a file with texts is open twice.
    @Test func aFileWithTextsIsOpenedAsOftenAsOneLikes() throws {
        let field = Field(
            "t", Tensor([1.0, 2]), dimensions: ["station"],
            coordinates: [Coordinate("name", dimension: "station", labels: .texts(["Oslo", "Å"]))])
        for name in ["a.nc", "b.nc"] { try Dataset([field]).write(to: folder.path(name)) }
        var random = RandomState(seed: 3), open = [Dataset?](repeating: nil, count: 6)
        for _ in 0..<400 {
            let i = Int(random.uniform() * 6)
            if let data = open[i] {
                if random.uniform() < 0.5 { open[i] = nil } else { #expect(try data.texts("name") == ["Oslo", "Å"]) }
            } else {
                open[i] = try Dataset(contentsOf: folder.path(random.uniform() < 0.5 ? "a.nc" : "b.nc"))
            }
        }
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link.nc"), withDestinationPath: folder.path("a.nc"))
        #expect(try Dataset(contentsOf: folder.path("link.nc")).field("t").values.doubles == [1, 2])
        // A file that stands in the place of one that is open is read anew.
        open = [try Dataset(contentsOf: folder.path("a.nc"))]
        var other = field
        other.values = Tensor([3.0, 4])
        try Dataset([other]).write(to: folder.path("a.nc"))
        #expect(try Dataset(contentsOf: folder.path("a.nc")).field("t").values.doubles == [3, 4])
        #expect(try open[0]?.field("t").values.doubles == [1, 2])
    }
}
