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
/// 1.9.1, up to rounding. `float32` examples are trained in `float32`, all others in `float64`. The solvers are
/// ``Solver/adam`` and ``Solver/sgd``.
///
/// The objective is half the squared error summed over targets plus half `alpha` times the squared weights, both
/// divided by the number of examples of the batch; the reported loss averages over targets instead, as scikit-learn's
/// does.
///
/// Source: scikit-learn 1.9.1, `sklearn.neural_network.MLPRegressor`.
public struct MLPRegressor: Regressor, Sendable {
    /// The function of the hidden units.
    ///
    /// ```swift
    /// MLPRegressor(activation: .tanh).activation.rawValue         // "tanh", scikit-learn's name
    /// ```
    public enum Activation: String, Sendable, CaseIterable, Codable {
        /// None: z, so that the network is a line.
        case identity
        /// 1 / (1 + e^−z).
        case logistic
        /// The hyperbolic tangent of z.
        case tanh
        /// max(0, z), the default.
        case relu
    }

    /// How the weights are moved.
    ///
    /// ```swift
    /// MLPRegressor(solver: .sgd, learningRateInit: 0.01, momentum: 0.5).solver.rawValue       // "sgd"
    /// ```
    public enum Solver: String, Sendable, CaseIterable, Codable {
        /// Stochastic gradient descent, with ``momentum``; heeds ``learningRate`` and ``powerT``.
        case sgd
        /// Kingma and Ba's method (ICLR 2015), the default; heeds ``beta1``, ``beta2`` and ``epsilon``.
        case adam
    }

    /// What is minimised.
    ///
    /// ```swift
    /// MLPRegressor(loss: .poisson).outActivation      // "exp": predictions are counts
    /// ```
    public enum Loss: String, Sendable, CaseIterable, Codable {
        /// Half the squared error, the default.
        case squaredError = "squared_error"
        /// For counts: half the Poisson deviance, of predictions exp(z). Negative targets are refused: scikit-learn
        /// trains on them with losses of NaN, so that it can tell neither progress nor its end.
        case poisson
    }

    /// How `sgd` changes its learning rate.
    ///
    /// ```swift
    /// MLPRegressor(solver: .sgd, learningRate: .adaptive).learningRate.rawValue       // "adaptive"
    /// ```
    public enum LearningRate: String, Sendable, CaseIterable, Codable {
        /// Not at all, the default.
        case constant
        /// learningRateInit / (examples seen + 1)^powerT
        case invscaling
        /// Divided by 5 each time the loss (or score) stalls for more than `nIterNoChange` epochs, while it is above
        /// 10⁻⁶.
        case adaptive
    }

    /// What is known after each epoch.
    ///
    /// ```swift
    /// var model = MLPRegressor(hiddenLayerSizes: [4], maxIter: 2, randomState: 0)
    /// model.onEpoch = { print("\($0.number) of \($0.maxIter): \($0.loss)") }          // two lines
    /// try model.fit(Tensor([[0.0], [1]]), Tensor([0.0, 1]))
    /// ```
    public struct Epoch: Sendable {
        /// The epoch's number, from 1.
        public var number: Int
        /// How many epochs there are at most.
        public var maxIter: Int
        /// The mean loss of its batches, each before its step.
        public var loss: Double
        /// R² on the examples held out, with `earlyStopping`; else nil.
        public var validationScore: Double?
    }

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
    /// Called after each epoch, for progress bars; by default nil. Scikit-learn's `verbose` prints instead.
    public var onEpoch: (@Sendable (Epoch) -> Void)?

    /// A network that has learned nothing yet; parameters and defaults are scikit-learn's. They are checked by
    /// ``fit(_:_:sampleWeight:)``.
    public init(
        loss: Loss = .squaredError, hiddenLayerSizes: [Int] = [100], activation: Activation = .relu,
        solver: Solver = .adam, alpha: Double = 0.0001, batchSize: Int? = nil, learningRate: LearningRate = .constant,
        learningRateInit: Double = 0.001, powerT: Double = 0.5, maxIter: Int = 200, shuffle: Bool = true,
        randomState: UInt32? = nil, tol: Double = 1e-4, warmStart: Bool = false, momentum: Double = 0.9,
        nesterovsMomentum: Bool = true, earlyStopping: Bool = false, validationFraction: Double = 0.1,
        beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, nIterNoChange: Int = 10
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
    }

    // MARK: What is learned

