import Tern

/// Training runs of an `MLPRegressor`, as peers.py does them.
struct TableEpochs {
    let x: Tensor, y: Tensor
    var model: MLPRegressor

    init(_ work: BenchmarkCase, _ dtype: DType, isQuick: Bool) {
        if work == .lecture {
            var random = RandomState(seed: 0)
            let points = random.uniform(low: -4, high: 4, count: 8)
            x = Tensor(points, shape: [8, 1]).cast(to: dtype)
            y = sin(Tensor(points)).cast(to: dtype)
            model = MLPRegressor(
                hiddenLayerSizes: [50, 50], maxIter: 200, randomState: 42, tol: 0, nIterNoChange: 1 << 40)
        } else {
            var random = Generator(seed: 0)
            let rows = isQuick ? 2000 : 100_000
            let features = Tensor(random.standardNormal(count: 20 * rows), shape: [rows, 20])
            func column(_ i: Int) -> Tensor { features[.all, i] }
            let signal =
                sin(2 * column(0)) + column(1) * column(2) + tanh(column(3) - column(4))
                + 0.5 * square(column(5)) + 0.3 * column(6)
            x = features.cast(to: dtype)
            y = (signal + 0.1 * Tensor(random.standardNormal(count: rows))).cast(to: dtype)
            model = MLPRegressor(hiddenLayerSizes: [100, 100], batchSize: 200, maxIter: 1, randomState: 42)
        }
    }

    func time(_ repeats: Int) throws -> [Double] {
        var model = model
        return try times(repeats) { try model.fit(x, y) }
    }
}
