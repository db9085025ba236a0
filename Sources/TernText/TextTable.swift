import Foundation

/// Columns of text, the first flush left, the others flush right.
package func textTable(_ rows: [[String]]) -> String {
    let rows = rows.map { $0.map(\.printable) }
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
        var line = ""
        for (i, cell) in row.enumerated() {
            let pad = String(repeating: " ", count: widths[i] - cell.count)
            line += i == 0 ? cell + pad : "  " + pad + cell
        }
        while line.last == " " { line.removeLast() }
        return line
    }.joined(separator: "\n")
}

/// A number with six significant digits; of what is no number C writes the sign, too, which means nothing.
package func short(_ value: Double) -> String { value.isNaN ? "nan" : String(format: "%.6g", value) }
