import Tern

/// Training and inference of convolutional networks, as peers_networks.py does them.
struct NetworkTraining {
    let work: BenchmarkCase
    private let model: Model
    private let x: Tensor, y: Tensor
    private let batchSize: Int
    /// Rows and columns of the maps; those of `sst` are 14 x 19.
    private let grid: [Int]

    /// - Parameter isQuick: with maps of 8 x 12 and few examples.
    init(_ work: BenchmarkCase, isQuick: Bool) {
        self.work = work
        grid = isQuick ? [8, 12] : [96, 144]
        // Batches of one epoch: enough that a step is seen apart from its beginning.
        let count: Int
        switch work {
        case .climate: (model, batchSize, count) = (Self.climate(grid), 16, 32)
        case .sst: (model, batchSize, count) = (Self.sst(), 128, isQuick ? 256 : 3548)
        default: (model, batchSize, count) = (Self.unet(grid), 8, 16)
        }
        model.compile(loss: .meanSquaredError)
        var random = Generator(seed: 0)
        func normal(_ shape: [Int]) -> Tensor {
            Tensor(random.standardNormal(count: shape.reduce(1, *)), shape: shape).cast(to: .float32)
        }
        x = normal([count] + model.inputs[0].shape)
        y = normal([count] + model.outputs[0].shape)
    }

    func title(_ what: String) -> String {
        what == "training" ? work == .sst ? "training, an epoch" : "training, a step" : "inference, a batch"
    }

    /// Seconds of training steps (or of epochs, where they are short) and of predictions of a batch.
    func time(_ repeats: Int) throws -> [String: [Double]] {
        let watch = Stopwatch()
        let perEpoch = work == .sst ? 1 : (x.shape[0] + batchSize - 1) / batchSize
        try model.fit(x, y, batchSize: batchSize, epochs: repeats + 1, callbacks: [watch])
        let first = x.sliced(0..<batchSize)
        return [
            "training": watch.seconds.dropFirst().map { $0 / Double(perEpoch) },
            "inference": try times(repeats) { _ = try model.predict(first, batchSize: batchSize) },
        ]
    }

    /// Floating-point operations in convolutions.
    func arithmetic(_ what: String) -> Double {
        // Places, values in a window, channels out, for each convolution; the first has no gradient of its input.
        let layers: [(Int, Int, Int)]
        switch work {
        case .climate: layers = [(160 * grid[0] * grid[1], 36, 20)]
        case .sst: layers = [(12 * 18, 6, 4), (4 * 8, 24, 8)]
        default:
            let a = 8 * grid[0] * grid[1], b = a / 4, c = a / 16
            layers = [
                (a, 36, 32), (b, 288, 64), (c, 576, 128), (c, 1152, 128), (c, 128, 576), (b, 1152, 64), (b, 64, 288),
                (a, 576, 32), (a, 32, 1),
            ]
        }
        let forward = layers.map { 2 * Double($0.0 * $0.1 * $0.2) }
        let all = what == "training" ? 3 * forward.reduce(0, +) - forward[0] : forward.reduce(0, +)
        return work == .sst ? all * Double(what == "training" ? x.shape[0] : batchSize) : all
    }

    /// Times epochs.
    private final class Stopwatch: Callback {
        var seconds: [Double] = []
        private var start = ContinuousClock.now
        func epochBegins(_ epoch: Int, _ run: TrainingRun) { start = .now }
        func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) {
            seconds.append((ContinuousClock.now - start) / .seconds(1))
        }
    }

    // MARK: Models

    private static func climate(_ grid: [Int]) -> Model {
        Sequential(input: [10] + grid + [4]) {
            TimeDistributed(Conv2D(20, kernelSize: 3, padding: .same, activation: .relu))
            TimeDistributed(AveragePooling2D(2))
            TimeDistributed(GlobalAveragePooling2D())
            LSTM(25)
            Dense(grid[0] * grid[1])
            Reshape([1] + grid)
        }
    }

    private static func sst() -> Model {
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

    private static func unet(_ grid: [Int]) -> Model {
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
}
