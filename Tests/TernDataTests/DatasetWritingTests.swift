import Foundation
import Synchronization
import TernCore
import TernData
import TestSupport
import Testing

@Suite struct DatasetWritingTests {
    private let folder = TemporaryFolder()

    /// A field with every kind of label.
    private var field: Field {
        let times = (0..<4).map {
            CalendarDate(year: 1999 + $0, month: 12, day: 30, seconds: 43200, calendar: .days360)
        }
        return Field(
            "rain", Tensor((0..<12).map { $0 == 5 ? .nan : Double($0) / 7 }, shape: [4, 3]),
            dimensions: ["time", "lat"],
            coordinates: [
                Coordinate("time", times: times, attributes: ["units": "hours since 1900-01-01"]),
                Coordinate(
                    "lat", labels: .numbers([-30, 0, 45.5]), attributes: ["units": "degrees_north"],
                    bounds: [-45 ... -15, -15...20, 20...70]),
                Coordinate("model", dimension: "time", numbers: [0, 0, 3, 3]),
                Coordinate("zone", dimension: "lat", labels: .texts(["süd", "tropics", "n"])),
            ],
            attributes: ["units": "mm day-1", "level": 2.5])
    }

    /// What the path does not ask for.
    private func format(_ name: String) -> Dataset.Format? { ["old.nc": .netCDF3, "old.zarr": .zarr2][name] }

