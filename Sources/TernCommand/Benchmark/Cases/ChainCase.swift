import Tern

/// The network of SimpleChains.jl's first example: every step sees all examples.
enum ChainCase: BenchmarkCase {
    static let summary = "dense layers 4, 32, 16 and 4 with tanh, 10,000 rows at once, 100 steps of Adam"
    static let peers = ["sklearn", "torch", "torch-compiled", "jax", "mlx"]

    private static func rows(_ isQuick: Bool) -> Int { isQuick ? 100 : 10_000 }

    static func parts(isQuick: Bool) -> [BenchmarkPart] {
        [
            BenchmarkPart(
                name: "float32", unit: "a fit", steps: 100,
                operations: 100 * denseOperations(examples: rows(isQuick), [4, 32, 16, 4]))
        ]
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) -> BenchmarkRun {
        var random = Generator(seed: 0)
        let rows = rows(setting.isQuick), x = random.normal([rows, 4], .float64)
        let y = sin(x) + 0.1 * x.sum(axis: 1, keepingDimensions: true)
        return BenchmarkRun(
            fitting: MLPRegressor(
                hiddenLayerSizes: [32, 16], activation: .tanh, alpha: 0, batchSize: rows, maxIter: 100, shuffle: false,
                randomState: 42, tol: 0, nIterNoChange: 1 << 40), x.cast(to: .float32), y.cast(to: .float32))
    }
}
