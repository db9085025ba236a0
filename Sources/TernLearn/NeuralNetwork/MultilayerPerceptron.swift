import TernCore
import TernNN

/// Who watches a network learn: sees each epoch, and the weights and biases where they are asked for. A number that is
/// returned is the learning rate from then on (of ``MLPRegressor/Solver/lbfgs``, which has none, it is not heeded).
package typealias MLPWatch =
    @Sendable (
        MLPRegressor.Epoch, _ network: () -> (coefs: [Tensor], intercepts: [Tensor])
    ) throws -> Double?

/// What ``MLPRegressor`` and ``MLPClassifier`` have in common: all but their targets.
protocol MultilayerPerceptron: HoldingUnwritten {
    var hiddenLayerSizes: [Int] { get }
    var activation: MLPRegressor.Activation { get }
    var solver: MLPRegressor.Solver { get }
    var alpha: Double { get }
    var batchSize: Int? { get }
    var learningRate: MLPRegressor.LearningRate { get }
    var learningRateInit: Double { get }
    var powerT: Double { get }
    var maxIter: Int { get }
    var shuffle: Bool { get }
    var randomState: UInt32? { get }
    var tol: Double { get }
    var warmStart: Bool { get }
    var momentum: Double { get }
    var nesterovsMomentum: Bool { get }
    var earlyStopping: Bool { get }
    var validationFraction: Double { get }
    var beta1: Double { get }
    var beta2: Double { get }
    var epsilon: Double { get }
    var nIterNoChange: Int { get }
    var maxFun: Int { get }
    var dropout: Double { get }
    var batchNormalization: Bool { get }
    var optimizer: (any Optimizer)? { get set }
    var onEpoch: (@Sendable (MLPRegressor.Epoch) -> Void)? { get set }
    var layerActivations: [MLPRegressor.Activation] { get set }
    var watch: MLPWatch? { get set }

    var coefs: [Tensor] { get set }
    var intercepts: [Tensor] { get set }
    var lossCurve: [Double] { get set }
    var lastLoss: Double { get set }
    var bestLoss: Double? { get set }
    var validationScores: [Double]? { get set }
    var bestValidationScore: Double? { get set }
    var nIter: Int { get set }
    var t: Int { get set }
    var didConverge: Bool { get set }
    var warnings: [String] { get set }
    var progress: MLPProgress { get set }

    /// The function of the last layer.
    var output: MLPOutput { get }
    /// Whether the part that is held out has the same shares of classes, of `y` as it is trained on.
    func stratifies(_ y: Tensor) -> Bool
    /// How good predictions are, [examples, outputs], 1 at best.
    func score(ofPrediction prediction: Tensor, _ y: Tensor, weight: Tensor?) -> Double
}

/// What training goes on with.
struct MLPProgress: Sendable {
    /// Epochs without progress.
    var stalled = 0
    /// The rule by which the last fit moved the weights, with its memory.
    var rule: MLPRule?, state: OptimizerState?
    /// Where it is not what predicts, the network as it is trained, and its running means and variances.
    var network: MLPNetwork?, statistics: [Tensor] = []
}

/// How weights are moved, with the rate of the next step.
struct MLPRule: Sendable {
    var optimizer: any Optimizer
    /// nil: the optimiser's own schedule.
    var rate: Double?
    let initialRate: Double
    let schedule: MLPRegressor.LearningRate
    let powerT: Double

    init(_ model: some MultilayerPerceptron) {
        initialRate = model.learningRateInit
        powerT = model.powerT
        schedule = model.solver == .sgd && model.optimizer == nil ? model.learningRate : .constant
        rate = model.optimizer == nil ? initialRate : nil
        optimizer =
            model.optimizer
            ?? (model.solver == .sgd
                ? SGD(momentum: model.momentum, nesterov: model.nesterovsMomentum)
                : Adam(beta1: model.beta1, beta2: model.beta2, epsilon: model.epsilon))
    }
}

extension MultilayerPerceptron {
    static var name: String { "\(Self.self)" }

    var divergence: String {
        "\(Self.name): the weights are no longer finite; scale the features and targets, or lower learningRateInit"
    }

    /// The network that predicts.
    var network: MLPNetwork {
        // The layers are those that were learned, whatever hiddenLayerSizes says for the next fit.
        let hidden = max(0, coefs.count - 1)
        return MLPNetwork(
            coefs: coefs, intercepts: intercepts,
            activations: layerActivations.count == hidden
                ? layerActivations : Array(repeating: activation, count: hidden), output: output)
    }

    /// The function of each hidden layer that a fit makes.
    var activations: [MLPRegressor.Activation] {
        layerActivations.isEmpty ? hiddenLayerSizes.map { _ in activation } : layerActivations
    }

    /// Trains and keeps what came of it; a training that fails leaves what was learned, and one that is interrupted
    /// what it had become.
    mutating func keepingInterrupted(_ train: (inout Self) throws -> Void) throws {
        var model = self
        do { try train(&model) } catch let error as CancellationError {
            self = model
            throw error
        }
        self = model
    }

