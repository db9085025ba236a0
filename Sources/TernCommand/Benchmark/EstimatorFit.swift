import Tern

/// Fits of an estimator, as peers.py does them: the same data, start and work.
struct EstimatorFit {
    let x: Tensor, y: Tensor
    private let model: any Predictor
    /// What the fit has made small, by which peers are seen to have done the same work.
    private let loss: (any Predictor, Tensor, Tensor) throws -> Double

    /// What was measured.
    struct Measurement {
        var seconds: [Double]
        /// After the last fit.
        var loss: Double
    }

    /// - Parameter work: `lecture`, `table`, `classifier` or `gp`.
    init(_ work: BenchmarkCase, _ dtype: DType, isQuick: Bool) {
        var random = Generator(seed: 0)
        switch work {
        case .classifier:
            let rows = isQuick ? 2000 : 60_000, features = 784, classes = 10
            let centres = Tensor(random.standardNormal(count: classes * features), shape: [classes, features])
            let noise = Tensor(random.standardNormal(count: rows * features), shape: [rows, features])
            let labels = Tensor((0..<rows).map { $0 % classes })
            x = (0.1 * centres.taking(labels) + noise).cast(to: dtype)
            y = labels.cast(to: .float64)
            model = MLPClassifier(hiddenLayerSizes: [100], batchSize: 200, maxIter: 1, randomState: 42)
            loss = { try logLoss($2, $0.predictProba($1)) }
        case .gp:
            let rows = isQuick ? 60 : 2000
            x = Tensor((0..<2 * rows).map { _ in -3 + 6 * random.random() }, shape: [rows, 2])
            let noise = Tensor(random.standardNormal(count: rows))
            y = sin(2 * x[.all, 0]) * cos(x[.all, 1]) + 0.1 * noise
            model = GaussianProcessRegressor(
                kernel: .constant(1) * .rbf(lengthScales: [1, 1]) + .white(noise: 0.1))
            loss = { model, _, _ in -(model as! GaussianProcessRegressor).logMarginalLikelihoodValue }
        case .lecture:
            var random = RandomState(seed: 0)
            let points = random.uniform(low: -4, high: 4, count: 8)
            x = Tensor(points, shape: [8, 1]).cast(to: dtype)
            y = sin(Tensor(points)).cast(to: dtype)
            model = MLPRegressor(
                hiddenLayerSizes: [50, 50], maxIter: 200, randomState: 42, tol: 0, nIterNoChange: 1 << 40)
            loss = Self.halfMeanSquare
        default:
            let rows = isQuick ? 2000 : 100_000
            let features = Tensor(random.standardNormal(count: 20 * rows), shape: [rows, 20])
            func column(_ i: Int) -> Tensor { features[.all, i] }
            let signal =
                sin(2 * column(0)) + column(1) * column(2) + tanh(column(3) - column(4))
                + 0.5 * square(column(5)) + 0.3 * column(6)
            x = features.cast(to: dtype)
            y = (signal + 0.1 * Tensor(random.standardNormal(count: rows))).cast(to: dtype)
            model = MLPRegressor(hiddenLayerSizes: [100, 100], batchSize: 200, maxIter: 1, randomState: 42)
            loss = Self.halfMeanSquare
        }
    }

    private static func halfMeanSquare(_ model: any Predictor, _ x: Tensor, _ y: Tensor) throws -> Double {
        try 0.5 * meanSquaredError(y, model.predict(x))
    }

    func time(_ repeats: Int) throws -> Measurement { try time(model, repeats) }

    private func time(_ model: some Predictor, _ repeats: Int) throws -> Measurement {
        var model = model
        let seconds = try times(repeats) { try model.fit(x, y) }
        return Measurement(seconds: seconds, loss: try loss(model, x, y))
    }
}
