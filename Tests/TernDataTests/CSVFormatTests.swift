import Foundation
import TernData
import TestSupport
import Testing

@Suite struct CSVFormatTests {
    private let folder = TemporaryFolder()

    private func message(_ text: String, _ options: CSVOptions = CSVOptions()) -> String {
        TestSupport.message { try Table(csvText: text, source: "f.csv", options: options) }
    }

    // MARK: Numbers

    @Test func aHundredThousandNumbersAreReadAsStrtodReadsThem() throws {
        var stream = TestStream(23)
        func digits(_ range: ClosedRange<Double>) -> String {
            (0..<Int(stream.next(range.lowerBound, range.upperBound + 1))).map { _ in "\(Int(stream.next(0, 10)))" }
                .joined()
        }
        let texts = (0..<100_000).map { i -> String in
            let sign = ["", "-", "+"][Int(stream.next(0, 3))]
            switch i % 5 {
            case 0: return sign + "\(Double(bitPattern: UInt64(stream.next(0, 0x1p62 * 1.999))))"
            case 1: return sign + digits(1...6) + "." + digits(0...8)
            case 2: return sign + digits(1...12) + "." + digits(1...14)
            case 3: return sign + digits(1...20) + "e\(Int(stream.next(-40, 40)))"
            default: return sign + "." + digits(1...25) + "E\(Int(stream.next(-330, 330)))"
            }
        }
        let numbers = try Table(csvText: "x,y\n" + texts.map { $0 + ",0\n" }.joined()).numbers(of: "x")
        var wrong = 0
        for (text, number) in zip(texts, numbers) where number.bitPattern != strtod(text, nil).bitPattern {
            wrong += 1
            if wrong < 5 { Issue.record("\(text) was read as \(number), strtod gives \(strtod(text, nil))") }
        }
        #expect(wrong == 0)
    }

    /// Halves between two doubles, where the last digit decides.
    @Test(arguments: [
        "9007199254740993", "9007199254740993.0000000001", "9007199254740992.9999999999", "9007199254740995",
        "0.500000000000000166533453693773481063544750213623046875", "1152921504606847104", "1152921504606847105",
        "5e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "1.7976931348623158e308", "1e309", "-0",
        "0e99999", "1e-9223372036854775808", "0e9223372036854775807", "1e-99999999999999999999",
        "8.41e21", "18446744073709551615", "18446744073709551616e-27", "6e27", "123456789012345678e-27",
    ])
    func hardNumbersAreRoundedRight(_ text: String) throws {
        let number = try #require(try Table(csvText: "x,y\n\(text),0\n").numbers(of: "x").first)
        #expect(number.bitPattern == strtod(text, nil).bitPattern)
    }

    @Test(arguments: ["1e", "1e+", "--1", "1.2.3", ".", "+", "0x10", "1,5 m", "1d3", "e5", "１"])
    func whatIsNoNumberIsText(_ cell: String) throws {
        let table = try Table(csvText: "x;y\n\(cell);1\n", options: CSVOptions(delimiter: ";", missing: []))
        #expect(table["x"]?.texts == [cell])
    }

    @Test func infiniteNumbersAreRead() throws {
        #expect(try Table(csvText: "x\ninf\n-Infinity\n").numbers(of: "x") == [.infinity, -.infinity])
    }

    // MARK: Form

    @Test func blanksAroundCellsDoNotMatter() throws {
        let table = try Table(csvText: " x , y,  z \n 1 ,\t2, \"a b\" \n")
        #expect(table == Table(columns: [.init("x", [1]), .init("y", [2]), .init("z", ["a b"])]))
    }

    @Test func runsOfBlanksSeparate() throws {
        let table = try Table(
            csvText: "  year month   sst\n  1997    12  27.1\n1998\t1 -99.99   \n",
            options: CSVOptions(missingNumbers: [-99.99]))
        #expect(table.columnNames == ["year", "month", "sst"])
        #expect(table["month"]?.numbers == [12, 1])
        #expect(table["sst"]?.missingRows == [1])
    }

    @Test func theDelimiterIsTheOneThatCutsLinesAlike() throws {
        #expect(try Table(csvText: "place; note\nBonn; a, b, c\nKiel; d\n").columnNames == ["place", "note"])
        #expect(try Table(csvText: "date sst\n1997 1\n").columnNames == ["date", "sst"])
        #expect(try Table(csvText: "sst\n1\n2\n")["sst"]?.numbers == [1, 2])
        #expect(try Table(csvText: "a|b\n1|2\n", options: CSVOptions(delimiter: "|"))["b"]?.numbers == [2])
    }

    @Test func aQuotationMarkWithinACellIsText() throws {
        #expect(try Table(csvText: "pipe,n\n5\" wide,1\n6\" wide,2\n")["pipe"]?.texts == ["5\" wide", "6\" wide"])
    }

