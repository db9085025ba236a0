import TernCore
import TernData
import TernLearn

/// How the rows of a table are parted into those to train and those to test on.
///
/// ```swift
/// let x = [0, 1, 4, 9, 16, 25, 36, 49.0], y = [3, 1, 4, 1, 5, 9, 2, 6.0]
/// let table = Table(columns: [Table.Column("x", x), Table.Column("y", y)])
/// let parts = try TableSplit(.last, testSize: .fraction(0.25)).parts(of: TableExamples(table, target: "y"))
/// print(parts.train, parts.test)  // [0, 1, 2, 3, 4, 5] [6, 7]
/// ```
///
/// `TableSplit(group: "station", seed: 3)` draws whole stations at random, so that a test is one of new stations.
public struct TableSplit: Sendable {
    /// Which rows are tested on.
    ///
    /// ```swift
    /// print(TableSplit.Order.allCases.map(\.rawValue), TableSplit().order)  // ["random", "last"] random
    /// ```
    public enum Order: String, Sendable, CaseIterable {
        /// Rows drawn at random, with the shares of classes, or whole groups; as scikit-learn's `train_test_split` and
        /// `GroupShuffleSplit` draw them.
        case random
        /// The latest rows; see ``TableExamples/latest(testSize:)``. Not with groups.
        case last
    }

    /// Which rows are tested on.
    public var order: Order
    /// Of the part to test on, as a share or a number of rows; with groups, of groups.
    public var testSize: SplitSize
    /// The column whose rows of one value stay together; examples must keep it (`keeping:`).
    public var group: String?
    /// Of the rows or groups that are drawn at random.
    public var seed: UInt32

    /// A split; by default a fifth of the rows, drawn at random.
    public init(_ order: Order = .random, testSize: SplitSize = .fraction(0.2), group: String? = nil, seed: UInt32 = 0)
    {
        (self.order, self.testSize, self.group, self.seed) = (order, testSize, group, seed)
    }

    /// The rows of each part, and what is to be said of them.
    ///
    /// ```swift
    /// let table = Table(columns: [Table.Column("x", [0, 1, 2, 3, 4]), Table.Column("y", [3, 1, 4, 1, 5])])
    /// let parts: TableSplit.Parts = try TableSplit().parts(of: TableExamples(table, target: "y"))
    /// print(parts.train.count, parts.test.count)  // 4 1
    /// ```
    public struct Parts: Sendable {
        /// Numbers of rows in the examples' ``TableExamples/table``, from 0.
        public let train: [Int], test: [Int]
        /// What to know of the split, a line each.
        public let notes: [String]
        /// What makes scores on the test part no fair ones, a line each.
        public let warnings: [String]
        /// The column whose rows of one value stay together, also where an estimator holds out rows of its own.
        public let group: String?
    }

    /// Parts the rows of examples and looks whether the test is fair.
    ///
    /// - Throws: `DataError` where a group is missing, there is but one, the latest rows are asked for too, or all rows of
    ///   a part have weight 0, `EstimatorError` where a part would be empty.
    public func parts(of examples: TableExamples) throws -> Parts {
        var parts = try rows(of: examples), notes: [String] = []
        if order == .last {
            notes = examples.notesOfLatest(parts, testSize: testSize)
            let kept = examples.withoutOverlap(parts)
            if kept.count < parts.train.count {
                let count = parts.train.count - kept.count
                notes.append(
                    "\(count) row\(count == 1 ? "" : "s") before the test part \(count == 1 ? "is" : "are") neither trained nor tested on: the target lies in it"
                )
                parts.train = kept
            }
            guard !kept.isEmpty else {
                throw DataError(
                    file: examples.table.source,
                    "no row is left to train on whose target lies before the test part; take a smaller one or a shorter horizon"
                )
            }
        }
        try examples.checkWeights(train: parts.train, test: parts.test)
        if let group {
            let share = Double(parts.test.count) / Double(examples.table.rowCount)
            if case .fraction(let asked) = testSize, abs(share - asked) > 0.3 * asked {
                notes.append(
                    "\(parts.test.count) rows (\(Int((100 * share).rounded())) %) are tested on: as many groups of \"\(group)\" as were asked for, of different sizes"
                )
            }
        }
        return Parts(
            train: parts.train, test: parts.test, notes: notes,
            warnings: examples.leaks(parts, atRandom: order == .random, byGroup: group)
                + [examples.disguise].compactMap { $0 }, group: group)
    }

    private func rows(of examples: TableExamples) throws -> (train: [Int], test: [Int]) {
        var random = RandomState(seed: seed)
        guard let group else {
            guard order == .random else { return try examples.latest(testSize: testSize) }
            return try trainTestSplit(
                count: examples.table.rowCount, testSize: testSize, stratify: examples.classesToStratify(testSize),
                using: &random)
        }
        guard order == .random else { throw examples.latestOfGroups }
        let table = examples.table, column = try table.column(ofGroups: group)
        func rows(_ groups: [some Comparable & Hashable]) throws -> (train: [Int], test: [Int]) {
            guard Set(groups).count > 1 else {
                throw DataError(
                    file: table.source, "column \"\(group)\" has one value in all rows, which cannot be split by it")
            }
            return try trainTestSplit(groups: groups, testSize: testSize, using: &random)
        }
        // Groups are drawn in the order of their numbers, if each has its own.
        if let numbers = column.numbersOfCodes, Set(numbers).count == Set(column.levels).count {
            return try rows(numbers)
        }
        return try rows(column.levels)
    }
}

extension TableExamples {
    /// Of a split or folds that are to be by time and by groups.
    var latestOfGroups: DataError {
        DataError(
            file: table.source,
            "the latest rows and whole groups cannot both be had: the latest rows of all groups, or all rows of some")
    }

    /// The classes of rows, where each has enough of them that both parts can have its share; else nil.
    fileprivate func classesToStratify(_ testSize: SplitSize) throws -> Tensor? {
        guard isClassified else { return nil }
        let labels = try targetValues(), places = labels.doubles
        let counts = classes.indices.map { place in places.count { $0 == Double(place) } }
        let test = try trainTestSplit(count: table.rowCount, testSize: testSize).test.count
        guard counts.min()! >= 2, test >= classes.count, table.rowCount - test >= classes.count else { return nil }
        return labels
    }
}
