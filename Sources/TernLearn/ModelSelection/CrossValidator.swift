import TernCore

/// Which examples are trained on and which are tested on.
///
/// ```swift
/// try KFold(nSplits: 2).splits(count: 4)[0]       // Split(train: [2, 3], test: [0, 1])
/// ```
public struct Split: Sendable, Equatable, Codable {
    /// The numbers of the examples.
    public var train: [Int], test: [Int]

    /// The parts of one's own split.
    public init(train: [Int], test: [Int]) {
        self.train = train
        self.test = test
    }

    /// The numbers as a vector.
    var trainRows: Tensor { Tensor(train, shape: [train.count]) }
    var testRows: Tensor { Tensor(test, shape: [test.count]) }
}

/// A way to part examples several times: scikit-learn's splitters, and ours for series and maps.
///
/// ```swift
/// let labels = Tensor([0, 0, 0, 1, 1, 1])
/// for cv in [KFold(nSplits: 3), StratifiedKFold(nSplits: 3)] as [any CrossValidator] {
///     print(try cv.splits(count: 6, labels: labels).map(\.test))
/// }       // [[0, 1], [2, 3], [4, 5]], then [[0, 3], [1, 4], [2, 5]]
/// ```
///
/// The same seed gives scikit-learn's splits. A splitter with a seed gives the same splits each time; where its
/// `randomState` is nil and it shuffles, they are drawn anew by the system.
public protocol CrossValidator: Registered {
    /// The parts, one pair for each split.
    ///
    /// - Parameters:
    ///   - count: of the examples.
    ///   - labels: [examples], for splitters that keep the shares of classes.
    ///   - groups: what each example belongs to, for splitters that keep groups together; ``groupNumbers(of:)`` makes
    ///     them of names.
    /// - Throws: ``EstimatorError`` where there cannot be so many parts, or labels or groups are wanted and not given.
    func splits(count: Int, labels: Tensor?, groups: [Int]?) throws -> [Split]
}

extension CrossValidator {
    /// The parts of examples without labels or groups.
    public func splits(count: Int) throws -> [Split] { try splits(count: count, labels: nil, groups: nil) }
    /// The parts of labelled examples.
    public func splits(count: Int, labels: Tensor) throws -> [Split] {
        try splits(count: count, labels: labels, groups: nil)
    }
    /// The parts of examples in groups.
    public func splits(count: Int, groups: [Int]) throws -> [Split] {
        try splits(count: count, labels: nil, groups: groups)
    }

    /// Each test part with all other examples to train on.
    static func complements(of tests: [[Int]], count: Int) -> [Split] {
        tests.map { test in
            var isTested = [Bool](repeating: false, count: count)
            for i in test { isTested[i] = true }
            return Split(
                train: isTested.indices.filter { !isTested[$0] }, test: isTested.indices.filter { isTested[$0] })
        }
    }

    static func checkFolds(_ nSplits: Int, of count: Int) throws {
        try Check.that(nSplits >= 2, "\(kind): nSplits is \(nSplits); it must be at least 2")
        try Check.that(
            nSplits <= count, "\(kind): nSplits is \(nSplits), but there are \(count) examples; give at most as many")
    }
}

/// So many runs of neighbours among 0..<count, of which the first are longer by one where it does not come out even.
package func evenRuns(of count: Int, parts: Int) -> [Range<Int>] {
    (0..<parts).map { i in
        let start = i * (count / parts) + min(i, count % parts)
        return start..<(start + count / parts + (i < count % parts ? 1 : 0))
    }
}

extension Array where Element: Comparable {
    /// The places of elements from the least to the greatest, equal ones as they stand.
    package var ascendingOrder: [Int] { indices.sorted { (self[$0], $0) < (self[$1], $1) } }
}

extension [Int] {
    /// Of places in some order: how many come before each.
    package var ranks: [Int] {
        var ranks = self
        for (rank, place) in enumerated() { ranks[place] = rank }
        return ranks
    }
}

/// A number for each group, in the order of the names: what splitters take.
///
/// ```swift
/// groupNumbers(of: ["Kiel", "Bergen", "Kiel"])        // [1, 0, 1]
/// ```
///
/// - Complexity: O(count log count).
public func groupNumbers<Name: Hashable & Comparable>(of names: [Name]) -> [Int] {
    let numbers = Dictionary(uniqueKeysWithValues: Set(names).sorted().enumerated().map { ($1, $0) })
    return names.map { numbers[$0]! }
}

/// The labels of examples, as numbers of classes in ascending order.
struct EncodedLabels {
    let classes: [Double]
    /// The class of each example.
    let codes: [Int]

    init(_ values: [Double]) {
        classes = Set(values).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        codes = values.map { numbers[$0]! }
    }

    /// The classes of labels among those that are known.
    ///
    /// - Parameter name: for messages.
    static func codes(of labels: [Double], among classes: [Double], in name: String) throws -> [Int] {
        let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        return try labels.map { label in
            guard let place = places[label] else {
                throw EstimatorError("\(name): the label \(label) is none of labels: \(classes)")
            }
            return place
        }
    }

    /// For a splitter, which needs labels.
    init(_ labels: Tensor?, count: Int, in name: String) throws {
        guard let labels else { throw EstimatorError("\(name): labels are missing; it keeps the shares of classes") }
        try Check.that(
            labels.count == count && labels.shape.first == count,
            "\(name): labels have the shape \(labels.shape); they must be [\(count)], one for each example")
        let values = labels.doubles
        try Check.that(
            EncodedLabels.areDiscrete(values),
            "\(name): labels are numbers with fractions; classes are whole numbers, and numbers are split by KFold")
        self.init(values)
    }

    /// The number of examples of each class.
    var counts: [Int] {
        var counts = [Int](repeating: 0, count: classes.count)
        for code in codes { counts[code] += 1 }
        return counts
    }

    /// A label in words, without a point.
    static func text(_ label: Double) -> String { Int(exactly: label).map(String.init) ?? "\(label)" }

    static func areDiscrete(_ values: [Double]) -> Bool { values.allSatisfy { $0.isFinite && $0 == $0.rounded() } }
}
