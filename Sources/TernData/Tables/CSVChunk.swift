import Foundation

/// The rows of a part of a file: for each column 64 bits a cell, which are a number, or where
/// the text stands.
final class CSVChunk: @unchecked Sendable {
    typealias Pointer = UnsafePointer<UInt8>

    /// Records, the last of which ends with a newline at `end - 1`.
    let start: Pointer, end: Pointer
    private let base: Pointer
    private(set) var rows = 0
    /// Lines in the part, blank ones and those within quotation marks included.
    private(set) var lines = 0
    /// The line of each row, from 0 at the part's start.
    private(set) var rowLines: [Int32] = []
    /// The first cell of each column that is neither a number nor missing.
    private(set) var firstText: [Int: (line: Int, text: String)] = [:]
    /// The first cell of each column that lost digits.
    private(set) var firstRounded: [Int: RoundedNumber] = [:]
    private(set) var error: (line: Int, message: String)?

    private var cells: UnsafeMutablePointer<UInt64>?
    private var capacity = 0

    init(start: Pointer, end: Pointer, base: Pointer) {
        (self.start, self.end, self.base) = (start, end, base)
    }

    deinit { cells?.deallocate() }

    func parse(_ plan: CSVPlan) {
        rows = 0
        lines = 0
        firstText = [:]
        firstRounded = [:]
        error = nil
        let newlines = countLines()
        if error != nil { return }
        // A row takes at least a byte for each column.
        capacity = min(newlines, (end - start) / max(plan.columnCount, 1) + 1)
        cells?.deallocate()
        let cells = UnsafeMutablePointer<UInt64>.allocate(capacity: max(1, capacity * plan.columnCount))
        self.cells = cells
        rowLines = Array(unsafeUninitializedCapacity: capacity) { lines, count in
            plan.kinds.withUnsafeBufferPointer { kinds in
                count = parse(plan, cells, kinds.baseAddress!, lines.baseAddress!)
            }
        }
        rows = rowLines.count
    }

    /// Counts newlines, and makes sure that the bytes are UTF-8.
    private func countLines() -> Int {
        let bytes = UnsafeBufferPointer(start: start, count: end - start)
        var newlines = 0
        var anyBits: UInt8 = 0
        for byte in bytes {
            newlines &+= byte == Byte.newline ? 1 : 0
            anyBits |= byte
        }
        if anyBits & 0x80 != 0, String(validating: bytes, as: UTF8.self) == nil {
            let before = bytes.split(separator: Byte.newline, omittingEmptySubsequences: false)
                .prefix { String(validating: $0, as: UTF8.self) != nil }
            error = (before.count, "this line is not UTF-8 text; convert the file, as with: iconv -f latin1 -t utf-8")
        }
        return newlines
    }

    /// The hot loop; the number of rows.
    private func parse(
        _ plan: CSVPlan, _ cells: UnsafeMutablePointer<UInt64>, _ kinds: UnsafePointer<CSVPlan.Kind>,
        _ rowLines: UnsafeMutablePointer<Int32>
    ) -> Int {
        let syntax = plan.syntax, numbers = plan.numbers
        let delimiter = syntax.delimiter, splitsAtBlanks = syntax.splitsAtBlanks
        let columnCount = plan.columnCount, capacity = capacity, end = end
        let hasMissingNumbers = !plan.missingNumbers.isEmpty
        var p = start
        var row = 0, line = 0
        while p < end {
            let record = p
            p = syntax.afterBlanks(p)
            if p.pointee == syntax.comment { while p.pointee != Byte.newline { p += 1 } }
            if p.pointee == Byte.newline {
                p += 1
                line += 1
                continue
            }
            let recordLine = line
            var cell = cells + row
            var column = 0
            while true {
                if column == columnCount {
                    // Only a delimiter at the line's end leads here without a mistake.
                    if p.pointee == Byte.newline { break }
                    return ragged(record, recordLine, plan, row)
                }
                var value = 0.0
                if kinds[column] == .numbers, let after = numbers.scan(p, into: &value) {
                    let next = syntax.afterBlanks(after)
                    let byte = next.pointee
                    if byte == delimiter || byte == Byte.newline || (splitsAtBlanks && next > after) {
                        if hasMissingNumbers, plan.missingNumbers.contains(value) { value = .nan }
                        if value.magnitude >= RoundedNumber.least {
                            noteRounding(UnsafeBufferPointer(start: p, count: after - p), value, plan, column, line)
                        }
                        cell.pointee = value.bitPattern
                        p = next
                    } else if !other(&p, plan, column, &line, cell) {
                        return row
                    }
                } else if !other(&p, plan, column, &line, cell) {
                    return row
                }
                column += 1
                cell += capacity
                if p.pointee == Byte.newline { break }
                if !splitsAtBlanks { p = syntax.afterBlanks(p + 1) }
            }
            if column < columnCount { return ragged(record, recordLine, plan, row) }
            rowLines[row] = Int32(truncatingIfNeeded: recordLine)
            row += 1
            line += 1
            p += 1
        }
        lines = line
        return row
    }

