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
    /// - Complexity: O(bytes); half a second for a million rows of 20 numbers on two cores.
    public init(csv path: String, options: CSVOptions = CSVOptions()) throws {
        let bytes = try InputFile(path).lines()
        self = try CSVReader(file: path, bytes: bytes, options: options).read()
    }

    /// Reads a table from text in the form of a CSV file.
    ///
    /// - Throws: ``DataError`` as ``init(csv:options:)``, with `source` for the file.
    public init(csvText: String, source: String = "table", options: CSVOptions = CSVOptions()) throws {
        self = try CSVReader(file: source, bytes: LineBytes(csvText), options: options).read()
    }
}

/// Reads one file.
struct CSVReader {
    typealias Pointer = UnsafePointer<UInt8>

    private let file: String
    private let bytes: LineBytes
    private let options: CSVOptions
    private let start: Pointer, end: Pointer
    /// The bytes that a thread reads in one go; the first part, from which the types of the
    /// columns are guessed, is smaller.
    private let chunkSize = 1 << 20, sampleSize = 1 << 16

    init(file: String, bytes: LineBytes, options: CSVOptions) {
        (self.file, self.bytes, self.options) = (file, bytes, options)
        start = Pointer(bytes.pointer)
        end = start + bytes.count
    }

    func read() throws -> Table {
        defer { withExtendedLifetime(bytes) {} }
        let (names, syntax, body, hasHeader) = try header()
        let line = lineNumber(of: body)
        var plan = CSVPlan(syntax: syntax, columnCount: names.count, options: options)
        plan.hasHeader = hasHeader
        for (i, name) in names.enumerated() where options.textColumns.contains(name) { plan.isText[i] = true }
        let chunks = try split(from: body, syntax)
        let firstText = try parse(chunks, &plan, firstLine: line)
        return table(names, chunks, plan, firstText, firstLine: line)
    }

    private func lineNumber(of position: Pointer) -> Int {
        UnsafeBufferPointer(start: start, count: position - start).count { $0 == Byte.newline } + 1
    }

    private func failure(at position: Pointer, _ message: String) -> DataError {
        DataError(file: file, line: lineNumber(of: position), message)
    }

    // MARK: Header

    /// The names of the columns, what separates cells, and where the rows begin.
    private func header() throws -> (names: [String], syntax: CSVSyntax, body: Pointer, isHeader: Bool) {
        var p = start
        let mark = UnsafeBufferPointer(start: start, count: min(3, end - start))
        if mark.elementsEqual([0xEF, 0xBB, 0xBF]) { p += 3 }
        if mark.starts(with: [0xFF, 0xFE]) || mark.starts(with: [0xFE, 0xFF]) {
            throw DataError(file: file, line: 1, "this is UTF-16 text; convert the file, as with: iconv -f utf-16 -t utf-8")
        }
        let blanks = CSVSyntax(delimiter: UInt8(ascii: ","))
        while p < end {
            let content = blanks.afterBlanks(p)
            guard content.pointee == Byte.newline || content.pointee == Byte.hash else { break }
            p = content
            while p.pointee != Byte.newline { p += 1 }
            p += 1
        }
        guard p < end else {
            throw DataError(file: file, "the file is empty; it needs a line of column names and rows below it")
        }
        let syntax = try options.delimiter.map(syntax) ?? .detected(from: p, end: end)
        let first = p
        var cells: [CSVSyntax.Cell]
        do { cells = try syntax.record(at: &p, end: end) } catch { throw failure(at: first, error.message) }
        let plan = CSVPlan(syntax: syntax, columnCount: 0, options: options)
        let isHeader = hasNames(cells, plan)
        let body = isHeader ? p : first
        if cells.count > 1, cells.last!.count == 0, !cells.last!.isQuoted {
            // A delimiter at the line's end; the next line tells whether a column belongs to it.
            let next = (try? syntax.record(at: &p, end: end)) ?? []
            if next.count < cells.count || next.last!.count == 0 { cells.removeLast() }
        }
        let names = cells.enumerated().map { isHeader && $1.count > 0 ? $1.text : "column\($0 + 1)" }
        if isHeader { try check(names, cells, at: first, body: body) }
        return (names, syntax, body, isHeader)
    }

    private func syntax(_ delimiter: Character) throws -> CSVSyntax {
        guard let byte = delimiter.asciiValue, byte != Byte.quote, byte != Byte.newline, byte != Byte.carriageReturn
        else { throw DataError(file: file, "\"\(delimiter)\" cannot separate columns; use a comma, semicolon, tab or blank") }
        return CSVSyntax(delimiter: byte)
    }

    private func hasNames(_ cells: [CSVSyntax.Cell], _ plan: CSVPlan) -> Bool {
        switch options.header {
        case .present: return true
        case .absent: return false
        case .automatic:
            let numbers = cells.map(plan.number)
            if numbers.allSatisfy({ $0 != nil }) { return false }
            return numbers.allSatisfy { $0.map { $0.isNaN || $0 == $0.rounded() } ?? true }
        }
    }

