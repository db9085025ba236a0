import Foundation
import TernCore

/// How a table of text is laid out.
public struct CSVOptions: Sendable {
    /// nil: the one of comma, semicolon and tab that the header holds most of, else blanks.
    public var delimiter: Character?
    /// Cells that stand for a missing value, beside empty ones, without regard to case.
    public var missing: Set<String>

    public init(delimiter: Character? = nil, missing: Set<String> = ["na", "n/a", "nan", "null", "none", "-", "."]) {
        self.delimiter = delimiter
        self.missing = Set(missing.map { $0.lowercased() })
    }
}

extension Table {
    /// Reads a CSV file: RFC 4180 with a header line, or none where all its cells are numbers.
    ///
    /// Lines that begin with # before the header and blank lines are passed over. Files without
    /// quotation marks are read on all threads.
    ///
    /// - Throws: ``DataError`` for a file that is absent, empty, ragged or not UTF-8.
    /// - Complexity: O(bytes); about a second for a million rows of 20 columns.
    public init(csv path: String, options: CSVOptions = CSVOptions()) throws {
        let data = try readWhole(path)
        self = try data.withUnsafeBytes {
            var reader = CSVReader(path, $0.bindMemory(to: UInt8.self), options)
            return try reader.read()
        }
    }
}

/// Parses one file.
struct CSVReader {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    let path: String
    let bytes: Bytes
    let options: CSVOptions
    private var delimiter = UInt8(ascii: ",")
    private var splitsAtBlanks = false
    private let missing: [[UInt8]]

    init(_ path: String, _ bytes: Bytes, _ options: CSVOptions) {
        self.path = path
        self.bytes = bytes
        self.options = options
        missing = options.missing.map { Array($0.utf8) }
    }

    mutating func read() throws -> Table {
        var at = 0, line = 1
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        guard let header = try nextRecord(&at, &line, isHeader: true) else { throw DataError(file: path, "the file is empty; it needs a header line and rows of numbers") }
        var names = header.fields.map { text($0) }
        if let bad = names.firstIndex(of: nil) {
            throw DataError(file: path, line: header.line, "the name of the \(ordinal(bad + 1)) column is not UTF-8 text; convert the file first")
        }
        if names.allSatisfy({ number(Array($0!.utf8)) != nil }) {
            // No header: the first line is a row.
            names = names.indices.map { "column\($0 + 1)" }
            at = header.start
            line = header.line
        }
        // A column without a name, as pandas writes its index, is named by its place.
        let columnNames = names.enumerated().map { $1!.isEmpty ? "column\($0 + 1)" : $1! }
        for (i, name) in columnNames.enumerated() {
            if let first = columnNames[..<i].firstIndex(of: name) {
                throw DataError(file: path, line: header.line, "two columns (\(ordinal(first + 1)) and \(ordinal(i + 1))) are named \"\(name)\"; rename one")
            }
        }
        let parts = try parse(from: at, line: line, columns: columnNames)
        guard parts.contains(where: { $0.rows > 0 }) else {
            throw DataError(file: path, line: header.line, "there are no rows below the header")
        }
        return assemble(columnNames, parts, firstLine: line)
    }

    // MARK: Records

    struct Record {
        /// Ranges of bytes, quotation marks included.
        var fields: [Range<Int>]
        var line: Int
        var start: Int
    }

    /// The next line that is not blank, cut into fields; before the header comments are
    /// passed over, and the delimiter is found.
    private mutating func nextRecord(_ at: inout Int, _ line: inout Int, isHeader: Bool = false) throws -> Record? {
        while at < bytes.count {
            let start = at, startLine = line
            var end = at, quoted = false
            while end < bytes.count, quoted || bytes[end] != 10 {
                if bytes[end] == 34 { quoted.toggle() }
                if bytes[end] == 10 { line += 1 }
                end += 1
            }
            if quoted { throw DataError(file: path, line: startLine, "a quotation mark is opened here and never closed") }
            at = min(end + 1, bytes.count)
            line += 1
            var stop = end
            if stop > start, bytes[stop - 1] == 13 { stop -= 1 }
            if (start..<stop).allSatisfy({ bytes[$0] == 32 || bytes[$0] == 9 }) { continue }
            if isHeader && bytes[start] == 35 { continue }
            if isHeader { chooseDelimiter(start..<stop) }
            return Record(fields: fields(start..<stop), line: startLine, start: start)
        }
        return nil
    }

