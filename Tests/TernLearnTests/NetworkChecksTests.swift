import TernCore
import TernLearn
import Testing

/// What `sklearn.utils.estimator_checks` asks of scikit-learn's networks (docs/ESTIMATORS.md).
@Suite struct NetworkChecksTests {
    /// Both networks, small and by each solver; a target of 0 and 1 serves both.
    private enum Network: CustomTestStringConvertible {
        case regressor(MLPRegressor), classifier(MLPClassifier)

        static let all: [Network] = [MLPRegressor.Solver.adam, .sgd, .lbfgs].flatMap { solver -> [Network] in
            [
                .regressor(MLPRegressor(hiddenLayerSizes: [4], solver: solver, maxIter: 6, randomState: 5)),
                .classifier(MLPClassifier(hiddenLayerSizes: [4], solver: solver, maxIter: 6, randomState: 5)),
            ]
        }

        var isTrainedByLBFGS: Bool {
            switch self {
            case .regressor(let model): model.solver == .lbfgs
            case .classifier(let model): model.solver == .lbfgs
            }
        }

        var testDescription: String {
            switch self {
            case .regressor(let model): "regressor, \(model.solver)"
            case .classifier(let model): "classifier, \(model.solver)"
            }
        }

        func fitted(_ x: Tensor, _ y: Tensor, _ weight: Tensor? = nil) throws -> Network {
            switch self {
            case .regressor(var model):
                try model.fit(x, y, sampleWeight: weight)
                return .regressor(model)
            case .classifier(var model):
                try model.fit(x, y, sampleWeight: weight)
                return .classifier(model)
            }
        }

        /// Predictions, of the classifier probabilities.
        func output(_ x: Tensor) throws -> Tensor {
            switch self {
            case .regressor(let model): try model.predict(x)
            case .classifier(let model): try model.predictProba(x)
            }
        }

        var coefs: [Tensor] {
            switch self {
            case .regressor(let model): model.coefs
            case .classifier(let model): model.coefs
            }
        }

        var featureCount: Int {
            switch self {
            case .regressor(let model): model.nFeaturesIn
            case .classifier(let model): model.nFeaturesIn
            }
        }
    }

    private let x: Tensor, y: Tensor

    init() {
        var random = RandomState(seed: 2)
        x = Tensor(random.uniform(low: -1, high: 1, count: 60), shape: [20, 3])
        y = (x[.all, 0] + x[.all, 1] .> 0).cast(to: .float64)
    }

    private func close(_ a: Tensor, _ b: Tensor, _ tolerance: Double = 1e-9) -> Bool {
        a.shape == b.shape && abs(a - b).max().item <= tolerance
    }

    @Test(arguments: Network.all) private func aFitIsTheSameWhenItIsDoneAgain(_ network: Network) throws {
        let once = try network.fitted(x, y)
        #expect(try once.fitted(x, y).coefs == once.coefs)
        #expect(once.featureCount == 3)
    }

    @Test(arguments: Network.all) private func featuresAndTargetsOfAnyNumberTypeAreTaken(_ network: Network) throws {
        let whole = (x * 10).cast(to: .int64)
        let expected = try network.fitted(whole.cast(to: .float64), y).output(whole)
        #expect(try network.fitted(whole, y.cast(to: .int64)).output(whole) == expected)
        #expect(try network.fitted(whole.cast(to: .int32), y.cast(to: .float32)).output(whole) == expected)
        #expect(close(try network.fitted(whole.cast(to: .float32), y).output(whole), expected, 1e-3))
    }

    @Test(arguments: Network.all) private func aColumnOfTargetsIsAVector(_ network: Network) throws {
        #expect(try network.fitted(x, y.reshaped([20, 1])).output(x) == network.fitted(x, y).output(x))
    }

    @Test(arguments: Network.all) private func predictionsDoNotDependOnOtherRows(_ network: Network) throws {
        let model = try network.fitted(x, y), all = try model.output(x)
        let order = Tensor((0..<20).reversed().map(Int64.init))
        #expect(close(try model.output(x.taking(order)), all.taking(order), 1e-12))
        #expect(close(try model.output(x[3..<7]), all[3..<7], 1e-12))
        #expect(close(try model.output(x[4..<5]), all[4..<5], 1e-12))
    }

    @Test(arguments: Network.all) private func anExampleOrAFeatureAloneIsEnough(_ network: Network) throws {
        #expect(try network.fitted(x[0..<1], y[0..<1]).output(x).shape[0] == 20)
        #expect(try network.fitted(x[.all, 0..<1], y).output(x[.all, 0..<1]).shape[0] == 20)
    }

    // The others draw another order of examples.
    @Test(arguments: Network.all.filter(\.isTrainedByLBFGS))
    private func anExampleOfWeightNothingIsNone(_ network: Network) throws {
        let weight = Tensor((0..<20).map { $0 < 15 ? 1.0 : 0 })
        let weighted = try network.fitted(x, y, weight), without = try network.fitted(x[0..<15], y[0..<15])
        #expect(close(weighted.coefs[0], without.coefs[0], 1e-6))
    }

    @Test(arguments: Network.all) private func weightsThatCannotBeUsedAreRefused(_ network: Network) {
        for weight in [Tensor.zeros([20], dtype: .float64), .ones([19], dtype: .float64), .ones([20, 2]), y / 0] {
            #expect(throws: EstimatorError.self) { try network.fitted(x, y, weight) }
        }
    }

    @Test(arguments: Network.all) private func dataThatCannotBeUsedAreRefused(_ network: Network) throws {
        #expect(throws: EstimatorError.self) { try network.fitted(x[0..<0], y[0..<0]) }
        #expect(throws: EstimatorError.self) { try network.fitted(x[.all, 0], y) }
        #expect(throws: EstimatorError.self) { try network.fitted(x, y[0..<19]) }
        for wrong in [Double.nan, .infinity] {
            #expect(throws: EstimatorError.self) { try network.fitted(x, y * wrong) }
            #expect(throws: EstimatorError.self) { try network.fitted(x * wrong, y) }
        }
        let model = try network.fitted(x, y)
        #expect(throws: EstimatorError.self) { try model.output(x[.all, 0]) }
        #expect(throws: EstimatorError.self) { try model.output(x[.all, 0..<2]) }
        #expect(throws: EstimatorError.self) { try model.output(x * Double.nan) }
        #expect(throws: EstimatorError.self) { try network.output(x) }
    }

    @Test func partialFitRefusesOtherFeatures() throws {
        var regressor = MLPRegressor(hiddenLayerSizes: [4], randomState: 5)
        try regressor.partialFit(x, y)
        #expect(throws: EstimatorError.self) { try regressor.partialFit(x[.all, 0..<2], y) }
        var classifier = MLPClassifier(hiddenLayerSizes: [4], randomState: 5)
        try classifier.partialFit(x, y, classes: [0, 1])
        #expect(throws: EstimatorError.self) { try classifier.partialFit(x[.all, 0..<2], y) }
    }

    @Test func aClassOfWhichOneExampleCountsIsStillAClass() throws {
        let weight = Tensor((0..<20).map { $0 == y.doubles.firstIndex(of: 1) ? 1.0 : 0 })
        var model = MLPClassifier(hiddenLayerSizes: [4], solver: .lbfgs, maxIter: 300, randomState: 5)
        try model.fit(x, y, sampleWeight: weight)
        #expect(model.classes == [0, 1] && model.predictions(x) == [1])
    }
}

extension MLPClassifier {
    /// The classes that it predicts of any example.
    fileprivate func predictions(_ x: Tensor) -> Set<Double> { Set((try? predict(x).doubles) ?? []) }
}
