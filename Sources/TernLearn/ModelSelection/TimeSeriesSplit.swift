import TernCore

/// The future tested on, the past trained on, with more of it in each split: scikit-learn's `TimeSeriesSplit`.
///
/// ```swift
/// let splits = try TimeSeriesSplit(nSplits: 2, gap: 1).splits(count: 6)
/// splits.map(\.train)                         // [[0], [0, 1, 2]]
/// splits.map(\.test)                          // [[2, 3], [4, 5]]
/// ```
///
/// Source: scikit-learn 1.9.1, `sklearn.model_selection.TimeSeriesSplit`.
public struct TimeSeriesSplit: CrossValidator {
    /// How many splits there are, at least 2; by default 5.
    public var nSplits: Int
    /// How many of the latest examples are trained on at most; nil: all before.
    public var maxTrainSize: Int?
    /// How many examples each test part has; nil: count / (nSplits + 1).
    public var testSize: Int?
    /// How many examples before each test part are left out; by default 0.
    public var gap: Int

    /// A splitter; it is checked when it splits.
    public init(nSplits: Int = 5, maxTrainSize: Int? = nil, testSize: Int? = nil, gap: Int = 0) {
        self.nSplits = nSplits
        self.maxTrainSize = maxTrainSize
        self.testSize = testSize
        self.gap = gap
    }

    /// The parts, in the order of time; the last one tests on the latest examples. Labels and groups are not looked at.
    ///
    /// - Throws: ``EstimatorError`` where there are fewer than 2 splits, fewer than `nSplits` + 1 examples, a size is
    ///   less than 1, `gap` is negative, or nothing is left to train on in the first split.
    public func splits(count: Int, labels: Tensor?, groups: [Int]?) throws -> [Split] {
        try Check.that(nSplits >= 2, "TimeSeriesSplit: nSplits is \(nSplits); it must be at least 2")
        try Check.that(gap >= 0, "TimeSeriesSplit: gap is \(gap); it must not be negative")
        try Check.that(
            (testSize ?? 1) >= 1, "TimeSeriesSplit: testSize is \(testSize ?? 0); it must be at least 1, or nil")
        try Check.that(
            (maxTrainSize ?? 1) >= 1,
            "TimeSeriesSplit: maxTrainSize is \(maxTrainSize ?? 0); it must be at least 1, or nil")
        try Check.that(
            nSplits < count,
            "TimeSeriesSplit: \(nSplits) splits need more than as many examples; there are \(count)")
        let size = testSize ?? count / (nSplits + 1)
        try Check.that(
            count - gap > checkedProduct([size, nSplits]) ?? .max,
            "TimeSeriesSplit: \(nSplits) splits of \(size) examples with a gap of \(gap) leave nothing of \(count) to train on; take fewer splits or a smaller gap"
        )
        return stride(from: count - nSplits * size, to: count, by: size).map { start in
            let end = start - gap, begin = max(0, end - (maxTrainSize ?? end))
            return Split(train: Array(begin..<end), test: Array(start..<(start + size)))
        }
    }
}
