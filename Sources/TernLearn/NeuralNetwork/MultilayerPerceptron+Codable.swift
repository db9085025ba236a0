import TernCore
import TernNN

/// What both networks write of themselves: all parameters and what was learned, but for functions, an optimiser of one's
/// own and what training would go on with. A network that was read predicts the same; its training begins anew.
private struct MLPRecord: Codable {
    var hiddenLayerSizes: [Int]
    var activation: MLPRegressor.Activation
    var solver: MLPRegressor.Solver
    var alpha: Double
    var batchSize: Int?
    var learningRate: MLPRegressor.LearningRate
    var learningRateInit: Double
    var powerT: Double
    var maxIter: Int
    var shuffle: Bool
    var randomState: UInt32?
    var tol: Double
    var warmStart: Bool
    var momentum: Double
    var nesterovsMomentum: Bool
    var earlyStopping: Bool
    var validationFraction: Double
    var beta1: Double
    var beta2: Double
    var epsilon: Double
    var nIterNoChange: Int
    var maxFun: Int
    var dropout: Double
    var batchNormalization: Bool
    var coefs: [Tensor]
    var intercepts: [Tensor]
    var lossCurve: [Double]
    var lastLoss: Double
    var bestLoss: Double?
    var validationScores: [Double]?
    var bestValidationScore: Double?
    var nIter: Int
    var t: Int
    var didConverge: Bool
    var warnings: [String]
    /// Only where it is asked for: what training goes on with.
    var progress: MLPProgressRecord?

    init(_ model: some MultilayerPerceptron) {
        hiddenLayerSizes = model.hiddenLayerSizes
        activation = model.activation
        solver = model.solver
        alpha = model.alpha
        batchSize = model.batchSize
        learningRate = model.learningRate
        learningRateInit = model.learningRateInit
        powerT = model.powerT
        maxIter = model.maxIter
        shuffle = model.shuffle
        randomState = model.randomState
        tol = model.tol
        warmStart = model.warmStart
        momentum = model.momentum
        nesterovsMomentum = model.nesterovsMomentum
        earlyStopping = model.earlyStopping
        validationFraction = model.validationFraction
        beta1 = model.beta1
        beta2 = model.beta2
        epsilon = model.epsilon
        nIterNoChange = model.nIterNoChange
        maxFun = model.maxFun
        dropout = model.dropout
        batchNormalization = model.batchNormalization
        coefs = model.coefs
        intercepts = model.intercepts
        lossCurve = model.lossCurve
        lastLoss = model.lastLoss
        bestLoss = model.bestLoss
        validationScores = model.validationScores
        bestValidationScore = model.bestValidationScore
        nIter = model.nIter
        t = model.t
        didConverge = model.didConverge
        warnings = model.warnings
    }

    /// Gives a model what was learned.
    func restore(_ model: inout some MultilayerPerceptron) {
        model.coefs = coefs
        model.intercepts = intercepts
        model.lossCurve = lossCurve
        model.lastLoss = lastLoss
        model.bestLoss = bestLoss
        model.validationScores = validationScores
        model.bestValidationScore = bestValidationScore
        model.nIter = nIter
        model.t = t
        model.didConverge = didConverge
        model.warnings = warnings
        progress?.restore(&model)
    }

    /// With what training goes on with, where the encoder's `userInfo` asks for it.
    init(_ model: some MultilayerPerceptron, to encoder: any Encoder) {
        self.init(model)
        if encoder.userInfo[EstimatorArchive.keepsProgress] != nil { progress = MLPProgressRecord(model) }
    }

    /// In the initialisers' order.
    static let names = [
        "hiddenLayerSizes", "activation", "solver", "alpha", "batchSize", "learningRate", "learningRateInit",
        "powerT", "maxIter", "shuffle", "randomState", "tol", "warmStart", "momentum", "nesterovsMomentum",
        "earlyStopping", "validationFraction", "beta1", "beta2", "epsilon", "nIterNoChange", "maxFun",
        "dropout", "batchNormalization",
    ]
}

/// What training goes on with, of networks that are trained as they predict.
private struct MLPProgressRecord: Codable {
    var stalled: Int
    /// The learning rate of the next step.
    var rate: Double?
    /// The optimiser's arrays and steps; nil before there are any.
    var slots: [Tensor]?, stepCount: Int?

    init(_ model: some MultilayerPerceptron) {
        stalled = model.progress.stalled
        rate = model.progress.rule?.rate
        guard model.optimizer == nil, model.progress.network == nil else { return }
        (slots, stepCount) = (model.progress.state?.slots, model.progress.state?.stepCount)
    }

    func restore(_ model: inout some MultilayerPerceptron) {
        model.progress.stalled = stalled
        guard let slots, let stepCount else { return }
        var rule = MLPRule(model)
        rule.rate = rate
        (model.progress.rule, model.progress.state) = (rule, OptimizerState(slots: slots, stepCount: stepCount))
    }
}

extension MLPRegressor {
    /// scikit-learn's, in Swift's spelling, and then Tern's own `dropout` and `batchNormalization`. ``optimizer`` is
    /// not among them: it has no name.
    public static var parameterNames: [String] { ["loss"] + MLPRecord.names }

    private enum CodingKeys: String, CodingKey { case loss }

