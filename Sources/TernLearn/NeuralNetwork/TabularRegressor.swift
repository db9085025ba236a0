import TernCore

/// Regression on tables that is good without being asked: a linear model, and networks for what it leaves.
///
/// ```swift
/// let x = Tensor((0..<40).map { Double($0) / 10 }, shape: [40, 1]), y = sin(3 * x).flattened()
/// var model = TabularRegressor(randomState: 0)
/// try model.fit(x, y)
/// try model.score(x, y) > 0.9             // true
/// model.outOfFold.shape                   // [40, 1]: of each row what was said by those who had not seen it
/// ```
///
/// The rows are cut into ``folds``, and each is held out by one member of an ensemble. A member fits a ridge
/// regression, whose penalty is chosen by what is held out, and two networks learn what it leaves, from features that
/// are scaled by their quartiles and smoothly clipped; one of them sees cosines of the features too. All networks of a
/// kind learn at once, in one compiled step. Training ends where what they say together of rows that each has not seen
/// gets no better. The same rows say how much of the networks is added to the line: nothing where the gain could be
/// chance, so that the model is hardly ever clearly worse than the line. Beyond the values of the rows it has learned
/// from, where a trend goes on, that is decided apart (``networkSharesBeyond``).
///
/// It takes numbers without gaps. For the same ``randomState`` it gives the same bits on any number of threads.
///
/// Source: Holzmüller, Grinsztajn and Steinwart, "Better by default: strong pre-tuned MLPs and boosted trees on tabular
/// data", NeurIPS 2024, arXiv:2407.04491; Gorishniy, Kotelnikov and Babenko, "TabM: Advancing tabular deep learning
/// with parameter-efficient ensembling", ICLR 2025, arXiv:2410.24210; Breiman, "Stacked regressions", Machine Learning
/// 24, 1996, doi:10.1007/BF00117832. docs/TABLES.md compares it with scikit-learn's estimators.
public struct TabularRegressor: Regressor, TabularEstimator {
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
    private var isVector = true

    /// How much of what the networks add to the line is kept, for each target: of those that see the features alone,
    /// and of those that see cosines of them too, together from 0 to 1. Empty before the fit.
    public var networkShares: [[Double]] { learned?.shares.within ?? [] }
    /// The same for rows with a feature further out than those that were learned from.
    public var networkSharesBeyond: [[Double]] { learned?.shares.beyond ?? [] }
    /// What was said of each row by the members that had not seen it, [rows, targets], `float64`: an honest prediction,
    /// but for the choices of the epoch and of ``networkShares``. NaN for rows that no member held out; empty before
    /// the fit.
    public var outOfFold: Tensor { learned?.heldOut ?? Tensor.zeros([0, 0], dtype: .float64) }
    /// The mean squared error of the held-out rows, in variances of the targets: of the line, and after each epoch of
    /// the networks, for each of both kinds.
    public var validationCurves: [[Double]] { learned?.curves ?? [] }
    /// The epochs whose networks were kept, for each of both kinds; 0 where they never bettered the line.
    public var bestEpochs: [Int] { learned?.epochs ?? [] }
    /// The number of features of the rows it was fitted with; 0 before the fit.
    public var nFeaturesIn: Int { learned?.features ?? 0 }

    /// Learns from rows, and forgets what was learned before.
    ///
    /// - Parameters:
    ///   - x: [rows, features], numbers without gaps.
    ///   - y: [rows] or [rows, targets].
    ///   - sampleWeight: [rows], factors of the squared errors, none negative.
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
        let weight = try Check.weights(sampleWeight, like: features, in: Self.kind)
        learned = try TabularLearned(
            settings, features, targets, codes: [], classes: 0, weight: weight, groups: groups,
            onEpoch: onEpoch)
        isVector = y.rank == 1
    }

    /// The predicted targets: [rows], or [rows, targets] where the fit had targets of two dimensions; `float32` for
    /// `float32` features, else `float64`.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or gaps.
    /// - Complexity: O(members · rows · weights).
    public func predict(_ x: Tensor) throws -> Tensor {
        let out = try learned.output(x, in: Self.kind)
        return isVector ? out.flattened() : out
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case hiddenLayerSizes, activation, frequencies, frequencyScale, dropout, learningRate, weightDecay, batchSize,
            maxEpochs, patience, folds, repeats, validation, randomState
        case learned, isVector
    }
}

extension TabularRegressor: HoldingUnwritten {
    mutating func takeUnwritten(of other: Self) { onEpoch = other.onEpoch }

    /// - Throws: ``EstimatorError`` where what was learned does not fit together.
    public func checkDecoded() throws {
        try learned?.check(classes: nil, in: Self.kind)
    }
}

/// Where training of a ``TabularRegressor`` or ``TabularClassifier`` is.
///
/// ```swift
/// var model = TabularRegressor(maxEpochs: 3, randomState: 0)
/// model.onEpoch = { print("\($0.number) of \($0.maxEpochs)") }
/// ```
public struct TabularEpoch: Sendable {
    /// The epoch, from 1, and how many there are at most, of both kinds of networks. Where the first stop early,
    /// numbers are left out.
    public let number: Int, maxEpochs: Int
    /// The loss of the held-out rows.
    public let loss: Double
}
