import Tern

/// A network on a table, as scikit-learn's users train it.
enum TableCase: BenchmarkCase {
    static let summary = "100,000 rows of 20 features, hidden layers 100 and 100, batches of 200, one epoch"
    static let peers = ["sklearn", "torch", "torch-compiled", "jax", "mlx"]

    private static func rows(_ isQuick: Bool) -> Int { isQuick ? 2000 : 100_000 }

    static func parts(isQuick: Bool) -> [BenchmarkPart] {
        let rows = rows(isQuick)
        return ["float32", "float64"].map {
            BenchmarkPart(
                name: $0, unit: "an epoch", steps: rows / 200,
                operations: denseOperations(examples: rows, [20, 100, 100, 1]))
        }
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) -> BenchmarkRun {
        let (x, y) = data(dtype(of: part), rows: rows(setting.isQuick))
        return BenchmarkRun(
            fitting: MLPRegressor(hiddenLayerSizes: [100, 100], batchSize: 200, maxIter: 1, randomState: 42), x, y)
    }

    static func data(_ dtype: DType, rows: Int) -> (x: Tensor, y: Tensor) {
        var random = Generator(seed: 0)
        let features = random.normal([rows, 20], .float64)
        func column(_ i: Int) -> Tensor { features[.all, i] }
        let signal =
            sin(2 * column(0)) + column(1) * column(2) + tanh(column(3) - column(4)) + 0.5 * square(column(5))
            + 0.3 * column(6)
        return (features.cast(to: dtype), (signal + 0.1 * random.normal([rows], .float64)).cast(to: dtype))
    }
}
