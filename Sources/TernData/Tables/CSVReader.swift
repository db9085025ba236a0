import Dispatch
import Foundation
import TernCore

extension Table {
    /// Reads a CSV file, on all threads.
    ///
    /// ```swift
    /// try Table(columns: [Table.Column("sst", [20.5, -99.99])]).write(csv: "sst.csv")
    /// let table = try Table(csv: "sst.csv", options: CSVOptions(missingNumbers: [-99.99]))
    /// print(table["sst"]!.missingRows)  // [1]
    /// ```
    ///
    /// The form is that of RFC 4180, with what files have beside it; what is not said in `options` is found in the
    /// first records (``CSVLayout``). Blank lines are passed over. A column is one of numbers where each of its cells
    /// is a number or missing, or each is True or False (1 and 0). A column without a name is named by its position, as
    /// `column3`. A file may be compressed by gzip.
    ///
    /// - Throws: `DataError` for a file that is absent, empty, ragged or not UTF-8, for names that occur twice, and
    ///   for quotation marks that are not closed.
    /// - Complexity: O(bytes); half a second for a million rows of 20 numbers on two cores. The memory is that of the
    ///   table and a few blocks of the file.
    public init(csv path: String, options: CSVOptions = CSVOptions()) throws {
        let first = try CSVBlocks(InputFile(path), size: options.blockSize)
        self = try CSVReader(file: path, options: options, first).read()
    }

    /// The same, also of what cannot be read twice.
    ///
    /// - Parameter levels: of the names of the columns, those to be added to ``CSVOptions/levelColumns``.
    package init(csv path: String, options: CSVOptions, levels: ([String]) throws -> Set<String>) throws {
        let first = try CSVBlocks(InputFile(path), size: options.blockSize)
        var options = options
        options.levelColumns.formUnion(try levels(CSVHeader(file: path, options: options, first).names))
        self = try CSVReader(file: path, options: options, first.fromStart(of: path, size: options.blockSize)).read()
    }

    /// Reads a table from text in the form of a CSV file.
    ///
    /// - Parameter source: what messages call the text.
    /// - Throws: `DataError` as ``init(csv:options:)``, with `source` for the file.
    public init(csvText: String, source: String = "table", options: CSVOptions = CSVOptions()) throws {
        self = try CSVReader(file: source, options: options, CSVBlocks(LineBytes(csvText))).read()
    }
}

/// Reads one file, block by block.
struct CSVReader {
    let file: String, options: CSVOptions
    private let first: CSVBlocks

    /// - Parameter first: the file from its start.
    init(file: String, options: CSVOptions, _ first: CSVBlocks) {
        (self.file, self.options, self.first) = (file, options, first)
    }

    func read() throws -> Table {
        var blocks = first
        let header = try CSVHeader(file: file, options: options, blocks)
        var plan = header.plan(options)
        for (i, name) in header.names.enumerated() {
            if options.keepsTexts(of: name) { plan.kinds[i] = .texts }
            if options.dateColumns.contains(name) { plan.kinds[i] = .dates(options.dateOrders[name]) }
        }
        var firstText: [Int: (line: Int, text: String)] = [:]
        while true {
            var columns: CSVColumns?, found = false
            var records = CSVRecords(file: file, header, blocks)
            while let chunks = try records.next() {
                if columns == nil {
                    // Nothing is kept yet, so the first block is parsed until the types are known: most are from its
                    // first part.
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
                if !found {
                    columns?.append(chunks, ofFile: blocks.fileSize)
                    records.noteRounding(in: chunks)
                }
                records.finish(chunks)
            }
            if !found {
                var table = (columns ?? CSVColumns(header, plan, firstLine: header.firstLine)).table(
                    file, firstText, layout(header, plan, records))
                table.clearMissingTexts(options)
                return table
            }
            // A column of numbers turned out to be one of text.
            blocks = try first.fromStart(of: file, size: options.blockSize)
            _ = try CSVHeader(file: file, options: options, blocks)
        }
    }

    private func layout(_ header: CSVHeader, _ plan: CSVPlan, _ records: CSVRecords) -> CSVLayout {
        var layout = header.layout
        layout.rounded = records.roundings(of: header.names)
        layout.truths = Set(zip(header.names, plan.kinds).filter { $1 == .truths }.map(\.0))
        return layout
    }

    private func note(
        _ texts: [Int: (line: Int, text: String)], _ plan: inout CSVPlan,
        _ firstText: inout [Int: (line: Int, text: String)], _ found: inout Bool
    ) {
        for (column, first) in texts where plan.kinds[column] != .texts {
            let mayBeTruth = plan.kinds[column] == .numbers && CSVPlan.truth(first.text) != nil
            plan.kinds[column] = mayBeTruth ? .truths : .texts
            if firstText[column] == nil { firstText[column] = first }
            found = true
        }
    }
}

extension Table {
    /// Empties the cells of columns of words that stand for missing values, and notes it; columns that are to be kept as
    /// text stay.
    mutating func clearMissingTexts(_ options: CSVOptions) {
        for i in columns.indices where !options.textColumns.contains(columns[i].name) {
            guard case .text(var texts, let line, let first) = columns[i].values else { continue }
            let areNumbers =
                options.levelColumns.contains(columns[i].name) && hasNumbers(columns[i].name, texts, options)
            let missing = texts.indices.filter {
                options.isMissing(text: texts[$0]) || areNumbers && options.isMissing(numberText: texts[$0])
            }
            guard let shown = missing.first.map({ texts[$0] }) else { continue }
            for row in missing { texts[row] = "" }
            columns[i].values = .text(texts, firstLine: line, firstText: first)
            let count = missing.count
            layout?.missingTexts.append(
                "column \"\(columns[i].name)\": \(count.grouped) cell\(count == 1 ? "" : "s") such as \"\(shown)\" \(count == 1 ? "is" : "are") taken for missing"
            )
        }
    }

    /// Whether the codes of a column are numbers, so that what stands for missing numbers is no code.
    private func hasNumbers(_ name: String, _ texts: [String], _ options: CSVOptions) -> Bool {
        if let known = options.numberLevels { return known.contains(name) }
        let layout = numberLayout
        return texts.allSatisfy {
            options.isMissing(text: $0) || options.isMissing(numberText: $0) || layout.number($0) != nil
        }
    }
}
