import Tern

/// Convolutions of many channels on maps.
enum UNetCase: BenchmarkCase {
    static let summary = "an encoder and decoder on 96 x 144 with 32 to 128 channels, batches of 8"
    static let peers = [
        "torch", "torch-channels-last", "torch-compiled", "keras-jax", "keras-tensorflow", "keras-torch",
    ]

    static func grid(_ isQuick: Bool) -> [Int] { isQuick ? [8, 12] : [96, 144] }

    static func parts(isQuick: Bool) -> [BenchmarkPart] {
        ["training", "inference"].map {
            BenchmarkPart(
                name: $0, unit: $0 == "training" ? "a step" : "a batch of 8",
                operations: BenchmarkNetwork.unetOperations(8, grid(isQuick), training: $0 == "training"))
        }
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) -> BenchmarkRun {
        BenchmarkNetwork.run(part, BenchmarkNetwork.unet(grid(setting.isQuick)), examples: 8, batchSize: 8)
    }
}
