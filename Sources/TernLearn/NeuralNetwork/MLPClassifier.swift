import TernCore
import TernNN

/// A multi-layer perceptron for classes, with scikit-learn's parameters, defaults and numbers.
///
/// ```swift
/// let x = Tensor((0..<12).map { Double($0) / 4 }, shape: [12, 1])
/// let sky = ["clear", "clear", "clear", "clear", "cloud", "cloud", "cloud", "cloud", "rain", "rain", "rain", "rain"]
/// var model = MLPClassifier(hiddenLayerSizes: [10], solver: .lbfgs, randomState: 1)
/// try model.fit(x, sky)
/// model.classNames                        // ["clear", "cloud", "rain"]
/// try model.predictNames(Tensor([[0.1], [2.6]]))          // ["clear", "rain"]
/// try model.predictProba(x).shape         // [12, 3]
/// ```
///
/// Labels are texts, or integers of any type; a table of 0 and 1 with a column for each of several labels is learned
/// column by column. For the same data and ``randomState`` the initial weights, batches, losses and probabilities are
/// those of scikit-learn 1.9.1, up to rounding. `float32` examples are trained in `float32`, all others in `float64`.
///
/// The objective is the log loss plus half `alpha` times the squared weights, divided by the number of examples of the
/// batch. With `earlyStopping`, two classes have the same shares in what is held out as among all examples; three and
/// more are held out without regard to their shares, as in scikit-learn.
///
/// Beyond scikit-learn, and off by default: ``dropout``, ``batchNormalization``, any ``optimizer`` of Tern's with its
/// schedule, and a validation set of one's own (`fit(_:_:sampleWeight:validation:)`). Otherwise than in scikit-learn,
/// a column of several labels may hold nothing but 0 and 1, a network of several labels goes on with such alone, and a
/// fit ends with an error once the loss is not a number.
///
/// Source: scikit-learn 1.9.1, `sklearn.neural_network.MLPClassifier`.
public struct MLPClassifier: Classifier {
    // MARK: Hyperparameters

    /// The number of units in each hidden layer, each at least 1; empty: a linear model. By default [100].
    public var hiddenLayerSizes: [Int]
    /// The function of the hidden units; by default ``MLPRegressor/Activation/relu``.
    public var activation: MLPRegressor.Activation
    /// How the weights are moved; by default ``MLPRegressor/Solver/adam``.
    public var solver: MLPRegressor.Solver
    /// The strength of the L2 penalty on the weights (not on the biases), 0 or more; by default 1e-4.
    public var alpha: Double
    /// Examples in a batch; nil stands for min(200, examples).
    public var batchSize: Int?
    /// How ``MLPRegressor/Solver/sgd`` changes its learning rate; by default ``MLPRegressor/LearningRate/constant``.
    /// Adam does not heed it.
    public var learningRate: MLPRegressor.LearningRate
    /// The learning rate at the beginning, above 0; by default 0.001.
    public var learningRateInit: Double
    /// The exponent of ``MLPRegressor/LearningRate/invscaling``, 0 or more; by default 0.5.
    public var powerT: Double
    /// How many epochs there are at most, 1 or more; by default 200.
    public var maxIter: Int
    /// Whether examples are seen in a new order in each epoch; by default true.
    public var shuffle: Bool
    /// The seed of NumPy's legacy stream, for weights, order and what is held out; nil, the default, draws one from the
    /// system.
    public var randomState: UInt32?
    /// An epoch counts as progress where it betters the best loss (or score) by this much, 0 or more; by default 1e-4.
    public var tol: Double
    /// Whether `fit` goes on from the weights of the last one; by default false. The optimiser begins anew in any case.
    public var warmStart: Bool
    /// The share of the last step that ``MLPRegressor/Solver/sgd`` keeps, from 0 to 1; by default 0.9.
    public var momentum: Double
    /// Whether the gradient is taken ahead of the momentum, by ``MLPRegressor/Solver/sgd``; by default true.
    public var nesterovsMomentum: Bool
    /// Whether a part of the examples is held out, and training ends when its score stalls; the weights that scored
    /// best are kept. By default false.
    public var earlyStopping: Bool
    /// The share of the examples that `earlyStopping` holds out, rounded up, at least two of them; by default 0.1.
    public var validationFraction: Double
    /// Adam's share of the running mean of the gradient, at least 0 and below 1; by default 0.9.
    public var beta1: Double
    /// Adam's share of the running mean of its square, at least 0 and below 1; by default 0.999.
    public var beta2: Double
    /// Added to the root in Adam's quotient, above 0; by default 1e-8.
    public var epsilon: Double
    /// How many epochs without progress training bears; by default 10. With one more it ends, or the rate falls
    /// (``MLPRegressor/LearningRate/adaptive``).
    public var nIterNoChange: Int
    /// How many evaluations ``MLPRegressor/Solver/lbfgs`` may do, looked at after each iteration; by default 15000.
    public var maxFun: Int
    /// The share of the hidden units that is left out in each step, others each time (Srivastava et al., JMLR 2014), at
    /// least 0 (the default: none) and below 1. scikit-learn has none.
    public var dropout: Double
    /// Whether hidden units are normalised over the batch before their activation (Ioffe and Szegedy, ICML 2015); by
    /// default false. What was learned becomes part of ``coefs`` and ``intercepts``, so that predictions need no more.
    /// scikit-learn has none.
    public var batchNormalization: Bool
    /// Any optimiser, with its own learning rate or schedule, in place of ``solver``; by default nil. ``learningRate``,
    /// ``learningRateInit``, ``powerT``, ``momentum``, ``beta1``, ``beta2`` and ``epsilon`` are then not heeded.
    public var optimizer: (any Optimizer)?
    /// Called after each epoch, for progress bars; by default nil. Scikit-learn's `verbose` prints instead.
    public var onEpoch: (@Sendable (MLPRegressor.Epoch) -> Void)?
    /// The function of each hidden layer, where they are not all ``activation``; empty, as by default: they are. Files do
    /// not hold them.
    package var layerActivations: [MLPRegressor.Activation] = []
    /// Called after each epoch with a way to the network as it is; what it throws ends the fit, what it
    /// returns is the new learning rate.
    package var watch: MLPWatch?

