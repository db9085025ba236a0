import TernCore
import TernLearn
import TestSupport
import Testing

/// scikit-learn's small estimators and metrics (Scripts/fixtures/sklearn_learn.py).
private struct LearnFixture: Decodable {
    struct Scaler: Decodable {
        var name: String, dtype: String, X: [[Double]], X_test: [[Double]], sample_weight: [Double]?
        var with_mean: Bool, with_std: Bool, mean: [Double]?, `var`: [Double]?, scale: [Double]?
        var transformed: [[Double]], transformed_test: [[Double]], restored_test: [[Double]]
    }
    struct Split: Decodable {
        var n: Int, test_fraction: Double?, test_count: Int?, train_fraction: Double?, train_count: Int?
        var shuffle: Bool, stratify: [Int]?, random_state: UInt32?, train: [Int], test: [Int]
    }
    struct Regression: Decodable {
        var name: String, X: [[Double]], y: [[Double]], y_is_vector: Bool, X_test: [[Double]]
        var fit_intercept: Bool, tol: Double, sample_weight: [Double]?, coef: [[Double]], intercept: [Double]
        var predictions: [[Double]], rank: Int, singular: [Double], score: Double
    }
    struct Metric: Decodable {
        struct Result: Decodable { var metric: String, multioutput: String, values: [Double] }
        var name: String, y_true: [[Double]], y_pred: [[Double]], sample_weight: [Double]?, results: [Result]
    }
    var standard_scaler: [Scaler], train_test_split: [Split], linear_regression: [Regression], metrics: [Metric]
}

@Suite struct EstimatorTests {
    private static let fixture = try! Fixture.decode("sklearn_learn", as: LearnFixture.self)

    /// Weights of examples are not offered.
    @Test(arguments: fixture.standard_scaler.indices.filter { fixture.standard_scaler[$0].sample_weight == nil })
    func standardScalerIsScikitLearns(_ index: Int) throws {
        let c = Self.fixture.standard_scaler[index]
        let dtype: DType = c.dtype == "float32" ? .float32 : .float64
        let tolerance = dtype == .float32 ? 1e-5 : 1e-11  // a column of large mean rounds by the order of its sum
        var scaler = StandardScaler(withMean: c.with_mean, withStandardDeviation: c.with_std)
        let x = Tensor(c.X).cast(to: dtype), test = Tensor(c.X_test).cast(to: dtype)
        expectClose(try scaler.fitTransform(x).doubles, c.transformed.flatMap { $0 }, tolerance, c.name)
        if let mean = c.mean { expectClose(scaler.mean, mean, tolerance, "mean") }
        if let variance = c.var { expectClose(scaler.variance, variance, tolerance, "variance") }
        if let scale = c.scale { expectClose(scaler.scale, scale, tolerance, "scale") }
        let z = try scaler.transform(test)
        #expect(z.dtype == dtype)
        expectClose(z.doubles, c.transformed_test.flatMap { $0 }, tolerance, "transform")
        expectClose(try scaler.inverseTransform(z).doubles, c.restored_test.flatMap { $0 }, tolerance, "inverse")
    }

    /// Neither strata nor the size of the training part are offered.
    @Test(
        arguments: fixture.train_test_split.indices.filter {
            let c = fixture.train_test_split[$0]
            return c.stratify == nil && c.train_count == nil && c.train_fraction == nil
        })
    func trainTestSplitIsScikitLearns(_ index: Int) throws {
        let c = Self.fixture.train_test_split[index]
        let size: SplitSize = c.test_count.map { .count($0) } ?? .fraction(c.test_fraction ?? 0.25)
        let split: (train: [Int], test: [Int])
        if c.shuffle {
            var random = RandomState(seed: c.random_state!)
            split = try trainTestSplit(count: c.n, testSize: size, using: &random)
        } else {
            split = try trainTestSplit(count: c.n, testSize: size)
        }
        #expect(split.train == c.train)
        #expect(split.test == c.test)
    }

    @Test(arguments: fixture.linear_regression.indices)
    func linearRegressionIsScikitLearns(_ index: Int) throws {
        let c = Self.fixture.linear_regression[index]
        var model = LinearRegression(fitIntercept: c.fit_intercept, tol: c.tol)
        let x = Tensor(c.X)
        let y = c.y_is_vector ? Tensor(c.y).flattened() : Tensor(c.y)
        try model.fit(x, y, sampleWeight: c.sample_weight.map { Tensor($0) })
        // A nearly singular problem magnifies rounding.
        let tolerance = c.name.contains("nearly") ? 1e-6 : 1e-10
        expectClose(model.coef.doubles, c.coef.flatMap { $0 }, tolerance, "\(c.name): coef")
        expectClose(
            model.intercept.doubles,
            c.intercept.count == model.intercept.count
                ? c.intercept : Array(repeating: c.intercept[0], count: model.intercept.count), tolerance,
            "\(c.name): intercept")
        expectClose(
            try model.predict(Tensor(c.X_test)).doubles, c.predictions.flatMap { $0 }, tolerance,
            "\(c.name): predictions")
        #expect(model.rank == c.rank)
        expectClose(model.singular, c.singular, 1e-9, "\(c.name): singular values")
        expectClose(
            [try model.score(x, y, sampleWeight: c.sample_weight.map { Tensor($0) })], [c.score], 1e-9,
            "\(c.name): score")
    }

    @Test(arguments: fixture.metrics.indices)
    func metricsAreScikitLearns(_ index: Int) {
        let c = Self.fixture.metrics[index]
        let truth = Tensor(c.y_true), prediction = Tensor(c.y_pred), weight = c.sample_weight.map { Tensor($0) }
        for result in c.results where ["uniform_average", "variance_weighted"].contains(result.multioutput) {
            let average: MultiOutput = result.multioutput == "uniform_average" ? .uniformAverage : .varianceWeighted
            let ours: Double
            switch result.metric {
            case "mean_squared_error": ours = meanSquaredError(truth, prediction, sampleWeight: weight)
            case "root_mean_squared_error": ours = rootMeanSquaredError(truth, prediction, sampleWeight: weight)
            case "mean_absolute_error": ours = meanAbsoluteError(truth, prediction, sampleWeight: weight)
            case "r2_score": ours = r2Score(truth, prediction, sampleWeight: weight, multiOutput: average)
            case "explained_variance_score":
                ours = explainedVarianceScore(truth, prediction, sampleWeight: weight, multiOutput: average)
            case "max_error": ours = maxError(truth, prediction)
            default: continue  // not offered
            }
            expectClose([ours], result.values, 1e-12, "\(c.name): \(result.metric), \(result.multioutput)")
        }
    }
}
