import Foundation

extension Table {
    /// Writes the table as a CSV file, whole or not at all. Numbers are written with the
    /// fewest digits that read back the same, missing ones as empty cells.
    public func write(csv path: String) throws { try writeAtomically(Data(csvText.utf8), to: path) }

    /// The table as the text of a CSV file.
    public var csvText: String {
        var text = columnNames.map(quoted).joined(separator: ",") + "\n"
        for row in 0..<rowCount {
            for (i, column) in columns.enumerated() {
                if i > 0 { text += "," }
                switch column.values {
                case .numbers(let numbers): if !numbers[row].isNaN { text += plain(numbers[row]) }
                case .text(let texts, _, _): text += quoted(texts[row])
                }
            }
            text += "\n"
        }
        return text
    }

    private func plain(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private func quoted(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