    private mutating func chooseDelimiter(_ range: Range<Int>) {
        if let given = options.delimiter {
            delimiter = given.asciiValue ?? 44
            splitsAtBlanks = given == " "
            return
        }
        var counts: [UInt8: Int] = [:], quoted = false
        for byte in bytes[range] {
            if byte == 34 { quoted.toggle() } else if !quoted { counts[byte, default: 0] += 1 }
        }
        let best = [UInt8(ascii: ","), UInt8(ascii: ";"), 9].max { counts[$0, default: 0] < counts[$1, default: 0] }!
        if counts[best, default: 0] > 0 { delimiter = best }
        else if counts[32, default: 0] > 0 { splitsAtBlanks = true }
    }

    private func fields(_ range: Range<Int>) -> [Range<Int>] {
        var fields: [Range<Int>] = []
        forEachField(range) { fields.append($0) }
        return fields
    }

    @inline(__always)
    private func forEachField(_ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        var start = range.lowerBound
        let end = range.upperBound
        if splitsAtBlanks {
            while start < end {
                while start < end, bytes[start] == 32 || bytes[start] == 9 { start += 1 }
                if start == end { return }
                let first = start
                while start < end, bytes[start] != 32 && bytes[start] != 9 { start += 1 }
                body(first..<start)
            }
            return
        }
        while true {
            var at = start
            if at < end, bytes[at] == 34 {
                // To the closing mark; doubled ones are part of the text.
                at += 1
                while at < end {
                    if bytes[at] == 34 {
                        if at + 1 < end, bytes[at + 1] == 34 { at += 2; continue }
                        at += 1
                        break
                    }
                    at += 1
                }
            }
            while at < end, bytes[at] != delimiter { at += 1 }
            body(trimmed(start..<at))
            if at >= end { return }
            start = at + 1
        }
    }