    @Test(arguments: ["rain.nc", "old.nc", "rain.zarr", "old.zarr", "rain.zarr.zip"])
    func fieldsAreReadBackTheSame(_ name: String) throws {
        let path = folder.path(name)
        try Dataset([field], attributes: ["title": "ä test"]).write(to: path, as: format(name))
        let data = try Dataset(contentsOf: path)
        #expect(data.attributes["title"]?.text == "ä test")
        #expect(data.attributes["Conventions"]?.text == "CF-1.11")
        let back = try data.field("rain")
        expectClose(back.values.doubles, field.values.doubles, 0)
        #expect(back.dimensions == field.dimensions && back.attributes == field.attributes)
        for coordinate in field.coordinates {
            let other = try #require(back.coordinate(coordinate.name))
            #expect(
                other.labels == coordinate.labels && other.dimension == coordinate.dimension
                    && other.bounds == coordinate.bounds)
        }
        #expect(folder.contents == [name])
    }

    /// Beside a field along its dimension it labels that, as the number of a model or a year does.
    @Test func aSeriesOfIntegersAloneIsData() throws {
        let year = ClassicNetCDF.Variable("year", ["year"], .doubles([1999, 2000, 2001]))
        let storms = ClassicNetCDF.Variable("storms", ["year"], .integers([4, 0, 7]))
        let rain = ClassicNetCDF.Variable("rain", ["year"], .doubles([1.5, 2, 3]))
        try ClassicNetCDF(dimensions: [("year", 3)], [year, storms]).write(to: folder.path("a.nc"))
        try ClassicNetCDF(dimensions: [("year", 3)], [year, storms, rain]).write(to: folder.path("b.nc"))
        let data = try Dataset(contentsOf: folder.path("a.nc"))
        #expect(data.dataVariables.map(\.name) == ["storms"])
        #expect(try Dataset(contentsOf: folder.path("b.nc")).dataVariables.map(\.name) == ["rain"])
        try data.write(to: folder.path("c.nc"))
        #expect(try Dataset(contentsOf: folder.path("c.nc")).field("storms").values.doubles == [4, 0, 7])
    }

    /// Parts of a day that no number of days says exactly.
    @Test(arguments: [(43200.0, "days"), (23400, "seconds"), (0.5, "seconds")])
    func timesAreReadBackTheSame(_ seconds: Double, _ unit: String) throws {
        let times = [1000, 1970, 2400].map { CalendarDate(year: $0, month: 2, day: 28, seconds: seconds) }
        let field = Field(
            "v", Tensor([1.0, 2, 3]), dimensions: ["time"], coordinates: [Coordinate("time", times: times)])
        try Dataset([field]).write(to: folder.path("times.nc"))
        let data = try Dataset(contentsOf: folder.path("times.nc"))
        #expect(try data.field("v").coordinate("time")?.times == times)
        #expect(try data.variable("time").attributes["units"]?.text?.hasPrefix(unit) == true)
    }

    @Test(arguments: ["a.nc", "a.zarr", "old.zarr", "a.zarr.zip"])
    func packedFieldsKeepSixteenBits(_ name: String) throws {
        try Dataset([field]).write(to: folder.path(name), as: format(name), packing: ["rain"])
        let data = try Dataset(contentsOf: folder.path(name))
        #expect(try data.variable("rain").type == .short)
        expectClose(try data.field("rain").values.doubles, field.values.doubles, 11 / 7.0 / 131_000)
        #expect(
            message { try Dataset([field]).write(to: folder.path("b.nc"), packing: ["rains"]) }.contains(
                "did you mean \"rain\"?"))
    }

    @Test(arguments: [[1, .infinity], [-1.5e308, 1.5e308], [1e16, 1e16 + 2], [0, .leastNonzeroMagnitude]])
    func whatSixteenBitsCannotTellApartIsNotPacked(_ values: [Double]) throws {
        let field = Field("x", Tensor(values), dimensions: ["place"])
        for name in ["a.nc", "a.zarr"] {
            #expect(
                message { try Dataset([field]).write(to: folder.path(name), packing: ["x"]) }.contains(
                    "steps of 16 bits cannot tell apart"))
        }
        #expect(folder.contents.isEmpty)
    }

    @Test(arguments: ["a.nc", "a.zarr", "old.zarr", "a.zarr.zip"], [-1, 10])
    func thereAreTenLevelsOfCompression(_ name: String, _ level: Int) throws {
        let path = folder.path(name)
        let complaints = [
            message { try Dataset([field]).write(to: path, as: format(name), compression: level) },
            message { try DatasetWriter(to: path, along: "time", as: format(name), compression: level) },
        ]
        #expect(complaints.allSatisfy { $0.contains("it goes from 0 (none) to 9 (most)") }, "\(complaints)")
        #expect(folder.contents.isEmpty)
    }

    @Test(arguments: ["day as %Y%m%d.%f", "days since 2000-01-01"])
    func boundsOfTimesAreNeverInOtherUnitsThanTheTimes(_ units: String) throws {
        let time = Coordinate(
            "time",
            labels: .times([CalendarDate(year: 2000, month: 1, day: 16), CalendarDate(year: 2000, month: 2, day: 15)]),
            attributes: ["units": .text(units)], bounds: [0...31, 31...60])
        let path = folder.path("a.nc")
        try Dataset([Field("x", Tensor([1.0, 2]), dimensions: ["time"], coordinates: [time])]).write(to: path)
        let back = try #require(Dataset(contentsOf: path).field("x").coordinate("time"))
        #expect(back.labels == time.labels && back.bounds == (units.contains("since") ? time.bounds : nil))
    }

    @Test(arguments: ["zarr.json", ".zgroup", ".zmetadata", ".zarray"])
    func whateverMarksAStoreLetsItBeReplaced(_ mark: String) throws {
        let path = folder.path("a.zarr")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        _ = folder.write("{}", as: "a.zarr/\(mark)")
        try Dataset([field]).write(to: path)
        #expect(try Dataset(contentsOf: path).dataVariables.map(\.name) == ["rain"])
    }

    @Test func aStoreReplacesAStoreAndNothingElse() throws {
        let path = folder.path("a.zarr")
        try Dataset([field]).write(to: path)
        try Dataset([field.renamed("snow")]).write(to: path)
        #expect(try Dataset(contentsOf: path).dataVariables.map(\.name) == ["snow"])
        try FileManager.default.createDirectory(atPath: folder.path("b.zarr"), withIntermediateDirectories: false)
        #expect(message { try Dataset([field]).write(to: folder.path("b.zarr")) }.contains("it is not replaced"))
        #expect(message { try Dataset([field]).write(to: folder.path("no/a.nc")) }.contains("does not exist"))
        #expect(folder.contents == ["a.zarr", "b.zarr"])
    }

    /// A file system that cannot let two folders change names shows none for a moment.
    private static var exchangesFolders: Bool {
        let folder = TemporaryFolder()
        return Disk.exchange(folder.write("", as: "a"), folder.write("", as: "b"))
    }

    /// Counts how often nothing has a name.
    private final class Watch: Sendable {
        let path: String
        let isOver = Atomic(false), hasEnded = Atomic(false), absences = Atomic(0)

        init(_ path: String) { self.path = path }

        func look() {
            while !isOver.load(ordering: .relaxed) {
                if access(path, F_OK) != 0 { absences.add(1, ordering: .relaxed) }
            }
            hasEnded.store(true, ordering: .releasing)
        }
    }

    @Test(.enabled(if: exchangesFolders)) func aStoreThatIsReplacedIsAlwaysThere() throws {
        let path = folder.path("a.zarr"), watch = Watch(path)
        try Dataset([field]).write(to: path)
        Thread { watch.look() }.start()
        for _ in 0..<100 { try Dataset([field]).write(to: path) }
        watch.isOver.store(true, ordering: .relaxed)
        while !watch.hasEnded.load(ordering: .acquiring) { usleep(1000) }
        #expect(watch.absences.load(ordering: .relaxed) == 0)
        #expect(folder.contents == ["a.zarr"])
    }

    @Test(arguments: ["pieces.nc", "pieces.zarr", "old.zarr", "pieces.zarr.zip"])
    func piecesBecomeOneFile(_ name: String) throws {
        let path = folder.path(name)
        let writer = try DatasetWriter(to: path, along: "time", attributes: ["title": "pieces"], as: format(name))
        for range in [0..<1, 1..<3, 3..<4] { try writer.append([field.sliced(range, along: "time")]) }
        #expect(!FileManager.default.fileExists(atPath: path))
        try writer.finish()
        let back = try Dataset(contentsOf: path).field("rain")
        expectClose(back.values.doubles, field.values.doubles, 0)
        #expect(back.coordinate("time")?.times == field.coordinate("time")?.times)
        #expect(back.coordinate("model")?.labels == field.coordinate("model")?.labels)
    }

    @Test func piecesOfAStoreFillItsChunks() throws {
        // Three rows make a chunk of a megabyte.
        let wide = Field(
            "wide", Tensor((0..<350_000).map { Double($0) }, shape: [10, 35_000]), dimensions: ["step", "place"],
            coordinates: [
                Coordinate("step", labels: .numbers((0..<10).map { Double($0) / 4 })),
                Coordinate(
                    "name", dimension: "step", labels: .texts((0..<10).map { String(repeating: "é", count: $0) })),
            ])
        let writer = try DatasetWriter(to: folder.path("pieces.zarr"), along: "step")
        for range in [0..<1, 1..<2, 2..<9, 9..<10] { try writer.append([wide.sliced(range, along: "step")]) }
        try writer.finish()
        let back = try Dataset(contentsOf: folder.path("pieces.zarr")).field("wide")
        #expect(back.values.doubles == wide.values.doubles && back.coordinates == wide.coordinates)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path("pieces.zarr/wide/c")).sorted() == [
                "0", "1", "2", "3",
            ])
    }

    @Test func aFirstPieceOfNoLengthChangesNothing() throws {
        let field = Field(
            "n", Tensor([[1.0, 2], [3, 4]]), dimensions: ["step", "place"],
            coordinates: [Coordinate("step", numbers: [0, 1]), Coordinate("place", numbers: [5, 6])])
        let writer = try DatasetWriter(to: folder.path("empty.zarr"), along: "step")
        for range in [0..<0, 0..<2] { try writer.append([field.sliced(range, along: "step")]) }
        try writer.finish()
        let back = try Dataset(contentsOf: folder.path("empty.zarr")).field("n")
        #expect(back.values.doubles == [1, 2, 3, 4] && back.coordinate("place")?.numbers == [5, 6])
    }

    @Test func aChunkThatIsNotThereIsNoZero() throws {
        let path = folder.path("a.zarr")
        let numbers = Field("n", Tensor([1.0, 2, 3]), dimensions: ["x"])
        try Dataset([numbers]).write(to: path, as: .zarr2)
        let description = "\(path)/n/.zarray"
        let text = try String(contentsOfFile: description, encoding: .utf8).replacing(
            #/"fill_value" : "NaN"/#, with: "\"fill_value\" : null")
        try text.write(toFile: description, atomically: false, encoding: .utf8)
        try FileManager.default.removeItem(atPath: "\(path)/.zmetadata")
        #expect(try Dataset(contentsOf: path).field("n").values.doubles == [1, 2, 3])
        try FileManager.default.removeItem(atPath: "\(path)/n/0")
        #expect(
            message { try Dataset(contentsOf: path).field("n") }.contains(
                "chunk 0 is not there, and no fill_value stands for it"))
    }

    @Test func aPipeIsNoFileOfFields() throws {
        #expect(mkfifo(folder.path("p.nc"), 0o600) == 0)
        #expect(message { try Dataset(contentsOf: folder.path("p.nc")) }.contains("this is a pipe or a device"))
    }

    @Test func anUnfinishedFileIsRemoved() throws {
        var writer: DatasetWriter? = try DatasetWriter(to: folder.path("a.nc"), along: "time")
        try writer?.append([field])
        #expect(message { try writer?.append([field.sliced(0..<1, along: "lat")]) }.isEmpty == false)
        writer = nil
        #expect(folder.contents.isEmpty)
    }

    /// A Python with xarray, netCDF4 and zarr, named by TERN_PYTHON or else found as python3.
    private static let python: String? = {
        let program = ProcessInfo.processInfo.environment["TERN_PYTHON"] ?? "python3"
        return (try? run(program, ["-c", "import xarray, netCDF4, zarr"])) == nil ? nil : program
    }()

    private static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
        return String(decoding: data, as: UTF8.self)
    }

    @Test(
        .enabled(if: python != nil, "no Python with xarray, netCDF4 and zarr; TERN_PYTHON may name one"),
        arguments: ["a.nc", "old.nc", "a.zarr", "old.zarr", "a.zarr.zip"])
    func xarrayReadsWhatIsWritten(_ name: String) throws {
        let path = folder.path(name)
        try Dataset([field], attributes: ["title": "ä test"]).write(to: path, as: format(name))
        let script = """
            import sys, numpy as np, xarray as xr
            path = sys.argv[1]
            if "zarr" in path:
                import warnings, zarr
                warnings.simplefilter("ignore")
                store = zarr.storage.ZipStore(path, mode="r") if path.endswith(".zip") else path
                group = zarr.open_consolidated(store, mode="r")
                assert group.metadata.zarr_format == (2 if path.endswith("old.zarr") else 3)
                assert sorted(name for name, _ in group.arrays()) == ["lat", "lat_bnds", "model", "rain", "time", "zone"]
                assert list(zarr.open_group(store, mode="r", use_consolidated=False)["zone"][:]) == ["süd", "tropics", "n"]
                data = xr.open_zarr(store, consolidated=True)
            else:
                data = xr.open_dataset(path)
            rain = data.rain
            assert list(rain.dims) == ["time", "lat"] and rain.dtype == np.float64, rain
            expected = np.arange(12.0).reshape(4, 3) / 7
            expected[1, 2] = np.nan
            assert np.array_equal(rain.values, expected, equal_nan=True), rain.values
            assert [str(t) for t in data.time.values] == [f"{1999 + i}-12-30 12:00:00" for i in range(4)], data.time.values
            assert data.time.dt.calendar == "360_day"
            assert list(data.lat.values) == [-30, 0, 45.5] and data.lat.units == "degrees_north"
            assert list(data.model.values) == [0, 0, 3, 3] and list(data.model.dims) == ["time"]
            assert [z if isinstance(z, str) else z.decode() for z in data.zone.values] == ["süd", "tropics", "n"], data.zone.values
            assert rain.units == "mm day-1" and rain.level == 2.5 and data.title == "ä test"
            assert np.array_equal(data.lat_bnds.values, [[-45, -15], [-15, 20], [20, 70]])
            print("same", end="")
            """
        #expect(try Self.run(Self.python!, ["-c", script, path]) == "same")
    }

    @Test(arguments: ["a.nc", "a.zarr"]) func aPieceThatDoesNotFitIsRefused(_ name: String) throws {
        func piece(_ latitudes: [Double], _ type: DType = .float64, units: String = "K") -> Field {
            Field(
                "t", Tensor([1.0, 2], shape: [1, 2]).cast(to: type), dimensions: ["step", "lat"],
                coordinates: [Coordinate("lat", numbers: latitudes)], attributes: ["units": .text(units)])
        }
        let writer = try DatasetWriter(to: folder.path(name), along: "step")
        try writer.append([piece([-10, 10])])
        for odd in [piece([10, -10]), piece([-10, 10], .float32), piece([-10, 10], units: "degC")] {
            #expect(throws: DataError.self) { try writer.append([odd]) }
        }
    }

    @Test func laterTimesOfPiecesAreKept() throws {
        let writer = try DatasetWriter(to: folder.path("times.nc"), along: "time")
        let times = [CalendarDate("2001-01-01 00:00")!, CalendarDate("2001-01-01 01:00")!]
        for time in times {
            try writer.append([
                Field("t", Tensor([1.0]), dimensions: ["time"], coordinates: [Coordinate("time", times: [time])])
            ])
        }
        try writer.finish()
        #expect(try Dataset(contentsOf: folder.path("times.nc")).field("t").coordinate("time")?.times == times)
    }

    @Test func coordinatesOfOneNameMustAgree() {
        func field(_ name: String, _ levels: [Double]) -> Field {
            Field(name, Tensor([1.0, 2]), dimensions: ["level"], coordinates: [Coordinate("level", numbers: levels)])
        }
        #expect(throws: DataError.self) {
            try Dataset([field("t", [850, 500]), field("q", [700, 300])]).write(to: folder.path("levels.nc"))
        }
    }
}
