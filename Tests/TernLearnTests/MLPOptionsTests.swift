import Synchronization
import TernCore
import TernLearn
import TernNN
import Testing

/// What the networks offer beyond scikit-learn's.
@Suite struct MLPOptionsTests {
    private let x: Tensor, y: Tensor

    init() {
        var random = RandomState(seed: 4)
        x = Tensor(random.uniform(low: -1, high: 1, count: 60), shape: [30, 2])
        y = sin(2 * x[.all, 0]) + x[.all, 1]
    }

    private func isClose(_ a: Tensor, _ b: Tensor, _ tolerance: Double = 1e-12) -> Bool {
        a.shape == b.shape && abs(a - b).max().item <= tolerance
    }

    /// Weights that stay as they are drawn.
    private func resting(_ change: (inout MLPRegressor) -> Void) throws -> MLPRegressor {
        var model = MLPRegressor(
            hiddenLayerSizes: [3], activation: .identity, alpha: 0, maxIter: 5, shuffle: false, randomState: 1,
            optimizer: SGD(learningRate: 0))
        change(&model)
        try model.fit(x, y)
        return model
    }

    @Test func anOptimiserOfTernsTakesTheSolversPlace() throws {
        var own = MLPRegressor(hiddenLayerSizes: [5], solver: .adam, batchSize: 8, maxIter: 6, randomState: 2)
        var given = own
        given.solver = .lbfgs  // not heeded
        given.optimizer = Adam(learningRate: 0.001, epsilon: 1e-8)
        try own.fit(x, y)
        try given.fit(x, y)
        #expect(own.coefs == given.coefs && own.lossCurve == given.lossCurve)
    }

    @Test func aScheduleCountsBatches() throws {
        let schedule = LearningRate("halving") { 0.1 / Double($0 + 1) }
        var scheduled = MLPRegressor(
            hiddenLayerSizes: [4], maxIter: 3, shuffle: false, randomState: 3, optimizer: SGD(learningRate: schedule))
        try scheduled.fit(x, y)
        var stepwise = MLPRegressor(
            hiddenLayerSizes: [4], solver: .sgd, maxIter: 1, shuffle: false, randomState: 3, warmStart: true,
            momentum: 0)
        for epoch in 0..<3 {
            stepwise.learningRateInit = schedule(epoch)
            try stepwise.fit(x, y)
        }
        #expect(isClose(scheduled.coefs[0], stepwise.coefs[0]))
    }

    @Test func theAverageOfAnOptimiserThatKeepsOneIsWhatPredicts() throws {
        func coefs(_ epochs: Int, _ optimizer: any Optimizer) throws -> Tensor {
            var model = MLPRegressor(
                hiddenLayerSizes: [4], maxIter: epochs, shuffle: false, randomState: 3, optimizer: optimizer)
            try model.fit(x, y)
            return model.coefs[0]
        }
        let plain = SGD(learningRate: 0.1), averaging = plain.averagingWeights(momentum: 0.9)
        #expect(isClose(try coefs(2, averaging), 0.9 * (try coefs(1, plain)) + 0.1 * (try coefs(2, plain))))
    }

    @Test func anAverageIsNotWhatTrainingGoesOnFrom() throws {
        var whole = MLPRegressor(
            hiddenLayerSizes: [4], maxIter: 4, shuffle: false, randomState: 3,
            optimizer: SGD(learningRate: 0.1).averagingWeights(momentum: 0.9))
        var parts = whole
        try whole.fit(x, y)
        for _ in 0..<4 { try parts.partialFit(x, y) }
        #expect(parts.lossCurve == whole.lossCurve && parts.coefs == whole.coefs)
    }

    @Test func batchNormalisationBecomesPartOfTheWeights() throws {
        let plain = try resting { _ in }
        let normalized = try resting { $0.batchNormalization = true }
        let h = matmul(x, plain.coefs[0]) + plain.intercepts[0]
        // Five batches of all examples.
        let kept = 0.9 * 0.9 * 0.9 * 0.9 * 0.9
        let mean = (1 - kept) * h.mean(axis: 0), variance = kept + (1 - kept) * h.variance(axes: [0])
        let expected =
            matmul((h - mean) / sqrt(variance + 1e-5), plain.coefs[1]) + plain.intercepts[1]
        #expect(isClose(try normalized.predict(x), expected.flattened()))
        #expect(normalized.coefs.map(\.shape) == plain.coefs.map(\.shape))
    }

    @Test func batchNormalisationGoesOnInPartialFit() throws {
        var whole = MLPRegressor(
            hiddenLayerSizes: [4, 3], learningRateInit: 0.01, maxIter: 4, shuffle: false, randomState: 3,
            batchNormalization: true)
        var parts = whole
        try whole.fit(x, y)
        for _ in 0..<4 { try parts.partialFit(x, y) }
        #expect(parts.lossCurve == whole.lossCurve && parts.coefs == whole.coefs)
        parts.batchNormalization = false
        #expect(throws: EstimatorError.self) { try parts.partialFit(x, y) }
    }

    @Test func batchNormalisationLearns() throws {
        var model = MLPRegressor(
            hiddenLayerSizes: [20, 20], learningRateInit: 0.01, maxIter: 200, randomState: 3, tol: 0,
            batchNormalization: true)
        try model.fit(x, y)
        #expect(try model.score(x, y) > 0.95)
    }

