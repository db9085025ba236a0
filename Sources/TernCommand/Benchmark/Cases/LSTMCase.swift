import Tern

/// A recurrent layer, forwards and backwards.
enum LSTMCase: BenchmarkCase {
    static let summary = "an LSTM of 64 units on 60 steps of 64 features, batches of 64, 10 steps of SGD"
    static let peers = ["torch", "torch-compiled", "jax", "keras-jax", "keras-tensorflow"]

    private static func steps(_ isQuick: Bool) -> Int { isQuick ? 4 : 60 }

    static func parts(isQuick: Bool) -> [BenchmarkPart] {
        let product = Double(64 * steps(isQuick)) * 2 * 64 * 256
        // Of the gates: products of inputs and states, of which the inputs alone have no gradient.
        return [BenchmarkPart(name: "training", unit: "10 steps", steps: 10, operations: 10 * (3 * 2 - 1) * product)]
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) -> BenchmarkRun {
        let model = Sequential(input: [steps(setting.isQuick), 64]) { LSTM(64) }
        model.compile(optimizer: SGD(), loss: .meanSquaredError)
        var random = Generator(seed: 0)
        let x = random.normal([640, steps(setting.isQuick), 64]), y = random.normal([640, 64])
        return BenchmarkRun(training: model, x, y, batchSize: 64)
    }
}
