import TernCore
import TernNN

/// A multi-layer perceptron for regression, with scikit-learn's parameters, defaults and numbers.
///
/// ```swift
/// let x = Tensor((0..<8).map { Double($0) / 4 }, shape: [8, 1]), y = square(x).flattened()
/// var model = MLPRegressor(hiddenLayerSizes: [10], maxIter: 50, randomState: 42)
/// try model.fit(x, y)
/// model.coefs.map(\.shape)                // [[1, 10], [10, 1]]
/// model.lossCurve.count                   // 50
/// try model.predict(x).shape              // [8]
/// ```
///
/// For the same data and ``randomState`` the initial weights, batches, losses and predictions are those of scikit-learn
/// 1.9.1, up to rounding. `float32` examples are trained in `float32`, all others in `float64`.
///
/// The objective is half the squared error summed over targets plus half `alpha` times the squared weights, both
/// divided by the number of examples of the batch; the reported loss averages over targets instead, as scikit-learn's
/// does.
///
/// Beyond scikit-learn, and off by default: ``dropout``, ``batchNormalization``, any ``optimizer`` of Tern's with its
/// schedule, and a validation set of one's own (``fit(_:_:sampleWeight:validation:)``).
///
/// Otherwise than in scikit-learn, a fit ends with an error once the loss is not a number. scikit-learn goes on to the
/// last epoch, and with `earlyStopping` keeps the first weights without a word.
///
/// Source: scikit-learn 1.9.1, `sklearn.neural_network.MLPRegressor`.
public struct MLPRegressor: Regressor {
    // MARK: Hyperparameters

    /// What is minimised; by default ``Loss/squaredError``.
    public var loss: Loss
    /// The number of units in each hidden layer, each at least 1; empty: a linear model. By default [100].
    public var hiddenLayerSizes: [Int]
    /// The function of the hidden units; by default ``Activation/relu``.
    public var activation: Activation
    /// How the weights are moved; by default ``Solver/adam``.
    public var solver: Solver
    /// The strength of the L2 penalty on the weights (not on the biases), 0 or more; by default 1e-4.
    public var alpha: Double
    /// Examples in a batch; nil stands for min(200, examples).
    public var batchSize: Int?
    /// How ``Solver/sgd`` changes its learning rate; by default ``LearningRate/constant``. Adam does not heed it.
    public var learningRate: LearningRate
    /// The learning rate at the beginning, above 0; by default 0.001.
    public var learningRateInit: Double
    /// The exponent of ``LearningRate/invscaling``, 0 or more; by default 0.5.
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
    /// The share of the last step that ``Solver/sgd`` keeps, from 0 to 1; by default 0.9.
    public var momentum: Double
    /// Whether the gradient is taken ahead of the momentum, by ``Solver/sgd``; by default true.
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
    /// (``LearningRate/adaptive``).
    public var nIterNoChange: Int
    /// How many evaluations ``Solver/lbfgs`` may do, looked at after each iteration; by default 15000.
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
    public var onEpoch: (@Sendable (Epoch) -> Void)?
    /// The function of each hidden layer, where they are not all ``activation``; empty, as by default: they are. Files do
    /// not hold them.
    package var layerActivations: [Activation] = []
    /// Called after each epoch with a way to the network as it is; what it throws ends the fit, what it
    /// returns is the new learning rate.
    package var watch: MLPWatch?

    /// A network that has learned nothing yet; parameters and defaults are scikit-learn's, but for the last three,
    /// which it lacks. They are checked by ``fit(_:_:sampleWeight:)``.
    public init(
        loss: Loss = .squaredError, hiddenLayerSizes: [Int] = [100], activation: Activation = .relu,
        solver: Solver = .adam, alpha: Double = 0.0001, batchSize: Int? = nil, learningRate: LearningRate = .constant,
        learningRateInit: Double = 0.001, powerT: Double = 0.5, maxIter: Int = 200, shuffle: Bool = true,
        randomState: UInt32? = nil, tol: Double = 1e-4, warmStart: Bool = false, momentum: Double = 0.9,
        nesterovsMomentum: Bool = true, earlyStopping: Bool = false, validationFraction: Double = 0.1,
        beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, nIterNoChange: Int = 10,
        maxFun: Int = 15000, dropout: Double = 0, batchNormalization: Bool = false, optimizer: (any Optimizer)? = nil
    ) {
        self.loss = loss
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
    /// The loss of each epoch, averaged over its batches; of all epochs since the weights were drawn. ``Solver/lbfgs``
    /// adds nothing to it, as in scikit-learn.
    public internal(set) var lossCurve: [Double] = []
    /// The loss of the last epoch, or where ``Solver/lbfgs`` ended; NaN before the fit.
    public internal(set) var lastLoss = Double.nan
    /// The smallest loss of an epoch; nil with `earlyStopping` and ``Solver/lbfgs``.
    public internal(set) var bestLoss: Double?
    /// R² on the examples held out after each epoch; nil without `earlyStopping`.
    public internal(set) var validationScores: [Double]?
    /// The largest of ``validationScores``; nil without `earlyStopping`.
    public internal(set) var bestValidationScore: Double?
    /// Epochs of the last fit, or iterations of ``Solver/lbfgs``; 0 before it.
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
    /// The number of targets; 0 before the fit.
    public var nOutputs: Int { coefs.last?.shape[1] ?? 0 }
    /// The number of features of the examples it was fitted with; 0 before the fit.
    public var nFeaturesIn: Int { coefs.first?.shape[0] ?? 0 }
    /// Weights and biases, counted.
    public var parameterCount: Int { (coefs + intercepts).reduce(0) { $0 + $1.count } }
    /// The function of the output units: "identity", or "exp" for ``Loss/poisson``.
    public var outActivation: String { output.rawValue }

    /// A fitted model from its weights, to predict with.
    public init(coefs: [Tensor], intercepts: [Tensor], activation: Activation, loss: Loss = .squaredError) {
        self.init(loss: loss, hiddenLayerSizes: coefs.dropLast().map { $0.shape[1] }, activation: activation)
        self.coefs = coefs
        self.intercepts = intercepts
    }

    // MARK: Predicting

    /// The predicted targets: [examples] for one target, [examples, targets] for more.
    ///
    /// - Throws: ``EstimatorError`` where the model is not fitted or `x` does not fit it.
    /// - Complexity: O(examples · parameters).
    public func predict(_ x: Tensor) throws -> Tensor {
        let out = try outputs(x)
        return nOutputs == 1 ? out.flattened() : out
    }
}

extension MLPRegressor: MultilayerPerceptron {
    var output: MLPOutput { loss == .poisson ? .exponential : .identity }

    func stratifies(_ y: Tensor) -> Bool { false }

    func score(ofPrediction prediction: Tensor, _ y: Tensor, weight: Tensor?) -> Double {
        r2Score(y, prediction, sampleWeight: weight)
    }
}
