import Foundation
import TernCore
import TernData
import TestSupport
import Testing

/// Files that say of themselves what cannot be: each ends in one error that says so. Random damage is tried by
/// `DamageTests`.
@Suite struct HostileFileTests {
    private let folder = TemporaryFolder()

    /// A classic file of one variable of shorts.
    private func classic(length: UInt32, begin: UInt64, version: UInt8 = 2) -> String {
        var bytes = Data("CDF".utf8) + [version]
        func add(_ number: UInt32) { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }
        func name(_ text: String) {
            add(UInt32(text.utf8.count))
            bytes += Data(text.utf8) + Data(repeating: 0, count: (4 - text.utf8.count % 4) % 4)
        }
        for number: UInt32 in [0, 10, 1] { add(number) }
        name("x")
        for number: UInt32 in [length, 0, 0, 11, 1] { add(number) }
        name("v")
        for number: UInt32 in [1, 0, 0, 0, 3, 8] { add(number) }
        withUnsafeBytes(of: begin.bigEndian) { bytes.append(contentsOf: $0) }
        return folder.write(bytes + Data(repeating: 0, count: 8), as: "in.nc")
    }

    private func message(_ body: () throws -> Void) -> String {
        do { try body() } catch let error as DataError { return error.description } catch { return "other: \(error)" }
        return "nothing thrown"
    }

