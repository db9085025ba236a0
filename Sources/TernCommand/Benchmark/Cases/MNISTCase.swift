import Tern

/// LeNet-5 on made digits, of the shape of MNIST's.
enum MNISTCase: BenchmarkCase {
    static let summary = "LeNet-5 on 60,000 made digits of 28 x 28, batches of 128, one epoch"
    static let peers = ["torch", "torch-compiled", "jax", "mlx", "keras-jax", "keras-tensorflow", "keras-torch"]

    private static func examples(_ isQuick: Bool) -> Int { isQuick ? 256 : 60_000 }

    static func parts(isQuick: Bool) -> [BenchmarkPart] {
        let examples = examples(isQuick)
        let layers = [(24 * 24, 25, 6), (8 * 8, 150, 16), (1, 256, 120), (1, 120, 84), (1, 84, 10)]
        return [
            BenchmarkPart(
                name: "training", unit: "an epoch", steps: (examples + 127) / 128,
                operations: Double(examples) * BenchmarkNetwork.convolutionOperations(layers, training: true))
        ]
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) -> BenchmarkRun {
        let model = Sequential(input: [28, 28, 1]) {
            Conv2D(6, kernelSize: 5, activation: .relu)
            MaxPooling2D(2)
            Conv2D(16, kernelSize: 5, activation: .relu)
            MaxPooling2D(2)
            Flatten()
            Dense(120, activation: .relu)
            Dense(84, activation: .relu)
            Dense(10)
        }
        model.compile(loss: .sparseCategoricalCrossentropy(fromLogits: true))
        var random = Generator(seed: 0)
        let examples = examples(setting.isQuick)
        let x = random.normal([examples, 28, 28, 1])
        let y = Tensor((0..<examples).map { $0 % 10 }, shape: [examples, 1])
        return BenchmarkRun(training: model, x, y, batchSize: 128)
    }
}
