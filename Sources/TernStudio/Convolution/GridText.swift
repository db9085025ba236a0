import Foundation
import TernText

/// A grid of numbers as it is typed: rows end with a semicolon or a new line, numbers stand apart by blanks or commas.
package struct GridText: Sendable, Equatable {
    /// The numbers by row; all rows are as long.
    package let rows: [[Double]]

    /// - Parameters:
    ///   - argument: what the text is, for the place of a mistake.
    ///   - most: how many rows and columns there may be.
    ///   - allowsNaN: whether `nan` is a number here: a cell without a value, such as land.
    /// - Throws: `StudioMistake` with the place of what is no number, or of a row that is longer or shorter.
    package init(_ text: String, argument: String, most: Int, allowsNaN: Bool = false) throws {
        var rows: [[Double]] = [], offset = 0
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: { ";\n\r\r\n".contains($0) }) {
            defer { offset += line.count + 1 }
            var row: [Double] = []
            for word in line.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
                let place = offset + line.distance(from: line.startIndex, to: word.startIndex)
                if allowsNaN, word.lowercased() == "nan" {
                    row.append(.nan)
                    continue
                }
                guard let number = Double(word.replacing("−", with: "-")), number.isFinite, abs(number) <= 1e6 else {
                    throw StudioMistake(
                        "\"\(String(word).shortened(to: 20))\" is no number up to a million", argument: argument,
                        offset: place)
                }
                row.append(number)
            }
            guard !row.isEmpty else { continue }
            if let first = rows.first, first.count != row.count {
                throw StudioMistake(
                    "row \(rows.count + 1) has \(row.count) number\(row.count == 1 ? "" : "s"), the first has \(first.count)",
                    argument: argument, offset: offset)
            }
            guard row.count <= most, rows.count < most else {
                throw StudioMistake(
                    "there may be \(most) rows and columns at most", argument: argument, offset: offset)
            }
            rows.append(row)
        }
        guard !rows.isEmpty else { throw StudioMistake("there are no numbers here", argument: argument, offset: 0) }
        self.rows = rows
    }
}
