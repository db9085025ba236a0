import TernCore
import TernData

/// Rows as a series in time: features at earlier rows, and a target some rows ahead.
///
/// ```swift
/// let table = try Table(csvText: "year,level\n2000,1\n2001,4\n2002,9\n2003,16\n")
/// let series = TableSeries(lags: [1], horizon: 1, columns: ["level"], targets: ["level"])
/// let made = try series.extended(table).table
/// print(made["level_lag_1"]!.numbers![1...], made["level_1_ahead"]!.numbers![..<3])  // [1.0, 4.0, 9.0] [4.0, 9.0, 16.0]
/// ```
///
/// A lag of k is the value k rows before a row, in the order of time; where ``group`` is named, k rows before within the
/// group. With a horizon of N the target of a row is that N rows later, so that the row's own value is known and a
/// feature. Rows are counted, not times: ``Extension/notes`` say where times are not evenly spaced.
public struct TableSeries: Codable, Sendable, Equatable {
    /// How many rows back features reach, each at least 1.
    public var lags: [Int]
    /// How many rows ahead the target lies; 0: in the row itself.
    public var horizon: Int
    /// The column whose rows of one value are one series; nil: all rows are.
    public var group: String?
    /// Of which columns there are lags.
    public var columns: [String]
    /// The columns to predict.
    public var targets: [String]
    /// The columns that told the time in training, as messages name them; nil: the order of the file.
    public internal(set) var times: String?
    /// Whether the day or the month was first in their dates, where that is to be known.
    var dateOrder: TableDate.Order?

    /// A way to make a series of a table.
    public init(lags: [Int] = [], horizon: Int = 0, group: String? = nil, columns: [String], targets: [String]) {
        (self.lags, self.horizon, self.group) = (Set(lags).sorted(), horizon, group)
        (self.columns, self.targets) = (columns, targets)
    }

    /// The name of a column at an earlier row, such as `oni_lag_2`.
    public static func name(_ column: String, lag: Int) -> String { "\(column)_lag_\(lag)" }
    /// The name of a target at a later row, such as `oni_3_ahead`; at a horizon of 0 the target's own.
    public static func name(_ target: String, ahead horizon: Int) -> String {
        horizon == 0 ? target : "\(target)_\(horizon)_ahead"
    }

    /// Whether lags and horizon are numbers of rows that a table may have.
    var hasSteps: Bool {
        let most = 1_000_000_000
        return (0...most).contains(horizon) && lags.allSatisfy((1...most).contains)
    }

    /// The columns that are made: lags of each column, the nearest first.
    public var lagNames: [String] { columns.flatMap { column in lags.map { Self.name(column, lag: $0) } } }
    /// The targets' columns in the table that is made.
    public var targetNames: [String] { targets.map { Self.name($0, ahead: horizon) } }

    /// A table with the columns of its series.
    ///
    /// ```swift
    /// let table = try Table(csvText: "year,level\n2000,1\n2001,4\n2002,9\n")
    /// let made: TableSeries.Extension = try TableSeries(lags: [1], columns: ["level"], targets: ["level"]).extended(table)
    /// print(made.hasPast, made.notes)  // [false, true, true] []
    /// ```
    public struct Extension: Sendable {
        /// The rows in the order of the file, with lags and targets ahead as further columns.
        public var table: Table
        /// Whether all earlier rows are there.
        public var hasPast: [Bool]
        /// When each row was, and when its target is: by the columns that say it, else the number of the row. Infinite
        /// where the target lies behind the last row.
        public var positions: [Double], targetPositions: [Double]
        /// What to know of the order, a line each.
        public var notes: [String]
    }

