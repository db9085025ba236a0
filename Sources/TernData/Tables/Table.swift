import Synchronization
import TernCore

/// Named columns of equal length, as a CSV file holds them.
///
/// ```swift
/// let table = try Table(csvText: "date,co2\n2020-01,413.4\n2020-02,\n2020-03,414.5\n")
/// print(table.columnNames, table.rowCount)  // ["date", "co2"] 3
/// print(table["co2"]!.missingRows)  // [1]
/// print(try table.withoutMissing().matrix(of: ["co2"]).shape)  // [2, 1]
/// ```
///
/// Two tables are equal where names and cells are; a missing number equals a missing number.
public struct Table: Sendable, Equatable {
    /// The file it was read from, for messages; `table` where there is none.
    public var source: String
    /// In the order of the file.
    public var columns: [Column] { didSet { places = Places() } }
    /// How it stood in its file; nil for a table that was not read.
    public var layout: CSVLayout?
    /// How many of the columns stand in the file, where others were added behind them; nil: all.
    package var countInFile: Int?
    /// The line of the file on which each row begins; empty where rows and lines go together
    /// from `firstLine` on.
    var lines: [Int] = []
    var firstLine = 1
    /// Of these columns.
    private var places = Places()

    /// A table of columns, which are to be of one length: ``rowCount`` is that of the first.
    public init(columns: [Column], source: String = "table") {
        self.columns = columns
        self.source = source
    }

    /// The names in the order of the columns.
    public var columnNames: [String] { columns.map(\.name) }

    /// The length of the first column, 0 of a table without columns.
    public var rowCount: Int { columns.first?.count ?? 0 }

    /// The line of the file that holds `row`, counted from 1.
    public func line(ofRow row: Int) -> Int { lines.isEmpty ? firstLine + row : lines[row] }

    /// The column of this name, nil where there is none.
    ///
    /// - Complexity: O(columns) once after ``columns`` were set, then O(1).
    public subscript(name: String) -> Column? { place(named: name).map { columns[$0] } }

    /// The place among ``columns`` of the first of this name, from 0.
    package func place(named name: String) -> Int? { places.found(among: columns)[name] }

    /// Where names stand, for tables of thousands of columns; found when it is first asked for.
    private final class Places: Sendable {
        private let known = Mutex<[String: Int]?>(nil)

        func found(among columns: [Column]) -> [String: Int] {
            known.withLock { known in
                if let known { return known }
                let found = Dictionary(zip(columns.lazy.map(\.name), columns.indices)) { first, _ in first }
                known = found
                return found
            }
        }
    }

    /// Whether names and cells are alike, NaN like NaN; where the tables were read from does not count.
    public static func == (a: Table, b: Table) -> Bool { a.columns == b.columns }
}

// MARK: - Columns

extension Table {
    /// A column of numbers, or of text where one of its cells is no number.
    ///
    /// ```swift
    /// let rain = Table.Column("rain", [0.5, .nan, 2]), station = Table.Column("station", ["A", "", "B"])
    /// print(rain.missingRows, station.missingRows, station.numbers == nil)  // [1] [1] true
    /// ```
    public struct Column: Sendable, Equatable {
        /// As the header has it.
        public var name: String
        /// One for each row.
        public var values: Values

        /// A column of values of either kind.
        public init(name: String, values: Values) {
            self.name = name
            self.values = values
        }

        /// A column of numbers, NaN where one is missing.
        public init(_ name: String, _ numbers: [Double]) { self.init(name: name, values: .numbers(numbers)) }

        /// A column of text, empty where one is missing.
        public init(_ name: String, _ texts: [String]) {
            self.init(name: name, values: .text(texts, firstLine: 1, firstText: texts.first ?? ""))
        }

        /// The number of rows.
        public var count: Int {
            switch values {
            case .numbers(let numbers): numbers.count
            case .text(let texts, _, _): texts.count
            }
        }

        /// The numbers, nil for a column of text.
        public var numbers: [Double]? {
            if case .numbers(let numbers) = values { numbers } else { nil }
        }

        /// The texts, nil for a column of numbers.
        public var texts: [String]? {
            if case .text(let texts, _, _) = values { texts } else { nil }
        }

        /// The rows, from 0, in which the number is missing or the text is empty.
        ///
        /// - Complexity: O(rows).
        public var missingRows: [Int] {
            switch values {
            case .numbers(let numbers): numbers.indices.filter { numbers[$0].isNaN }
            case .text(let texts, _, _): texts.indices.filter { texts[$0].isEmpty }
            }
        }

