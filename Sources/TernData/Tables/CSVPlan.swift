import Foundation

/// What every part of a file is read with.
struct CSVPlan: @unchecked Sendable {
    /// What the cells of a column are taken for.
    enum Kind: Equatable {
        case numbers
        /// `True` and `False`, as 1 and 0.
        case truths
        /// Dates, as years with a fraction.
        case dates(TableDate.Order?)
        case texts
    }

    var syntax: CSVSyntax
    var columnCount: Int
    /// Whether names come before the rows.
    var hasHeader = true
    var kinds: [Kind]
    /// Markers of missing values, in lower case; those of up to eight bytes as one number.
    private let shortMarkers: [UInt64]
    private let longMarkers: Set<String>
    let missingNumbers: [Double]
    let numbers: DecimalNumber

    init(syntax: CSVSyntax, columnCount: Int, options: CSVOptions) {
        self.syntax = syntax
        self.columnCount = columnCount
        kinds = Array(repeating: .numbers, count: columnCount)
        numbers = DecimalNumber(point: syntax.decimal)
        let markers = options.missing.union([""])
        shortMarkers = markers.filter { $0.utf8.count <= 8 }.map { Self.word(Array($0.utf8)) }
        longMarkers = markers.filter { $0.utf8.count > 8 }
        // A marker such as "-99.99" stands for every way to write that number.
        missingNumbers = Array(options.missingNumbers.union(markers.compactMap(Double.init)))
    }

    private static func word(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    /// A cell's number, NaN where it is missing; nil where it is text.
    func number(_ cell: CSVSyntax.Cell) -> Double? {
        var start = cell.start
        var end = start + cell.count
        while start < end, syntax.isBlank(start.pointee) || start.pointee == Byte.tab { start += 1 }
        while end > start, syntax.isBlank((end - 1).pointee) { end -= 1 }
        // However it is written, a number that stands for a missing value does.
        return written(start, end).map { missingNumbers.contains($0) ? .nan : $0 }
    }

    /// The number between two places, in any spelling.
    private func written(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Double? {
        var value = 0.0
        if start < end, numbers.scan(start, into: &value) == end { return value }
        if isMarker(start, end) { return .nan }
        let text = String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
        switch text.lowercased() {
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        case "nan": return .nan
        default: return syntax.grouped(text)
        }
    }

    /// Whether one of the cells is a number that is not missing.
    func holdsNumber(_ cells: [CSVSyntax.Cell]) -> Bool { cells.contains { number($0).map { !$0.isNaN } ?? false } }

    /// The number that a cell stands for in a column of a kind; nil where it is something else.
    func value(_ cell: CSVSyntax.Cell, in kind: Kind) -> Double? {
        if kind == .numbers { return number(cell) }
        if isMarker(cell.start, cell.start + cell.count) { return .nan }
        return switch kind {
        case .truths: Self.truth(cell.text) ?? number(cell).flatMap { $0 == 0 || $0 == 1 ? $0 : nil }
        case .dates(let order): TableDate.read(cell.text, order).map(\.decimalYear)
        default: nil
        }
    }

    /// 1 and 0 for the words that pandas writes and reads as truth values.
    static func truth(_ text: String) -> Double? {
        switch text {
        case "True", "TRUE", "true": 1
        case "False", "FALSE", "false": 0
        default: nil
        }
    }

    private func isMarker(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        if end - start <= 8 {
            var word: UInt64 = 0
            for byte in UnsafeBufferPointer(start: start, count: end - start) {
                word = word << 8 | UInt64(byte >= 65 && byte <= 90 ? byte | 0x20 : byte)
            }
            return shortMarkers.contains(word)
        }
        guard !longMarkers.isEmpty else { return false }
        return longMarkers.contains(
            String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self).lowercased())
    }
}
