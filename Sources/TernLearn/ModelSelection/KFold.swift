import TernCore

/// Splits into folds of one size, each tested on once: scikit-learn's `KFold`.
///
/// ```swift
/// try KFold(nSplits: 3).splits(count: 7).map(\.test)      // [[0, 1, 2], [3, 4], [5, 6]]
/// ```
///
/// Without shuffling, folds are runs of neighbours. For series use ``BlockedKFold`` or ``TimeSeriesSplit``.
///
/// Source: scikit-learn 1.9.1, `sklearn.model_selection.KFold`.
public struct KFold: CrossValidator {
    /// How many folds there are, at least 2; by default 5.
    public var nSplits: Int
    /// Whether examples are dealt out in random order; by default false.
    public var shuffle: Bool
    /// The seed of the order; nil draws one from the system.
    public var randomState: UInt32?

    /// A splitter; it is checked when it splits.
    public init(nSplits: Int = 5, shuffle: Bool = false, randomState: UInt32? = nil) {
        self.nSplits = nSplits
        self.shuffle = shuffle
        self.randomState = randomState
    }

    /// The parts, each in ascending order; the first count % `nSplits` folds have one example more. Labels and groups
    /// are not looked at.
    ///
    /// - Throws: ``EstimatorError`` where there are fewer than 2 folds, or more than examples.
    public func splits(count: Int, labels: Tensor?, groups: [Int]?) throws -> [Split] {
        try Self.checkFolds(nSplits, of: count)
        var order = Array(0..<count)
        if shuffle {
            var random = RandomState(seed: randomState.orDrawn)
            random.shuffle(&order)
        }
        return Self.complements(
            of: evenRuns(of: count, parts: nSplits).map { Array(order[$0]) }, count: count)
    }
}

/// Folds that each hold the classes in the shares of all examples: scikit-learn's `StratifiedKFold`.
///
/// ```swift
/// let labels = Tensor([0, 0, 0, 0, 1, 1])
/// try StratifiedKFold(nSplits: 2).splits(count: 6, labels: labels).map(\.test)    // [[0, 1, 4], [2, 3, 5]]
/// ```
///
/// Source: scikit-learn 1.9.1, `sklearn.model_selection.StratifiedKFold`.
public struct StratifiedKFold: CrossValidator {
    /// How many folds there are, at least 2; by default 5. One class at least must have as many examples.
    public var nSplits: Int
    /// Whether each class is dealt out in random order; by default false.
    public var shuffle: Bool
    /// The seed of the order; nil draws one from the system.
    public var randomState: UInt32?

    /// A splitter; it is checked when it splits.
    public init(nSplits: Int = 5, shuffle: Bool = false, randomState: UInt32? = nil) {
        self.nSplits = nSplits
        self.shuffle = shuffle
        self.randomState = randomState
    }

    /// The parts, each in ascending order; groups are not looked at.
    ///
    /// - Throws: ``EstimatorError`` where there are fewer than 2 folds, labels are missing or no whole numbers, or no
    ///   class has as many examples as there are folds.
    public func splits(count: Int, labels: Tensor?, groups: [Int]?) throws -> [Split] {
        try Self.checkFolds(nSplits, of: count)
        let encoded = try EncodedLabels(labels, count: count, in: Self.kind)
        try Check.that(
            encoded.counts.contains { $0 >= nSplits },
            "StratifiedKFold: nSplits is \(nSplits), but no class has so many examples; give fewer folds")
        // Classes in the order in which they come.
        var rank = [Int](repeating: -1, count: encoded.classes.count), known = 0
        for code in encoded.codes where rank[code] < 0 {
            rank[code] = known
            known += 1
        }
        let ranks = encoded.codes.map { rank[$0] }, sorted = ranks.sorted()
        var random = RandomState(seed: randomState.orDrawn), fold = [Int](repeating: 0, count: count)
        for k in 0..<known {
            var folds: [Int] = []
            for i in 0..<nSplits {
                let share = stride(from: i, to: count, by: nSplits).count { sorted[$0] == k }
                folds += [Int](repeating: i, count: share)
            }
            if shuffle { random.shuffle(&folds) }
            for (place, example) in ranks.indices.filter({ ranks[$0] == k }).enumerated() {
                fold[example] = folds[place]
            }
        }
        return Self.complements(of: (0..<nSplits).map { i in fold.indices.filter { fold[$0] == i } }, count: count)
    }
}

/// Folds of whole groups, so that none has examples on both sides: scikit-learn's `GroupKFold`.
///
/// ```swift
/// let stations = groupNumbers(of: ["Kiel", "Kiel", "Bergen", "Oslo"])
/// try GroupKFold(nSplits: 2).splits(count: 4, groups: stations).map(\.test)       // [[0, 1], [2, 3]]
/// ```
///
/// Without shuffling, the largest group goes first, and each to the fold that has the fewest examples yet.
///
/// Source: scikit-learn 1.9.1, `sklearn.model_selection.GroupKFold`.
public struct GroupKFold: CrossValidator {
    /// How many folds there are, at least 2 and at most as many as groups; by default 5.
    public var nSplits: Int
    /// Whether groups, in random order, are cut into folds of as many groups; by default false.
    public var shuffle: Bool
    /// The seed of the order; nil draws one from the system.
    public var randomState: UInt32?

    /// A splitter; it is checked when it splits.
    public init(nSplits: Int = 5, shuffle: Bool = false, randomState: UInt32? = nil) {
        self.nSplits = nSplits
        self.shuffle = shuffle
        self.randomState = randomState
    }

    /// The parts, each in ascending order; labels are not looked at.
    ///
    /// - Throws: ``EstimatorError`` where there are fewer than 2 folds or more than groups, or `groups` is nil or of
    ///   another length than `count`.
    public func splits(count: Int, labels: Tensor?, groups: [Int]?) throws -> [Split] {
        try Self.checkFolds(nSplits, of: count)
        guard let groups else { throw EstimatorError("GroupKFold: groups are missing; give one for each example") }
        try Check.that(
            groups.count == count,
            "GroupKFold: there are \(groups.count) groups for \(count) examples; give one for each")
        let names = Set(groups).sorted()
        try Check.that(
            nSplits <= names.count,
            "GroupKFold: nSplits is \(nSplits), but there are \(names.count) groups; give at most as many folds")
        var fold: [Int: Int] = [:]
        if shuffle {
            var random = RandomState(seed: randomState.orDrawn)
            let order = random.permutation(names)
            for (i, run) in evenRuns(of: names.count, parts: nSplits).enumerated() {
                for name in order[run] { fold[name] = i }
            }
        } else {
            var sizes: [Int: Int] = [:]
            for group in groups { sizes[group, default: 0] += 1 }
            // The largest first; of equal ones the last.
            let ordered = names.indices.sorted { (sizes[names[$0]]!, $0) > (sizes[names[$1]]!, $1) }
            var filled = [Int](repeating: 0, count: nSplits)
            for i in ordered {
                let lightest = filled.indices.min { (filled[$0], $0) < (filled[$1], $1) }!
                filled[lightest] += sizes[names[i]]!
                fold[names[i]] = lightest
            }
        }
        return Self.complements(
            of: (0..<nSplits).map { i in groups.indices.filter { fold[groups[$0]] == i } }, count: count)
    }
}
