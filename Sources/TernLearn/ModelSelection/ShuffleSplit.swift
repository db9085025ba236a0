import TernCore

/// Random parts, drawn several times: scikit-learn's `ShuffleSplit`.
///
/// ```swift
/// let cv = ShuffleSplit(nSplits: 2, testSize: .fraction(0.25), randomState: 0)
/// try cv.splits(count: 8).map(\.test)         // [[6, 2], [1, 6]]
/// ```
///
/// Source: scikit-learn 1.9.1, `sklearn.model_selection.ShuffleSplit`.
public struct ShuffleSplit: CrossValidator {
    /// How often examples are parted, at least 1; by default 10.
    public var nSplits: Int
    /// The sizes of the parts; nil: what the other leaves, a tenth to test on where both are nil.
    public var testSize: SplitSize?, trainSize: SplitSize?
    /// The seed of the order; nil draws one from the system.
    public var randomState: UInt32?

    /// A splitter; it is checked when it splits.
    public init(
        nSplits: Int = 10, testSize: SplitSize? = nil, trainSize: SplitSize? = nil, randomState: UInt32? = nil
    ) {
        self.nSplits = nSplits
        self.testSize = testSize
        self.trainSize = trainSize
        self.randomState = randomState
    }

    /// The parts, each in the order it was drawn; labels and groups are not looked at. Of fractions the part to test on
    /// is rounded up, the one to train on down.
    ///
    /// - Throws: ``EstimatorError`` where `nSplits` is less than 1, a part would be empty, or both are more than all.
    public func splits(count: Int, labels: Tensor?, groups: [Int]?) throws -> [Split] {
        try Check.that(nSplits >= 1, "ShuffleSplit: nSplits is \(nSplits); it must be at least 1")
        let sizes = try PartSizes(test: testSize, train: trainSize, of: count, usualTest: 0.1)
        var random = RandomState(seed: randomState.orDrawn)
        return (0..<nSplits).map { _ in sizes.parts(&random) }
    }
}

/// Random parts with the classes in the shares of all examples: scikit-learn's `StratifiedShuffleSplit`.
///
/// ```swift
/// let labels = Tensor([0, 0, 0, 0, 1, 1, 1, 1])
/// let cv = StratifiedShuffleSplit(nSplits: 1, testSize: .fraction(0.5), randomState: 0)
/// try cv.splits(count: 8, labels: labels)[0].test.count { $0 < 4 }        // 2
/// ```
///
/// Source: scikit-learn 1.9.1, `sklearn.model_selection.StratifiedShuffleSplit`.
public struct StratifiedShuffleSplit: CrossValidator {
    /// How often examples are parted, at least 1; by default 10.
    public var nSplits: Int
    /// The sizes of the parts; nil: what the other leaves, a tenth to test on where both are nil.
    public var testSize: SplitSize?, trainSize: SplitSize?
    /// The seed of the order; nil draws one from the system.
    public var randomState: UInt32?

    /// A splitter; it is checked when it splits.
    public init(
        nSplits: Int = 10, testSize: SplitSize? = nil, trainSize: SplitSize? = nil, randomState: UInt32? = nil
    ) {
        self.nSplits = nSplits
        self.testSize = testSize
        self.trainSize = trainSize
        self.randomState = randomState
    }

    /// The parts, each in random order; groups are not looked at. Sizes are rounded as those of ``ShuffleSplit``.
    ///
    /// - Throws: ``EstimatorError`` as ``ShuffleSplit``, and where labels are missing or no whole numbers, a class has
    ///   a single example, or a part has fewer examples than there are classes.
    public func splits(count: Int, labels: Tensor?, groups: [Int]?) throws -> [Split] {
        try Check.that(nSplits >= 1, "StratifiedShuffleSplit: nSplits is \(nSplits); it must be at least 1")
        let sizes = try PartSizes(test: testSize, train: trainSize, of: count, usualTest: 0.1)
        let encoded = try EncodedLabels(labels, count: count, in: Self.kind)
        var random = RandomState(seed: randomState.orDrawn)
        return try (0..<nSplits).map { _ in try sizes.stratifiedParts(encoded, &random) }
    }
}

