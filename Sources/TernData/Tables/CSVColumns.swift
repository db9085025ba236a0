import Foundation
import TernCore

/// The columns of a table, which grow block by block.
struct CSVColumns {
    private enum Values {
        case numbers([Double]), texts([String])
    }

    private let names: [String], firstLine: Int
    private var columns: [Values]
    private var rowCount = 0
    /// The lines of the rows, from the first part on in which rows and lines do not go together.
    private var lines: [Int] = []
    private var lineCount = 0

    /// - Parameter firstLine: of the file, that of the first row.
    init(_ header: CSVHeader, _ plan: CSVPlan, firstLine: Int) {
        (names, self.firstLine) = (header.names, firstLine)
        columns = plan.kinds.map { $0 == .texts ? .texts([]) : .numbers([]) }
    }

    /// Adds the rows of parts that have been parsed.
    ///
    /// - Parameter size: of the whole file, from which the number of rows is guessed.
    mutating func append(_ chunks: [CSVChunk], ofFile size: Int?) {
        let rows = chunks.reduce(0) { $0 + $1.rows }
        var wanted = rowCount + rows
        if rowCount == 0, let size, let bytes = chunks.last.map({ $0.end - chunks[0].start }), bytes > 0, size > bytes {
            // As many as the first rows promise, and some more.
            wanted = Int(Double(rows) * (Double(size) / Double(bytes)) * 1.03) + 64
        }
        columns.withUnsafeMutableBufferPointer { [wanted] columns in
            nonisolated(unsafe) let columns = columns
            ThreadPool.current.forEachPiece(of: columns.count, grain: 1) { i, _ in
                switch columns[i] {
                case .numbers(var numbers):
                    columns[i] = .numbers([])
                    if wanted > numbers.count + rows { numbers.reserveCapacity(wanted) }
                    for chunk in chunks { numbers.append(contentsOf: chunk.numbers(of: i)) }
                    columns[i] = .numbers(numbers)
                case .texts(var texts):
                    columns[i] = .texts([])
                    if wanted > texts.count + rows { texts.reserveCapacity(wanted) }
                    for chunk in chunks { chunk.appendText(of: i, to: &texts) }
                    columns[i] = .texts(texts)
                }
            }
        }
        for chunk in chunks {
            if lines.isEmpty, chunk.lines != chunk.rows { lines = (0..<rowCount).map { firstLine + $0 } }
            if !lines.isEmpty || chunk.lines != chunk.rows {
                lines += chunk.rowLines.map { firstLine + lineCount + Int($0) }
            }
            rowCount += chunk.rows
            lineCount += chunk.lines
        }
    }

    func table(_ source: String, _ firstText: [Int: (line: Int, text: String)], _ layout: CSVLayout) -> Table {
        var table = Table(
            columns: columns.indices.map { i in
                switch columns[i] {
                case .numbers(let numbers): Table.Column(name: names[i], values: .numbers(numbers))
                case .texts(let texts):
                    Table.Column(
                        name: names[i],
                        values: .text(
                            texts, firstLine: firstText[i]?.line ?? firstLine,
                            firstText: firstText[i]?.text ?? texts.first ?? ""))
                }
            }, source: source)
        table.layout = layout
        table.firstLine = firstLine
        table.lines = lines
        return table
    }
}
