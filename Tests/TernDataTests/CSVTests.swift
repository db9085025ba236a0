import Foundation
import TernData
import TestSupport
import Testing

@Suite struct CSVTests {
    private let folder = TemporaryFolder()

    private func table(_ text: String, _ options: CSVOptions = CSVOptions()) throws -> Table {
        try Table(csv: folder.write(text), options: options)
    }

    private func message(_ text: String) -> String {
        TestSupport.message { try table(text) }.replacingOccurrences(of: folder.path(""), with: "")
    }

    @Test func columnsOfNumbersAndOfTextAreToldApart() throws {
        let t = try table("time,sst,phase\n1,27.5,warm\n2,-1e-3,cold\n")
        #expect(t.columnNames == ["time", "sst", "phase"])
        #expect(t.rowCount == 2)
        #expect(try t.numbers(of: "sst") == [27.5, -0.001])
        guard case .text(let cells, _, _) = try t.column("phase").values else { Issue.record("not text"); return }
        #expect(cells == ["warm", "cold"])
        #expect(try t.matrix(of: ["sst", "time"]).doubles == [27.5, 1, -0.001, 2])
    }

    @Test(arguments: [",", ";", "\t", "  "])
    func theDelimiterIsFound(_ delimiter: String) throws {
        let t = try table(
            ["a", "b", "c"].joined(separator: delimiter) + "\n" + ["1", "2", "3"].joined(separator: delimiter) + "\n")
        #expect(t.columnNames == ["a", "b", "c"])
        #expect(try t.numbers(of: "c") == [3])
    }

    @Test func quotedCellsHoldDelimitersMarksAndLines() throws {
        let t = try table("name,\"a \"\"b\"\"\",y\r\n\"x,\ny\",1,2\r\n\"z\",\"3\",4\r\n")
        #expect(t.columnNames == ["name", "a \"b\"", "y"])
        #expect(try t.numbers(of: "a \"b\"") == [1, 3])
        guard case .text(let cells, _, _) = try t.column("name").values else { Issue.record("not text"); return }
        #expect(cells == ["x,\ny", "z"])
        #expect(t.line(ofRow: 1) == 4)
    }

    @Test func commentsMarksOfOrderAndBlankLinesArePassedOver() throws {
        let t = try table("\u{FEFF}# source\n\n# more\nx,y\n1,2\n\n3,4\n\n")
        #expect(t.columnNames == ["x", "y"])
        #expect(try t.numbers(of: "y") == [2, 4])
        #expect(t.line(ofRow: 1) == 7)
    }

    @Test(arguments: ["", "NA", "nan", "N/A", "-", ".", "null", "\"\"", " "])
    func missingValuesAreNaN(_ cell: String) throws {
        let numbers = try table("x,y\n1,\(cell)\n2,5\n").numbers(of: "y")
        #expect(numbers[0].isNaN)
        #expect(numbers[1] == 5)
    }

    @Test func aFileWithoutHeaderGetsNames() throws {
        #expect(try table("1,2\n3,4\n").columnNames == ["column1", "column2"])
        #expect(try table("1,2\n3,4\n").rowCount == 2)
    }

    @Test func anUnnamedColumnIsNamedByItsPlace() throws {
        #expect(try table(",y\n0,1\n").columnNames == ["column1", "y"])
    }

    @Test func aDelimiterAtTheEndOfRowsIsNoField() throws {
        #expect(try table("x,y\n1,2,\n3,4,\n").numbers(of: "y") == [2, 4])
    }

    @Test func mistakesAreToldWithLineAndColumn() {
        #expect(message("").contains("data.csv: the file is empty"))
        #expect(message("x,y\n").contains("data.csv:1: there are no rows"))
        #expect(message("x,y\n1,2\n3\n").contains("data.csv:3: 1 field where the header has 2"))
        #expect(message("x,y\n1,2,3\n").contains("data.csv:2: 3 fields where the header has 2"))
        #expect(message("x,x\n1,2\n").contains("data.csv:1: two columns (1st and 2nd) are named \"x\""))
        #expect(message("x,y\n1,2\n3,\"4\n").contains("data.csv:3: a quotation mark is opened here"))
    }