    @Test func lineEndsOfAllSystemsAreRead() throws {
        let expected = Table(columns: [.init("x", [1, 3]), .init("y", [2, 4])])
        for end in ["\n", "\r\n", "\r"] {
            #expect(try Table(csvText: ["x,y", "1,2", "3,4"].joined(separator: end)) == expected)
        }
    }

    @Test func aDelimiterAtTheEndOfAllLinesIsNoColumn() throws {
        #expect(try Table(csvText: "x,y,\n1,2,\n3,4,\n").columnNames == ["x", "y"])
        #expect(try Table(csvText: "x,y,\n1,2,3\n").columnNames == ["x", "y", "column3"])
    }

    @Test func aFirstLineWithAFractionHoldsNoNames() throws {
        #expect(try Table(csvText: "2012/01/01,12.8,rain\n2012/01/02,10.6,sun\n").rowCount == 2)
        #expect(try Table(csvText: "station,2010,2011\nBonn,1.5,2.5\n").columnNames == ["station", "2010", "2011"])
        #expect(try Table(csvText: "1,2\n3,4\n", options: CSVOptions(header: .present)).columnNames == ["1", "2"])
        #expect(try Table(csvText: "a,b\n", options: CSVOptions(header: .absent)).rowCount == 1)
    }

    @Test func namesOfStationsCanBeKeptAsText() throws {
        var options = CSVOptions(missingNumbers: [-1])
        options.levelColumns = ["k"]
        options.addMissing(["-99", "none"])
        let codes = try Table(csvText: "k,t\n007,1\n7,2\nNA,3\n-99.0,4\nNone,5\n-1,6\n?,7\n", options: options)
        #expect(codes["k"]?.texts == ["007", "7", "", "", "", "", ""] && codes["t"]?.numbers?.last == 7)
        // Among words a single sign may be a code.
        let words = try Table(csvText: "k,t\nA7,1\n7,2\nNA,3\n?,4\n", options: options)
        #expect(words["k"]?.texts == ["A7", "7", "", "?"])
        let table = try Table(csvText: "id,t\n007,1\n042,2\n", options: CSVOptions(textColumns: ["id"]))
        #expect(table["id"]?.texts == ["007", "042"])
    }

