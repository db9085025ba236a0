import TernCore

/// The size of a part: a share of the examples or their number.
///
/// ```swift
/// try trainTestSplit(count: 10, testSize: .fraction(0.25)).test       // [7, 8, 9]: a share is rounded up
/// try trainTestSplit(count: 10, testSize: .count(2)).test             // [8, 9]
/// ```
public enum SplitSize: Sendable, Equatable, Codable {
    /// A share above 0 and below 1, of which each function says how it is rounded: up by `trainTestSplit`.
    case fraction(Double)
    /// That many examples (or groups), at least 1 and fewer than there are.
    case count(Int)
}

/// The numbers of the examples to train and to test on, as
/// `sklearn.model_selection.train_test_split` draws them.
///
/// ```swift
/// var random = RandomState(seed: 0)
/// let (train, test) = try trainTestSplit(count: 10, testSize: .fraction(0.25), using: &random)
/// test.count    // 3: the test part is rounded up
/// ```
///
/// - Parameters:
///   - testSize: nil: what `trainSize` leaves, a quarter where that is nil too.
///   - trainSize: nil: what `testSize` leaves.
///   - labels: [count], whose shares both parts keep; nil: no heed of any.
/// - Throws: ``EstimatorError`` where a part would be empty, or have too few examples for the classes.
/// - Complexity: O(count), with labels times their number of classes.
public func trainTestSplit(
    count: Int, testSize: SplitSize? = nil, trainSize: SplitSize? = nil, stratify labels: Tensor? = nil,
    using random: inout RandomState
) throws -> (train: [Int], test: [Int]) {
    let sizes = try PartSizes(test: testSize, train: trainSize, of: count, usualTest: 0.25)
    let split =
        labels == nil
        ? sizes.parts(&random)
        : try sizes.stratifiedParts(EncodedLabels(labels, count: count, in: "trainTestSplit"), &random)
    return (split.train, split.test)
}

/// The first examples to train on and the last to test on, for data in order of time: scikit-learn's `train_test_split`
/// with `shuffle=False`.
///
/// - Throws: ``EstimatorError`` where a part would be empty.
public func trainTestSplit(
    count: Int, testSize: SplitSize? = nil, trainSize: SplitSize? = nil
) throws -> (train: [Int], test: [Int]) {
    let sizes = try PartSizes(test: testSize, train: trainSize, of: count, usualTest: 0.25)
    return (Array(0..<sizes.train), Array(sizes.train..<(sizes.train + sizes.test)))
}

/// Whole groups to train and to test on, as `sklearn.model_selection.GroupShuffleSplit` draws them: none has examples
/// in both.
///
/// - Parameters:
///   - groups: of each example.
///   - testSize: of the groups.
/// - Throws: ``EstimatorError`` where a part would be empty.
/// - Complexity: O(count log count).
public func trainTestSplit<Group: Comparable & Hashable>(
    groups: [Group], testSize: SplitSize = .fraction(0.25), using random: inout RandomState
) throws -> (train: [Int], test: [Int]) {
    let names = Set(groups).sorted()
    let chosen = Set(try trainTestSplit(count: names.count, testSize: testSize, using: &random).test.map { names[$0] })
    return (
        groups.indices.filter { !chosen.contains(groups[$0]) }, groups.indices.filter { chosen.contains(groups[$0]) }
    )
}
