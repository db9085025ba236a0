import Dispatch
import Foundation
import TernCore

/// How a table of text is laid out.
public struct CSVOptions: Sendable {
    /// Whether the first line holds names.
    public enum Header: Sendable {
        /// It does, unless one of its cells is a number with a fraction, or all of them are numbers.
        case automatic
        case present
        case absent
    }

    /// nil: found from the first lines. A blank stands for any run of blanks and tabs.
    public var delimiter: Character?
    /// Cells that stand for a missing value, beside empty ones, without regard to case.
    public var missing: Set<String>
    /// Numbers that stand for a missing value, such as -99.99.
    public var missingNumbers: Set<Double>
    public var header: Header
    /// How many bytes are read at once.
    package var blockSize = 16 << 20
    /// Columns to keep as text though they hold numbers, such as numbers of stations.
    public var textColumns: Set<String>

    public init(
        delimiter: Character? = nil, missing: Set<String> = ["na", "n/a", "nan", "null", "none", "-", "."],
        missingNumbers: Set<Double> = [], header: Header = .automatic, textColumns: Set<String> = []
    ) {
        self.delimiter = delimiter
        self.missing = Set(missing.map { $0.lowercased() })
        self.missingNumbers = missingNumbers
        self.header = header
        self.textColumns = textColumns
    }
}

extension Table {
    /// Reads a CSV file, on all threads.
    ///
    /// ```swift
    /// let table = try Table(csv: "sst.csv", options: CSVOptions(missingNumbers: [-99.99]))
    /// ```
    ///
    /// The form is that of RFC 4180; the delimiter may also be a semicolon, a tab, or blanks.
    /// Before the header, lines that begin with # are passed over, and everywhere blank lines.
    /// A column is one of numbers where each of its cells is a number or missing. A column
    /// without a name is named by its position, as `column3`.
    ///
    /// - Throws: ``DataError`` for a file that is absent, empty, ragged or not UTF-8, for names
    ///   that occur twice, and for quotation marks that are not closed.
    /// - Complexity: O(bytes); half a second for a million rows of 20 numbers on two cores. The memory is that of the table
    ///   and a few blocks of the file.
    public init(csv path: String, options: CSVOptions = CSVOptions()) throws {
        self = try CSVReader(file: path, options: options) { try CSVBlocks(InputFile(path), size: options.blockSize) }.read()
    }

    /// Reads a table from text in the form of a CSV file.
    ///
    /// - Throws: ``DataError`` as ``init(csv:options:)``, with `source` for the file.
    public init(csvText: String, source: String = "table", options: CSVOptions = CSVOptions()) throws {
        let bytes = LineBytes(csvText)
        self = try CSVReader(file: source, options: options) { CSVBlocks(bytes) }.read()
    }
}

/// Reads one file, block by block.
struct CSVReader {
    let file: String, options: CSVOptions
    /// The file from its start; asked for again where a column of numbers turns out to be one of text.
    let open: () throws -> CSVBlocks

    init(file: String, options: CSVOptions, open: @escaping () throws -> CSVBlocks) {
        (self.file, self.options, self.open) = (file, options, open)
    }

    func read() throws -> Table {
        var blocks = try open()
        let header = try CSVHeader(file: file, options: options, blocks)
        var plan = header.plan(options)
        for (i, name) in header.names.enumerated() where options.textColumns.contains(name) { plan.isText[i] = true }
        var firstText: [Int: (line: Int, text: String)] = [:]
        while true {
            var columns: CSVColumns?, found = false
            var records = CSVRecords(file: file, header, blocks)
            while let chunks = try records.next() {
                if columns == nil {
                    // Nothing is kept yet, so the first block is parsed until the types are known: most are from its first part.
                    note(try records.parse(chunks.prefix(1), plan), &plan, &firstText, &found)
                    repeat {
                        found = false
                        note(try records.parse(chunks, plan), &plan, &firstText, &found)
                    } while found
                    columns = CSVColumns(header, plan, firstLine: header.firstLine)
                } else {
                    note(try records.parse(chunks, plan), &plan, &firstText, &found)
                }
                // Once a column has changed its type, the rest is read only to find others that do.
                if !found { columns?.append(chunks, ofFile: blocks.fileSize) }
                records.finish(chunks)
            }
            if !found { return (columns ?? CSVColumns(header, plan, firstLine: header.firstLine)).table(file, firstText) }
            blocks = try open()
            _ = try CSVHeader(file: file, options: options, blocks)
        }
    }

    private func note(
        _ texts: [Int: (line: Int, text: String)], _ plan: inout CSVPlan, _ firstText: inout [Int: (line: Int, text: String)], _ found: inout Bool
    ) {
        for (column, first) in texts where !plan.isText[column] {
            plan.isText[column] = true
            firstText[column] = first
            found = true
        }
    }
}