    /// The weights of each layer, [inputs, outputs]; empty before the fit.
    public internal(set) var coefs: [Tensor] = []
    /// The biases of each layer, [outputs]; empty before the fit.
    public internal(set) var intercepts: [Tensor] = []
    /// The loss of each epoch, averaged over its batches; of all epochs since the weights were drawn.
    public internal(set) var lossCurve: [Double] = []
    /// The loss of the last epoch; NaN before the fit.
    public internal(set) var lastLoss = Double.nan
    /// The smallest loss of an epoch; nil with `earlyStopping`.
    public internal(set) var bestLoss: Double?
    /// R² on the examples held out after each epoch; nil without `earlyStopping`.
    public internal(set) var validationScores: [Double]?
    /// The largest of ``validationScores``; nil without `earlyStopping`.
    public internal(set) var bestValidationScore: Double?
    /// Epochs of the last fit; 0 before it.
    public internal(set) var nIter = 0
    /// Examples seen since the weights were drawn, each as often as it was seen.
    public internal(set) var t = 0
    /// Whether the last fit ended before `maxIter` because it made no more progress.
    public internal(set) var didConverge = false
    var noImprovementCount = 0
    /// The state that ``partialFit(_:_:sampleWeight:)`` goes on with.
    var optimizer: (state: OptimizerState, learningRate: Double)?

    /// The number of layers, the input and the output included; 0 before the fit.
    public var nLayers: Int { coefs.isEmpty ? 0 : coefs.count + 1 }
    /// The number of targets; 0 before the fit.
    public var nOutputs: Int { coefs.last?.shape[1] ?? 0 }
    /// The number of features of the examples it was fitted with; 0 before the fit.
    public var nFeaturesIn: Int { coefs.first?.shape[0] ?? 0 }
    /// Weights and biases, counted.
    public var parameterCount: Int { (coefs + intercepts).reduce(0) { $0 + $1.count } }
    /// The function of the output units: "identity", or "exp" for ``Loss/poisson``.
    public var outActivation: String { loss == .poisson ? "exp" : "identity" }

    /// A fitted model from its weights, to predict with.
    public init(
        coefs: [Tensor], intercepts: [Tensor], activation: Activation, loss: Loss = .squaredError
    ) {
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
        try Check.that(!coefs.isEmpty, "MLPRegressor: fit the model before it predicts")
        let x = try Check.features(x, expected: nFeaturesIn, in: "MLPRegressor").cast(to: coefs[0].dtype)
        let network = network
        let apply = compile { (x: Tensor) in network(x) }
        // In batches, so that the hidden layers of a large table need not lie in memory at once.
        let parts = stride(from: 0, to: x.shape[0], by: Self.predictionBatch).map { start in
            apply(x.sliced(start..<min(start + Self.predictionBatch, x.shape[0])))
        }
        let out = Tensor.concatenated(parts)
        return nOutputs == 1 ? out.flattened() : out
    }

    private static let predictionBatch = 8192

    var network: MLPNetwork {
        MLPNetwork(coefs: coefs, intercepts: intercepts, activation: activation, loss: loss)
    }
}

/// The layers as a function: parameters in scikit-learn's order, all weights before all biases.
struct MLPNetwork: TensorStructure, Sendable {
    var coefs: [Tensor]
    var intercepts: [Tensor]
    var activation: MLPRegressor.Activation
    var loss: MLPRegressor.Loss

    mutating func visitTensors(_ visitor: inout TensorVisitor) {
        visitor.visit("coefs", &coefs)
        visitor.visit("intercepts", &intercepts)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        let z = linearOutput(x)
        return loss == .poisson ? exp(z) : z
    }

    /// The output before its activation.
    func linearOutput(_ x: Tensor) -> Tensor {
        var h = x
        for layer in coefs.indices {
            h = matmul(h, coefs[layer]) + intercepts[layer]
            if layer + 1 < coefs.count {
                switch activation {
                case .identity: break
                case .logistic: h = sigmoid(h)
                case .tanh: h = TernCore.tanh(h)
                case .relu: h = TernCore.relu(h)
                }
            }
        }
        return h
    }

    /// What is minimised and what is reported, on a batch of examples, targets and perhaps weights.
    func objective(_ batch: [Tensor], alpha: Double) -> (objective: Tensor, reported: Tensor) {
        let x = batch[0], y = batch[1], weight = batch.count > 2 ? batch[2] : nil
        let count = weight.map { $0.sum() } ?? Tensor(repeating: Double(x.shape[0]), shape: [], dtype: x.dtype)
        let z = linearOutput(x)
        let squaredWeights = coefs.map { dot($0, $0) }
        let penalty = squaredWeights.dropFirst().reduce(squaredWeights[0], +) * (0.5 * alpha) / count
        switch loss {
        case .squaredError:
            let error = z - y
            let squares = weight.map { dot($0 * error, error) } ?? dot(error, error)
            let data = squares * 0.5 / count
            return (data + penalty, data / Double(y.shape[1]) + penalty)
        case .poisson:
            let prediction = exp(z)
            let each = prediction - y * z
            let data = (weight.map { $0 * each } ?? each).sum() / count
            // y log(y / prediction) - y + prediction, with 0 log 0 = 0.
            let full = select(y .> 0, y * (log(select(y .> 0, y, 1 + 0 * y)) - log(prediction)), 0 * y) - y + prediction
            let reported = (weight.map { $0 * full } ?? full).sum() / count
            return (data + penalty, reported + penalty)
        }
    }
}
