import TernCore
import TernData
import TernLearn

/// A table parted several times, so that its rows are tested on in turn.
///
/// ```swift
/// let table = Table(columns: [
///     Table.Column("year", (0..<12).map { Double(2000 + $0) }), Table.Column("y", (0..<12).map { Double($0 * $0 % 7) }),
/// ])
/// let examples = try TableExamples(table, target: "y")
/// print(try TableFolds(3, order: .last).splits(of: examples).map(\.test))  // [[3, 4, 5], [6, 7, 8], [9, 10, 11]]
/// ```
///
/// Series are tested on the future of what was trained on, groups whole, classes with their shares.
public struct TableFolds: Sendable {
    /// How many parts are tested on.
    public var count: Int
    /// Whether test rows are drawn at random, or are later than all that is trained on (`TimeSeriesSplit`).
    public var order: TableSplit.Order
    /// The column whose rows of one value stay together (`GroupKFold`); nil: none. Not with the latest rows.
    public var group: String?
    /// Of rows that are drawn at random.
    public var seed: UInt32

    /// Folds; by default of rows drawn at random.
    public init(_ count: Int, order: TableSplit.Order = .random, group: String? = nil, seed: UInt32 = 0) {
        (self.count, self.order, self.group, self.seed) = (count, order, group, seed)
    }

    /// How rows are parted, in words, for examples of classes or of numbers.
    package func words(areClasses: Bool) -> String {
        if order == .last { return "each later than all that is trained on" }
        if let group { return "whole groups of \"\(group)\"" }
        return areClasses ? "rows drawn at random with the shares of classes" : "rows drawn at random"
    }

    /// The rows of each split, numbers in the examples' table.
    ///
    /// - Parameter among: of these rows alone; nil: of all.
    /// - Throws: `DataError` and `EstimatorError` where there cannot be so many folds, the latest rows of whole groups are
    ///   asked for, or all rows of a part have weight 0.
    public func splits(of examples: TableExamples, among rows: [Int]? = nil) throws -> [Split] {
        let rows = rows ?? Array(0..<examples.table.rowCount)
        if order == .last, group != nil { throw examples.latestOfGroups }
        let splits = try order == .last ? later(examples, rows) : drawn(examples, rows)
        for (fold, split) in splits.enumerated() {
            try examples.checkWeights(train: split.train, test: split.test, fold: fold + 1)
        }
        return splits
    }

    /// Rows drawn at random, classes with their shares, groups whole.
    private func drawn(_ examples: TableExamples, _ rows: [Int]) throws -> [Split] {
        let labels = examples.isClassified ? try examples.targetValues().taking(Tensor(rows, shape: [rows.count])) : nil
        func check(_ most: Int, _ what: String) throws {
            guard count > most else { return }
            throw DataError(
                file: examples.table.source,
                "\(count) folds need as many \(what); there are \(most): take \(most < 2 ? "none" : "\(most) at most")")
        }
        let splits: [Split]
        if let group {
            let levels = try examples.table.column(ofGroups: group).levels
            try check(Set(rows.map { levels[$0] }).count, "groups of \"\(group)\", which stay whole")
            splits = try GroupKFold(nSplits: count).splits(
                count: rows.count, groups: groupNumbers(of: rows.map { levels[$0] }))
        } else if let labels {
            let labelled = Dictionary(grouping: labels.doubles) { $0 }
            try check(
                labelled.values.map(\.count).max() ?? 0, "rows of the most frequent class, which is in all of them")
            splits = try StratifiedKFold(nSplits: count, shuffle: true, randomState: seed).splits(
                count: rows.count, labels: labels)
        } else {
            try check(rows.count, "rows")
            splits = try KFold(nSplits: count, shuffle: true, randomState: seed).splits(count: rows.count)
        }
        return splits.map { Split(train: $0.train.map { rows[$0] }, test: $0.test.map { rows[$0] }) }
    }

    /// Each part tested by what was before; rows of one time are not parted, and none is trained on whose target lies in
    /// the part that is tested on.
    private func later(_ examples: TableExamples, _ rows: [Int]) throws -> [Split] {
        let values = examples.timeline, known = rows.filter { !values[$0].isNaN }
        guard known.count == rows.count else {
            throw DataError(
                file: examples.table.source, "a time is missing, so rows cannot be tested in the order of time")
        }
        let times = Set(rows.map { values[$0] }).sorted()
        guard count < times.count else {
            throw DataError(
                file: examples.table.source,
                "\(count) folds in the order of time need more than \(count) different times; there are \(times.count): take fewer folds"
            )
        }
        return try TimeSeriesSplit(nSplits: count).splits(count: times.count).map { split in
            let first = times[split.test[0]], last = times[split.test.last!]
            let test = rows.filter { (first...last).contains(values[$0]) }
            let train = rows.filter { values[$0] < first }
            let kept = examples.withoutOverlap((train, test))
            guard !kept.isEmpty else {
                throw DataError(
                    file: examples.table.source,
                    "the first fold has no row to train on whose target lies before its test part; take fewer folds or a shorter horizon"
                )
            }
            return Split(train: kept, test: test)
        }
    }
}

/// A splitter of parts that are known.
struct GivenSplits: CrossValidator {
    var parts: [Split]

    func splits(count: Int, labels: Tensor?, groups: [Int]?) throws -> [Split] { parts }
}
