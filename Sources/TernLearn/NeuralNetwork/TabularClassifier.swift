import TernCore

/// Classification of the rows of a table that is good without being asked: a linear model, and networks for what it
/// leaves.
///
/// ```swift
/// let x = Tensor((0..<100).map { Double($0) / 25 }, shape: [100, 1]), y = (sin(3 * x) .> 0).flattened()
/// var model = TabularClassifier(randomState: 0)
/// try model.fit(x, y)
/// try model.score(x, y) > 0.9             // true
/// try model.predictProba(x).shape         // [100, 2]
/// ```
///
/// It is ``TabularRegressor`` with a logistic regression for the line and the log loss for the error. Networks add to
/// the sums of which the probabilities are made.
public struct TabularClassifier: Classifier, TabularEstimator {
    /// All but `onEpoch`, which is a function.
    public static var parameterNames: [String] { TabularSettings.names }

    // MARK: Hyperparameters

    /// The number of units in each hidden layer of each network, each at least 1; by default [64, 64].
    public var hiddenLayerSizes: [Int]
    /// The function of the hidden units; by default ``TabularActivation/silu``.
    public var activation: TabularActivation
    /// How many cosines of each feature the second kind of networks sees beside the feature, 0 or more; by default 8.
    /// With 0 there is one kind.
    public var frequencies: Int
    /// How fast the cosines turn before training: the standard deviation of their turns from one quartile to the other,
    /// above 0; by default 0.2.
    public var frequencyScale: Double
    /// The share of the hidden units that is left out in each step, at least 0, the default, and below 1.
    public var dropout: Double
    /// The largest learning rate of Adam, above 0; by default 0.005. It rises for a twentieth of the epochs and falls
    /// by half a cosine.
    public var learningRate: Double
    /// The share, times the learning rate, that every weight loses in each step, 0 or more; by default 0.02.
    public var weightDecay: Double
    /// Rows of each member in a batch; nil, the default: 32 up to 256, more for longer tables.
    public var batchSize: Int?
    /// How many epochs there are at most, 1 or more; nil, the default: 20 to 256, fewer for longer tables.
    public var maxEpochs: Int?
    /// Training ends after this share of the epochs without progress, above 0; by default 0.4.
    public var patience: Double
    /// How many parts the rows are cut into, of which each member holds out one, at least 2; by default 8. Of groups
    /// and short tables there may be fewer.
    public var folds: Int
    /// How often the rows are cut anew, each time with as many members of each kind as ``folds``; nil, the default:
    /// twice below 500 rows, once from there on.
    public var repeats: Int?
    /// Which rows are held out; by default ``TabularValidation/random``. Rows of series want
    /// ``TabularValidation/blocks``.
    public var validation: TabularValidation
    /// The seed of what is held out, of weights and of order; nil, the default, draws one from the system.
    public var randomState: UInt32?
    /// Called after each epoch, for progress bars; by default nil.
    public var onEpoch: (@Sendable (TabularEpoch) -> Void)?

    /// A model that has learned nothing yet. The hyperparameters are checked by the fit.
    public init(
        hiddenLayerSizes: [Int] = [64, 64], activation: TabularActivation = .silu, frequencies: Int = 8,
        frequencyScale: Double = 0.2, dropout: Double = 0, learningRate: Double = 0.005, weightDecay: Double = 0.02,
        batchSize: Int? = nil, maxEpochs: Int? = nil, patience: Double = 0.4, folds: Int = 8, repeats: Int? = nil,
        validation: TabularValidation = .random, randomState: UInt32? = nil
    ) {
        self.hiddenLayerSizes = hiddenLayerSizes
        self.activation = activation
        self.frequencies = frequencies
        self.frequencyScale = frequencyScale
        self.dropout = dropout
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.batchSize = batchSize
        self.maxEpochs = maxEpochs
        self.patience = patience
        self.folds = folds
        self.repeats = repeats
        self.validation = validation
        self.randomState = randomState
    }

    // MARK: What is learned

    var learned: TabularLearned?
    /// The labels, in ascending order; empty before the fit.
    public private(set) var classes: [Double] = []

