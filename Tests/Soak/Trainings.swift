import Foundation
import Tern

/// Whole trainings, small, of all kinds. What each leaves is its weights or predictions, to the last bit.
struct Trainings {
    /// Trains and returns what was learned, and the last loss where there is one.
    static let all: [(name: String, train: @Sendable () throws -> (learned: [Tensor], loss: Double?))] = [
        ("mlp", mlp), ("wide", wide), ("cnn", cnn), ("lstm", lstm), ("estimator", estimator), ("tabular", tabular),
        ("gp", gaussianProcess),
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
