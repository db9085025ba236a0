import Foundation
import TernCore
import TernData
import TernLearn
import TernText

/// What a model can learn from a table: which columns are features and of what kind, the rows that are whole, and word
/// of all that was left out.
///
/// ```swift
/// let table = try Table(csvText: "station,elevation,ozone\nA,12,31\nB,,28\nC,840,44\nD,410,39\n")
/// let examples = try TableExamples(table, target: "ozone", gaps: .drop)
/// print(examples.features, examples.table.rowCount)  // ["elevation"] 3
/// print(examples.notes.last!)  // 1 row that lacks a feature is left out
/// ```
///
/// Numbers, True and False, dates and words are features. Left out are dates in forms that are not read, words of which
/// there are half as many as rows, names of rows, and columns that are empty or constant; rows without a target always.
public struct TableExamples: Sendable {
    /// What becomes of rows in which a feature is missing.
    ///
    /// ```swift
    /// print(TableExamples.Gaps.allCases.map(\.rawValue))  // ["error", "drop", "mean"]
    /// ```
    public enum Gaps: String, CaseIterable, Sendable {
        /// An error that names the first.
        case error
        /// They are left out.
        case drop
        /// They stay; ``TableEncoding`` puts the mean of the training rows in.
        case mean
    }

    /// The names of the columns to learn from, in the order of the encoding.
    public let features: [String]
    /// The names of the columns to predict; those of a series ``TableSeries/targetNames``.
    public let targets: [String]
    /// The classes of the target, in their order; empty where targets are numbers.
    public let classes: [String]
    /// What was chosen for rows in which a feature is missing.
    public let gaps: Gaps
    /// Features, targets and what was to be kept, in the rows that are used.
    public let table: Table
    /// The features that are dates, in years with a fraction; those that are True and False, as 1 and 0; and those that
    /// have levels.
    public let dates: Set<String>, truths: Set<String>, categories: Set<String>
    /// How dates are written, where their digits do not say it.
    let dateOrders: [String: TableDate.Order]
    /// What stands around the numbers of columns that were texts.
    let marks: [String: MarkedNumbers]
    /// The dates of which the year alone is taken.
    let plainDates: Set<String>
    /// The column that says how much each row counts; nil: all alike.
    public let weights: String?
    /// How rows follow each other, where there are lags or a horizon.
    public let series: TableSeries?
    /// When each row's target is, where ``series`` says it.
    let targetPositions: [Double], positions: [Double]
    /// What was left out or made, a line each.
    public let notes: [String]
    /// What looks like a mistake, a line each, such as -999 among other values.
    public let warnings: [String]
    /// When the rows were, and to what they belong, so far as columns say it.
    let times: RowTimes?, groups: [RowGroups]
    /// The first column of dates that are not read, with one of them.
    let unreadTimes: (name: String, text: String)?

    /// The first of ``targets``.
    public var target: String { targets[0] }
    /// Whether the target is one of classes.
    public var isClassified: Bool { !classes.isEmpty }

    /// Chooses columns and rows, and says what it left out; for one target of numbers or words.
    ///
    /// - Parameters:
    ///   - target: the column to predict.
    ///   - features: nil for all columns that can be used.
    ///   - excluded: columns that are no features.
    ///   - others: columns that are kept beside them, such as that of groups.
    ///   - gaps: what becomes of rows in which a feature is missing.
    /// - Throws: `DataError` as ``init(_:_:)``.
    public init(
        _ table: Table, target: String, features wanted: [String]? = nil, excluding excluded: [String] = [],
        keeping others: [String] = [], gaps: Gaps = .error
    ) throws {
        var choices = TableChoices(targets: [target])
        (choices.features, choices.excluded, choices.kept, choices.gaps) = (wanted, excluded, others, gaps)
        try self.init(table, choices)
    }

    /// Chooses columns and rows, and says what it left out.
    ///
    /// - Throws: `DataError` with file, line and column for what cannot be used: a column that is not there, words
    ///   among numbers, infinities, a constant target, fewer than two rows, nothing to predict from.
    public init(_ table: Table, _ choices: TableChoices) throws {
        try self.init(TableColumns(table, choices))
    }