    /// How much of what the networks add to the line is kept: of those that see the features alone, and of those that
    /// see cosines of them too, together from 0 to 1. Empty before the fit.
    public var networkShares: [Double] { learned?.shares.within.first ?? [] }
    /// The same for rows with a feature further out than those that were learned from.
    public var networkSharesBeyond: [Double] { learned?.shares.beyond.first ?? [] }
    /// The probabilities given to each row by the members that had not seen it, [rows, classes], `float64`. NaN for
    /// rows that no member held out; empty before the fit.
    public var outOfFold: Tensor { learned?.heldOut ?? Tensor.zeros([0, 0], dtype: .float64) }
    /// The log loss of the held-out rows: of the line, and after each epoch of the networks, for each of both
    /// kinds.
    public var validationCurves: [[Double]] { learned?.curves ?? [] }
    /// The epochs whose networks were kept, for each of both kinds; 0 where they never bettered the line.
    public var bestEpochs: [Int] { learned?.epochs ?? [] }
    /// The number of features of the rows it was fitted with; 0 before the fit.
    public var nFeaturesIn: Int { learned?.features ?? 0 }

    /// Learns from rows, and forgets what was learned before.
    ///
    /// - Parameters:
    ///   - x: [rows, features], numbers without gaps.
    ///   - y: [rows], whole numbers of two classes or more.
    ///   - sampleWeight: [rows], factors of the log losses, none negative.
    /// - Throws: ``EstimatorError`` where a hyperparameter or the data cannot be used.
    /// - Complexity: O(epochs · members · rows · weights); the steps allocate nothing.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        try fit(x, y, sampleWeight: sampleWeight, groups: nil)
    }

    /// Learns as ``fit(_:_:sampleWeight:)`` where rows belong to groups, such as stations: members hold out whole
    /// groups, whatever ``validation`` says.
    ///
    /// - Parameter groups: of each row; ``groupNumbers(of:)`` makes them of names.
    /// - Throws: ``EstimatorError`` also where there are fewer than two groups, or not one for each row.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil, groups: [Int]?) throws {
        let features = try Check.features(x, in: Self.kind).cast(to: .float64)
        let targets = try Check.targets(y, like: features, in: Self.kind)
        try Check.that(
            targets.shape[1] == 1, "\(Self.kind): y has the shape \(y.shape); it must be [rows], one class each")
        try Check.that(
            EncodedLabels.areDiscrete(targets.doubles),
            "\(Self.kind): y holds numbers with fractions; classes are whole numbers")
        let labels = EncodedLabels(targets.doubles)
        try Check.that(
            labels.classes.count > 1,
            "\(Self.kind): all rows are of the class \(labels.classes[0]); it needs two or more")
        let weight = try Check.weights(sampleWeight, like: features, in: Self.kind)
        learned = try TabularLearned(
            settings, features, targets, codes: labels.codes, classes: labels.classes.count, weight: weight,
            groups: groups,
            onEpoch: onEpoch)
        classes = labels.classes
    }

    /// The probability of each class, [rows, classes]; `float32` for `float32` features, else `float64`.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or gaps.
    /// - Complexity: O(members · rows · weights).
    public func predictProba(_ x: Tensor) throws -> Tensor {
        try learned.output(x, in: Self.kind)
    }

    /// The likeliest label of each row, [rows], `float64`.
    ///
    /// - Throws: ``EstimatorError`` as ``predictProba(_:)``.
    public func predict(_ x: Tensor) throws -> Tensor {
        let places = try predictProba(x).argmax(axis: 1)
        return Tensor(classes).taking(places)
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case hiddenLayerSizes, activation, frequencies, frequencyScale, dropout, learningRate, weightDecay, batchSize,
            maxEpochs, patience, folds, repeats, validation, randomState
        case learned, classes
    }
}

extension TabularClassifier: HoldingUnwritten {
    mutating func takeUnwritten(of other: Self) { onEpoch = other.onEpoch }

    /// - Throws: ``EstimatorError`` where what was learned does not fit together.
    public func checkDecoded() throws {
        try Check.that(
            classes.isEmpty == (learned == nil) && classes.isRising,
            "\(Self.kind): it knows classes where it has learned, and only there, in ascending order")
        try learned?.check(classes: classes.count, in: Self.kind)
    }
}
