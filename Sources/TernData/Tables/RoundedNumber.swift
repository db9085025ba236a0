import Foundation

/// A whole number of a table whose digits a `Double` does not hold: 9007199254740993 is read as 9007199254740992.
struct RoundedNumber {
    private(set) var line: Int
    let text: String, value: Double

    /// From here on not all whole numbers are a `Double`.
    static let least = 0x1p53

    /// nil where the cell has a fraction or a power of ten, whose digits nobody takes for exact, or is the number itself.
    ///
    /// - Parameter line: from 0 at the part's start.
    init?(_ cell: UnsafeBufferPointer<UInt8>, as value: Double, decimal: UInt8, line: Int) {
        guard !cell.contains(where: { $0 == decimal || $0 | 0x20 == Byte.e }) else { return nil }
        // No text for each cell of a column whose large numbers are all exact, such as nanoseconds of whole seconds.
        var whole: UInt64 = 0, isLong = false
        for byte in cell where (48...57).contains(byte) {
            let (tens, isBeyond) = whole.multipliedReportingOverflow(by: 10)
            let (sum, isFull) = tens.addingReportingOverflow(UInt64(byte - 48))
            (whole, isLong) = (sum, isLong || isBeyond || isFull)
        }
        if !isLong {
            guard whole > 0, UInt64(exactly: value.magnitude) != whole else { return nil }
        } else {
            let digits = cell.filter { (48...57).contains($0) }.drop { $0 == 48 }
            guard String(decoding: digits, as: UTF8.self) != String(format: "%.0f", value.magnitude) else { return nil }
        }
        (self.line, text, self.value) = (line, String(decoding: cell, as: UTF8.self), value)
    }

    /// The same in a part that begins at a line of the file.
    func moved(by lines: Int) -> Self {
        var moved = self
        moved.line += lines
        return moved
    }

    /// For a warning on a column.
    func words(of column: String) -> String {
        "column \"\(column)\": \(text) in line \(line) is read as \(String(format: "%.0f", value)), since numbers hold about 16 digits; where these are names and no amounts, write a letter before them"
    }
}