    /// A network that has learned nothing yet; parameters and defaults are scikit-learn's, but for the last three,
    /// which it lacks. They are checked by `fit(_:_:sampleWeight:)`.
    public init(
        hiddenLayerSizes: [Int] = [100], activation: MLPRegressor.Activation = .relu,
        solver: MLPRegressor.Solver = .adam, alpha: Double = 0.0001, batchSize: Int? = nil,
        learningRate: MLPRegressor.LearningRate = .constant, learningRateInit: Double = 0.001, powerT: Double = 0.5,
        maxIter: Int = 200, shuffle: Bool = true, randomState: UInt32? = nil, tol: Double = 1e-4,
        warmStart: Bool = false, momentum: Double = 0.9, nesterovsMomentum: Bool = true, earlyStopping: Bool = false,
        validationFraction: Double = 0.1, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        nIterNoChange: Int = 10, maxFun: Int = 15000, dropout: Double = 0, batchNormalization: Bool = false,
        optimizer: (any Optimizer)? = nil
    ) {
        self.hiddenLayerSizes = hiddenLayerSizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batchSize = batchSize
        self.learningRate = learningRate
        self.learningRateInit = learningRateInit
        self.powerT = powerT
        self.maxIter = maxIter
        self.shuffle = shuffle
        self.randomState = randomState
        self.tol = tol
        self.warmStart = warmStart
        self.momentum = momentum
        self.nesterovsMomentum = nesterovsMomentum
        self.earlyStopping = earlyStopping
        self.validationFraction = validationFraction
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.nIterNoChange = nIterNoChange
        self.maxFun = maxFun
        self.dropout = dropout
        self.batchNormalization = batchNormalization
        self.optimizer = optimizer
    }

    // MARK: What is learned

    /// The weights of each layer, [inputs, outputs]; empty before the fit.
    public internal(set) var coefs: [Tensor] = []
    /// The biases of each layer, [outputs]; empty before the fit.
    public internal(set) var intercepts: [Tensor] = []
    /// The loss of each epoch, averaged over its batches; of all epochs since the weights were drawn.
    /// ``MLPRegressor/Solver/lbfgs`` adds nothing to it, as in scikit-learn.
    public internal(set) var lossCurve: [Double] = []
    /// The loss of the last epoch, or where ``MLPRegressor/Solver/lbfgs`` ended; NaN before the fit.
    public internal(set) var lastLoss = Double.nan
    /// The smallest loss of an epoch; nil with `earlyStopping` and ``MLPRegressor/Solver/lbfgs``.
    public internal(set) var bestLoss: Double?
    /// The accuracy on the examples held out after each epoch; nil without `earlyStopping`.
    public internal(set) var validationScores: [Double]?
    /// The largest of ``validationScores``; nil without `earlyStopping`.
    public internal(set) var bestValidationScore: Double?
    /// Epochs of the last fit, or iterations of ``MLPRegressor/Solver/lbfgs``; 0 before it.
    public internal(set) var nIter = 0
    /// Examples seen since the weights were drawn, each as often as it was seen.
    public internal(set) var t = 0
    /// Whether the last fit ended before `maxIter` because it made no more progress.
    public internal(set) var didConverge = false
    /// What there is to say of the last fit, each sentence with the parameter that it is about: scikit-learn's
    /// warnings.
    public internal(set) var warnings: [String] = []
    var progress = MLPProgress()

