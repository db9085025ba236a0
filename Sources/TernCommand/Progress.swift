import Foundation

/// Shows how far training is: a bar that redraws itself on a terminal, a line now and then
/// in a pipe, nothing where quiet is asked for. Writes to standard error.
final class Progress: @unchecked Sendable {
    private let total: Int
    private let isTerminal = isatty(STDERR_FILENO) != 0
    private let isQuiet: Bool
    private let start = ContinuousClock.now
    private var lastDrawn: ContinuousClock.Instant?
    private var nextLine = 1

    init(total: Int, quiet: Bool) {
        self.total = total
        isQuiet = quiet
    }

    func update(_ step: Int, _ text: String) {
        if isQuiet { return }
        if isTerminal {
            let now = ContinuousClock.now
            if let lastDrawn, now - lastDrawn < .milliseconds(60), step < total { return }
            lastDrawn = now
            let width = 24, done = step * width / max(1, total)
            let bar = String(repeating: "█", count: done) + String(repeating: "░", count: width - done)
            write("\r\u{1B}[K\(bar) \(step)/\(total)  \(text)")
        } else if step >= nextLine {
            // In a pipe: epochs 1, 2, 5, 10, 20, 50, ...
            write("epoch \(step)/\(total)  \(text)\n")
            var decade = 1
            while decade * 10 <= step { decade *= 10 }
            nextLine = step < 2 * decade ? 2 * decade : step < 5 * decade ? 5 * decade : 10 * decade
        }
    }

    /// Leaves a last line.
    func finish(_ text: String) {
        if isQuiet { return }
        let seconds = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000
        write("\(isTerminal ? "\r\u{1B}[K" : "")\(text) (\(String(format: "%.2f", seconds)) s)\n")
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// Columns of text, the first flush left, the others flush right.
func textTable(_ rows: [[String]]) -> String {
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

/// A number with six significant digits.
func short(_ value: Double) -> String { String(format: "%.6g", value) }
