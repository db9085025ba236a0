import Foundation
import TernData
import TestSupport
import Testing

/// Tables as spreadsheets, loggers, R and archives write them.
@Suite struct CSVLayoutTests {
    /// A table of numbers and the text of a file that holds it, laid out by a seed.
    private struct Written {
        var text: String, names: [String], numbers: [[Double]], rowNames: Bool, units: Bool, isPlain: Bool

        init(seed: UInt64) {
            var random = SplitMix64(seed)
            func chance(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &random) == 0 }
            let columns = Int.random(in: 2...5, using: &random), rows = Int.random(in: 3...40, using: &random)
            names = (0..<columns).map { "name\($0)" }
            // Large enough for groups of thousands, with fractions that tell what the marks are.
            numbers = (0..<columns).map { column in
                (0..<rows).map { _ in
                    Double(Int.random(in: -9_999_999...9_999_999, using: &random)) / (column == 0 ? 10 : 100)
                }
            }
            let delimiter = [",", ";", "\t", "|", " "].randomElement(using: &random)!
            let isByComma = chance(2), isGrouped = chance(3), group = isByComma ? "." : ","
            func written(_ x: Double) -> String {
                let parts = String(format: "%.2f", abs(x)).split(separator: ".")
                var whole = String(parts[0])
                if isGrouped {
                    var groups: [Substring] = []
                    var rest = Substring(whole)
                    while rest.count > 3 { groups.insert(rest.suffix(3), at: 0); rest = rest.dropLast(3) }
                    whole = ([rest] + groups).joined(separator: group)
                }
                let number = (x < 0 ? "-" : "") + whole + (isByComma ? "," : ".") + parts[1]
                return number.contains(delimiter) || delimiter != " " && chance(8) ? "\"\(number)\"" : number
            }
            rowNames = chance(4) && delimiter != " "
            units = chance(3)
            let isCommented = chance(4) && delimiter == " " && !rowNames
            var lines: [String] = []
            let header = (isCommented ? "# " : "") + names.joined(separator: delimiter)
            if !isCommented, chance(3) {
                lines += ["Station-X", "missing:-999"].prefix(Int.random(in: 1...2, using: &random))
                if chance(2) { lines.append("") }
            }
            lines.append(header)
            if units {
                lines.append(
                    (isCommented ? "# " : "") + (rowNames ? [""] : []).joined()
                        + names.map { _ in "m/s" }.joined(separator: delimiter))
            }
            for row in 0..<rows {
                lines.append(
                    ((rowNames ? ["r\(row)"] : []) + numbers.map { written($0[row]) }).joined(separator: delimiter))
            }
            if rowNames, units { lines.remove(at: lines.firstIndex(of: header)! + 1); units = false }
            isPlain = delimiter == "," && !isByComma && !isGrouped
            text =
                (chance(5) ? "\u{FEFF}" : "") + lines.joined(separator: chance(3) ? "\r\n" : "\n")
                + (chance(3) ? "" : "\n")
        }
    }

    @Test("Tables in any layout are read as they were meant", arguments: 0..<UInt64(400))
    func layouts(seed: UInt64) throws {
        let written = Written(seed: seed)
        let table = try Table(csvText: written.text)
        #expect(table.columnNames == (written.rowNames ? ["column1"] : []) + written.names, "\(written.text)")
        for (name, numbers) in zip(written.names, written.numbers) {
            #expect(table[name]?.numbers == numbers, "\(written.text)")
        }
        #expect(table.layout?.rowNames == (written.rowNames ? "column1" : nil))
        #expect(table.layout?.units.count == (written.units ? written.names.count : 0), "\(written.text)")
    }

    @Test func whatIsSaidGoesBeforeWhatIsFound() throws {
        func numbers(_ text: String, _ change: (inout CSVOptions) -> Void) throws -> [Double]? {
            var options = CSVOptions()
            change(&options)
            return try Table(csvText: text, options: options).columns.last?.numbers
        }
        #expect(try numbers("a;b\n1;1,500\n2;2,500\n") { _ in } == [1.5, 2.5])
        #expect(try numbers("a;b\n1;1,500\n2;2,500\n") { $0.thousands = "," } == [1500, 2500])
        #expect(try numbers("a,b\n1,\"1,500\"\n2,\"2,500\"\n") { _ in } == [1500, 2500])
        #expect(try numbers("a,b\n1,\"1,500\"\n2,\"2,500\"\n") { $0.decimal = "," } == [1.5, 2.5])
        #expect(try numbers("a;b\n1;1'500.5\n2;2'500\n") { $0.thousands = "'" } == [1500.5, 2500])
        #expect(try numbers("x\ny\na,b\n1,2\n") { $0.skippedLines = 2 } == [2])
        #expect(try numbers("a,b\n% note, of, three\n1,2\n%\n3,4\n") { $0.comment = "%" } == [2, 4])
        #expect(try numbers("a,b\n1,MD\n2,3\n") { $0.addMissing(["md"]) }?.last == 3)
        #expect(
            try Table(
                csvText: "a,b\nm,s\n1,2\n",
                options: {
                    var o = CSVOptions(); o.hasUnits = false; return o
                }()
            ).rowCount == 2)
        let error = #expect(throws: DataError.self) {
            try numbers("a;b\n1;2\n") { ($0.decimal, $0.thousands) = (",", ",") }
        }
        #expect(error?.message.contains("one mark cannot stand before fractions and between thousands") == true)
    }

    @Test func contradictingMarksMakeNoNumbers() throws {
        let table = try Table(csvText: "a;b;c\n1,5;2.5;x\n2,5;3.5;y\n")
        #expect(table["a"]?.texts == ["1,5", "2,5"] && table["b"]?.numbers == [2.5, 3.5])
    }

    @Test func trueAndFalseAreNumbersWhereAColumnHoldsNothingElse() throws {
        let table = try Table(csvText: "a,b,c\nTrue,1,x\nNA,True,False\nfalse,2,True\n")
        #expect(table["a"]?.numbers?.map { $0.isNaN ? -1 : $0 } == [1, -1, 0] && table.layout?.truths == ["a"])
        #expect(table["b"]?.texts == ["1", "True", "2"] && table["c"]?.texts != nil)
        let error = #expect(throws: DataError.self) { try table.numbers(of: "b") }
        #expect(error?.line == 3)
    }

    @Test func namesThatAreWordsForMissingValuesAreNames() throws {
        let text =
            "#YY  MM DD hh mm WSPD  WVHT\n#yr  mo dy hr mn m/s     m\n2011 03 11 20 00  9.8  2.60\n2011 03 11 21 00   MM  2.50\n"
        let table = try Table(csvText: text)
        #expect(
            table.columnNames == ["YY", "MM", "DD", "hh", "mm", "WSPD", "WVHT"] && table["MM"]?.numbers == [3, 3]
                && table["WSPD"]?.numbers?[1].isNaN == true)
    }

    @Test func aTitleAboveTheNamesIsNoLineOfNames() throws {
        let rows = "2020 1 413.4\n2020 2 414.1\n"
        let titled = try Table(csvText: "# NOAA monthly mean\n# year month co2\n" + rows)
        #expect(titled.columnNames == ["year", "month", "co2"] && titled.layout?.unitsLine == nil)
        #expect(titled.layout?.warnings.first?.contains("say --units-row") == true)
        let paired = try Table(csvText: "# year month co2\n# yr mo ppm\n" + rows)
        #expect(paired.columnNames == ["year", "month", "co2"] && paired.layout?.units["co2"] == "ppm")
        #expect(paired.layout?.warnings == [])
        let open = try Table(csvText: "# age time depth\n# a s m\n" + rows)
        #expect(open.columnNames == ["age", "time", "depth"])
        #expect(open.layout?.warnings.first?.contains("say --no-units-row") == true)
        var options = CSVOptions()
        options.hasUnits = true
        let said = try Table(csvText: "# age time depth\n# kyr days fathoms\n" + rows, options: options)
        #expect(said.columnNames == ["age", "time", "depth"] && said.layout?.units["depth"] == "fathoms")
        options.hasUnits = false
        #expect(try Table(csvText: "# a b c\n# m s m/s\n" + rows, options: options).layout?.unitsLine == nil)
    }

    @Test func aTableBehindAnotherIsRead() throws {
        let text =
            "latitude,longitude,elevation,zone\n52.5,13.4,38,GMT\n\ntime,temp,rh,wind\n2020-01-01,1,2,3\n2020-01-02,4,5,6\n"
        let table = try Table(csvText: text)
        #expect(table.columnNames == ["time", "temp", "rh", "wind"] && table["wind"]?.numbers == [3, 6])
        #expect(table.layout?.notes == ["lines 1 to 3, above the names, are passed over"] && table.line(ofRow: 1) == 6)
    }

    @Test func anIndexWithoutANameNamesRows() throws {
        #expect(try Table(csvText: ",a\n0,5\n1,6\n2,7\n").layout?.rowNames == "column1")
        #expect(try Table(csvText: ",a\n3,5\n1,6\n2,7\n").layout?.rowNames == nil)
    }

    @Test func tablesOfGzipAreReadWhole() throws {
        let folder = TemporaryFolder()
        let made = try ProgramRun(
            URL(fileURLWithPath: "/bin/sh"),
            [
                "-c",
                "printf 'a,b\\n1,2\\n' | gzip > t.csv.gz; printf '3,4\\n' | gzip >> t.csv.gz; head -c 20 t.csv.gz > cut.csv.gz",
            ], in: folder.url)
        #expect(made.status == 0)
        let table = try Table(csv: folder.path("t.csv.gz"))
        #expect(table["b"]?.numbers == [2, 4])
        let error = #expect(throws: DataError.self) { try Table(csv: folder.path("cut.csv.gz")) }
        #expect(error?.message.contains("cannot be decompressed") == true)
    }
}