    @inline(never)
    private func noteRounding(
        _ cell: UnsafeBufferPointer<UInt8>, _ value: Double, _ plan: CSVPlan, _ column: Int, _ line: Int
    ) {
        guard firstRounded.isEmpty || firstRounded[column] == nil else { return }
        firstRounded[column] = RoundedNumber(cell, as: value, decimal: plan.syntax.decimal, line: line)
    }

    /// A cell that is no plain number; false after a mistake.
    @inline(never)
    private func other(
        _ p: inout Pointer, _ plan: CSVPlan, _ column: Int, _ line: inout Int, _ slot: UnsafeMutablePointer<UInt64>
    ) -> Bool {
        let cell: CSVSyntax.Cell
        do {
            cell = try plan.syntax.cell(at: &p, end: end)
        } catch {
            self.error = (line, error.message)
            return false
        }
        let kind = plan.kinds[column]
        if kind == .texts {
            guard cell.count <= TextSlot.longest else {
                error = (line, "a cell of \(cell.count) bytes is too long; the longest allowed has 128 MiB")
                return false
            }
            slot.pointee = TextSlot(cell, from: base).bits
        } else if let value = plan.value(cell, in: kind) {
            if kind == .numbers, value.magnitude >= RoundedNumber.least {
                noteRounding(UnsafeBufferPointer(start: cell.start, count: cell.count), value, plan, column, line)
            }
            slot.pointee = value.bitPattern
        } else {
            slot.pointee = Double.nan.bitPattern
            if firstText[column] == nil { firstText[column] = (line, cell.text) }
        }
        if cell.isQuoted {
            for byte in UnsafeBufferPointer(start: cell.start, count: cell.count) where byte == Byte.newline {
                line += 1
            }
        }
        return true
    }

    private func ragged(_ record: Pointer, _ line: Int, _ plan: CSVPlan, _ row: Int) -> Int {
        var p = record
        let found = (try? plan.syntax.record(at: &p, end: end))?.count ?? 0
        let expected = plan.columnCount
        let first = Character(Unicode.Scalar(plan.syntax.afterBlanks(record).pointee))
        let remedy =
            "#%!*/".contains(first)
            ? "; if lines that begin with \(first) are comments, say --comment '\(first)'"
            : found > expected ? "; a text that contains the delimiter belongs in quotation marks" : ""
        error = (
            line,
            "\(found) field\(found == 1 ? "" : "s") where the \(plan.hasHeader ? "header" : "first row") has \(expected)\(remedy)"
        )
        return row
    }

    // MARK: Columns

    /// A column's numbers, as long as the part lives.
    func numbers(of column: Int) -> UnsafeBufferPointer<Double> {
        guard rows > 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(UnsafeBufferPointer(start: cells! + column * capacity, count: rows))
            .assumingMemoryBound(to: Double.self)
    }

    /// Appends a column's texts.
    func appendText(of column: Int, to texts: inout [String]) {
        guard rows > 0 else { return }
        for bits in UnsafeBufferPointer(start: cells! + column * capacity, count: rows) {
            texts.append(TextSlot(bits: bits).cell(from: base).text)
        }
    }
}

/// Where a text lies, in the 64 bits in which columns of numbers hold one: how far from the beginning of the part, how
/// long it is, and whether it is quoted.
private struct TextSlot {
    private static let lengthBits: UInt64 = 27
    static let longest = 1 << Int(lengthBits) - 1

    let bits: UInt64

    init(bits: UInt64) { self.bits = bits }

    init(_ cell: CSVSyntax.Cell, from base: CSVSyntax.Pointer) {
        bits = UInt64(cell.start - base) << (Self.lengthBits + 1) | UInt64(cell.count) << 1 | (cell.isQuoted ? 1 : 0)
    }

    func cell(from base: CSVSyntax.Pointer) -> CSVSyntax.Cell {
        CSVSyntax.Cell(
            start: base + Int(bits >> (Self.lengthBits + 1)), count: Int(bits >> 1) & Self.longest,
            isQuoted: bits & 1 == 1)
    }
}

extension CSVSyntax.Mistake {
    var message: String {
        switch self {
        case .unterminatedQuote: "a quotation mark is opened here and never closed"
        case .textAfterQuote:
            "text follows a closing quotation mark; a quotation mark within a quoted text is written twice"
        }
    }
}