        /// Whether name and cells are alike, NaN like NaN.
        public static func == (a: Column, b: Column) -> Bool {
            guard a.name == b.name, a.count == b.count else { return false }
            switch (a.values, b.values) {
            case (.numbers(let a), .numbers(let b)): return zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
            case (.text(let a, _, _), .text(let b, _, _)): return a == b
            default: return false
            }
        }
    }

    /// What a column holds.
    ///
    /// ```swift
    /// let column = Table.Column(name: "rain", values: .numbers([0.5, .nan]))
    /// if case .numbers(let numbers) = column.values { print(numbers.count) }  // 2
    /// ```
    public enum Values: Sendable {
        /// NaN where a value is missing.
        case numbers([Double])
        /// The cells as they are, and the first that is neither a number nor missing.
        case text([String], firstLine: Int, firstText: String)
    }

    /// The column of this name, for what cannot do without it.
    ///
    /// - Throws: `DataError` that lists the columns there are and the nearest name.
    public func column(_ name: String) throws -> Column {
        if let column = self[name] { return column }
        throw DataError(
            file: source, "there is no column \"\(name)\"; \(suggestion(for: name, among: columnNames, "columns"))")
    }

    /// The numbers of a column, NaN where one is missing.
    ///
    /// - Throws: `DataError` where there is no such column, and with line and column of the first cell that is no
    ///   number.
    public func numbers(of name: String) throws -> [Double] {
        let column = try column(name)
        switch column.values {
        case .numbers(let numbers): return numbers
        case .text(_, let line, let text):
            let shown = text.count <= 40 ? text : text.prefix(37) + "..."
            throw DataError(
                file: source, line: line, column: place(named: name)! + 1,
                "\(place(of: name)): \"\(shown)\" is not a number")
        }
    }

    /// What is wrong with a cell, with its line.
    ///
    /// - Parameter message: follows the name of the column.
    package func failure(inRow row: Int, of name: String, _ message: String) -> DataError {
        DataError(file: source, line: line(ofRow: row), place(of: name) + message)
    }

    /// How messages name a column.
    package func place(of name: String) -> String {
        let place = place(named: name) ?? 0
        return "column \"\(name)\"" + (place < countInFile ?? .max ? " (\(ordinal(place + 1)))" : "")
    }
}

// MARK: - Parts

extension Table {
    /// The columns named, in the order given.
    ///
    /// - Throws: `DataError` where a column does not exist.
    public func select(columns names: [String]) throws -> Table {
        var table = self
        table.columns = try names.map(column)
        return table
    }

    /// The rows of these numbers, from 0, in the order given; each keeps the line of its file.
    ///
    /// - Precondition: Each is at least 0 and less than ``rowCount``.
    public func rows(_ rows: some Collection<Int>) -> Table {
        if let outside = rows.first(where: { $0 < 0 || $0 >= rowCount }) {
            fail("row \(outside) is outside the table's \(rowCount) rows")
        }
        var table = self
        for i in columns.indices {
            switch columns[i].values {
            case .numbers(let numbers): table.columns[i].values = .numbers(rows.map { numbers[$0] })
            case .text(let texts, let line, let text):
                table.columns[i].values = .text(rows.map { texts[$0] }, firstLine: line, firstText: text)
            }
        }
        table.lines = rows.map(line(ofRow:))
        return table
    }

    /// The rows in which no cell of these columns (of all, where nil) is missing.
    ///
    /// - Throws: `DataError` where a column does not exist.
    public func withoutMissing(in names: [String]? = nil) throws -> Table {
        var isComplete = [Bool](repeating: true, count: rowCount)
        for column in try names?.map(column) ?? columns {
            for row in column.missingRows { isComplete[row] = false }
        }
        return rows(isComplete.indices.filter { isComplete[$0] })
    }

    /// The numbers of several columns, [rows, columns], NaN where a value is missing.
    ///
    /// - Throws: `DataError` where a column does not exist or holds text.
    public func matrix(of names: [String]) throws -> Tensor {
        let columns = try names.map(numbers)
        let rows = rowCount, width = names.count
        return Tensor(shape: [rows, width], dtype: .float64) { bytes in
            let out = bytes.bindMemory(to: Double.self)
            // In blocks of rows, which stay in the cache until they are full.
            for block in stride(from: 0, to: rows, by: 512) {
                for (j, column) in columns.enumerated() {
                    for i in block..<min(block + 512, rows) { out[i * width + j] = column[i] }
                }
            }
        }
    }
}
