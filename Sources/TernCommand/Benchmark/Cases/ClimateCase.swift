import Tern

/// The network of a climate model's emulation.
enum ClimateCase: BenchmarkCase {
    static let summary = "the CNN-LSTM that emulates a climate model, 10 years of 96 x 144 x 4, batches of 16"
    static let peers = [
        "torch", "torch-channels-last", "torch-compiled", "keras-jax", "keras-tensorflow", "keras-torch",
    ]

    static func parts(isQuick: Bool) -> [BenchmarkPart] {
        let grid = UNetCase.grid(isQuick)
        return ["training", "inference"].map {
            BenchmarkPart(
                name: $0, unit: $0 == "training" ? "a step" : "a batch of 16",
                operations: BenchmarkNetwork.convolutionOperations(
                    [(160 * grid[0] * grid[1], 36, 20)], training: $0 == "training"))
        }
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) -> BenchmarkRun {
        let grid = UNetCase.grid(setting.isQuick)
        let model = Sequential(input: [10] + grid + [4]) {
            TimeDistributed(Conv2D(20, kernelSize: 3, padding: .same, activation: .relu))
            TimeDistributed(AveragePooling2D(2))
            TimeDistributed(GlobalAveragePooling2D())
            LSTM(25)
            Dense(grid[0] * grid[1])
            Reshape([1] + grid)
        }
        return BenchmarkNetwork.run(part, model, examples: 16, batchSize: 16)
    }
}
