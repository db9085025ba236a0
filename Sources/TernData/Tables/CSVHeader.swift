import Foundation

/// The names of a table's columns, and what separates its cells.
struct CSVHeader {
    typealias Pointer = UnsafePointer<UInt8>

    private(set) var names: [String] = []
    private(set) var syntax = CSVSyntax(delimiter: UInt8(ascii: ","))
    private(set) var hasNames = true
    /// The line of the first row.
    private(set) var firstLine = 1

    private let file: String, options: CSVOptions
    /// Whole lines of the file, and whether nothing follows them.
    private var start: Pointer, end: Pointer, isLast = false

    /// More has to be read.
    private struct Incomplete: Error {}

    /// Reads the header of a file's first block, which then begins with the rows.
    init(file: String, options: CSVOptions, _ blocks: CSVBlocks) throws {
        (self.file, self.options) = (file, options)
        (start, end) = (blocks.start, blocks.start)
        var header: (names: [String], syntax: CSVSyntax, body: Pointer, isHeader: Bool)?
        while header == nil {
            try blocks.fill()
            (start, end, isLast) = (blocks.start, blocks.end, blocks.isLast)
            while end > start, (end - 1).pointee != Byte.newline { end -= 1 }
            do { header = try self.header() } catch is Incomplete {}
        }
        let found = header!
        (names, syntax, hasNames) = (found.names, found.syntax, found.isHeader)
        firstLine = lineNumber(of: found.body)
        blocks.start = found.body
    }

    /// What the rows are parsed with.
    func plan(_ options: CSVOptions) -> CSVPlan {
        var plan = CSVPlan(syntax: syntax, columnCount: names.count, options: options)
        plan.hasHeader = hasNames
        return plan
    }

    private func lineNumber(of position: Pointer) -> Int {
        UnsafeBufferPointer(start: start, count: position - start).count { $0 == Byte.newline } + 1
    }

    private func failure(at position: Pointer, _ message: String) -> DataError {
        DataError(file: file, line: lineNumber(of: position), message)
    }

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
            guard isLast else { throw Incomplete() }
            throw DataError(file: file, "the file is empty; it needs a line of column names and rows below it")
        }
        let syntax = try options.delimiter.map(syntax) ?? .detected(from: p, end: end)
        let first = p
        var cells: [CSVSyntax.Cell]
        do { cells = try syntax.record(at: &p, end: end) } catch {
            if !isLast, error == .unterminatedQuote { throw Incomplete() }
            throw failure(at: first, error.message)
        }
        let plan = CSVPlan(syntax: syntax, columnCount: 0, options: options)
        let isHeader = hasNames(cells, plan)
        let body = isHeader ? p : first
        if cells.count > 1, cells.last!.count == 0, !cells.last!.isQuoted {
            // A delimiter at the line's end; the next line tells whether a column belongs to it.
            guard p < end || isLast else { throw Incomplete() }
            let next = p < end ? (try? syntax.record(at: &p, end: end)) ?? [] : []
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
        if rest.allSatisfy({ $0 <= Byte.blank }) {
            guard isLast else { throw Incomplete() }
            throw failure(at: first, "there are no rows below the header")
        }
    }
}
