import TernCore
import TernText

extension Table {
    /// Writes the table as a CSV file, whole or not at all.
    ///
    /// Numbers are written with the fewest digits that read back the same, missing ones as
    /// empty cells.
    ///
    /// - Throws: `DataError` where the folder does not exist or cannot be written to.
    public func write(csv path: String) throws {
        try writeAtomically(to: path) { write in try csvBytes().withUnsafeBytes(write) }
    }

    /// The table as the text of a CSV file.
    public var csvText: String { String(decoding: csvBytes(), as: UTF8.self) }

    /// The same as bytes, with or without the line of names, perhaps in the form of another file.
    package func csvBytes(withNames: Bool = true, as form: CSVForm = .plain) -> [UInt8] {
        let block = 4096
        let blocks = (rowCount + block - 1) / block
        let parts = [[UInt8]](unsafeUninitializedCapacity: blocks) { parts, count in
            nonisolated(unsafe) let parts = parts
            ThreadPool.current.forEachPiece(of: blocks, grain: 1) { i, _ in
                let rows = i * block..<min((i + 1) * block, rowCount)
                (parts.baseAddress! + i).initialize(to: csvBytes(of: rows, as: form))
            }
            count = blocks
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(4096) { $0 + $1.count })
        if withNames {
            for (i, column) in columns.enumerated() {
                if i > 0 { form.appendDelimiter(to: &bytes) }
                bytes += column.name.csvField(isAlone: columns.count == 1).utf8
            }
            bytes.append(Byte.newline)
        }
        for part in parts { bytes += part }
        return bytes
    }

    private func csvBytes(of rows: Range<Int>, as form: CSVForm) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rows.count * columns.count * 10)
        // A line that is empty would be passed over.
        let missing = columns.count == 1 ? "NaN" : ""
        for row in rows {
            for (i, column) in columns.enumerated() {
                if i > 0 { form.appendDelimiter(to: &bytes) }
                switch column.values {
                case .numbers(let numbers):
                    let value = numbers[row]
                    if value.isNaN { bytes += missing.utf8 } else { form.append(value, to: &bytes) }
                case .text(let texts, _, _):
                    if texts[row].isEmpty, columns.count == 1 {
                        bytes += "\"\"".utf8
                    } else {
                        form.append(texts[row], isAlone: columns.count == 1, to: &bytes)
                    }
                }
            }
            bytes.append(Byte.newline)
        }
        return bytes
    }
}