    @Test func classicFiles() throws {
        #expect(try Dataset(contentsOf: classic(length: 4, begin: 84)).variables.count == 1)
        for begin in [UInt64(Int.max), UInt64(Int.max) - 7, .max] {
            #expect(
                message { _ = try Dataset(contentsOf: classic(length: 4, begin: begin)) }.contains(
                    "in.nc: its header is damaged"))
        }
        #expect(
            message { _ = try Dataset(contentsOf: classic(length: 4, begin: 1 << 40)) }.contains(
                "it was copied only in part"))
        #expect(
            message { _ = try Dataset(contentsOf: classic(length: .max, begin: 84)) }.contains(
                "it was copied only in part"))
    }

    /// netCDF-C copies names and dimensions of such files into memory for the longest that the format has.
    @Test(arguments: [
        ("dimension", "a name of its header has 257 bytes"), ("variable", "a name of its header has 257 bytes"),
        ("attribute", "a name of its header has 257 bytes"), ("rank", "a variable of its header has 1025 dimensions"),
    ])
    func classicFilesBeyondTheFormatsLimits(_ place: String, _ complaint: String) throws {
        let long = String(repeating: "a", count: 257), x = place == "dimension" ? long : "x"
        let variable = ClassicNetCDF.Variable(
            place == "variable" ? long : "v", Array(repeating: x, count: place == "rank" ? 1025 : 1), .doubles([1]),
            [(place == "attribute" ? long : "units", .text("m"))])
        let path = folder.path("limits.nc")
        try ClassicNetCDF(dimensions: [(x, 1)], [variable]).write(to: path)
        #expect(message { _ = try Dataset(contentsOf: path) }.contains("limits.nc: " + complaint))
    }

    @Test func classicNamesOfTheGreatestLengthAreRead() throws {
        let name = String(repeating: "a", count: 256), path = folder.path("long.nc")
        try ClassicNetCDF(dimensions: [(name, 1)], [.init(name, [name], .doubles([7]))]).write(to: path)
        #expect(try Dataset(contentsOf: path).dimensions.map(\.name) == [name])
    }

    private func zarr(_ description: String) throws -> String {
        let array = folder.url.appendingPathComponent("in.zarr/v")
        try FileManager.default.createDirectory(at: array, withIntermediateDirectories: true)
        try Data("{\"zarr_format\": 2}".utf8).write(
            to: array.deletingLastPathComponent().appendingPathComponent(".zgroup"))
        try Data("{\"zarr_format\": 2, \"order\": \"C\", \"filters\": null, \(description)}".utf8).write(
            to: array.appendingPathComponent(".zarray"))
        return array.deletingLastPathComponent().path
    }

    @Test(arguments: [
        (
            #""shape": [2], "chunks": [9223372036854775807], "dtype": "<f8", "compressor": null, "fill_value": 0"#,
            "no array could have the shape [2]"
        ),
        (
            #""shape": [2, 2], "chunks": [1099511627776, 1099511627776], "dtype": "<f8", "compressor": null, "fill_value": 0"#,
            "no array could have"
        ),
        (
            #""shape": [2], "chunks": [1099511627776], "dtype": "<f8", "compressor": null, "fill_value": 0"#,
            "cannot be read: it needs 8.8 TB"
        ),
        (
            #""shape": [4611686018427387904, 4], "chunks": [1, 1], "dtype": "<f8", "compressor": null, "fill_value": 0"#,
            "no array could have"
        ),
        (
            #""shape": [2], "chunks": [2], "dtype": "<U9223372036854775807", "compressor": null, "fill_value": """#,
            "no texts have 9223372036854775807 letters"
        ),
        (
            #""shape": [2], "chunks": [2], "dtype": "<U-1", "compressor": null, "fill_value": """#,
            "no texts have -1 letters"
        ),
        (
            #""shape": [2], "chunks": [0], "dtype": "<f8", "compressor": null, "fill_value": 0"#,
            "lacks shape and chunks"
        ),
        (#""shape": [-2], "chunks": [1], "dtype": "<f8", "compressor": null, "fill_value": 0"#, "no array could have"),
        (
            #""shape": [1, 2], "chunks": [1, 2], "dtype": "<f8", "compressor": null, "fill_value": 0, "dimension_separator": "/../../../""#,
            "is neither a dot nor a slash"
        ),
    ])
    func zarrStores(description: String, expected: String) throws {
        let path = try zarr(description)
        #expect(
            message { _ = try Dataset(contentsOf: path) }.contains(expected),
            "\(message { _ = try Dataset(contentsOf: path) })")
    }

    /// A description of version 3, of which some words are others.
    private func zarr3(_ changes: [String: Any]) throws -> String {
        let array = folder.url.appendingPathComponent("in3.zarr/v")
        try FileManager.default.createDirectory(
            at: array.appendingPathComponent("c"), withIntermediateDirectories: true)
        try Data(#"{"zarr_format": 3, "node_type": "group"}"#.utf8).write(
            to: array.deletingLastPathComponent().appendingPathComponent("zarr.json"))
        let plain: [String: Any] = [
            "zarr_format": 3, "node_type": "array", "shape": [4], "data_type": "float64", "fill_value": 0,
            "chunk_grid": ["name": "regular", "configuration": ["chunk_shape": [4]]] as [String: Any],
            "chunk_key_encoding": ["name": "default"],
            "codecs": [["name": "bytes", "configuration": ["endian": "little"]] as [String: Any]],
        ]
        try JSONSerialization.data(withJSONObject: plain.merging(changes) { $1 }).write(
            to: array.appendingPathComponent("zarr.json"))
        try Data(repeating: 255, count: 20).write(to: array.appendingPathComponent("c/0"))
        return array.deletingLastPathComponent().path
    }

    private static func grid(_ shape: [Int]) -> [String: Any] {
        ["name": "regular", "configuration": ["chunk_shape": shape]]
    }

    private static func shard(_ shape: [Int], checked: Bool = false) -> [String: Any] {
        let bytes: [String: Any] = ["name": "bytes", "configuration": ["endian": "little"]]
        return [
            "name": "sharding_indexed",
            "configuration": [
                "chunk_shape": shape, "codecs": [bytes],
                "index_codecs": [bytes] + (checked ? [["name": "crc32c"]] : []),
            ] as [String: Any],
        ]
    }

    @Test func descriptionsOfVersion3() throws {
        let bytes: [String: Any] = ["name": "bytes", "configuration": ["endian": "little"]]
        let cases: [([String: Any], String)] = [
            (["chunk_grid": Self.grid([1 << 40])], "cannot be read: it needs 8.8 TB"),
            (["chunk_grid": Self.grid([.max])], "no array could have"),
            (["chunk_grid": Self.grid([0])], "its chunk_shape does not fit its shape"),
            (["chunk_grid": Self.grid([-4])], "its chunk_shape does not fit"),
            (["shape": [-4]], "no array could have the shape [-4]"), (["shape": [1.5]], "lacks shape and chunks"),
            (["codecs": [Any]()], "its codecs are missing"),
            (
                [
                    "chunk_key_encoding": ["name": "default", "configuration": ["separator": "/../../"]]
                        as [String: Any]
                ], "is neither a dot nor a slash"
            ),
            (["codecs": [Self.shard([3])]], "are not whole chunks of [3]"),
            (["codecs": [Self.shard([0])]], "are not whole chunks of [0]"),
            (["codecs": [Self.shard([-2])]], "are not whole chunks of [-2]"),
            (["codecs": [bytes, bytes]], "its codec bytes does not fit"),
            (
                ["codecs": [["name": "transpose", "configuration": ["order": [1]]] as [String: Any], bytes]],
                "has an order that fits no array"
            ),
            (
                [
                    "codecs": [
                        bytes, ["name": "numcodecs.shuffle", "configuration": ["elementsize": 0]] as [String: Any],
                    ]
                ], "for elements of 0 bytes"
            ),
            (
                [
                    "data_type": ["name": "fixed_length_utf32", "configuration": ["length_bytes": Int.max]]
                        as [String: Any]
                ], "no texts have"
            ),
            (
                [
                    "data_type": ["name": "numpy.datetime64", "configuration": ["unit": "s", "scale_factor": -1]]
                        as [String: Any]
                ], "its times count -1 s"
            ),
            (["dimension_names": ["a", "b"]], "1 dimensions and 2 names for them"),
            (["zarr_format": 4], "describes neither an array nor a group of Zarr 3"),
        ]
        for (changes, expected) in cases {
            let path = try zarr3(changes), words = message { _ = try Dataset(contentsOf: path) }
            #expect(words.contains(expected) && words.contains("in3.zarr: "), "\(changes): \(words)")
        }
    }

    @Test func chunksOfVersion3ThatSayWhatCannotBe() throws {
        let bytes: [String: Any] = ["name": "bytes", "configuration": ["endian": "little"]]
        // The frame of Blosc says that it holds 2 GB, that of Zstandard 8 EB.
        let blosc = Data(
            [2, 1, 0x21, 8] + [0xF0, 0xFF, 0xFF, 0x7F] + [0, 0, 0x10, 0] + [20, 0, 0, 0] + [0, 0, 0, 0])
        let zstd = Data(
            [0x28, 0xB5, 0x2F, 0xFD, 0xE0] + [255, 255, 255, 255, 255, 255, 255, 127] + [1, 0, 0, 0, 0, 0, 0])
        let cases: [([String: Any], Data?, String)] = [
            (["codecs": [Self.shard([2])]], nil, "it is shorter than its index"),
            (
                ["codecs": [Self.shard([4])]], Data([1, 0, 0, 0, 0, 0, 0, 127, 8, 0, 0, 0, 0, 0, 0, 0]),
                "behind the end of its shard"
            ),
            (["codecs": [Self.shard([4], checked: true)]], nil, "its checksum (CRC-32C) differs"),
            (["codecs": [bytes, ["name": "blosc"]]], blosc, "its Blosc frame"),
            (["codecs": [bytes, ["name": "blosc"]]], nil, "the header of its Blosc frame is damaged"),
            (["codecs": [bytes, ["name": "zstd"]]], zstd, "its Zstandard data are damaged"),
            (
                ["codecs": [bytes, ["name": "zstd"], ["name": "crc32c"], ["name": "zstd"]]], zstd,
                "its Zstandard data are damaged"
            ),
            (
                ["codecs": [bytes, ["name": "gzip"]], "shape": [1 << 20], "chunk_grid": Self.grid([1 << 20])], nil,
                "its 20 bytes cannot hold 8388608"
            ),
            (
                // Python: gzip.compress(struct.pack("<d", 1.5), mtime=0), and a letter.
                ["codecs": [bytes, ["name": "gzip"]], "shape": [1], "chunk_grid": Self.grid([1])],
                Data([
                    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 0, 129, 31, 246, 0, 225, 153, 33, 15, 8, 0, 0, 0, 120,
                ]), "its compressed data are damaged"
            ),
            (["codecs": [["name": "vlen-utf8"]], "data_type": "string"], nil, "the lengths of its texts"),
        ]
        for (changes, chunk, expected) in cases {
            let path = try zarr3(changes)
            if let chunk { try chunk.write(to: URL(fileURLWithPath: path + "/v/c/0")) }
            let data = try Dataset(contentsOf: path)
            let words = message {
                if data.variables[0].type.isText { _ = try data.texts("v") } else { _ = try data.field("v") }
            }
            #expect(words.contains("array \"v\": chunk c/0") && words.contains(expected), "\(changes): \(words)")
        }
    }

    @Test func sizesThatNobodyWrote() throws {
        let path = try zarr(
            #""shape": [1099511627776], "chunks": [1000000], "dtype": "<f8", "compressor": null, "fill_value": 0"#)
        let data = try Dataset(contentsOf: path)
        #expect(data.emptiness(of: data.variables[0])?.hasPrefix("it declares 8.8 TB, and its file holds") == true)
        #expect(message { _ = try data.field("v") }.contains("cannot be read whole: it needs 17.6 TB"))
        #expect(try data.field("v", at: ["v_0": 0..<10]).shape == [10])
    }

    @Test func chunksThatNobodyWrote() throws {
        let empty = try zarr(#""shape": [0, 3], "chunks": [0, 0], "dtype": "<f8", "compressor": null, "fill_value": 0"#)
        #expect(
            try Dataset(contentsOf: empty).variables.allSatisfy {
                try Dataset(contentsOf: empty).emptiness(of: $0) == nil
            })
        let path = try zarr(#""shape": [1000000], "chunks": [1], "dtype": "<f8", "compressor": null, "fill_value": 0"#)
        let data = try Dataset(contentsOf: path)
        #expect(
            data.emptiness(of: data.variables[0])?.hasPrefix("it declares 1000000 chunks, and its file holds") == true)
    }

    @Test(.ends) func manyMarksOfMissingNumbersAreAllFound() throws {
        let marks = (0..<100_000).map { Double($0) * 1.5 + 0.25 }, values = (0..<200_000).map { Double($0) + 0.25 }
        let path = folder.path("marks.nc")
        try ClassicNetCDF(
            dimensions: [("x", values.count)],
            [.init("v", ["x"], .doubles(values), [("missing_value", .doubles(marks))])]
        ).write(to: path)
        let found = try Dataset(contentsOf: path).field("v").values.doubles
        #expect(found.indices.allSatisfy { found[$0].isNaN == ($0 % 3 == 0 && $0 <= 149_998) })
    }

    @Test(.ends) func thousandsOfVariablesAreLookedAtInTime() throws {
        let variables = (0..<2000).map { ClassicNetCDF.Variable("v\($0)", ["x"], .integers([3, 5])) }
        let path = folder.path("many.nc")
        try ClassicNetCDF(dimensions: [("x", 2)], variables).write(to: path)
        let data = try Dataset(contentsOf: path)
        #expect(try data.variables.allSatisfy { try data.summary(of: $0)?.mean == 4 })
        #expect(
            data.variables.allSatisfy {
                data.timeComplaint($0.name) == nil && data.boundsComplaint(along: $0.name) == nil
            })
        #expect(data.dataVariables.count == 2000)
        let error = #expect(throws: DataError.self) { try data.variable("w") }
        #expect(error!.message.hasSuffix("v58, v59 and 1940 more"))
    }

    @Test(.ends) func hundredsOfThousandsOfColumnsAreFoundInTime() throws {
        let names = (0..<200_000).map { "c\($0)" }
        var table = Table(columns: names.enumerated().map { Table.Column($1, [Double($0)]) })
        let turned = try table.select(columns: names.reversed())
        #expect(turned.columns[0].numbers == [199_999] && turned["c7"]?.numbers == [7])
        #expect(try table.matrix(of: names).doubles == (0..<200_000).map(Double.init))
        // A copy keeps its names; of two columns of one name the first is meant.
        let copy = table
        table.columns[0].name = "a"
        table.columns[2].name = "c1"
        #expect(table["c0"] == nil && table["a"]?.numbers == [0] && table["c1"]?.numbers == [1])
        #expect(copy["c0"]?.numbers == [0] && copy["c2"]?.numbers == [2] && copy["a"] == nil)
        table.columns.append(Table.Column("b", [5]))
        #expect(table["b"]?.numbers == [5])
    }

    @Test func namesOfMegabytesAreToldInPart() throws {
        let name = String(repeating: "q", count: 1 << 20)
        #expect(message { throw DataError(file: "f", "there is no \(name)") }.count == 4000)
        #expect(suggestion(for: name, among: [name + "a", "b"], "names").count < 200)
    }

    @Test func textsOfNoLetters() throws {
        // As netCDF-C has them: a dimension of length 0 for the letters.
        let path = try zarr(#""shape": [3], "chunks": [3], "dtype": "<U0", "compressor": null, "fill_value": """#)
        #expect(try Dataset(contentsOf: path).texts("v") == ["", "", ""])
    }

    @Test(arguments: [
        "days since 9223372036854775807-01-01", "days since -9223372036854775807-01-01",
        "days since 2000-01-01 00:00 +9223372036854775807:0",
        "days since 2000-01-01 00:00 -99:99", "days since 100001-1-1", "days since 2000-01-01 1e999:0",
        "days since 2000-01-01 nan:0",
    ])
    func unitsBeyondAllCalendars(units: String) {
        for calendar in CalendarDate.Calendar.allCases {
            #expect(throws: TimeUnitsError.self) { try TimeUnits(units, calendar: calendar) }
        }
    }

    @Test func timesAtTheEndsOfCalendars() throws {
        for calendar in CalendarDate.Calendar.allCases {
            for year in [-100_000, 0, 100_000] {
                let units = try TimeUnits("microseconds since \(year)-1-1", calendar: calendar),
                    other = try TimeUnits("days since \(-year)-1-1", calendar: calendar)
                for number in [3.1e18, -3.1e18, 0, .nan, .infinity, -1e300] {
                    guard let date = units.date(for: number) else { continue }
                    #expect(other.number(for: date).isFinite)
                }
            }
        }
    }

    @Test func arraysOfShapesThatCannotBe() throws {
        func npy(_ shape: String) throws -> String {
            var header = "{'descr': '<f8', 'fortran_order': False, 'shape': \(shape), }"
            header += String(repeating: " ", count: 255 - header.utf8.count) + "\n"
            return folder.write(
                Data([0x93] + Array("NUMPY".utf8) + [1, 0, 0, 1]) + Data(header.utf8) + Data(count: 8), as: "in.npy")
        }
        #expect(try Tensor.read(npy: npy("(0, 3)")).shape == [0, 3])
        // numpy.load: "maximum supported dimension for an ndarray is 64, found 65".
        func ones(_ count: Int) -> String { "(" + String(repeating: "1,", count: count) + ")" }
        #expect(try Tensor.read(npy: npy(ones(64))).shape.count == 64)
        #expect(message { _ = try Tensor.read(npy: npy(ones(65))) }.contains("its array has 65 dimensions; those of"))
        for shape in [
            "(0, 9223372036854775807, 9223372036854775807)", "(9223372036854775807,)", "(4294967296, 4294967296)",
            "(99999999999999999999,)",
        ] {
            let words = message { _ = try Tensor.read(npy: npy(shape)) }
            #expect(words.contains("no array can have the shape") || words.contains("cannot be understood"), "\(words)")
        }
    }

    @Test func tensorsOfSizesThatCannotBe() {
        for (dtype, shape, offsets) in [
            ("BOOL", "[9223372036854775807]", "[0,9223372036854775807]"), ("U8", "[9223372036854775807,0]", "[0,0]"),
            ("F64", "[-1]", "[0,-8]"),
        ] {
            let header = "{\"a\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}}"
            let path = folder.write(
                withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8),
                as: "in.safetensors")
            #expect(message { _ = try Safetensors(contentsOf: path) }.contains("in.safetensors: "))
        }
    }

    @Test func aKeyOfAStoreThatStandsTwiceIsNamed() throws {
        let path = try zarr(
            #""shape": [2], "chunks": [2], "dtype": "<f8", "compressor": null, "fill_value": 0, "shape": [4]"#)
        let words = message { _ = try Dataset(contentsOf: path) }
        #expect(words.contains("in.zarr: v/.zarray: the key \"shape\" stands twice in one object"), "\(words)")
    }

    /// A description of shards within each other, from the outermost.
    private func shards(_ shapes: [Int]) throws -> String {
        let bytes: [String: Any] = ["name": "bytes", "configuration": ["endian": "little"]]
        let codec = shapes.dropFirst().reversed().reduce(bytes) { inner, shape in
            [
                "name": "sharding_indexed",
                "configuration": ["chunk_shape": [shape], "codecs": [inner], "index_codecs": [bytes]] as [String: Any],
            ]
        }
        return try zarr3([
            "shape": [shapes[0]], "chunk_grid": Self.grid([shapes[0]]), "data_type": "uint8", "codecs": [codec],
        ])
    }

    private static func index(_ entries: [(offset: UInt64, count: UInt64)]) -> Data {
        entries.reduce(into: Data()) { data, entry in
            for number in [entry.offset, entry.count] {
                withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
            }
        }
    }

    /// A file of some kilobytes would be read for hours: at each depth as often as the index has entries.
    @Test func chunksOfAShardShareNoBytes() throws {
        let path = try shards([4, 2]), chunk = URL(fileURLWithPath: path + "/v/c/0")
        try (Data([1, 2, 3, 4]) + Self.index([(2, 2), (0, 2)])).write(to: chunk)
        #expect(try Dataset(contentsOf: path).field("v").values.doubles == [3, 4, 1, 2])
        try (Data([1, 2]) + Self.index([(0, 2), (.max, .max)])).write(to: chunk)
        #expect(try Dataset(contentsOf: path).field("v").values.doubles == [1, 2, 0, 0])
        try (Data([1, 2, 3]) + Self.index([(0, 2), (1, 2)])).write(to: chunk)
        let words = message { _ = try Dataset(contentsOf: path).field("v") }
        #expect(words.contains("its chunks lie over each other"), "\(words)")
    }

    @Test func shardsWithinShardsHaveABound() throws {
        #expect(try Dataset(contentsOf: shards([8, 4, 2, 1])).variables[0].complaint == nil)
        let words = message { _ = try Dataset(contentsOf: shards([16, 8, 4, 2, 1, 1])) }
        #expect(words.contains("its shards lie more than 4 deep within each other"), "\(words)")
    }

    /// Each of them may be read, and all together take as long as a large one.
    @Test func manyVariablesThatNobodyWroteAreFewRead() throws {
        let description = Array(
            #"{"zarr_format": 2, "order": "C", "filters": null, "shape": [30000000], "chunks": [30000000], "dtype": "<i2", "compressor": null, "fill_value": 0}"#
                .utf8)
        try writeAtomically(to: folder.path("many.zip")) { write in
            try withoutActuallyEscaping(write) { write in
                var zip = ZipWriter(write)
                try Array(#"{"zarr_format": 2}"#.utf8).withUnsafeBytes {
                    try zip.add(".zgroup", [$0], compressed: false)
                }
                for i in 0..<6 {
                    try description.withUnsafeBytes { try zip.add("v\(i)/.zarray", [$0], compressed: false) }
                }
                try zip.finish()
            }
        }
        let data = try Dataset(contentsOf: folder.path("many.zip"))
        var read = Dataset.Declared()
        let said = data.variables.map { data.emptiness(of: $0, after: &read) ?? "" }
        #expect(said.prefix(4).allSatisfy(\.isEmpty) && said.count == 6, "\(said)")
        #expect(
            said.dropFirst(4).allSatisfy {
                $0.hasPrefix("with the variables that were read it declares 300 MB, and the file holds")
            }, "\(said)")
        #expect(data.variables.allSatisfy { data.emptiness(of: $0) == nil })
    }

    @Test(.ends) func hundredsOfThousandsOfDimensionsAreNamedInTime() throws {
        let ones = "[" + String(repeating: "1,", count: 299_999) + "1]"
        let path = try zarr(
            #""shape": \#(ones), "chunks": \#(ones), "dtype": "<f8", "compressor": null, "fill_value": 0"#)
        let dimensions = try Dataset(contentsOf: path).dimensions
        #expect(dimensions.count == 300_000 && dimensions.last?.name == "v_299999")
    }

    @Test func groupsOfAConsolidatedDescriptionHaveABound() throws {
        let path = try zarr(#""shape": [2], "chunks": [2], "dtype": "<f8", "compressor": null, "fill_value": 0"#)
        let place = String(repeating: "g/", count: 65) + "v"
        _ = folder.write(#"{"metadata": {"\#(place)/.zarray": {"shape": [1]}}}"#, as: "in.zarr/.zmetadata")
        #expect(message { _ = try Dataset(contentsOf: path) }.contains("its groups lie more than 64 deep"))
    }

    /// A pipe would be waited for without end.
    @Test(.ends) func aPipeIsNoFile() throws {
        let path = folder.path("pipe")
        #expect(mkfifo(path, 0o600) == 0 && mkfifo(path + ".zarr.zip", 0o600) == 0)
        let words = "pipe: this is a pipe or a device, not a file; copy it to a disk first"
        #expect(message { _ = try Safetensors(contentsOf: path) }.hasSuffix(words))
        #expect(message { _ = try Tensor.read(npy: path) }.hasSuffix(words))
        #expect(message { _ = try NPZ(contentsOf: path) }.hasSuffix(words))
        #expect(message { _ = try ByteSource(contentsOf: "/dev/zero") }.contains("this is a pipe or a device"))
        #expect(message { _ = try Dataset(contentsOf: path + ".zarr.zip") }.contains("this is a pipe or a device"))
    }

    @Test(.ends) func aPipeInAStoreIsNoFile() throws {
        let path = folder.path("pipe.zarr")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(mkfifo(path + "/zarr.json", 0o600) == 0)
        #expect(message { _ = try Dataset(contentsOf: path) }.contains("this is a pipe or a device"))
    }

    @Test func aNameLongerThanHDF5CountsIsRefused() {
        let name = String(repeating: "a", count: 70_000)
        #expect(message { _ = try HDF5Writer.bytes(of: [name: Tensor([1.0])], file: "a.h5") }.contains("65000"))
    }
}
