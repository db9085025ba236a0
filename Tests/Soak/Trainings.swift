import Foundation
import Tern

/// Whole trainings, small, of all kinds. What each leaves is its weights or predictions, to the last bit.
struct Trainings {
    /// Trains and returns what was learned, and the last loss where there is one.
    static let all: [(name: String, train: @Sendable () throws -> (learned: [Tensor], loss: Double?))] = [
        ("mlp", mlp), ("wide", wide), ("cnn", cnn), ("lstm", lstm), ("estimator", estimator), ("tabular", tabular),
        ("gp", gaussianProcess), ("lecture", lecture), ("sst", sst), ("unet", unet),
    ]

    private static func fitted(_ model: Model, _ x: Tensor, _ y: Tensor, batchSize: Int = 32, epochs: Int) throws -> (
        learned: [Tensor], loss: Double?
    ) {
        model.compile(loss: .meanSquaredError)
        let history = try model.fit(x, y, batchSize: batchSize, epochs: epochs, seed: 4)
        return (model.variables.map(\.variable.value), history["loss"].last)
    }

    @Sendable static func mlp() throws -> (learned: [Tensor], loss: Double?) {
        let x = Tensor.random([300, 7], in: -1..<1, seed: 1, dtype: .float32)
        let model = Sequential(input: [7], seed: 2) {
            Dense(70, activation: .gelu())
            BatchNormalization()
            Dropout(0.2)
            Dense(70, activation: .relu)
            Dense(1)
        }
        return try fitted(model, x, sin(x.sum(axis: 1, keepingDimensions: true)), epochs: 20)
    }

    /// Products that are large enough for the library of linear algebra.
    @Sendable private static func wide() throws -> (learned: [Tensor], loss: Double?) {
        let x = Tensor.random([800, 800], in: -1..<1, seed: 1, dtype: .float32)
        let model = Sequential(input: [800], seed: 2) {
            Dense(800, activation: .tanh)
            Dense(800)
        }
        return try fitted(model, x, 0.5 * x, batchSize: 800, epochs: 3)
    }

    @Sendable private static func cnn() throws -> (learned: [Tensor], loss: Double?) {
        let x = Tensor.random([60, 14, 19, 2], in: -1..<1, seed: 1, dtype: .float32)
        let model = Sequential(input: [14, 19, 2], seed: 2) {
            Conv2D(8, kernelSize: 3, activation: .relu)
            MaxPooling2D(2)
            Conv2D(24, kernelSize: 3, padding: .same, activation: .relu)
            Flatten()
            Dense(1)
        }
        return try fitted(model, x, x.mean(axes: [1, 2, 3]).reshaped([60, 1]), epochs: 8)
    }

    @Sendable private static func lstm() throws -> (learned: [Tensor], loss: Double?) {
        let x = Tensor.random([80, 12, 3], in: -1..<1, seed: 1, dtype: .float32)
        let model = Sequential(input: [12, 3], seed: 2) {
            LSTM(16)
            Dense(1)
        }
        return try fitted(model, x, x.sum(axes: [1, 2]).reshaped([80, 1]), epochs: 8)
    }

    // Three cases of `tern benchmark`.

    /// 200 steps of two layers of 50 on eight points of a sine.
    @Sendable private static func lecture() throws -> (learned: [Tensor], loss: Double?) {
        var random = RandomState(seed: 0)
        let points = Tensor(random.uniform(low: -4, high: 4, count: 8)).cast(to: .float32)
        var model = MLPRegressor(
            hiddenLayerSizes: [50, 50], maxIter: 200, randomState: 42, tol: 0, nIterNoChange: 1 << 40)
        try model.fit(points.reshaped([8, 1]), sin(points))
        return (model.coefs + model.intercepts, model.lossCurve.last)
    }

    /// Maps of 14 x 19, as the sea-surface temperature of the lecture.
    @Sendable private static func sst() throws -> (learned: [Tensor], loss: Double?) {
        let x = Tensor.random([1000, 14, 19, 1], in: -2..<2, seed: 1, dtype: .float32)
        let model = Sequential(input: [14, 19, 1], seed: 2) {
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
        return try fitted(model, x, x.mean(axes: [1, 2, 3]).reshaped([1000, 1]), epochs: 10)
    }

    /// A U-Net with batch normalisation, 10 steps.
    @Sendable private static func unet() throws -> (learned: [Tensor], loss: Double?) {
        func block(_ x: Symbol, _ layer: any Layer) -> Symbol { ActivationLayer(.relu)(BatchNormalization()(layer(x))) }
        func conv(_ channels: Int, strides: WindowSize = 1) -> any Layer {
            Conv2D(channels, kernelSize: 3, strides: strides, padding: .same, usesBias: false)
        }
        func up(_ channels: Int) -> any Layer {
            Conv2DTranspose(channels, kernelSize: 3, strides: 2, padding: .same, usesBias: false)
        }
        let input = Input([16, 24, 4])
        let a = block(input, conv(32)), b = block(a, conv(64, strides: 2))
        let c = block(block(b, conv(128, strides: 2)), conv(128))
        let d = block(Concatenate()(block(c, up(64)), b), conv(64))
        let e = block(Concatenate()(block(d, up(32)), a), conv(32))
        let model = Model(inputs: [input], outputs: [Conv2D(1, kernelSize: 1)(e)], seed: 2)
        let x = Tensor.random([16, 16, 24, 4], in: -2..<2, seed: 1, dtype: .float32)
        return try fitted(model, x, x.mean(axis: -1, keepingDimensions: true), batchSize: 8, epochs: 5)
    }

    private static let table = Tensor.random([500, 5], in: -2..<2, seed: 3)
    private static let target = sin(table[.all, 0]) + table[.all, 1] * table[.all, 2]

    @Sendable static func estimator() throws -> (learned: [Tensor], loss: Double?) {
        var model = MLPRegressor(hiddenLayerSizes: [50, 50], maxIter: 20, randomState: 5)
        try model.fit(table, target)
        return (model.coefs + model.intercepts, model.lossCurve.last)
    }

    @Sendable private static func tabular() throws -> (learned: [Tensor], loss: Double?) {
        var model = TabularRegressor(maxEpochs: 6, randomState: 5)
        try model.fit(table, target)
        return ([try model.predict(table), model.outOfFold], nil)
    }

    @Sendable private static func gaussianProcess() throws -> (learned: [Tensor], loss: Double?) {
        var model = GaussianProcessRegressor(kernel: .constant(1) * .rbf(lengthScale: 1) + .white(noise: 0.1))
        let x = table.sliced(0..<240)
        try model.fit(x, target.sliced(0..<240))
        return ([try model.predict(table)], nil)
    }
}

/// The bits of tensors as one number (FNV-1a).
func fingerprint(_ tensors: [Tensor]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for tensor in tensors {
        tensor.withUnsafeBytes { for byte in $0 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 } }
    }
    return String(hash, radix: 16)
}
