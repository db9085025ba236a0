import Tern

/// The convolutional networks of several cases.
enum BenchmarkNetwork {
    /// A small network on sea-surface temperature, 14 x 19.
    static func sst() -> Model {
        Sequential(input: [14, 19, 1]) {
            Conv2D(4, kernelSize: [3, 2], activation: .relu)
            MaxPooling2D(2)
            Conv2D(8, kernelSize: [3, 2], activation: .relu)
            MaxPooling2D(2)
            Flatten()
            Dense(32, activation: .relu)
            Dropout(0.1)
            Dense(16, activation: .relu)
            Dense(1)
        }
    }

    /// Operations of ``sst()`` for an example, forwards and, for `training`, backwards.
    static func sstOperations(training: Bool) -> Double {
        convolutionOperations([(12 * 18, 6, 4), (4 * 8, 24, 8)], training: training)
    }

    /// An encoder and decoder with 32 to 128 channels.
    static func unet(_ grid: [Int]) -> Model {
        func block(_ x: Symbol, _ layer: any Layer) -> Symbol { ActivationLayer(.relu)(BatchNormalization()(layer(x))) }
        func conv(_ channels: Int, strides: WindowSize = 1) -> any Layer {
            Conv2D(channels, kernelSize: 3, strides: strides, padding: .same, usesBias: false)
        }
        func up(_ channels: Int) -> any Layer {
            Conv2DTranspose(channels, kernelSize: 3, strides: 2, padding: .same, usesBias: false)
        }
        let x = Input(grid + [4])
        let a = block(x, conv(32)), b = block(a, conv(64, strides: 2))
        let c = block(block(b, conv(128, strides: 2)), conv(128))
        let d = block(Concatenate()(block(c, up(64)), b), conv(64))
        let e = block(Concatenate()(block(d, up(32)), a), conv(32))
        return Model(inputs: [x], outputs: [Conv2D(1, kernelSize: 1)(e)])
    }

    /// Operations of ``unet(_:)`` for some examples.
    static func unetOperations(_ examples: Int, _ grid: [Int], training: Bool) -> Double {
        let a = examples * grid[0] * grid[1], b = a / 4, c = a / 16
        return convolutionOperations(
            [
                (a, 36, 32), (b, 288, 64), (c, 576, 128), (c, 1152, 128), (c, 128, 576), (b, 1152, 64), (b, 64, 288),
                (a, 576, 32), (a, 32, 1),
            ], training: training)
    }

    /// Operations of convolutions, each as places, values in a window and channels out; the first has no gradient of its
    /// input.
    static func convolutionOperations(_ layers: [(Int, Int, Int)], training: Bool) -> Double {
        let forward = layers.map { 2 * Double($0.0 * $0.1 * $0.2) }
        return training ? 3 * forward.reduce(0, +) - forward[0] : forward.reduce(0, +)
    }

    /// Trains `model` on random numbers, or predicts a batch of them.
    static func run(_ part: String, _ model: Model, examples: Int, batchSize: Int) -> BenchmarkRun {
        model.compile(loss: .meanSquaredError)
        var random = Generator(seed: 0)
        let x = random.normal([examples] + model.inputs[0].shape)
        if part == "training" {
            let y = random.normal([examples] + model.outputs[0].shape)
            return BenchmarkRun(training: model, x, y, batchSize: batchSize)
        }
        let batch = x.sliced(0..<min(batchSize, examples))
        return BenchmarkRun(run: { _ = try model.predict(batch, batchSize: batchSize) })
    }
}