    private func check(_ names: [String], _ cells: [CSVSyntax.Cell], at first: Pointer, body: Pointer) throws {
        for (i, cell) in cells.enumerated()
        where String(validating: UnsafeBufferPointer(start: cell.start, count: cell.count), as: UTF8.self) == nil {
            throw failure(at: first, "the name of the \(ordinal(i + 1)) column is not UTF-8 text; convert the file, as with: iconv -f latin1 -t utf-8")
        }
        var seen: [String: Int] = [:]
        for (i, name) in names.enumerated() {
            if let before = seen.updateValue(i, forKey: name) {
                throw failure(at: first, "two columns (\(ordinal(before + 1)) and \(ordinal(i + 1))) are named \"\(name)\"; rename one")
            }
        }
        let rest = UnsafeBufferPointer(start: body, count: end - body)
        if rest.allSatisfy({ $0 <= Byte.blank }) { throw failure(at: first, "there are no rows below the header") }
    }

    // MARK: Rows

    /// Cuts the rows into parts at the ends of records.
    private func split(from body: Pointer, _ syntax: CSVSyntax) throws -> [CSVChunk] {
        var chunks: [CSVChunk] = []
        var from = body
        /// Cuts at the first newline before `limit` that makes a part large enough, again and again.
        func cut(from position: Pointer, to limit: Pointer) {
            var position = position
            while true {
                let least = from + (chunks.isEmpty ? sampleSize : chunkSize)
                position = max(position, least)
                guard position < limit, let newline = memchr(position, Int32(Byte.newline), limit - position) else { return }
                let next = Pointer(newline.assumingMemoryBound(to: UInt8.self)) + 1
                chunks.append(CSVChunk(start: from, end: next, base: start))
                from = next
                position = next
            }
        }
        // Newlines within quotation marks end no record.
        var p = body
        while p < end, let found = memchr(p, Int32(Byte.quote), end - p) {
            let quote = Pointer(found.assumingMemoryBound(to: UInt8.self))
            cut(from: p, to: quote)
            p = quote + 1
            var before = quote
            while before > body, syntax.isBlank((before - 1).pointee) { before -= 1 }
            let isOpening = before == body || (before - 1).pointee == syntax.delimiter
                || (before - 1).pointee == Byte.newline || (syntax.splitsAtBlanks && before < quote)
            if isOpening {
                guard let closing = syntax.closingQuote(from: p, end: end) else {
                    throw failure(at: quote, CSVSyntax.Mistake.unterminatedQuote.message)
                }
                p = closing + 1
            }
        }
        cut(from: p, to: end)
        if from < end { chunks.append(CSVChunk(start: from, end: end, base: start)) }
        return chunks
    }

    /// Parses all parts; the first text in each column that turned out to be one of text.
    private func parse(
        _ chunks: [CSVChunk], _ plan: inout CSVPlan, firstLine: Int
    ) throws -> [Int: (line: Int, text: String)] {
        var firstText: [Int: (line: Int, text: String)] = [:]
        // The first part alone; then all, and once more if a column of numbers held text further down.
        var todo = chunks.prefix(1)
        while true {
            let now = todo, shared = plan
            if now.count == 1 {
                now.first!.parse(shared)
            } else {
                DispatchQueue.concurrentPerform(iterations: now.count) { now[$0].parse(shared) }
            }
            var line = firstLine
            var found = false
            for chunk in todo {
                if let error = chunk.error { throw DataError(file: file, line: line + error.line, error.message) }
                for (column, first) in chunk.firstText where !plan.isText[column] {
                    plan.isText[column] = true
                    firstText[column] = (line + first.line, first.text)
                    found = true
                }
                line += chunk.lines
            }
            if todo.count == chunks.count && !found { return firstText }
            todo = chunks[...]
        }
    }

    // MARK: Columns

    private func table(
        _ names: [String], _ chunks: [CSVChunk], _ plan: CSVPlan, _ firstText: [Int: (line: Int, text: String)],
        firstLine: Int
    ) -> Table {
        let rows = chunks.reduce(0) { $0 + $1.rows }
        let columns = [Table.Column](unsafeUninitializedCapacity: names.count) { columns, count in
            nonisolated(unsafe) let columns = columns
            DispatchQueue.concurrentPerform(iterations: names.count) { i in
                let values: Table.Values
                if plan.isText[i] {
                    var texts: [String] = []
                    texts.reserveCapacity(rows)
                    for chunk in chunks { chunk.appendText(of: i, to: &texts) }
                    let first = firstText[i] ?? (line: firstLine, text: texts.first ?? "")
                    values = .text(texts, firstLine: first.line, firstText: first.text)
                } else {
                    values = .numbers(Array(unsafeUninitializedCapacity: rows) { numbers, count in
                        for chunk in chunks {
                            chunk.copyNumbers(of: i, to: numbers.baseAddress! + count)
                            count += chunk.rows
                        }
                    })
                }
                (columns.baseAddress! + i).initialize(to: Table.Column(name: names[i], values: values))
            }
            count = names.count
        }
        var table = Table(columns: columns, source: file)
        table.firstLine = firstLine
        if chunks.contains(where: { $0.lines != $0.rows }) {
            var before = firstLine
            for chunk in chunks {
                table.lines += chunk.rowLines.map { before + Int($0) }
                before += chunk.lines
            }
        }
        return table
    }
}