    /// Adds the columns.
    ///
    /// - Throws: `DataError` where a column is absent or a new one's name is taken, a time or a group is missing, most
    ///   rows share their time with another of the same series, or lags and horizon are no numbers of rows.
    public func extended(_ table: Table) throws -> Extension {
        guard hasSteps else {
            throw DataError(
                file: table.source,
                "lags count rows back from 1 on, and a horizon rows ahead from 0 on, each up to 1,000,000,000")
        }
        let rows = table.rowCount, found = RowTimes(of: table, target: targets.first ?? "", dateOrder: dateOrder)
        if let times, found?.name != times {
            throw DataError(
                file: table.source,
                "the model's lags follow the time in \(times); here \(found.map { "it is told by \($0.name)" } ?? "no column tells it")"
            )
        }
        var positions = found?.values ?? (0..<rows).map(Double.init)
        if let row = positions.firstIndex(where: \.isNaN), let found {
            throw DataError(
                file: table.source, line: table.line(ofRow: row),
                "a time is missing in \(found.name); lags and horizons need that of each row")
        }
        var codes = [Int](repeating: 0, count: rows)
        if let group {
            codes = try table.column(ofGroups: group).levels.numbered.numbers
        }
        let order = (0..<rows).sorted { (codes[$0], positions[$0], $0) < (codes[$1], positions[$1], $1) }
        var notes: [String] = []
        if found == nil {
            notes.append("no column says when rows were: lags and horizons count rows in the file's order")
        }
        notes += try Self.spacing(order, codes, found, in: table, group: group)
        /// The row so many places later in the same series; nil where there is none.
        var place = [Int](repeating: 0, count: rows)
        for (i, row) in order.enumerated() { place[row] = i }
        if found == nil {
            // Without times, series begin side by side.
            let firsts = Dictionary(order.map { (codes[$0], place[$0]) }) { min($0, $1) }
            for row in 0..<rows { positions[row] = Double(place[row] - firsts[codes[row]]!) }
        }
        func row(_ row: Int, moved steps: Int) -> Int? {
            let i = place[row] + steps
            return order.indices.contains(i) && codes[order[i]] == codes[row] ? order[i] : nil
        }
        var made = table, names = Set(table.columnNames)
        made.countInFile = table.columns.count
        func add(_ name: String, _ column: String, moved steps: Int) throws {
            guard names.insert(name).inserted else {
                throw DataError(file: table.source, "there is a column \"\(name)\" already; rename it")
            }
            let cells = try table.column(column), sources = (0..<rows).map { row($0, moved: steps) }
            switch cells.values {
            case .numbers(let numbers):
                made.columns.append(Table.Column(name, sources.map { $0.map { numbers[$0] } ?? .nan }))
            case .text(let texts, let line, let first):
                made.columns.append(
                    Table.Column(
                        name: name,
                        values: .text(sources.map { $0.map { texts[$0] } ?? "" }, firstLine: line, firstText: first)))
            }
            if made.layout?.truths.contains(column) == true { made.layout?.truths.insert(name) }
        }
        for column in columns {
            for lag in lags { try add(Self.name(column, lag: lag), column, moved: -lag) }
        }
        if horizon > 0 {
            for target in targets where table[target] != nil {
                try add(Self.name(target, ahead: horizon), target, moved: horizon)
            }
        }
        return Extension(
            table: made, hasPast: (0..<rows).map { row($0, moved: -(lags.last ?? 0)) != nil }, positions: positions,
            targetPositions: (0..<rows).map { i in row(i, moved: horizon).map { positions[$0] } ?? .infinity },
            notes: notes)
    }

    /// Why rows count no equal steps of time.
    private static func spacing(
        _ order: [Int], _ codes: [Int], _ times: RowTimes?, in table: Table, group: String?
    ) throws -> [String] {
        guard let times else { return [] }
        func daytime() -> String? { times.timeOfDay(in: table) }
        let joining = "in one column with \(times.name), such as 2020-01-31T06:00"
        let steps: [(row: Int, size: Double, isSame: Bool)] = zip(order, order.dropFirst()).compactMap { before, row in
            guard codes[before] == codes[row] else { return nil }
            return (row, times.years[row] - times.years[before], times.values[row] == times.values[before])
        }
        let doubled = steps.filter(\.isSame), name = times.name
        if let first = doubled.first {
            let line = table.line(ofRow: first.row)
            if 2 * doubled.count > steps.count {
                let remedies =
                    [daytime().map { "write \"\($0)\", which tells the time of day, \(joining)" }]
                    + [group == nil ? "name the column that tells series apart with --group" : nil]
                let words = remedies.compactMap { $0 }.joined(separator: ", or ")
                throw DataError(
                    file: table.source, line: line,
                    "most rows have a time in \(name) that another has too: lags and horizons need one row for each time\(words.isEmpty ? "" : "; \(words)")"
                )
            }
            return [
                "\(doubled.count) rows have a time in \(name) that another has too, the first in line \(line): they count as later rows, in the file's order"
            ]
        }
        if let group, group == daytime() {
            return [
                "\"\(group)\" tells the time of day: each of its times is a series of its own, whose lags and horizons do not count the rows of the day; to count these, write it \(joining)"
            ]
        }
        guard steps.count > 2, let usual = steps.map(\.size).upperMedian, usual > 0 else { return [] }
        let odd = steps.filter { $0.size > 1.6 * usual || $0.size < 0.5 * usual }
        guard let first = odd.first else { return [] }
        return [
            "times in \(name) are not evenly spaced: \(odd.count) of \(steps.count) steps differ from the usual one, the first before line \(table.line(ofRow: first.row)); lags and horizons count rows, not times"
        ]
    }
}
