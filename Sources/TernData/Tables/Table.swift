import TernCore

/// Named columns of equal length, as a CSV file holds them.
///
/// ```swift
/// let table = try Table(csv: "co2.csv")
/// table.columnNames                          // ["date", "co2"]
/// let x = try table.matrix(of: ["co2"])      // [rows, 1], float64
/// ```
public struct Table: Sendable {
    /// A column of numbers, or of text where one of its cells is no number.
    public struct Column: Sendable {
        public var name: String
        public var values: Values

        public init(name: String, values: Values) {
            self.name = name
            self.values = values
        }

        /// The numbers, nil for a column of text.
        public var numbers: [Double]? {
            if case .numbers(let numbers) = values { numbers } else { nil }
        }
    }

    public enum Values: Sendable {
        /// NaN where a value is missing.
        case numbers([Double])
        /// The cells as they are, and the first that is neither a number nor missing.
        case text([String], firstLine: Int, firstText: String)
    }

    /// The file it was read from, for messages.
    public var source: String
    public var columns: [Column]
    /// The line of the file on which each row begins; empty where rows and lines go together
    /// from `firstLine` on.
    var lines: [Int] = []
    var firstLine = 1

    public init(columns: [Column], source: String = "table") {
        self.columns = columns
        self.source = source
    }

    public var columnNames: [String] { columns.map(\.name) }

    public var rowCount: Int {
        switch columns.first?.values {
        case .numbers(let numbers): numbers.count
        case .text(let texts, _, _): texts.count
        case nil: 0
        }
    }

    /// The line of the file that holds `row`, counted from 1.
    public func line(ofRow row: Int) -> Int { lines.isEmpty ? firstLine + row : lines[row] }

    /// The column of this name.
    ///
    /// - Throws: ``DataError`` that lists the columns there are and the nearest name.
    public func column(_ name: String) throws -> Column {
        if let column = columns.first(where: { $0.name == name }) { return column }
        let near = columnNames.min { distance($0, name) < distance($1, name) }
        let isNear = near.map { distance($0, name) <= max(1, name.count / 3) && distance($0, name) < name.count } ?? false
        throw DataError(
            file: source,
            "there is no column \"\(name)\"; \(isNear ? "did you mean \"\(near!)\"? " : "")the columns are \(columnNames.joined(separator: ", "))")
    }

    /// The numbers of a column.
    ///
    /// - Throws: ``DataError`` with line and column of the first cell that is no number.
    public func numbers(of name: String) throws -> [Double] {
        let column = try column(name)
        switch column.values {
        case .numbers(let numbers): return numbers
        case .text(_, let line, let text):
            throw DataError(file: source, line: line, "\(place(of: name)): \"\(text)\" is not a number")
        }
    }

    /// The numbers of several columns, [rows, columns], NaN where a value is missing.
    public func matrix(of names: [String]) throws -> Tensor {
        let columns = try names.map(numbers)
        let rows = rowCount
        return Tensor(shape: [rows, names.count], dtype: .float64) { bytes in
            let out = bytes.bindMemory(to: Double.self)
            for (j, column) in columns.enumerated() {
                for i in 0..<rows { out[i * names.count + j] = column[i] }
            }
        }
    }

    /// How messages name a column.
    public func place(of name: String) -> String {
        "column \"\(name)\" (\(ordinal((columnNames.firstIndex(of: name) ?? 0) + 1)))"
    }
}

/// The number of letters to change, add or drop that make one word of another (Levenshtein).
func distance(_ a: String, _ b: String) -> Int {
    let a = Array(a.lowercased()), b = Array(b.lowercased())
    var row = Array(0...b.count)
    for i in a.indices {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
            diagonal = row[j + 1]
            row[j + 1] = next
        }
    }
    return row[b.count]
}
