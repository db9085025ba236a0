import Foundation

/// What separates cells, and how one record is cut into them where speed does not matter.
struct CSVSyntax: Sendable {
    typealias Pointer = UnsafePointer<UInt8>

    var delimiter: UInt8
    /// Before the fraction of a number.
    var decimal = Byte.dot
    /// Between groups of three digits; nil where digits are not grouped.
    var thousands: UInt8?
    /// With which a line begins that is passed over.
    var comment: UInt8?
    var splitsAtBlanks: Bool { delimiter == Byte.blank }

    /// Whether a byte beside a cell's content is not part of it.
    @inline(__always)
    func isBlank(_ byte: UInt8) -> Bool {
        byte == Byte.blank || byte == Byte.carriageReturn || (byte == Byte.tab && delimiter != Byte.tab)
    }

    @inline(__always)
    func afterBlanks(_ start: Pointer) -> Pointer {
        var p = start
        while isBlank(p.pointee) { p += 1 }
        return p
    }

    /// A cell's bytes without blanks and quotation marks around them.
    struct Cell {
        var start: Pointer
        var count: Int
        var isQuoted: Bool

        /// The text, doubled quotation marks made single.
        var text: String {
            let bytes = UnsafeBufferPointer(start: start, count: count)
            guard isQuoted, memchr(start, Int32(Byte.quote), count) != nil else {
                return String(decoding: bytes, as: UTF8.self)
            }
            // In bytes: with an accent behind it, a mark is another Character.
            return String(unsafeUninitializedCapacity: count) { text in
                var written = 0, i = 0
                while i < count {
                    text[written] = start[i]
                    written += 1
                    i += start[i] == Byte.quote ? 2 : 1
                }
                return written
            }
        }
    }

    /// Why a record cannot be cut into cells.
    enum Mistake: Error {
        case unterminatedQuote
        case textAfterQuote
    }

    /// The cell at `p`, which is moved to the delimiter or newline after it.
    ///
    /// - Precondition: `p` is behind the blanks before the cell, and a newline comes before `end`.
    func cell(at p: inout Pointer, end: Pointer) throws(Mistake) -> Cell {
        if p.pointee != Byte.quote {
            let start = p
            if splitsAtBlanks {
                while p.pointee != Byte.newline, !isBlank(p.pointee) { p += 1 }
            } else {
                while p.pointee != Byte.newline, p.pointee != delimiter { p += 1 }
            }
            var last = p
            while last > start, isBlank((last - 1).pointee) { last -= 1 }
            p = splitsAtBlanks ? afterBlanks(p) : p
            return Cell(start: start, count: last - start, isQuoted: false)
        }
        let start = p + 1
        guard let closing = closingQuote(from: start, end: end) else { throw .unterminatedQuote }
        p = afterBlanks(closing + 1)
        guard p.pointee == delimiter || p.pointee == Byte.newline || (splitsAtBlanks && p > closing + 1) else {
            throw .textAfterQuote
        }
        return Cell(start: start, count: closing - start, isQuoted: true)
    }

    /// The quotation mark that ends the text at `start`; doubled ones belong to it.
    func closingQuote(from start: Pointer, end: Pointer) -> Pointer? {
        var p = start
        while p < end, let found = memchr(p, Int32(Byte.quote), end - p) {
            p = Pointer(found.assumingMemoryBound(to: UInt8.self))
            if p + 1 < end, (p + 1).pointee == Byte.quote { p += 2 } else { return p }
        }
        return nil
    }

    /// The cells of the record at `p`, which is moved behind its newline; none for a blank line.
    func record(at p: inout Pointer, end: Pointer) throws(Mistake) -> [Cell] {
        var cells: [Cell] = []
        p = afterBlanks(p)
        if p.pointee == comment { while p.pointee != Byte.newline { p += 1 } }
        if p.pointee == Byte.newline {
            p += 1
            return []
        }
        while true {
            cells.append(try cell(at: &p, end: end))
            if p.pointee == Byte.newline {
                p += 1
                return cells
            }
            if !splitsAtBlanks { p = afterBlanks(p + 1) }
        }
    }
}
