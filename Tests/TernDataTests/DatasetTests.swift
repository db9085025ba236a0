import Foundation
import TernCore
import TernData
import TestSupport
import Testing

@Suite struct DatasetTests {
    private let folder = TemporaryFolder()

    private func open(_ name: String) throws -> Dataset { try Dataset(contentsOf: FieldFixtures.path(name)) }

    @Test(arguments: [("classic.nc", "classic"), ("offset64.nc", "64-bit offset"), ("netcdf4.nc", "netCDF-4")])
    func everyFormatHoldsTheSame(_ name: String, _ format: String) throws {
        let data = try open(name)
        #expect(data.format == format)
        #expect(data.attributes["title"]?.text == "a small sea")
        #expect(data.dimensions.first { $0.name == "time" } == Dataset.Dimension("time", length: 3, isUnlimited: true))
        #expect(try data.variable("sst").type == .float)
        let sst = try data.field("sst")
        let globe = try FieldFixtures.globe().sliced(0..<3, along: "time").sliced(0..<4, along: "lon")
        #expect(sst.dimensions == ["time", "lat", "lon"] && sst.values.dtype == .float32)
        expectClose(sst.values.doubles, globe.values.cast(to: .float32).doubles, 0)
        #expect(sst.coordinates.map(\.name) == ["time", "lat", "lon", "flag"])
        #expect(sst.coordinate("time")?.times == globe.coordinate("time")?.times)
        #expect(sst.units == "degC" && sst.attributes["_FillValue"] == nil)
        #expect(data.dataVariables.map(\.name) == ["sst"])
    }

    @Test func partsAreReadAlone() throws {
        for name in ["classic.nc", "netcdf4.nc"] {
            let data = try open(name)
            let part = try data.field("sst", at: ["time": 1..<3, "lon": 2..<3])
            let whole = try data.field("sst").sliced(1..<3, along: "time").sliced(2..<3, along: "lon")
            #expect(part.shape == [2, 6, 1])
            expectClose(part.values.doubles, whole.values.doubles, 0)
            #expect(part.coordinates == whole.coordinates)
            #expect(try data.field("sst", at: ["time": 0..<0]).shape == [0, 6, 4])
        }
    }

    @Test func packedNumbersAreUnpackedAsXarrayDoes() throws {
        let data = try open("packed.nc")
        for (name, expected) in FieldFixtures.expected.packed.sorted(by: { $0.key < $1.key }) {
            // One has a valid_range, from 0 to 5, which xarray leaves to its user.
            let field = try data.field(name),
                values = expected.values.doubles.map { name == "missing_value" && !(0...5).contains($0) ? .nan : $0 }
            expectClose(field.values.doubles, values, 0, name)
            if expected.type.hasPrefix("float") { #expect(field.values.dtype.description == expected.type, "\(name)") }
        }
    }

    @Test func labelsAlongADimensionBecomeCoordinates() throws {
        let data = try open("labels.nc")
        let rain = try data.field("rain")
        #expect(rain.coordinates.map(\.name).sorted() == ["code", "height", "model", "month_time", "station", "time"])
        #expect(rain.coordinate("station")?.texts == ["Köln", "Ulm", "Bonn", "Trier"])
        #expect(rain.coordinate("code")?.texts == ["kol", "ulm", "bonn", "trier"])
        #expect(rain.coordinate("model")?.numbers == [0, 0, 1, 1])
        #expect(rain.coordinate("time")?.times?.map(\.description) == ["2000-01-16", "2000-02-16", "2000-03-16"])
        #expect(rain.coordinate("time")?.bounds == [0...30, 30...60, 60...90])
        #expect(try data.texts("station").count == 4)
        #expect(try data.field("model_a/rain").values.doubles == [1, 2, 3, 4])
        #expect(try rain.select(["model": 1]).shape == [2, 3])
        #expect(try rain.select(["station": "Ulm"]).values[0].doubles == [3, 4, 5])
    }

    @Test(arguments: ["plain", "zlib", "gzip", "lz4", "blosc_zlib", "nested"])
    func everyCompressionOfZarrIsRead(_ name: String) throws {
        let data = try open("small.zarr")
        let field = try data.field(name)
        expectClose(field.values.doubles, FieldFixtures.expected.zarr.doubles, 0)
        #expect(
            field.coordinate("time")?.times?.map(\.description) == [
                "2000-01-16", "2000-02-16", "2000-03-16", "2000-04-16",
            ])
        for (time, lat, lon) in [(0..<1, 0..<6, 0..<8), (2..<4, 3..<5, 4..<6), (1..<3, 5..<6, 7..<8)] {
            let part = try data.field(name, at: ["time": time, "lat": lat, "lon": lon])
            let expected = field.sliced(time, along: "time").sliced(lat, along: "lat").sliced(lon, along: "lon")
            expectClose(part.values.doubles, expected.values.doubles, 0)
        }
    }

    @Test func textsAndFillValuesOfZarrAreRead() throws {
        let data = try open("small.zarr")
        #expect(try data.texts("name") == ["ä", "b", "c", "d", "e", "f"])
        #expect(try data.texts("word") == ["one", "two", "", "fünf", "six", "seven"])
        expectClose(try data.field("short").values.doubles, [0, 1, 2, .nan, 4, 5, 6, 7])
        #expect(data.attributes["title"]?.text == "a small sea")
        #expect(try data.field("nested").units == "degC")
    }