    /// The number of layers, the input and the output included; 0 before the fit.
    public var nLayers: Int { coefs.isEmpty ? 0 : coefs.count + 1 }
    /// The number of outputs: one for two classes, else one for each class or label; 0 before the fit.
    public var nOutputs: Int { coefs.last?.shape[1] ?? 0 }
    /// The number of features of the examples it was fitted with; 0 before the fit.
    public var nFeaturesIn: Int { coefs.first?.shape[0] ?? 0 }
    /// Weights and biases, counted.
    public var parameterCount: Int { (coefs + intercepts).reduce(0) { $0 + $1.count } }
    /// The function of the output units: "softmax" for three classes and more, else "logistic".
    public var outActivation: String { output.rawValue }

    /// The classes themselves; nil before the fit.
    var known: MLPClasses?

    /// The labels that were learned, in ascending order: integers, or the numbers of columns, or of ``classNames``.
    /// Empty before the fit.
    public var classes: [Double] {
        if case .numbers(let values) = known { return values }
        return (0..<(known?.count ?? 0)).map { Double($0) }
    }

    /// The classes' texts, in the order of Python's `sorted`; of integers and columns their digits. Empty before the
    /// fit.
    public var classNames: [String] { known?.names ?? [] }

    // MARK: Predicting

    /// The likeliest class of each example, [examples], and of several labels 0 or 1 for each, [examples, labels]; both
    /// `int64`. Of texts, their places in ``classNames``.
    ///
    /// - Throws: ``EstimatorError`` where the model is not fitted or `x` does not fit it.
    /// - Complexity: O(examples · parameters).
    public func predict(_ x: Tensor) throws -> Tensor {
        let outputs = try outputs(x)
        let known = known!
        let places = known.decoded(outputs)
        if case .columns(let count) = known { return Tensor(places.map(Int64.init), shape: [x.shape[0], count]) }
        let classes = classes
        return Tensor(places.map { Int64(classes[$0]) })
    }

    /// The likeliest class of each example, as text: ``predict(_:)`` of ``classNames``.
    ///
    /// - Throws: ``EstimatorError`` as ``predict(_:)``, and of several labels at once.
    public func predictNames(_ x: Tensor) throws -> [String] {
        let outputs = try outputs(x)
        let known = known!
        if case .columns = known { throw EstimatorError("MLPClassifier: several labels at once have no one name") }
        let names = known.names
        return known.decoded(outputs).map { names[$0] }
    }

    /// The probability of each class in the order of ``classes``, [examples, classes]; of several labels that of each
    /// by itself, so that they need not add up to 1.
    ///
    /// - Throws: ``EstimatorError`` as ``predict(_:)``.
    /// - Note: A network that has seen a single class gives two columns, as scikit-learn's does.
    public func predictProba(_ x: Tensor) throws -> Tensor {
        let outputs = try outputs(x)
        if case .columns = known! { return outputs }
        return nOutputs == 1 ? .concatenated([1 - outputs, outputs], axis: 1) : outputs
    }

    /// The share of examples whose text is predicted.
    ///
    /// - Throws: ``EstimatorError`` as ``predictNames(_:)``, and where there are not as many texts, or weights of which
    ///   one is not 0, as examples.
    public func score(_ x: Tensor, _ y: [String], sampleWeight: Tensor? = nil) throws -> Double {
        let names = try predictNames(x)
        try Check.that(y.count == names.count, "MLPClassifier: x has \(names.count) examples but y has \(y.count)")
        let right = zip(y, names).map { $0 == $1 ? 1.0 : 0 }
        let weight = try LabelPairs.checked(sampleWeight, rows: y.count, in: "MLPClassifier")
        return accuracy(right, right.map { _ in 1 }, of: y.count, weight: weight)
    }
}

extension MLPClassifier: MultilayerPerceptron {
    var output: MLPOutput { known?.output ?? .logistic }

    func stratifies(_ y: Tensor) -> Bool { y.shape[1] == 1 }

    func score(ofPrediction prediction: Tensor, _ y: Tensor, weight: Tensor?) -> Double {
        let known = known!
        return accuracy(
            known.decoded(y).map { Double($0) }, known.decoded(prediction).map { Double($0) }, of: y.shape[0],
            weight: weight?.doubles)
    }
}