    @Test func aWordAmongNumbersIsToldWhenNumbersAreWanted() throws {
        let t = try table("x,sst\n1,2\n3,abc\n")
        #expect { try t.numbers(of: "sst") } throws: {
            "\($0)".hasSuffix("data.csv:3: column \"sst\" (2nd): \"abc\" is not a number")
        }
        #expect { try t.column("stt") } throws: { "\($0)".contains("did you mean \"sst\"?") }
        // A name with its units is the same.
        let withUnits = try Table(csvText: "rh [%],rx\n1,2\n")
        #expect { try withUnits.column("rh") } throws: { "\($0)".contains("did you mean \"rh [%]\"?") }
    }

    @Test func aLargeFileReadInPiecesIsTheSame() throws {
        // Above a megabyte the file is cut; the last line has no line feed.
        var stream = TestStream(5)
        let rows = (0..<60_000).map { _ in [stream.next(-1e3, 1e3), stream.next(), stream.next(0, 1e-9)] }
        let t = try table("a,b,c\n" + rows.map { $0.map { "\($0)" }.joined(separator: ",") }.joined(separator: "\n"))
        #expect(try t.numbers(of: "a") == rows.map { $0[0] })
        #expect(try t.numbers(of: "c") == rows.map { $0[2] })
        let bad = "a,b,c\n" + rows.map { $0.map { "\($0)" }.joined(separator: ",") }.joined(separator: "\n") + "\n1,2\n"
        #expect(message(bad).contains("data.csv:60002: 2 fields"))
    }

    @Test func numbersAreReadAsTheSystemReadsThem() throws {
        var stream = TestStream(11)
        var texts: [String] = []
        for _ in 0..<20_000 {
            let digits = 1 + Int(stream.next(0, 24))
            var text = (0..<digits).map { _ in "\(Int(stream.next(0, 10)))" }.joined()
            let dot = Int(stream.next(0, Double(digits + 1)))
            text.insert(".", at: text.index(text.startIndex, offsetBy: dot))
            if stream.next() > 0 { text = "-" + text }
            if stream.next() > 0 { text += "e\(Int(stream.next(-330, 310)))" }
            texts.append(text)
        }
        let numbers = try table("x,y\n" + texts.map { "\($0),0" }.joined(separator: "\n")).numbers(of: "x")
        for (text, number) in zip(texts, numbers) where number != strtod(text, nil) {
            Issue.record("\(text) was read as \(number), strtod gives \(strtod(text, nil))")
        }
    }

    @Test func aTableWrittenIsReadBackTheSame() throws {
        var stream = TestStream(3)
        let numbers = stream.values(500, -1e6, 1e6) + [.nan, 0, 1e-300, 5e300, -7]
        let texts = numbers.indices.map { "cell \($0), \"quoted\"" }
        let table = Table(columns: [
            .init(name: "x, in m", values: .numbers(numbers)),
            .init(name: "note", values: .text(texts, firstLine: 1, firstText: "")),
        ])
        try table.write(csv: folder.path("out.csv"))
        let back = try Table(csv: folder.path("out.csv"))
        #expect(back.columnNames == table.columnNames)
        expectClose(try back.numbers(of: "x, in m"), numbers, 0)
        #expect(back.columns[1].texts == texts)
        #expect(folder.contents == ["out.csv"])
    }

    /// As pandas reads them; what may be a kind of something stays, and words of one's own count everywhere.
    @Test func marksOfMissingValuesAreMissingAmongWordsToo() throws {
        let text = "k,y\nrain,1\nNA,2\nnone,3\nM,4\nunknown,5\nNaN,6\n"
        let table = try Table(csvText: text)
        #expect(table["k"]!.texts == ["rain", "", "none", "M", "unknown", ""])
        #expect(table.layout?.notes == ["column \"k\": 2 cells such as \"NA\" are taken for missing"])
        var options = CSVOptions()
        options.addMissing(["Unknown"])
        #expect(try Table(csvText: text, options: options)["k"]!.missingRows == [1, 4, 5])
    }

    @Test(.enabled(if: Fixture.hasShared("data"))) func realTablesAreRead() throws {
        let expected = [
            "mauna_loa_co2_weekly.csv": 2284, "seattle_weather_daily_2012_2015.csv": 1461,
            "hadcrut5_global_annual.csv": 0,
            "oni.csv": 0, "esem_cmip6_scenarios.csv": 0, "rcp_emissions_forcing_1765_2100.csv": 0,
        ]
        for (name, rows) in expected {
            let table = try Table(csv: Fixture.sharedPath("data/\(name)"))
            #expect(rows == 0 ? table.rowCount > 30 : table.rowCount == rows, "\(name) has \(table.rowCount) rows")
            #expect(table.columns.contains { $0.numbers != nil })
        }
    }

    @Test func aBarWithinACellCutsNone() throws {
        let table = Table(columns: [Table.Column("a|b", ["1|2", "3|4"])])
        #expect(try Table(csvText: table.csvText) == table)
    }

    /// pandas keeps them as int64; here both would be one number.
    @Test func numbersThatLoseDigitsAreNamed() throws {
        func warnings(_ text: String, _ options: CSVOptions = CSVOptions()) throws -> [String] {
            try table(text, options).layout?.warnings ?? []
        }
        let said = "is read as 9007199254740992, since numbers hold about 16 digits"
        #expect(
            try warnings("id,x\n1,1\n9007199254740993,2\n9007199254740995,2\n").map { $0.contains(said) } == [true])
        #expect(
            try warnings("x,id\n1,\"9007199254740993\"\n").first?.hasPrefix(
                "column \"id\": 9007199254740993 in line 2 ") == true)
        #expect(try warnings("x;id\n1,5;-9.007.199.254.740.993\n").first?.contains("as -9007199254740992,") == true)
        // What a Double holds, measures, what is missing, and texts.
        #expect(try warnings("x,y\n9007199254740992,9007199254740993.0\n100000000000000000000,inf\n").isEmpty)
        #expect(try warnings("x,y\n1,1e400\n2,9.969209968386869e+36\n").isEmpty)
        #expect(try warnings("x\n99999999999999999999\n1\n", CSVOptions(missingNumbers: [1e20])).isEmpty)
        #expect(try warnings("id\n9007199254740993\n", CSVOptions(textColumns: ["id"])).isEmpty)
        #expect(try warnings("id\n9007199254740993\nA1\n").isEmpty)
    }

    /// Python: gzip.compress(b"station,t\nA,1.5\n") + gzip.compress(b"B,2\n").
    @Test func compressedBytesMayComeInPieces() {
        let bytes: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 43, 46, 73, 44, 201, 204, 207, 211, 41, 225, 114, 212, 49, 212, 51, 229, 2,
            0, 65, 254, 105, 84, 16, 0, 0, 0, 31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 115, 210, 49, 226, 2, 0, 65, 77, 171, 44,
            4, 0, 0, 0,
        ]
        let content = Array("station,t\nA,1.5\nB,2\n".utf8)
        for size in [1, 2, 7, 36, 60, 1 << 30] {
            #expect(Deflate.unwrapped(bytes, pieceSize: size) == content, "\(size)")
            #expect(Deflate.unwrapped(Array(bytes.dropLast(30)), pieceSize: size) == nil, "\(size)")
        }
    }

    /// Python: gzip.compress(b"2\n", mtime=0); gzip.decompress passes over zeros and refuses all else that follows.
    @Test func whatFollowsCompressedBytesIsCompressedTooOrDamage() {
        let bytes: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 51, 226, 2, 0, 144, 175, 124, 76, 2, 0, 0, 0]
        let zeros = [UInt8](repeating: 0, count: 9), flipped: [UInt8] = [30] + bytes.dropFirst()
        for size in [1, 3, 1 << 30] {
            func content(_ bytes: [UInt8]) -> [UInt8]? { Deflate.unwrapped(bytes, pieceSize: size) }
            #expect(content(bytes + zeros) == Array("2\n".utf8), "\(size)")
            #expect(content(bytes + zeros + bytes + zeros) == Array("2\n2\n".utf8), "\(size)")
            let others: [[UInt8]] = [flipped, [31], [120], zeros + [1], [31, 138, 8]]
            for odd in others {
                #expect(content(bytes + odd) == nil, "\(size) \(odd)")
            }
        }
    }
}
