import TernCore
import TernNN

/// A multi-layer perceptron for regression, with scikit-learn's parameters, defaults and numbers.
///
/// ```swift
/// var model = MLPRegressor(hiddenLayerSizes: [50, 50], randomState: 42)
/// try model.fit(x, y)                  // x [8, 1], y [8]
/// model.lossCurve.last                 // as sklearn.neural_network.MLPRegressor gives
/// let curve = try model.predict(xTest)
/// ```
///
/// For the same data and ``randomState`` the initial weights, batches, losses and
/// predictions are those of scikit-learn 1.9.1, up to rounding. `float32` examples are
/// trained in `float32`, all others in `float64`. The solvers are ``Solver/adam`` and
/// ``Solver/sgd``.
///
/// The objective is half the squared error summed over targets plus half `alpha` times the
/// squared weights, both divided by the number of examples of the batch; the reported loss
/// averages over targets instead, as scikit-learn's does.
///
/// Source: scikit-learn 1.9.1, `sklearn.neural_network.MLPRegressor`.
public struct MLPRegressor: Regressor, Sendable {
    /// The function of the hidden units.
    public enum Activation: String, Sendable, CaseIterable, Codable {
        case identity, logistic, tanh, relu
    }

    public enum Solver: String, Sendable, CaseIterable, Codable {
        /// Stochastic gradient descent, with momentum.
        case sgd
        /// Kingma and Ba's method.
        case adam
    }

    public enum Loss: String, Sendable, CaseIterable, Codable {
        case squaredError = "squared_error"
        /// For counts: half the Poisson deviance, of predictions exp(z). Negative targets are refused: scikit-learn
        /// trains on them with losses of NaN, so that it can tell neither progress nor its end.
        case poisson
    }

    /// How `sgd` changes its learning rate.
    public enum LearningRate: String, Sendable, CaseIterable, Codable {
        case constant
        /// learningRateInit / (examples seen + 1)^powerT
        case invscaling
        /// Divided by 5 each time the loss stalls for `nIterNoChange` epochs.
        case adaptive
    }

    /// What is known after each epoch.
    public struct Epoch: Sendable {
        public var number: Int
        public var maxIter: Int
        public var loss: Double
        /// R² on the examples held out, with `earlyStopping`.
        public var validationScore: Double?
    }

    // MARK: Hyperparameters

    public var loss: Loss
    public var hiddenLayerSizes: [Int]
    public var activation: Activation
    public var solver: Solver
    /// Strength of the L2 penalty on the weights.
    public var alpha: Double
    /// Examples in a batch; nil stands for min(200, examples).
    public var batchSize: Int?
    public var learningRate: LearningRate
    public var learningRateInit: Double
    public var powerT: Double
    /// Epochs at most.
    public var maxIter: Int
    public var shuffle: Bool
    /// The seed of NumPy's legacy stream; nil draws one from the system.
    public var randomState: UInt32?
    /// An epoch counts as progress where it betters the best loss (or score) by this much.
    public var tol: Double
    /// Whether `fit` goes on from where the last one ended.
    public var warmStart: Bool
    public var momentum: Double
    public var nesterovsMomentum: Bool
    /// Whether a part of the examples is held out, and training ends when its score stalls;
    /// the best weights are kept.
    public var earlyStopping: Bool
    public var validationFraction: Double
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    /// Epochs without progress before training ends.
    public var nIterNoChange: Int
    /// Called after each epoch, for progress bars.
    public var onEpoch: (@Sendable (Epoch) -> Void)?

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

    /// The weights of each layer, [inputs, outputs].
    public internal(set) var coefs: [Tensor] = []
    /// The biases of each layer, [outputs].
    public internal(set) var intercepts: [Tensor] = []
    /// The loss of each epoch, averaged over its batches.
    public internal(set) var lossCurve: [Double] = []
    /// The loss of the last epoch.
    public internal(set) var lastLoss = Double.nan
    /// The smallest loss of an epoch; nil with `earlyStopping`.
    public internal(set) var bestLoss: Double?
    /// R² on the examples held out after each epoch; nil without `earlyStopping`.
    public internal(set) var validationScores: [Double]?
    public internal(set) var bestValidationScore: Double?
    /// Epochs of the last fit.
    public internal(set) var nIter = 0
    /// Examples seen by all fits.
    public internal(set) var t = 0
    /// Whether the last fit ended before `maxIter` because it made no more progress.
    public internal(set) var didConverge = false
    var noImprovementCount = 0
    /// The state that ``partialFit(_:_:sampleWeight:)`` goes on with.
    var optimizer: (state: OptimizerState, learningRate: Double)?

    /// Layers, the input and the output included.
    public var nLayers: Int { coefs.isEmpty ? 0 : coefs.count + 1 }
    /// Targets.
    public var nOutputs: Int { coefs.last?.shape[1] ?? 0 }
    /// Features of the examples it was fitted with.
    public var nFeaturesIn: Int { coefs.first?.shape[0] ?? 0 }
    /// Weights and biases, counted.
    public var parameterCount: Int { (coefs + intercepts).reduce(0) { $0 + $1.count } }
    /// The function of the output units.
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
        let batch = MLPExamples(batch), (x, y, weight) = (batch.x, batch.y, batch.weight)
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

/// Examples, targets and perhaps weights, as a training step holds them.
struct MLPExamples {
    let x: Tensor, y: Tensor, weight: Tensor?

    /// - Parameter arrays: the examples, the targets, the weights where there are some.
    init(_ arrays: [Tensor]) { (x, y, weight) = (arrays[0], arrays[1], arrays.count > 2 ? arrays[2] : nil) }
}