/// How many examples each part gets.
struct PartSizes {
    let count: Int, train: Int, test: Int

    /// - Parameter usualTest: the share to test on where neither size is given.
    init(test testSize: SplitSize?, train trainSize: SplitSize?, of count: Int, usualTest: Double) throws {
        let testSize = testSize ?? (trainSize == nil ? .fraction(usualTest) : nil)
        func number(_ size: SplitSize?, _ name: String, _ rounding: FloatingPointRoundingRule) throws -> Int? {
            switch size {
            case nil: return nil
            case .fraction(let share):
                try Check.that(share > 0 && share < 1, "the \(name) fraction is \(share); it must be between 0 and 1")
                return Int((share * Double(count)).rounded(rounding))
            case .count(let n):
                try Check.that(
                    n > 0 && n < count,
                    "\(count) example(s) cannot be split into \(name == "test" ? count - n : n) to train and \(name == "test" ? n : count - n) to test on; both parts need at least one"
                )
                return n
            }
        }
        let test = try number(testSize, "test", .up), train = try number(trainSize, "train", .down)
        self.count = count
        self.test = test ?? count - train!
        self.train = train ?? count - test!
        if case .fraction(let a) = testSize, case .fraction(let b) = trainSize {
            try Check.that(a + b <= 1, "the fractions to train and test on, \(b) and \(a), are more than 1 together")
        }
        try Check.that(
            self.train + self.test <= count,
            "\(self.train) examples to train and \(self.test) to test on are more than the \(count) there are")
        try Check.that(
            self.test > 0 && self.train > 0,
            "\(count) example(s) cannot be split into \(self.train) to train and \(self.test) to test on; both parts need at least one"
        )
    }

    func parts(_ random: inout RandomState) -> Split {
        let order = random.permutation(count)
        return Split(train: Array(order[test..<(test + train)]), test: Array(order[..<test]))
    }

    func stratifiedParts(_ labels: EncodedLabels, _ random: inout RandomState) throws -> Split {
        let counts = labels.counts, classes = counts.count
        if let rare = counts.firstIndex(where: { $0 < 2 }) {
            throw EstimatorError(
                "the class \(labels.classes[rare]) has only one example; to keep the shares of classes each needs two or more"
            )
        }
        try Check.that(
            train >= classes && test >= classes,
            "\(classes) classes need as many examples in each part; there are \(train) to train and \(test) to test on")
        let trained = Self.allotted(train, to: counts, &random)
        let tested = Self.allotted(test, to: zip(counts, trained).map { $0 - $1 }, &random)
        var split = Split(train: [], test: [])
        for k in 0..<classes {
            let members = labels.codes.indices.filter { labels.codes[$0] == k }
            let order = random.permutation(counts[k]).map { members[$0] }
            split.train += order[..<trained[k]]
            split.test += order[trained[k]..<(trained[k] + tested[k])]
        }
        return Split(train: random.permutation(split.train), test: random.permutation(split.test))
    }

    /// How many of each class come among `draws`: their shares rounded down, and of those with the largest remainder
    /// one more, at random among equals.
    private static func allotted(_ draws: Int, to counts: [Int], _ random: inout RandomState) -> [Int] {
        let total = Double(counts.reduce(0, +))
        let shares = counts.map { Double($0) / total * Double(draws) }
        var floors = shares.map { $0.rounded(.down) }
        var left = draws - Int(floors.reduce(0, +))
        let remainders = zip(shares, floors).map { $0 - $1 }
        for value in Set(remainders).sorted(by: >) where left > 0 {
            let equals = remainders.indices.filter { remainders[$0] == value }, taken = min(equals.count, left)
            for i in random.distinct(equals.count, count: taken) { floors[equals[i]] += 1 }
            left -= taken
        }
        return floors.map { Int($0) }
    }
}
