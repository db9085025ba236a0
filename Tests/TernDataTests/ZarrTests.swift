import Foundation
import TernCore
import TernData
import TestSupport
import Testing

/// Stores by zarr-python 3 and xarray.
@Suite struct ZarrTests {
    private let folder = TemporaryFolder()

    private func store(_ name: String) throws -> Dataset {
        let path = folder.path(name)
        try ZarrFixture.write(name, to: path)
        return try Dataset(contentsOf: path)
    }

    private func check(_ data: Dataset, _ expected: [String: ZarrFixture.Expected]) throws {
        #expect(Set(data.variables.map(\.name)) == Set(expected.keys))
        for (name, expected) in expected.sorted(by: { $0.key < $1.key }) {
            let variable = try data.variable(name)
            if let complaint = expected.complaint {
                #expect(
                    variable.complaint?.contains(complaint) == true, "\(name): \(variable.complaint ?? "no complaint")")
                #expect(
                    message { try data.field(name) }.contains(
                        "variable \"\(name)\" cannot be read: \(variable.complaint ?? "")"))
                continue
            }
            #expect(
                variable.complaint == nil && variable.shape == expected.shape,
                "\(name): \(variable.complaint ?? "\(variable.shape)")")
            if let dimensions = expected.dimensions { #expect(variable.dimensions == dimensions, "\(name)") }
            if let texts = expected.texts {
                #expect(try data.texts(name) == texts, "\(name)")
                continue
            }
            let field: Field
            do { field = try data.field(name) } catch {
                Issue.record("\(name): \(error)")
                continue
            }
            if let dates = expected.dates {
                let units = try TimeUnits(field.units ?? "", calendar: .prolepticGregorian)
                let wanted = dates.map {
                    CalendarDate($0.replacingOccurrences(of: "T", with: " "), calendar: .prolepticGregorian)
                }
                #expect(
                    field.values.doubles.map { units.date(for: $0) } == wanted,
                    "\(name) in \(units.text): \(field.values.doubles)")
            } else {
                let numbers = try #require(ZarrFixture.numbers(expected))
                let isSingle = field.values.dtype == .float32
                expectClose(field.values.doubles, isSingle ? numbers.map { Double(Float($0)) } : numbers, 0, name)
                if field.values.count > 0 { try checkParts(of: field, data) }
            }
        }
    }

    /// Parts that begin and end within chunks.
    private func checkParts(of field: Field, _ data: Dataset) throws {
        for step in 1...3 {
            let parts = Dictionary(
                zip(field.dimensions, field.shape.map { min(step, $0 - 1)..<max(min(step, $0 - 1) + 1, $0 - step) })
            ) { first, _ in first }
            let part = try data.field(field.name, at: parts)
            let expected = parts.reduce(field) { $0.sliced($1.value, along: $1.key) }
            expectClose(part.values, expected.values, 0, "\(field.name) at \(parts)")
        }
    }

    @Test(arguments: ZarrFixture.stores) func storesHoldWhatTheirWritersSay(_ name: String) throws {
        let data = try store(name)
        #expect(data.format == (name.contains("2.zarr") ? "Zarr 2" : "Zarr 3"))
        try check(data, ZarrFixture.expected(name))
    }

    @Test func archivesAreReadAsFolders() throws {
        let path = Fixture.path("zarr/zipped.zarr.zip")
        try check(Dataset(contentsOf: path), ZarrFixture.expected("zipped.zarr.zip"))
        // A folder that was packed by another program lies under its name.
        let field = Field("x", Tensor([1.0, 2, 3]), dimensions: ["i"])
        try Dataset([field]).write(to: folder.path("b.zarr.zip"))
        #expect(try Dataset(contentsOf: folder.path("b.zarr.zip")).field("x").values.doubles == [1, 2, 3])
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder.path("b.zarr.zip")))
        for count in stride(from: 0, to: whole.count, by: 41) {
            let cut = folder.write(whole.prefix(count), as: "cut.zarr.zip")
            #expect(throws: DataError.self) { try Dataset(contentsOf: cut).field("x") }
        }
    }

    @Test func aStoreThatIsOneArrayIsNamedAsItsFile() throws {
        _ = try store("codecs3.zarr")
        let data = try Dataset(contentsOf: folder.path("codecs3.zarr/gzip"))
        #expect(data.variables.map(\.name) == ["gzip"])
        #expect(
            try data.field("gzip").values.doubles
                == Dataset(contentsOf: folder.path("codecs3.zarr")).field("gzip").values.doubles)
    }

    @Test func xarraysMarkersAreHeeded() throws {
        for name in ["xarray2.zarr", "xarray3.zarr"] {
            let data = try store(name)
            #expect(data.attributes["title"]?.text == "a small sea")
            let rain = try data.field("rain")
            #expect(
                rain.units == "mm" && rain.values.dtype == .float32
                    && rain.coordinate("station")?.texts == ["a", "ü", "", "last"])
            #expect(
                rain.coordinate("time")?.times?.map(\.description) == [
                    "2000-01-01", "2000-01-01T06:00:00", "2000-01-01T12:00:00", "2000-01-01T18:00:00",
                ])
            // In version 3 the value of what was never written marks nothing.
            #expect(try data.field("count").values.doubles == [0, 1, 2, 3])
        }
    }

    @Test func groupsAreNamedByPath() throws {
        for version in [2, 3] {
            let data = try store("groups\(version).zarr")
            #expect(
                data.variables.map(\.name).filter { !$0.contains("unnamed") } == [
                    "time", "x", "model/x", "model/run/time", "model/run/x",
                ])
            #expect(data.length(of: "time") == 3 && data.length(of: "model/run/time") == 5)
            #expect(try data.field("model/x").coordinate("time")?.numbers == [0, 1, 2])
            #expect(try data.field("model/run/x").coordinate("model/run/time")?.numbers == [0, 2, 4, 6, 8])
        }
    }

    /// What only the gathered description names is read too; what it names elsewhere is not.
    @Test func gatheredDescriptionsAreRead() throws {
        _ = try store("groups3.zarr")
        let path = folder.path("groups3.zarr"), root = URL(fileURLWithPath: path + "/zarr.json")
        try FileManager.default.removeItem(atPath: path + "/model/x/zarr.json")
        #expect(try Dataset(contentsOf: path).field("model/x").values.count == 3)
        let text = try String(contentsOf: root, encoding: .utf8)
        for name in ["../x", "/x", "model/../../x", "model//x", "."] {
            try text.replacingOccurrences(of: "\"model/x\"", with: "\"\(name)\"").write(
                to: root, atomically: true, encoding: .utf8)
            #expect(
                message { try Dataset(contentsOf: path) }.contains("names \"\(name)\", which is no place in a store"))
        }
    }

    // MARK: - Damage

    @Test(arguments: [
        ("codecs3.zarr", "crc32c", "c/0/0/0", "its checksum (CRC-32C) differs"),
        ("codecs3.zarr", "zstd_checked", "c/0/0/0", "its Zstandard data are damaged"),
        ("codecs3.zarr", "gzip", "c/0/0/0", "its compressed data are damaged"),
        ("codecs3.zarr", "chain", "c/0/0/0", "its checksum (CRC-32C) differs"),
        ("shards3.zarr", "end", "c/0/0/0", "its checksum (CRC-32C) differs"),
        ("shards3.zarr", "checked_inside", "c/0/0/0", "its part "),
        ("version2.zarr", "zlib", "0.0.0", "its compressed data are damaged"),
    ])
    func aChangedChunkIsTold(_ name: String, _ array: String, _ chunk: String, _ reason: String) throws {
        let data = try store(name)
        let url = URL(fileURLWithPath: folder.path("\(name)/\(array)/\(chunk)"))
        var bytes = try Data(contentsOf: url)
        // In the middle, or of a shard in the index behind it.
        bytes[array == "end" ? bytes.count - 20 : bytes.count / 2] ^= 0x10
        try bytes.write(to: url)
        let words = message { try data.field(array) }
        #expect(
            words.contains("array \"\(array)\": chunk \(chunk)")
                && words.contains("is damaged or was copied only in part") && words.contains(reason), "\(words)")
        #expect(words.hasSuffix("copy the store again") && !words.contains("\n"))
    }

    @Test(arguments: ["codecs3.zarr", "shards3.zarr", "texts3.zarr", "version2.zarr"]) func everyCutChunkIsTold(
        _ name: String
    ) throws {
        let data = try store(name)
        for variable in data.variables where variable.complaint == nil && variable.count > 0 {
            let place = folder.path("\(name)/\(variable.name)")
            for file in try FileManager.default.subpathsOfDirectory(atPath: place).sorted() {
                let url = URL(fileURLWithPath: "\(place)/\(file)"), whole = (try? Data(contentsOf: url)) ?? Data()
                if whole.isEmpty || file.hasSuffix(".json") || file.hasPrefix(".z") { continue }
                for count in Set([0, 1, whole.count / 2, whole.count - 1]) {
                    try whole.prefix(count).write(to: url)
                    let words = message {
                        if variable.type.isText {
                            _ = try data.texts(variable.name)
                        } else {
                            _ = try data.field(variable.name)
                        }
                    }
                    #expect(
                        words.contains("array \"\(variable.name)\": chunk \(file)"),
                        "\(count) of \(whole.count) bytes: \(words)")
                }
                try whole.write(to: url)
                break
            }
        }
    }

    @Test func linksOutOfTheStoreAreRefused() throws {
        _ = try store("codecs3.zarr")
        let manager = FileManager.default, path = folder.path("codecs3.zarr")
        try Data(repeating: 7, count: 96).write(to: URL(fileURLWithPath: folder.path("secret")))
        try manager.removeItem(atPath: path + "/plain/c/0/0/0")
        try manager.createSymbolicLink(atPath: path + "/plain/c/0/0/0", withDestinationPath: "../../../../../secret")
        #expect(
            message { try Dataset(contentsOf: path).field("plain") }.contains(
                "plain/c/0/0/0 is a link that leads out of the store"))
        // A group that lies in itself ends.
        try manager.createSymbolicLink(atPath: path + "/again", withDestinationPath: ".")
        #expect(try Dataset(contentsOf: path).variables.count == ZarrFixture.expected("codecs3.zarr").count)
        try manager.moveItem(atPath: path + "/gzip", toPath: folder.path("gzip"))
        try manager.createSymbolicLink(atPath: path + "/gzip", withDestinationPath: folder.path("gzip"))
        #expect(
            message { try Dataset(contentsOf: path) }.contains("gzip/zarr.json is a link that leads out of the store"))
    }

    // MARK: - Writing

    @Test func storesAreWrittenAsXarrayWritesThem() throws {
        let field = Field(
            "x", Tensor([1, 2, .nan] as [Float]), dimensions: ["i"],
            coordinates: [Coordinate("i", labels: .texts(["a", "ü", ""]))])
        try Dataset([field]).write(to: folder.path("x.zarr"))
        let object =
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: folder.path("x.zarr/zarr.json")))) as? [String: Any]
        let gathered = (object?["consolidated_metadata"] as? [String: Any])?["metadata"] as? [String: [String: Any]]
        #expect(gathered?.keys.sorted() == ["i", "x"] && gathered?["i"]?["data_type"] as? String == "string")
        #expect(
            (gathered?["x"]?["codecs"] as? [[String: Any]])?.compactMap { $0["name"] as? String } == ["bytes", "zstd"])
        #expect((gathered?["x"]?["attributes"] as? [String: String])?["_FillValue"] == "AAAAAAAA+H8=")
        // A store of either version takes the place of one.
        try Dataset([field]).write(to: folder.path("x.zarr"), as: .zarr2)
        #expect(try Dataset(contentsOf: folder.path("x.zarr")).format == "Zarr 2")
        #expect(try Dataset(contentsOf: folder.path("x.zarr")).field("x").coordinate("i")?.texts == ["a", "ü", ""])
    }
}
