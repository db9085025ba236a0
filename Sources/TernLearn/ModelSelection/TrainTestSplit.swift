import TernCore

/// The size of a part: a share of the examples or their number.
///
/// ```swift
/// try trainTestSplit(count: 10, testSize: .fraction(0.25)).test       // [7, 8, 9]: a share is rounded up
/// try trainTestSplit(count: 10, testSize: .count(2)).test             // [8, 9]
/// ```
public enum SplitSize: Sendable {
    /// A share above 0 and below 1; of the examples, the number is rounded up.
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
/// - Throws: ``EstimatorError`` where a part would be empty.
/// - Complexity: O(count).
public func trainTestSplit(
    count: Int, testSize: SplitSize = .fraction(0.25), using random: inout RandomState
) throws -> (train: [Int], test: [Int]) {
    let testCount = try testCount(testSize, of: count)
    let order = random.permutation(count)
    return (Array(order[testCount...]), Array(order[..<testCount]))
}

/// The first examples to train on and the last to test on, for data in order of time: scikit-learn's `train_test_split`
/// with `shuffle=False`.
///
/// - Throws: ``EstimatorError`` where a part would be empty.
public func trainTestSplit(
    count: Int, testSize: SplitSize = .fraction(0.25)
) throws -> (train: [Int], test: [Int]) {
    let testCount = try testCount(testSize, of: count)
    return (Array(0..<(count - testCount)), Array((count - testCount)..<count))
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

func testCount(_ size: SplitSize, of count: Int) throws -> Int {
    let test: Int
    switch size {
    case .fraction(let share):
        try Check.that(share > 0 && share < 1, "the test fraction is \(share); it must be between 0 and 1")
        test = Int((share * Double(count)).rounded(.up))
    case .count(let n): test = n
    }
    try Check.that(
        test > 0 && test < count,
        "\(count) example(s) cannot be split into \(count - test) to train and \(test) to test on; both parts need at least one"
    )
    return test
}