    /// Reads all parameters and what was learned. The network predicts the same; training that goes on begins anew.
    ///
    /// - Throws: `DecodingError` where a parameter is missing or of another type.
    public init(from decoder: any Decoder) throws {
        let r = try MLPRecord(from: decoder)
        let loss = try decoder.container(keyedBy: CodingKeys.self).decode(Loss.self, forKey: .loss)
        self.init(
            loss: loss, hiddenLayerSizes: r.hiddenLayerSizes, activation: r.activation, solver: r.solver,
            alpha: r.alpha, batchSize: r.batchSize, learningRate: r.learningRate,
            learningRateInit: r.learningRateInit, powerT: r.powerT, maxIter: r.maxIter, shuffle: r.shuffle,
            randomState: r.randomState, tol: r.tol, warmStart: r.warmStart, momentum: r.momentum,
            nesterovsMomentum: r.nesterovsMomentum, earlyStopping: r.earlyStopping,
            validationFraction: r.validationFraction, beta1: r.beta1, beta2: r.beta2, epsilon: r.epsilon,
            nIterNoChange: r.nIterNoChange, maxFun: r.maxFun, dropout: r.dropout,
            batchNormalization: r.batchNormalization)
        r.restore(&self)
    }

    /// Writes all parameters and what was learned, but for functions, an ``optimizer`` of one's own, and what training
    /// would go on with.
    public func encode(to encoder: any Encoder) throws {
        try MLPRecord(self, to: encoder).encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(loss, forKey: .loss)
    }
}

extension MLPClassifier {
    /// Those of ``MLPRegressor`` but for `loss`, which scikit-learn's `MLPClassifier` does not have either.
    public static var parameterNames: [String] { MLPRecord.names }

    private enum CodingKeys: String, CodingKey { case known }

    /// Reads all parameters and what was learned. The network predicts the same; training that goes on begins anew.
    ///
    /// - Throws: `DecodingError` where a parameter is missing or of another type.
    public init(from decoder: any Decoder) throws {
        let r = try MLPRecord(from: decoder)
        self.init(
            hiddenLayerSizes: r.hiddenLayerSizes, activation: r.activation, solver: r.solver, alpha: r.alpha,
            batchSize: r.batchSize, learningRate: r.learningRate, learningRateInit: r.learningRateInit,
            powerT: r.powerT, maxIter: r.maxIter, shuffle: r.shuffle, randomState: r.randomState, tol: r.tol,
            warmStart: r.warmStart, momentum: r.momentum, nesterovsMomentum: r.nesterovsMomentum,
            earlyStopping: r.earlyStopping, validationFraction: r.validationFraction, beta1: r.beta1, beta2: r.beta2,
            epsilon: r.epsilon, nIterNoChange: r.nIterNoChange, maxFun: r.maxFun, dropout: r.dropout,
            batchNormalization: r.batchNormalization)
        r.restore(&self)
        known = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(MLPClasses.self, forKey: .known)
    }

    /// Writes all parameters and what was learned, but for functions, an ``optimizer`` of one's own, and what training
    /// would go on with.
    public func encode(to encoder: any Encoder) throws {
        try MLPRecord(self, to: encoder).encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(known, forKey: .known)
    }
}

// MARK: - Files

extension MultilayerPerceptron {
    mutating func takeUnwritten(of other: Self) {
        (optimizer, onEpoch, watch) = (other.optimizer, other.onEpoch, other.watch)
        progress = other.progress
        // Those of other layers, or in the place of another activation, are none of these.
        if other.hiddenLayerSizes == hiddenLayerSizes, other.activation == activation {
            layerActivations = other.layerActivations
        }
    }

    /// Whether layers that a file holds follow one on the other.
    fileprivate func checkLayers(outputs: Int?) throws {
        try Check.that(
            [nIter, t, progress.stalled].allSatisfy(KeptTraining.counts.contains)
                && (validationScores == nil) == (bestValidationScore == nil),
            "\(Self.name): its counts of epochs and examples, or its scores, cannot be")
        if coefs.isEmpty && intercepts.isEmpty { return }
        let widths = [coefs.first?.shape.first ?? 0] + coefs.map { $0.shape.last ?? 0 }
        let fits =
            coefs.count == intercepts.count
            && coefs.indices.allSatisfy {
                coefs[$0].shape == [widths[$0], widths[$0 + 1]] && intercepts[$0].shape == [widths[$0 + 1]]
            }
            && (coefs + intercepts).allSatisfy {
                $0.dtype == coefs[0].dtype && $0.dtype.isFloatingPoint && $0.count > 0
            }
        try Check.that(fits, "\(Self.name): the layers do not fit together")
        try Check.that(
            outputs == nil || outputs == widths.last,
            "\(Self.name): there are \(outputs ?? 0) outputs of the classes, and the last layer has \(widths.last ?? 0)"
        )
    }
}

extension MLPRegressor {
    /// - Throws: ``EstimatorError`` where the layers do not follow one on the other.
    public func checkDecoded() throws { try checkLayers(outputs: nil) }
}

extension MLPClassifier {
    /// - Throws: ``EstimatorError`` where the layers do not follow one on the other, or do not fit the classes.
    public func checkDecoded() throws {
        try Check.that(
            coefs.isEmpty == (known == nil) && known?.count != 0,
            "\(Self.kind): a network knows classes where it has learned, and only there")
        try known?.check(in: Self.kind)
        try checkLayers(outputs: known?.outputCount)
    }
}