    @Test func filesAreJoinedAlongTime() throws {
        let globe = try FieldFixtures.globe()
        let paths = [0..<10, 10..<25, 25..<36].enumerated().map { index, range in
            let path = folder.path("\(index).nc")
            try! Dataset([globe.sliced(range, along: "time")]).write(to: path)
            return path
        }
        let data = try Dataset(contentsOf: paths, along: "time")
        #expect(data.length(of: "time") == 36)
        expectClose(try data.field("sst").values.doubles, globe.values.doubles, 0)
        #expect(try data.field("sst").coordinate("time")?.times == globe.coordinate("time")?.times)
        let part = try data.field("sst", at: ["time": 8..<27, "lat": 1..<2])
        expectClose(part.values, globe.sliced(8..<27, along: "time").sliced(1..<2, along: "lat").values, 0)
        #expect(try data.field("sst", at: ["time": 10..<10]).shape == [0, 6, 8])
    }

    @Test func filesThatDifferAreNotJoined() throws {
        let globe = try FieldFixtures.globe().sliced(0..<4, along: "time")
        var kelvin = globe
        kelvin.attributes["units"] = "K"
        for (name, field) in [
            ("a", globe), ("b", try FieldFixtures.globe().sliced(4..<6, along: "time")), ("k", kelvin),
            ("n", globe.sliced(0..<2, along: "lat")), ("o", globe.renamed("other")),
        ] {
            try Dataset([field]).write(to: folder.path(name + ".nc"))
        }
        func join(_ name: String, along dimension: String = "time") -> String {
            message { try Dataset(contentsOf: [folder.path("a.nc"), folder.path(name + ".nc")], along: dimension) }
        }
        #expect(join("b").isEmpty)
        #expect(join("k").contains("variable \"sst\" is in \"K\", in"))
        #expect(join("n").contains("which may differ along \"time\" alone"))
        #expect(join("o").contains("there is no variable \"sst\", which"))
        #expect(join("a", along: "tme").contains("did you mean \"time\"?"))
    }

    @Test func timesThatCannotBeReadAreExplained() throws {
        func message(units: Attribute, calendar: Attribute) throws -> String {
            let field = Field(
                "x", Tensor([1.0, 2]), dimensions: ["time"],
                coordinates: [
                    Coordinate("time", numbers: [0, 1], attributes: ["units": units, "calendar": calendar])
                ])
            try Dataset([field]).write(to: folder.path("t.nc"))
            #expect(
                try Dataset(contentsOf: folder.path("t.nc")).field("x", decodingTimes: false).coordinate("time")?
                    .numbers == [0, 1])
            let data = try Dataset(contentsOf: folder.path("t.nc"))
            // They count on as numbers.
            #expect(try data.field("x").coordinate("time")?.numbers == [0, 1])
            return data.timeComplaint("time") ?? ""
        }
        #expect(
            try message(units: "days since 2000-01-01", calendar: "mayan").contains("the calendar \"mayan\" is unknown")
        )
        #expect(try message(units: "days since 2000-31-01", calendar: "noleap").contains("\"2000-31-01\""))
    }

    @Test func mistakesAreNamed() throws {
        #expect(message { try open("no.nc") }.hasSuffix("no.nc: there is no such file"))
        #expect(
            message { try Dataset(contentsOf: folder.write("lat,lon\n1,2\n", as: "a.nc")) }.contains(
                "this is a table of text, and no NetCDF file"))
        #expect(message { try Dataset(contentsOf: folder.url.path) }.contains("no Zarr store"))
        let data = try open("netcdf4.nc")
        #expect(
            message { try data.field("ssst") }.contains(
                "there is no variable \"ssst\"; did you mean \"sst\"? the variables are"))
        #expect(
            message { try data.field("sst", at: ["tme": 0..<1]) }.contains(
                "no dimension \"tme\"; did you mean \"time\"?"))
        #expect(
            message { try data.field("sst", at: ["time": 0..<4]) }.contains(
                "0..<4 is outside dimension \"time\" of length 3"))
        let labels = try open("labels.nc")
        #expect(message { try labels.field("station") }.contains("holds texts"))
        #expect(message { try labels.field("height").select(["sample": 1]) }.contains("no coordinate to select by"))
    }

    @Test(arguments: ["classic.nc", "offset64.nc", "netcdf4.nc"])
    func everyCutFileIsRefused(_ name: String) throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: FieldFixtures.path(name)))
        for count in stride(from: 0, to: whole.count - 3, by: name == "netcdf4.nc" ? 997 : 13) {
            let path = folder.write(whole.prefix(count), as: "cut.nc")
            #expect(throws: DataError.self, "\(count) of \(whole.count) bytes") {
                try Dataset(contentsOf: path).field("sst")
            }
        }
    }

    @Test func manyThreadsReadAtOnce() throws {
        let paths = ["classic.nc", "netcdf4.nc", "globe.nc"].map { FieldFixtures.path($0) }
        let expected = try paths.map { try Dataset(contentsOf: $0).field("sst").values.doubles }
        DispatchQueue.concurrentPerform(iterations: 60) { i in
            let read = try? Dataset(contentsOf: paths[i % 3]).field("sst").values.doubles
            expectClose(read ?? [], expected[i % 3], 0)
        }
    }
}