    /// Whether a fit begins a new network.
    func isFirst(incremental: Bool) -> Bool { coefs.isEmpty || (!warmStart && !incremental) }

    func checkParameters(incremental: Bool) throws {
        func check(_ condition: Bool, _ message: @autoclosure () -> String) throws {
            try Check.that(condition, "\(Self.name): " + message())
        }
        if incremental {
            try check(
                solver != .lbfgs || optimizer != nil,
                "partialFit needs the solver sgd or adam; lbfgs looks at all examples at once")
            try check(!earlyStopping, "partialFit cannot stop early; set earlyStopping to false")
        }
        try check(
            hiddenLayerSizes.allSatisfy { $0 > 0 }, "hiddenLayerSizes is \(hiddenLayerSizes); each must be at least 1")
        try check(
            layerActivations.isEmpty || layerActivations.count == hiddenLayerSizes.count,
            "there are \(layerActivations.count) activations for \(hiddenLayerSizes.count) hidden layers")
        try check(alpha >= 0 && alpha.isFinite, "alpha is \(alpha); it must be a number from 0 on")
        try check(
            (batchSize ?? 1) >= 1,
            "batchSize is \(batchSize ?? 0); it must be at least 1, or nil for min(200, examples)")
        try check(
            learningRateInit > 0 && learningRateInit.isFinite,
            "learningRateInit is \(learningRateInit); it must be a number above 0")
        try check(powerT >= 0 && powerT.isFinite, "powerT is \(powerT); it must be a number from 0 on")
        try check(maxIter >= 1, "maxIter is \(maxIter); it must be at least 1")
        try check(tol >= 0 && tol.isFinite, "tol is \(tol); it must be a number from 0 on")
        try check((0...1).contains(momentum), "momentum is \(momentum); it must be between 0 and 1")
        try check(
            (0..<1).contains(validationFraction),
            "validationFraction is \(validationFraction); it must be at least 0 and below 1")
        try check((0..<1).contains(beta1), "beta1 is \(beta1); it must be at least 0 and below 1")
        try check((0..<1).contains(beta2), "beta2 is \(beta2); it must be at least 0 and below 1")
        try check(epsilon > 0 && epsilon.isFinite, "epsilon is \(epsilon); it must be a number above 0")
        try check(nIterNoChange >= 1, "nIterNoChange is \(nIterNoChange); it must be at least 1")
        try check(maxFun >= 1, "maxFun is \(maxFun); it must be at least 1")
        try check((0..<1).contains(dropout), "dropout is \(dropout); it must be at least 0 and below 1")
        try check(
            solver != .lbfgs || optimizer != nil || (dropout == 0 && !batchNormalization),
            "dropout and batchNormalization need the solver sgd or adam; lbfgs looks at all examples at once")
    }

    /// - Throws: ``EstimatorError`` where memory does not hold a network of these layers while it learns.
    func checkMemory(_ units: [Int], examples: Int, _ dtype: DType) throws {
        let weights = weightCount(ofLayers: units)
        // Numbers are drawn as doubles; then there are weights, gradients, Adam's two arrays and the best weights, or
        // L-BFGS's ten steps and changes of the gradient.
        let isWhole = solver == .lbfgs && optimizer == nil
        let learned = weights.flatMap { checkedProduct([$0, 8 + (isWhole ? 26 : 5) * dtype.size]) }
        // Of a batch, the units' values and gradients.
        let batch = isWhole ? examples : min(batchSize ?? 200, examples)
        let values = checkedSum(units).flatMap { checkedProduct([$0, batch, 2 * dtype.size]) }
        let bytes = learned.flatMap { learned in values.flatMap { checkedSum([learned, $0]) } }
        if let complaint = MachineMemory.complaint(about: bytes) {
            throw EstimatorError(
                "\(Self.name): a network of \(units.map(String.init).joined(separator: ", ")) units cannot be trained: \(complaint)"
            )
        }
    }

    /// The predictions of `x`, [examples, outputs], in batches, so that the hidden layers of a large table need not lie
    /// in memory at once.
    func outputs(_ x: Tensor) throws -> Tensor {
        try Check.that(!coefs.isEmpty, "\(Self.name): fit the model before it predicts")
        let x = try Check.features(x, expected: coefs[0].shape[0], in: Self.name).cast(to: coefs[0].dtype)
        let network = network
        let batch = 8192
        let apply = compile { (x: Tensor) in network(x) }
        let parts = stride(from: 0, to: x.shape[0], by: batch).map { start in
            apply(x.sliced(start..<min(start + batch, x.shape[0])))
        }
        return Tensor.concatenated(parts)
    }
}

/// How many weights join layers of so many units, and a bias for each of these; nil where no number holds it.
func weightCount(ofLayers units: [Int]) -> Int? {
    let products = zip(units, units.dropFirst()).map { checkedProduct([$0, $1]) }
    return products.contains(nil) ? nil : checkedSum(products.map { $0! } + units)
}