    private init(_ columns: TableColumns) throws {
        var columns = columns
        let rows = try columns.usableRows()
        try columns.checkTargets(in: rows)
        try columns.leaveOutConstants(in: rows)
        let used = columns.features + columns.targets, table = columns.table
        // What a series adds is told of its columns.
        let made = Set(
            columns.series.map { $0.lagNames + ($0.horizon > 0 && used.contains($0.targets[0]) ? $0.targetNames : []) }
                ?? [])
        warnings =
            (table.layout?.warnings ?? [])
            + used.filter { !made.contains($0) }.flatMap {
                Self.suspicions(of: $0, in: table, rows)
            }
        notes = columns.notes(of: rows).map(\.printable)
        let seen = rows.count < table.rowCount ? columns.whole.rows(rows) : columns.whole
        times = RowTimes(of: seen, target: columns.choices.targets[0])
        groups = RowGroups.found(in: seen, targets: columns.choices.targets + columns.targets, times: times)
        unreadTimes =
            columns.whole.columns.lazy.compactMap { column in column.unreadDate.map { (column.name, $0) } }.first
        (features, targets, gaps) = (columns.features, columns.targets, columns.choices.gaps)
        (dates, truths) = (columns.dates.intersection(features), columns.truths.intersection(used))
        (dateOrders, marks) = (columns.dateOrders, columns.marks)
        (categories, plainDates) = (columns.categories.intersection(features), columns.choices.numbers)
        (classes, weights, series) = (columns.classes(in: rows), columns.choices.weights, columns.series)
        positions = rows.map { columns.positions.isEmpty ? Double($0) : columns.positions[$0] }
        targetPositions = columns.targetPositions.isEmpty ? [] : rows.map { columns.targetPositions[$0] }
        // The targets of a series are its last known values.
        var kept = try table.select(columns: (used + columns.others + (series?.targets ?? [])).distinct)
        // Its columns are not in the file's order, by which messages number them.
        kept.countInFile = 0
        if rows.count < table.rowCount { kept = kept.rows(rows) }
        self.table = kept
    }

    /// How a column becomes numbers, learned from these cells; nil of words of which none is frequent.
    func feature(_ name: String, of cells: Table.Column) -> TableFeature? {
        if categories.contains(name) {
            let areTruths = truths.contains(name)
            let feature = TableFeature.category(
                name, of: cells.classNames(areTruths: areTruths), ofNumbers: cells.numbers != nil && !areTruths)
            return feature.isEmpty ? nil : feature
        }
        let numbers = cells.numbers ?? []
        if dates.contains(name) {
            return .date(
                name, of: numbers, parts: plainDates.contains(name) ? [.year] : nil, order: dateOrders[name])
        }
        return truths.contains(name) ? .truth(name, of: numbers) : .number(name, of: numbers)
    }

    /// The targets of all rows: [rows], or [rows, targets] for several; of classes their places in ``classes``.
    public func targetValues() throws -> Tensor {
        if isClassified { return Tensor(Self.places(of: table[target]!, in: classes, table.numberLayout)) }
        let columns = try targets.map { try table.numbers(of: $0) }
        if columns.count == 1 { return Tensor(columns[0]) }
        return Tensor(columns: columns, rows: table.rowCount)
    }

    /// The place of each cell among classes; NaN where it is missing or none of them.
    ///
    /// - Parameter layout: how numbers are written in texts.
    static func places(of cells: Table.Column, in classes: [String], _ layout: CSVLayout = .plain) -> [Double] {
        LevelPlaces(classes).places(of: cells.levels, in: cells.numbers == nil ? layout : .plain).map {
            $0.map(Double.init) ?? .nan
        }
    }

    /// How much each row counts; nil: all alike.
    public func rowWeights() throws -> [Double]? { try weights.map { try table.numbers(of: $0) } }

