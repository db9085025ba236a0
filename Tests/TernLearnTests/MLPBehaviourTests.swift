import TernCore
import TernLearn
import Testing

/// Behaviours that scikit-learn's tests of its networks ask for, beside the cases that are compared number by number
/// (docs/ESTIMATORS.md).
@Suite struct MLPBehaviourTests {
    private let x: Tensor, y: Tensor

    init() {
        var random = RandomState(seed: 9)
        x = Tensor(random.uniform(low: -1, high: 1, count: 80), shape: [40, 2])
        y = x[.all, 0] + 0.5 * x[.all, 1]
    }

    @Test func weightsThatGrowWithoutBoundAreTold() {
        var model = MLPRegressor(hiddenLayerSizes: [5], randomState: 0)
        let error = #expect(throws: EstimatorError.self) { try model.fit(x * 1e307, y) }
        #expect(error?.description.contains("no longer finite") == true)
        model.solver = .lbfgs
        #expect(throws: EstimatorError.self) { try model.fit(x * 1e307, y) }
    }

    @Test func weightsThatAreAllOneChangeNothing() throws {
        for solver in [MLPRegressor.Solver.adam, .sgd, .lbfgs] {
            var model = MLPRegressor(
                hiddenLayerSizes: [5], solver: solver, learningRateInit: 0.01, maxIter: 10, randomState: 0,
                earlyStopping: true)
            var weighted = model
            try model.fit(x, y)
            try weighted.fit(x, y, sampleWeight: .ones([40], dtype: .float64))
            #expect(abs(model.coefs[0] - weighted.coefs[0]).max().item < 1e-9, "\(solver)")
        }
    }

    @Test func aWeightOfTwoIsTheExampleTwice() throws {
        let labels = (y .> 0).cast(to: .int64)
        let weight = Tensor((0..<40).map { $0 < 20 ? 2.0 : 1 })
        let rows = Tensor((Array(0..<20) + Array(0..<40)).map { Int64($0) })
        var weighted = MLPClassifier(hiddenLayerSizes: [4], solver: .lbfgs, maxIter: 15, randomState: 0)
        var doubled = weighted
        try weighted.fit(x, labels, sampleWeight: weight)
        try doubled.fit(x.taking(rows), labels.taking(rows))
        #expect(abs(weighted.lastLoss - doubled.lastLoss) < 1e-6 * doubled.lastLoss)
        #expect(weighted.nIter == doubled.nIter)
    }

    @Test func patienceCanBeEndless() throws {
        var model = MLPClassifier(
            hiddenLayerSizes: [2], solver: .sgd, maxIter: 300, randomState: 0, tol: 1e9, nIterNoChange: .max)
        try model.fit(x, (y .> 0).cast(to: .int64))
        #expect(model.nIter == 300 && !model.didConverge)
    }

    @Test func aPoissonNetworkWithoutHiddenLayersFitsTheMean() throws {
        let counts = Tensor((0..<40).map { Double(($0 * 7) % 5) })
        var model = MLPRegressor(
            loss: .poisson, hiddenLayerSizes: [], solver: .lbfgs, alpha: 0, maxIter: 2000, randomState: 0, tol: 1e-9)
        try model.fit(x, counts)
        // At the best weights of a generalised linear model the errors are orthogonal to the features and to 1.
        let error = try model.predict(x) - counts
        #expect(abs(error.mean().item) < 1e-4)
        #expect(abs(matmul(x.transposed(), error.reshaped([40, 1]))).max().item < 1e-2)
    }

    @Test func aSolverOfAnotherFitGoesOnWithTheSameWeights() throws {
        var model = MLPRegressor(hiddenLayerSizes: [4], maxIter: 3, randomState: 0, warmStart: true)
        try model.fit(x, y)
        let losses = model.lossCurve
        model.solver = .lbfgs
        model.maxIter = 200
        try model.fit(x, y)
        #expect(model.lossCurve == losses && model.lastLoss < losses.last!)
        // partialFit goes on with the memory that Adam had before.
        model.solver = .adam
        try model.partialFit(x, y)
        #expect(model.lossCurve.count == 4 && model.lossCurve[3] < losses[2])
    }

    /// They are listed in both, with their defaults.
    @Test func bothNetworksHaveTheSameParameters() throws {
        var regressor = try MLPRegressor().parameters
        #expect(regressor.removeValue(forKey: "loss") != nil)
        #expect(try regressor == MLPClassifier().parameters)
    }

    /// Scores of a fit that stopped early are none of one that does not, nor its best loss one of those that do.
    @Test func aWarmStartKeepsNoScoresOfAnotherWayOfJudging() throws {
        var model = MLPRegressor(hiddenLayerSizes: [4], maxIter: 3, randomState: 0, warmStart: true)
        model.earlyStopping = true
        try model.fit(x, y)
        #expect(model.validationScores?.count == 3 && model.bestLoss == nil)
        model.earlyStopping = false
        model.onEpoch = { epoch in #expect(epoch.validationScore == nil) }
        try model.fit(x, y)
        #expect(model.validationScores == nil && model.bestValidationScore == nil && model.bestLoss != nil)
        model.earlyStopping = true
        model.onEpoch = { epoch in #expect(epoch.validationScore != nil) }
        try model.fit(x, y)
        #expect(model.validationScores?.count == 3 && model.bestLoss == nil)
    }

    @Test(arguments: [[], [5], [3, 3, 3], [0]]) func otherLayersAreThoseOfTheNextFit(_ sizes: [Int]) throws {
        var model = MLPRegressor(hiddenLayerSizes: [4, 4], activation: .tanh, maxIter: 2, randomState: 0)
        try model.fit(x, y)
        let before = try model.predict(x)
        model.hiddenLayerSizes = sizes
        #expect(try model.predict(x) == before)
    }
}
