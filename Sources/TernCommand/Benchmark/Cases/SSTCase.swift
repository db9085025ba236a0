import Tern

/// The small network on sea-surface temperature.
enum SSTCase: BenchmarkCase {
    static let summary = "a small CNN on sea-surface temperature, 14 x 19, 3,548 samples, batches of 128, one epoch"
    static let peers = ["torch", "torch-compiled", "jax", "mlx", "keras-jax", "keras-tensorflow", "keras-torch"]

    private static func examples(_ isQuick: Bool) -> Int { isQuick ? 256 : 3548 }

    static func parts(isQuick: Bool) -> [BenchmarkPart] {
        let examples = examples(isQuick)
        return [
            BenchmarkPart(
                name: "training", unit: "an epoch", steps: (examples + 127) / 128,
                operations: Double(examples) * BenchmarkNetwork.sstOperations(training: true)),
            BenchmarkPart(
                name: "inference", unit: "a batch of 128",
                operations: 128 * BenchmarkNetwork.sstOperations(training: false)),
        ]
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) -> BenchmarkRun {
        BenchmarkNetwork.run(part, BenchmarkNetwork.sst(), examples: examples(setting.isQuick), batchSize: 128)
    }
}