    @Test func aColumnThatTurnsToTextLateKeepsItsFirstCells() throws {
        let rows = (0..<200_000).map { $0 == 150_000 ? "A7,1" : $0 == 3 ? "NA,1" : "00\($0),1" }
        let table = try Table(csvText: "id,n\n" + rows.joined(separator: "\n"))
        #expect(table["id"]?.texts == rows.map { $0 == "NA,1" ? "" : String($0.dropLast(2)) })
        #expect { try table.numbers(of: "id") } throws: {
            "\($0)" == "table:150002: column \"id\" (1st): \"A7\" is not a number"
        }
    }

    @Test func markersOfMissingValuesCanBeChosen() throws {
        let options = CSVOptions(missing: ["missing value", "-999"])
        #expect(
            try Table(csvText: "x,y\nMissing Value,1\n-999.0,2\n5,3\n", options: options)["x"]?.missingRows == [0, 1])
    }

    @Test func numbersThatAreMissingAreKnownInEverySpelling() throws {
        let options = CSVOptions(missingNumbers: [-999, -9999])
        let table = try Table(csvText: "x,y\n\u{2212}999,1\n-9 999,2\n5,3\n", options: options)
        #expect(table["x"]?.missingRows == [0, 1])
        let grouped = try Table(csvText: "x,y\n\"-9,999\",1\n\"1,234,567\",2\n\"5,000\",3\n", options: options)
        #expect(grouped["x"]?.missingRows == [0] && grouped["x"]?.numbers?.suffix(2) == [1_234_567, 5000])
    }

    @Test func quotedTextRunsOverPartsOfALargeFile() throws {
        let note = "line\n, \"\"quoted\"\" " + String(repeating: "x\n", count: 50)
        let rows = 20_000
        let table = try Table(csvText: "n,note\n" + (0..<rows).map { "\($0),\"\(note)\"\n" }.joined())
        #expect(table["n"]?.numbers == (0..<rows).map(Double.init))
        #expect(table["note"]?.texts?.allSatisfy { $0 == note.replacing("\"\"", with: "\"") } == true)
        #expect(table.line(ofRow: rows - 1) == 2 + (rows - 1) * 52)
    }

    // MARK: Mistakes

    @Test func mistakesAreToldWithTheirLine() {
        #expect(
            message("\n# nothing\n") == "f.csv: the file is empty; it needs a line of column names and rows below it")
        #expect(message("# c\nx,y\n\n") == "f.csv:2: there are no rows below the header")
        #expect(message("x,y\n\n1,2,3\n").hasPrefix("f.csv:3: 3 fields where the header has 2"))
        #expect(message("1,2\n3\n") == "f.csv:2: 1 field where the first row has 2")
        #expect(message("x,y\n1,2\n\"a\"b,2\n").hasPrefix("f.csv:3: text follows a closing quotation mark"))
        #expect(message("x,y\n1,\"2\n3,4\n") == "f.csv:2: a quotation mark is opened here and never closed")
        #expect(message("x,\"y\n1,2\n") == "f.csv:1: a quotation mark is opened here and never closed")
        #expect(message("x,y\n1,2\n", CSVOptions(delimiter: "é")).hasPrefix("f.csv: \"é\" cannot separate columns"))
    }

    @Test func textThatIsNotUTF8IsTold() throws {
        func told(_ data: Data) -> String {
            TestSupport.message { try Table(csv: folder.write(data, as: "l.csv")) }
        }
        #expect(
            told(Data("x,y\n1,2\n3,".utf8) + Data([0xB0]) + Data("C\n".utf8)).contains(
                "l.csv:3: this line is not UTF-8"))
        #expect(
            told(Data("t in ".utf8) + Data([0xB0]) + Data("C,y\n1,2\n".utf8)).contains(
                "l.csv:1: the name of the 1st column"))
        #expect(told(Data([0xFF, 0xFE, 0x78, 0])).contains("UTF-16"))
    }

    @Test func manyMistakenLinesCostNoMemory() {
        let names = (0..<50_000).map { "c\($0)" }.joined(separator: ",")
        #expect(
            message(names + "\n" + String(repeating: "1\n", count: 500_000)).hasPrefix(
                "f.csv:2: 1 field where the header has 50000"))
    }

    // MARK: Tables

    @Test(arguments: 0..<40)
    func randomTablesAreReadBackTheSame(_ seed: UInt64) throws {
        var stream = TestStream(seed)
        let rows = Int(stream.next(1, 300)), alphabet = Array("ab,;\"\n\r\t #é. 9-")
        let columns = (0..<Int(stream.next(1, 8))).map { i -> Table.Column in
            if stream.next() > 0 {
                return .init(
                    "n \(i)",
                    (0..<rows).map { _ in
                        switch Int(stream.next(0, 5)) {
                        case 0: .nan
                        case 1: stream.next(-1e4, 1e4).rounded()
                        case 2: Double(bitPattern: UInt64(stream.next(0, 0x1p62)))
                        default: stream.next(-1, 1)
                        }
                    })
            }
            let texts = (0..<rows).map { _ in
                String((0..<Int(stream.next(0, 6))).map { _ in alphabet[Int(stream.next(0, Double(alphabet.count)))] })
            }
            // One word above numbers would be their unit.
            return .init("t,\"\(i)\"", texts.enumerated().map { $0 < 2 ? "text" : $1 })
        }
        let table = Table(columns: columns)
        try table.write(csv: folder.path("t.csv"))
        #expect(try Table(csv: folder.path("t.csv")) == table)
        #expect(try Table(csvText: table.csvText) == table, "\(table.csvText.prefix(500))")
    }

    @Test func partsOfTablesKeepTheirLines() throws {
        let table = try Table(csvText: "x,y,t\n1,,a\n\n3,4,b\n5,6,\n")
        let whole = try table.withoutMissing(in: ["x", "y"])
        #expect(whole["x"]?.numbers == [3, 5])
        #expect(whole.line(ofRow: 0) == 4)
        #expect(try table.withoutMissing().rowCount == 1)
        #expect(try table.select(columns: ["t", "x"]).columnNames == ["t", "x"])
        #expect(table.rows([2, 0])["t"]?.texts == ["", "a"])
        #expect(table["t"]?.missingRows == [2])
    }

    @Test func aLinkIsWrittenThroughAndADeviceIsLeftInPlace() throws {
        let table = Table(columns: [.init("x", [1, 2])])
        try table.write(csv: folder.path("t.csv"))
        try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "t.csv")
        try Table(columns: [.init("x", [3])]).write(csv: folder.path("link"))
        #expect(try Table(csv: folder.path("t.csv"))["x"]?.numbers == [3])
        #expect(folder.contents == ["link", "t.csv"])
        try table.write(csv: "/dev/null")
        #expect(
            try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
                == .typeCharacterSpecial)
    }

    @Test func aPipeIsRead() throws {
        let path = folder.path("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        let rows = (0..<300_000).map { "\($0),1" }.joined(separator: "\n")
        let thread = Thread {
            let pipe = FileHandle(forWritingAtPath: path)!
            pipe.write(Data("x,y\n\(rows)\n".utf8))
            try? pipe.close()
        }
        thread.start()
        #expect(try Table(csv: path).rowCount == 300_000)
    }
}