    /// Those of rows that count: one of weight 0 is as if it were not there, in all that is learned.
    ///
    /// - Parameter purpose: what the rows are for, in the words of the error.
    /// - Throws: `DataError` where none counts.
    package func counting(_ rows: [Int], to purpose: String = "train on") throws -> [Int] {
        guard let weights = try rowWeights() else { return rows }
        let counting = rows.filter { weights[$0] > 0 }
        guard counting.isEmpty, let first = rows.first, let name = self.weights else { return counting }
        throw table.failure(
            inRow: first, of: name,
            ": all weights of the rows to \(purpose) are 0; no row counts: part the rows otherwise, or leave those of weight 0 out"
        )
    }

    /// Whether a row counts in each part.
    ///
    /// - Parameter fold: the number of the parts among several; nil: they are the only ones.
    /// - Throws: `DataError` where none does.
    func checkWeights(train: [Int], test: [Int], fold: Int? = nil) throws {
        let place = fold.map { " in fold \($0)" } ?? ""
        _ = try counting(train, to: "train on\(place)")
        _ = try counting(test, to: "test on\(place)")
    }

    /// What to say of features that give a target away, such as the same in other units; nil where none does.
    ///
    /// - Complexity: goes over all rows for each feature; not kept.
    public var disguise: String? {
        guard !isClassified else { return nil }
        // A series may be nearly the same a row before.
        let lagged = Set(series.map { $0.lagNames + $0.targets } ?? []),
            numbers = features.filter { !lagged.contains($0) && !categories.contains($0) }
        return targets.lazy.compactMap { TableDisguise.complaint(table, numbers, $0) }.first
    }

    /// Values that stand apart as those do that stand for a missing one, such as -999.
    private static func suspicions(of name: String, in table: Table, _ rows: [Int]) -> [String] {
        guard let numbers = table[name]?.numbersOfCodes else { return [] }
        let markers = SuspectedMarker.found(in: rows.lazy.map { numbers[$0] })
        guard !markers.isEmpty else { return [outlier(of: name, numbers, in: table, rows)].compactMap { $0 } }
        return markers.map { marker in
            let line = table.line(ofRow: rows.first { numbers[$0] == marker.value }!)
            return "\(table.place(of: name)): \(marker.sentence("in line \(line)", .option, TableColumns.short))"
        }
    }

    /// A single value that lies a thousand times further away than all others lie apart.
    private static func outlier(of name: String, _ numbers: [Double], in table: Table, _ rows: [Int]) -> String? {
        let known = rows.filter { !numbers[$0].isNaN }.sorted { numbers[$0] < numbers[$1] }
        guard known.count >= 10 else { return nil }
        func value(_ place: Int) -> Double { numbers[known[place]] }
        let last = known.count - 1
        for (odd, least, greatest) in [(last, 0, last - 1), (0, 1, last)] {
            let spread = value(greatest) - value(least)
            let distance = max(value(odd) - value(greatest), value(least) - value(odd))
            guard spread > 0, distance > 1000 * spread else { continue }
            let text = TableColumns.short(value(odd))
            return
                "\(table.place(of: name)): \(text) in line \(table.line(ofRow: known[odd])) is far from all others (\(String(format: "%.4g to %.4g", value(least), value(greatest)))); mend it if it is wrong, or say --missing-values=\(text) where it means a missing value"
        }
        return nil
    }

    /// What follows the name of an option on the command line; a value that begins as an option does is joined to it.
    static func argument(_ text: String) -> String { (text.hasPrefix("-") ? "=" : " ") + quoted(text) }

    /// For a shell.
    static func quoted(_ text: String) -> String { ShellWord.word(text) }
}

extension Table.Column {
    func isMissing(_ row: Int) -> Bool {
        switch values {
        case .numbers(let numbers): numbers[row].isNaN
        case .text(let texts, _, _): texts[row].isEmpty
        }
    }

    /// The cells as names of classes; empty where one is missing.
    func classNames(areTruths: Bool) -> [String] {
        guard areTruths, let numbers else { return levels }
        return numbers.map { $0.isNaN ? "" : TableColumns.truthNames[$0 == 0 ? 0 : 1] }
    }
}
