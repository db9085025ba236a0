import Tern

/// The network of the lecture: so small that no arithmetic but everything around it counts.
enum LectureCase: BenchmarkCase {
    static let summary = "8 points of a sine, hidden layers 50 and 50, 200 steps of Adam"
    static let peers = ["sklearn", "torch", "torch-compiled", "jax", "mlx"]

    static func parts(isQuick: Bool) -> [BenchmarkPart] {
        ["float32", "float64"].map {
            BenchmarkPart(
                name: $0, unit: "a fit", steps: 200, operations: 200 * denseOperations(examples: 8, [1, 50, 50, 1]))
        }
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) -> BenchmarkRun {
        let (x, y) = data(dtype(of: part))
        return BenchmarkRun(
            fitting: MLPRegressor(
                hiddenLayerSizes: [50, 50], maxIter: 200, randomState: 42, tol: 0, nIterNoChange: 1 << 40), x, y)
    }

    static func data(_ dtype: DType) -> (x: Tensor, y: Tensor) {
        var random = RandomState(seed: 0)
        let points = random.uniform(low: -4, high: 4, count: 8)
        return (Tensor(points, shape: [8, 1]).cast(to: dtype), sin(Tensor(points)).cast(to: dtype))
    }
}
