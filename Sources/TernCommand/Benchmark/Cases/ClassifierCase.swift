import Tern

/// A classifier of many features.
enum ClassifierCase: BenchmarkCase {
    static let summary = "60,000 rows of 784 features in 10 classes, a hidden layer of 100, batches of 200, one epoch"
    static let peers = ["sklearn", "torch", "torch-compiled", "jax"]
    private static let features = 784, classes = 10

    private static func rows(_ isQuick: Bool) -> Int { isQuick ? 2000 : 60_000 }

    static func parts(isQuick: Bool) -> [BenchmarkPart] {
        let rows = rows(isQuick)
        return [
            BenchmarkPart(
                name: "float32", unit: "an epoch", steps: rows / 200,
                operations: denseOperations(examples: rows, [features, 100, classes]))
        ]
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) -> BenchmarkRun {
        let rows = rows(setting.isQuick)
        var random = Generator(seed: 0)
        let centres = random.normal([classes, features], .float64)
        let labels = Tensor((0..<rows).map { $0 % classes })
        let x = 0.1 * centres.taking(labels) + random.normal([rows, features], .float64)
        return BenchmarkRun(
            fitting: MLPClassifier(hiddenLayerSizes: [100], batchSize: 200, maxIter: 1, randomState: 42),
            x.cast(to: .float32), labels.cast(to: .float64)
        ) { try logLoss($2, $0.predictProba($1)) }
    }
}