    @inline(__always)
    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var low = range.lowerBound, high = range.upperBound
        while low < high, bytes[low] == 32 || bytes[low] == 9 { low += 1 }
        while high > low, bytes[high - 1] == 32 || bytes[high - 1] == 9 { high -= 1 }
        return low..<high
    }

    /// A field's text without quotation marks, nil where it is not UTF-8.
    private func text(_ field: Range<Int>) -> String? {
        var content = Array(bytes[field])
        if content.count >= 2, content.first == 34, content.last == 34 {
            content = Array(content.dropFirst().dropLast())
            var plain: [UInt8] = []
            var i = 0
            while i < content.count {
                plain.append(content[i])
                i += content[i] == 34 && i + 1 < content.count && content[i + 1] == 34 ? 2 : 1
            }
            content = plain
        }
        return String(validating: content, as: UTF8.self)
    }

    // MARK: Rows

    /// What one piece of the file holds.
    struct Part: Sendable {
        var numbers: [[Double]]
        /// The first cell of each column that is no number: row within the part, and where.
        var offence: [(row: Int, field: Range<Int>)?]
        var cells: [[Range<Int>]]
        var rowLines: [Int] = []
        var rows = 0
        var lines = 0
        var error: (line: Int, message: String)?
    }

    private func parse(from start: Int, line: Int, columns: [String]) throws -> [Part] {
        let body = start..<bytes.count
        let hasQuotes = !body.isEmpty && memchr(bytes.baseAddress! + start, 34, body.count) != nil
        var pieces: [Range<Int>] = [body]
        if !hasQuotes {
            // Pieces of whole lines.
            let count = max(1, min(64, body.count / (1 << 20)))
            pieces = []
            var at = start
            for i in 1...count {
                var end = i == count ? bytes.count : max(at, start + body.count / count * i)
                while end < bytes.count, end > at, bytes[end - 1] != 10 { end += 1 }
                pieces.append(at..<end)
                at = end
            }
        }
        let parts = UnsafeMutablePointer<Part?>.allocate(capacity: pieces.count)
        parts.initialize(repeating: nil, count: pieces.count)
        defer { parts.deinitialize(count: pieces.count); parts.deallocate() }
        nonisolated(unsafe) let results = parts
        nonisolated(unsafe) let reader = self
        let list = pieces
        DispatchQueue.concurrentPerform(iterations: pieces.count) { i in
            results[i] = reader.parsePart(list[i], columns)
        }
        var before = line
        let all = pieces.indices.map { parts[$0]! }
        for part in all {
            if let error = part.error { throw DataError(file: path, line: before + error.line, error.message) }
            before += part.lines
        }
        return all
    }

    private func parsePart(_ piece: Range<Int>, _ columns: [String]) -> Part {
        let count = columns.count
        var part = Part(
            numbers: Array(repeating: [], count: count), offence: Array(repeating: nil, count: count),
            cells: Array(repeating: [], count: count))
        let guess = piece.count / max(1, count * 8) + 8
        let values = (0..<count).map { _ in Growing(capacity: guess) }
        var at = piece.lowerBound
        while at < piece.upperBound {
            let lineStart = part.lines
            var end = at, quoted = false
            while end < piece.upperBound, quoted || bytes[end] != 10 {
                if bytes[end] == 34 { quoted.toggle() }
                if bytes[end] == 10 { part.lines += 1 }
                end += 1
            }
            part.lines += 1
            if quoted {
                part.error = (lineStart, "a quotation mark is opened here and never closed")
                break
            }
            var stop = end
            if stop > at, bytes[stop - 1] == 13 { stop -= 1 }
            let row = trimmed(at..<stop)
            at = end + 1
            if row.isEmpty { continue }
            var column = 0
            forEachField(row) { field in
                if column < count {
                    if let value = number(field) {
                        values[column].append(value)
                    } else {
                        values[column].append(.nan)
                        if part.offence[column] == nil { part.offence[column] = (part.rows, field) }
                    }
                    if part.offence[column] != nil { part.cells[column].append(field) }
                }
                column += 1
            }
            // A delimiter at the end of each row is no field.
            if column == count + 1, !splitsAtBlanks, bytes[row.upperBound - 1] == delimiter { column -= 1 }
            if column != count {
                part.error = (lineStart, "\(column) field\(column == 1 ? "" : "s") where the header has \(count)")
                break
            }
            part.rowLines.append(lineStart)
            part.rows += 1
        }
        part.numbers = values.map(\.array)
        return part
    }

    /// A cell's number: NaN where it is missing, nil where it is text.
    private func number(_ field: Range<Int>) -> Double? {
        if field.isEmpty { return .nan }
        let cell = Bytes(rebasing: bytes[field])
        if let value = parseNumber(cell) { return value }
        var content = Array(cell)
        if content.count >= 2, content.first == 34, content.last == 34 {
            content = Array(content.dropFirst().dropLast())
            if content.isEmpty { return .nan }
        }
        return number(content)
    }

    private func number(_ content: [UInt8]) -> Double? {
        let lower = content.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
        if missing.contains(lower) { return .nan }
        return content.withUnsafeBufferPointer { parseNumber($0) }
    }

    // MARK: Columns

    private func assemble(_ names: [String], _ parts: [Part], firstLine: Int) -> Table {
        var lineBefore = firstLine
        var starts: [Int] = [], lines: [Int] = []
        for part in parts {
            starts.append(lineBefore)
            lines += part.rowLines.map { $0 + lineBefore }
            lineBefore += part.lines
        }
        let columns = names.indices.map { c -> Table.Column in
            guard let bad = parts.firstIndex(where: { $0.offence[c] != nil }), let offence = parts[bad].offence[c] else {
                return Table.Column(name: names[c], values: .numbers(parts.flatMap { $0.numbers[c] }))
            }
            // Text: the cells before the first offence are read again.
            var texts: [String] = []
            for (p, part) in parts.enumerated() {
                if part.offence[c] == nil {
                    texts += part.numbers[c].map { $0.isNaN ? "" : "\($0)" }
                } else {
                    texts += part.numbers[c].prefix(part.offence[c]!.row).map { $0.isNaN ? "" : "\($0)" }
                    texts += part.cells[c].map { text($0) ?? "" }
                }
                _ = p
            }
            let line = starts[bad] + parts[bad].rowLines[offence.row]
            return Table.Column(
                name: names[c], values: .text(texts, firstLine: line, firstText: text(offence.field) ?? "not UTF-8"))
        }
        var table = Table(columns: columns, source: path)
        let isPlain = lines.enumerated().allSatisfy { $0.element == firstLine + $0.offset }
        table.firstLine = firstLine
        if !isPlain { table.lines = lines }
        return table
    }
}

/// An array that grows without checks, for the inner loop.
private final class Growing {
    private var pointer: UnsafeMutablePointer<Double>
    private var capacity: Int
    private var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        pointer = .allocate(capacity: capacity)
    }

    deinit { pointer.deallocate() }

    @inline(__always)
    func append(_ value: Double) {
        if count == capacity { grow() }
        pointer[count] = value
        count += 1
    }

    private func grow() {
        let larger = UnsafeMutablePointer<Double>.allocate(capacity: capacity * 2)
        larger.update(from: pointer, count: count)
        pointer.deallocate()
        pointer = larger
        capacity *= 2
    }

    var array: [Double] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
