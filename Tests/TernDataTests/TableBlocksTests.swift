import Foundation
import TernCore
import TernData
import TernText
import TestSupport
import Testing

/// A file is the same table whatever the blocks in which it is read.
struct TableBlocksTests {
    private let folder = TemporaryFolder()

    /// A table with quoted cells that hold delimiters, quotation marks and line ends, blank lines, gaps, and a column
    /// of numbers in which a word stands far down.
    private func text(_ random: inout Generator) -> String {
        let rows = random.integer(in: 30..<200), end = random.random() < 0.3 ? "\r\n" : "\n"
        let lateWord = random.random() < 0.5 ? random.integer(in: 0..<rows) : -1
        var lines = ["a,\"b, quoted\",c,d"]
        for row in 0..<rows {
            let quoted = ["\"x, y\"", "\"say \"\"so\"\"\"", "\"two\(end)lines\"", "plain", "", "\"\"\"\""][
                random.integer(in: 0..<6)]
            let number = random.random() < 0.1 ? "NA" : "\(random.integer(in: -500..<500))"
            lines.append(
                "\(random.standardNormal()),\(quoted),\(number),\(row == lateWord ? "word" : "\(Double(row) / 8)")")
            if random.random() < 0.05 { lines.append("") }
        }
        return lines.joined(separator: end) + (random.random() < 0.5 ? end : "")
    }

    @Test func blocksOfAnySizeGiveTheSameTable() throws {
        var random = Generator(seed: 8)
        for _ in 0..<25 {
            let path = folder.write(text(&random))
            let whole = try Table(csv: path)
            for size in [60, 97, 250, 1001] {
                var options = CSVOptions(delimiter: ",")
                options.blockSize = size
                let table = try Table(csv: path, options: options)
                #expect(table == whole)
                #expect((0..<whole.rowCount).allSatisfy { table.line(ofRow: $0) == whole.line(ofRow: $0) })
                func error(_ table: Table) -> String { TestSupport.message { try table.numbers(of: "d") } }
                #expect(error(table) == error(whole))
                // Block by block, with cells as they stand in the file.
                options.textColumns = ["a", "b, quoted", "c", "d"]
                let texts = try Table(csv: path, options: options)
                let blocks = try TableBlocks(csv: path, numbers: ["a", "c"], options: options)
                var row = 0
                while let (cells, numbers) = try blocks.next() {
                    for i in 0..<4 {
                        #expect(
                            cells.columns[i].texts.map { Array($0) }
                                == Array(texts.columns[i].texts![row..<row + cells.rowCount]))
                    }
                    #expect(cells.line(ofRow: 0) == whole.line(ofRow: row))
                    #expect(
                        Table(columns: [numbers.columns[2]])
                            == Table(columns: [.init("c", Array(whole["c"]!.numbers![row..<row + cells.rowCount]))]))
                    row += cells.rowCount
                }
                #expect(row == whole.rowCount)
            }
        }
    }

    /// Comments, a quoted name of several lines, blank lines and a last line with a return in it, each longer than a
    /// block.
    @Test func headersLongerThanABlockAreRead() throws {
        let text =
            "\n#" + String(repeating: "-", count: 50) + "\n\"first\nname, quoted\",second,\n"
            + String(repeating: "\n", count: 30) + "1,2,\n3,4\r,"
        let path = folder.write(text), whole = try Table(csv: path)
        #expect(whole.columns.map(\.name) == ["first\nname, quoted", "second"] && whole["second"]?.numbers == [2, 4])
        for size in [2, 7, 16, 33, 64, 100] {
            var options = CSVOptions(delimiter: ",")
            options.blockSize = size
            #expect(try Table(csv: path, options: options) == whole)
        }
    }

    @Test func textsReadBackAsTheyWere() throws {
        var texts = NastyText(seed: 9)
        let written = (0..<1000).map { _ in "a" + texts.next() }
        let table = try Table(csvText: "text,n\n" + written.map { $0.csvField() + ",1\n" }.joined())
        for (text, read) in zip(written, try #require(table["text"]?.texts)) {
            #expect(Array(text.unicodeScalars) == Array(read.unicodeScalars))
        }
    }

    @Test(arguments: [
        ("a,b\n1,2\n3,\"x\n4,5\n6,7\n", "4: a quotation mark is opened here and never closed"),
        ("a,b\n1,2\n3,4\n5,6\n7\n8,9\n", ":5: 1 field"),
    ])
    func mistakesHaveTheirLineInBlocksToo(_ text: String, _ message: String) throws {
        let path = folder.write(text)
        var options = CSVOptions(delimiter: ",")
        options.blockSize = 8
        func error(_ options: CSVOptions) -> String {
            TestSupport.message { try Table(csv: path, options: options) }
        }
        #expect(error(options) == error(CSVOptions()))
        #expect(
            error(options).contains(message.hasPrefix(":") ? message : "quotation mark is opened here"),
            "\(error(options))")
    }
}