    @Test func dropoutChangesTheLossButNotItsMean() throws {
        let plain = try resting { _ in }
        let dropping = try resting {
            $0.dropout = 0.5
            $0.maxIter = 3000
            $0.tol = 0
            $0.nIterNoChange = 3000
        }
        #expect(dropping.coefs == plain.coefs)
        #expect(Set(dropping.lossCurve).count > 2900)
        // A unit h times its weight w is w h or, half of the time, is left out: the squared error grows by (w h)².
        let parts = (matmul(x, plain.coefs[0]) + plain.intercepts[0]) * plain.coefs[1].flattened()
        let expected = plain.lossCurve[0] + 0.5 * square(parts).sum(axis: 1).mean().item
        let mean = dropping.lossCurve.reduce(0, +) / 3000
        #expect(abs(mean - expected) < 0.03 * expected, "\(mean) against \(expected)")
    }

    @Test func dropoutIsTheSameForTheSameSeed() throws {
        func losses(_ seed: UInt32) throws -> [Double] {
            var model = MLPRegressor(hiddenLayerSizes: [9], maxIter: 4, randomState: seed, dropout: 0.3)
            try model.fit(x, y)
            return model.lossCurve
        }
        #expect(try losses(1) == losses(1))
        #expect(try losses(1) != losses(2))
    }

    @Test func aValidationSetOfOnesOwnStopsTheFit() throws {
        var model = MLPRegressor(
            hiddenLayerSizes: [6], learningRateInit: 0.05, maxIter: 300, randomState: 0, nIterNoChange: 3)
        let weight = Tensor((0..<10).map { Double($0 % 3) })
        try model.fit(x[0..<20], y[0..<20], validation: (x[20..<30], y[20..<30], weight))
        #expect(model.t == 20 * model.nIter && model.didConverge)
        let best = try model.score(x[20..<30], y[20..<30], sampleWeight: weight)
        #expect(abs(best - model.validationScores!.max()!) < 1e-12 && best == model.bestValidationScore)
    }

    @Test func aClassifierIsJudgedByItsOwnValidationSet() throws {
        let labels = (y .> 0).cast(to: .int64)
        var model = MLPClassifier(
            hiddenLayerSizes: [6], learningRateInit: 0.05, maxIter: 20, randomState: 0, batchNormalization: true)
        try model.fit(x[0..<20], labels[0..<20], validation: (x[20..<30], labels[20..<30], nil))
        #expect(try model.score(x[20..<30], labels[20..<30]) == model.validationScores!.max()!)
        #expect(throws: EstimatorError.self) {
            try model.fit(x[0..<20], labels[0..<20], validation: (x[20..<30], labels[20..<30] + 5, nil))
        }
    }

    @Test func optionsThatNeedEpochsAreRefusedWithLBFGS() {
        for change in [{ $0.dropout = 0.1 }, { $0.batchNormalization = true }] as [(inout MLPRegressor) -> Void] {
            var model = MLPRegressor(hiddenLayerSizes: [2], solver: .lbfgs, randomState: 0)
            change(&model)
            #expect(throws: EstimatorError.self) { try model.fit(x, y) }
        }
        var model = MLPRegressor(hiddenLayerSizes: [2], solver: .lbfgs, randomState: 0)
        #expect(throws: EstimatorError.self) { try model.fit(x, y, validation: (x, y, nil)) }
        model.dropout = 1
        model.solver = .adam
        #expect(throws: EstimatorError.self) { try model.fit(x, y) }
    }

    /// What files do not hold stays where a parameter changes.
    @Test func anOptimiserOfOnesOwnStaysWhereAParameterChanges() throws {
        var model = MLPRegressor(hiddenLayerSizes: [3], maxIter: 2, randomState: 1, optimizer: SGD(learningRate: 0))
        let epochs = Mutex(0)
        model.onEpoch = { _ in epochs.withLock { $0 += 1 } }
        try model.setParameter("alpha", to: 0.5)
        try model.fit(x, y)
        let first = model.coefs
        try model.setOwnParameters(["alpha": 0.1, "maxIter": 3])
        try model.fit(x, y)
        #expect(model.coefs == first && model.optimizer != nil && epochs.withLock { $0 } == 5)
        var search = try GridSearch(Pipeline(StandardScaler(), model), ["mlpregressor__alpha": [0.1, 1]])
        try search.fit(x, y)
        let best = try #require((search.bestEstimator as? Pipeline)?["mlpregressor"] as? MLPRegressor)
        #expect(best.optimizer != nil && best.coefs == first)
    }

    @Test func partialFitsGoOnWhereAParameterChanges() throws {
        var whole = MLPRegressor(hiddenLayerSizes: [4], randomState: 3), parts = whole
        for _ in 0..<3 {
            try whole.partialFit(x, y)
            try parts.partialFit(x, y)
            try parts.setParameter("alpha", to: .number(parts.alpha))
        }
        #expect(parts.coefs == whole.coefs && parts.lossCurve == whole.lossCurve)
    }

    @Test func aNetworkOfTablesIsWatchedWhereAParameterChanges() throws {
        var model = TabularRegressor(hiddenLayerSizes: [4], maxEpochs: 1, repeats: 1, randomState: 0)
        model.onEpoch = { _ in }
        try model.setParameter("folds", to: 4)
        #expect(model.onEpoch != nil && model.folds == 4)
    }

    /// What is kept of a normalised network holds weights, not the functions between them.
    @Test func aTrainingThatGoesOnIsByTheFunctionsOfNow() throws {
        let x = self.x, y = exp(self.y)
        var model = MLPRegressor(hiddenLayerSizes: [6], randomState: 1, batchNormalization: true)
        for _ in 0..<3 { try model.partialFit(x, y) }
        func next(_ change: (inout MLPRegressor) throws -> Void) throws -> Double {
            var model = model
            try change(&model)
            try model.partialFit(x, y)
            return model.lastLoss
        }
        let same = try next { _ in }
        #expect(try same == next { _ in })
        #expect(try same != next { $0.activation = .tanh })
        #expect(try same != next { try $0.setParameter("activation", to: "tanh") })
        #expect(try same != next { $0.loss = .poisson })
    }
}
