import TernCore

/// All parameters and what was learned, but for ``MLPRegressor/onEpoch`` and the optimiser's memory: a network that was
/// read predicts the same, and `partialFit` begins with a new memory.
extension MLPRegressor: Codable {
    public static var parameterNames: [String] {
        [
            "loss", "hiddenLayerSizes", "activation", "solver", "alpha", "batchSize", "learningRate",
            "learningRateInit", "powerT", "maxIter", "shuffle", "randomState", "tol", "warmStart", "momentum",
            "nesterovsMomentum", "earlyStopping", "validationFraction", "beta1", "beta2", "epsilon", "nIterNoChange",
        ]
    }

    private enum CodingKeys: String, CodingKey {
        case loss, hiddenLayerSizes, activation, solver, alpha, batchSize, learningRate, learningRateInit, powerT
        case maxIter, shuffle, randomState, tol, warmStart, momentum, nesterovsMomentum, earlyStopping
        case validationFraction, beta1, beta2, epsilon, nIterNoChange
        case coefs, intercepts, lossCurve, lastLoss, bestLoss, validationScores, bestValidationScore, nIter, t
        case didConverge, noImprovementCount
    }

    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            loss: try box.decode(Loss.self, forKey: .loss),
            hiddenLayerSizes: try box.decode([Int].self, forKey: .hiddenLayerSizes),
            activation: try box.decode(Activation.self, forKey: .activation),
            solver: try box.decode(Solver.self, forKey: .solver), alpha: try box.decode(Double.self, forKey: .alpha),
            batchSize: try box.decodeIfPresent(Int.self, forKey: .batchSize),
            learningRate: try box.decode(LearningRate.self, forKey: .learningRate),
            learningRateInit: try box.decode(Double.self, forKey: .learningRateInit),
            powerT: try box.decode(Double.self, forKey: .powerT), maxIter: try box.decode(Int.self, forKey: .maxIter),
            shuffle: try box.decode(Bool.self, forKey: .shuffle),
            randomState: try box.decodeIfPresent(UInt32.self, forKey: .randomState),
            tol: try box.decode(Double.self, forKey: .tol), warmStart: try box.decode(Bool.self, forKey: .warmStart),
            momentum: try box.decode(Double.self, forKey: .momentum),
            nesterovsMomentum: try box.decode(Bool.self, forKey: .nesterovsMomentum),
            earlyStopping: try box.decode(Bool.self, forKey: .earlyStopping),
            validationFraction: try box.decode(Double.self, forKey: .validationFraction),
            beta1: try box.decode(Double.self, forKey: .beta1), beta2: try box.decode(Double.self, forKey: .beta2),
            epsilon: try box.decode(Double.self, forKey: .epsilon),
            nIterNoChange: try box.decode(Int.self, forKey: .nIterNoChange))
        coefs = try box.decode([Tensor].self, forKey: .coefs)
        intercepts = try box.decode([Tensor].self, forKey: .intercepts)
        lossCurve = try box.decode([Double].self, forKey: .lossCurve)
        lastLoss = try box.decode(Double.self, forKey: .lastLoss)
        bestLoss = try box.decodeIfPresent(Double.self, forKey: .bestLoss)
        validationScores = try box.decodeIfPresent([Double].self, forKey: .validationScores)
        bestValidationScore = try box.decodeIfPresent(Double.self, forKey: .bestValidationScore)
        nIter = try box.decode(Int.self, forKey: .nIter)
        t = try box.decode(Int.self, forKey: .t)
        didConverge = try box.decode(Bool.self, forKey: .didConverge)
        noImprovementCount = try box.decode(Int.self, forKey: .noImprovementCount)
    }

    public func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(loss, forKey: .loss)
        try box.encode(hiddenLayerSizes, forKey: .hiddenLayerSizes)
        try box.encode(activation, forKey: .activation)
        try box.encode(solver, forKey: .solver)
        try box.encode(alpha, forKey: .alpha)
        try box.encodeIfPresent(batchSize, forKey: .batchSize)
        try box.encode(learningRate, forKey: .learningRate)
        try box.encode(learningRateInit, forKey: .learningRateInit)
        try box.encode(powerT, forKey: .powerT)
        try box.encode(maxIter, forKey: .maxIter)
        try box.encode(shuffle, forKey: .shuffle)
        try box.encodeIfPresent(randomState, forKey: .randomState)
        try box.encode(tol, forKey: .tol)
        try box.encode(warmStart, forKey: .warmStart)
        try box.encode(momentum, forKey: .momentum)
        try box.encode(nesterovsMomentum, forKey: .nesterovsMomentum)
        try box.encode(earlyStopping, forKey: .earlyStopping)
        try box.encode(validationFraction, forKey: .validationFraction)
        try box.encode(beta1, forKey: .beta1)
        try box.encode(beta2, forKey: .beta2)
        try box.encode(epsilon, forKey: .epsilon)
        try box.encode(nIterNoChange, forKey: .nIterNoChange)
        try box.encode(coefs, forKey: .coefs)
        try box.encode(intercepts, forKey: .intercepts)
        try box.encode(lossCurve, forKey: .lossCurve)
        try box.encode(lastLoss, forKey: .lastLoss)
        try box.encodeIfPresent(bestLoss, forKey: .bestLoss)
        try box.encodeIfPresent(validationScores, forKey: .validationScores)
        try box.encodeIfPresent(bestValidationScore, forKey: .bestValidationScore)
        try box.encode(nIter, forKey: .nIter)
        try box.encode(t, forKey: .t)
        try box.encode(didConverge, forKey: .didConverge)
        try box.encode(noImprovementCount, forKey: .noImprovementCount)
    }
}
