import Foundation
import TernNN

/// The chain as a program in Swift, which prints the lengths shown before training, and as the same network in Keras.
struct GradientsCopies: Encodable {
    var swift: String, python: String

    init(_ settings: GradientsSettings) throws {
        _ = try settings.chain()
        swift = Self.swift(settings)
        python = Self.python(settings)
    }

    private static func swift(_ s: GradientsSettings) -> String {
        let method = s.optimizer == .sgd ? "SGD" : "Adam"
        return """
            import Tern

            let chain = DeepChain(
                depth: \(s.depth), width: \(s.width), activation: .named("\(s.activation)")!, normalizes: \(s.normalizes), hasSkips: \(s.skips),
                initializer: .named("\(s.initializer)")!, seed: \(s.seed))
            // Before training: the length of the gradient at each layer, the first one first.
            for (i, norm) in chain.gradientNorms(examples: \(GradientsSettings.examples)).enumerated() { print(i + 1, norm) }

            // Training, on the same examples.
            let model = chain.model()
            var random = Generator(seed: \(UInt64(s.seed) + 1))
            let x = Tensor(random.standardNormal(count: \(GradientsSettings.examples * s.width)), shape: [\(GradientsSettings.examples), \(s.width)]).cast(to: .float32)
            let y = Tensor(random.standardNormal(count: \(GradientsSettings.examples)), shape: [\(GradientsSettings.examples), 1]).cast(to: .float32)
            model.compile(optimizer: \(method)(learningRate: \(s.rate)), loss: .meanSquaredError)
            let history = try model.fit(x, y, batchSize: \(GradientsSettings.examples), epochs: \(s.steps), shuffles: false)
            print(history["loss"].last!)

            """
    }

    private static func python(_ s: GradientsSettings) -> String {
        let seedless =
            "weights and examples are drawn from other streams than Tern's: the picture is the same, the digits are not"
        let drawing =
            [
                "glorot_uniform": "GlorotUniform", "glorot_normal": "GlorotNormal", "he_normal": "HeNormal",
                "he_uniform": "HeUniform", "lecun_normal": "LecunNormal", "lecun_uniform": "LecunUniform",
                "random_normal": "RandomNormal", "orthogonal": "Orthogonal",
            ][s.initializer]!
        let method = s.optimizer == .sgd ? "SGD" : "Adam"
        var block =
            "    z = keras.layers.Dense(\(s.width), kernel_initializer=keras.initializers.\(drawing)(seed=\(s.seed) + i), name=f\"layer{i}\")(y)\n"
        if s.normalizes { block += "    z = keras.layers.BatchNormalization()(z)\n" }
        block += "    z = keras.layers.Activation(\"\(s.activation)\")(z)\n"
        block += s.skips ? "    y = keras.layers.Add()([y, z])\n" : "    y = z\n"
        return """
            # The same network in Keras; \(seedless).
            import os
            os.environ["KERAS_BACKEND"] = "jax"
            import jax
            import keras
            import numpy as np

            random = np.random.default_rng(\(UInt64(s.seed) + 1))
            x = random.standard_normal((\(GradientsSettings.examples), \(s.width))).astype("float32")
            t = random.standard_normal((\(GradientsSettings.examples), 1)).astype("float32")

            first = keras.Input([\(s.width)])
            y = first
            for i in range(1, \(s.depth) + 1):
            \(block)model = keras.Model(first, keras.layers.Dense(1)(y))

            def loss(trainable):
                y, _ = model.stateless_call(trainable, [v.value for v in model.non_trainable_variables], x, training=True)
                return keras.ops.mean(keras.ops.square(y - t))

            def norms():
                slopes = jax.grad(loss)([v.value for v in model.trainable_variables])
                return [float(np.linalg.norm(g)) for v, g in zip(model.trainable_variables, slopes)
                        if v.path.startswith("layer") and v.path.endswith("kernel")]

            print("before training", norms())
            model.compile(optimizer=keras.optimizers.\(method)(\(s.rate)), loss="mean_squared_error")
            history = model.fit(x, t, batch_size=\(GradientsSettings.examples), epochs=\(s.steps), shuffle=False, verbose=0)
            print("loss", history.history["loss"][-1])
            print("after training", norms())

            """
    }
}
