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

    /// How Tern draws a layer's kernel, as lines of a function of NumPy's `random`, `inputs` and `outputs`.
    private static func drawing(_ initializer: String) -> [String] {
        switch initializer {
        case "random_normal": return ["return 0.05 * random.standard_normal((inputs, outputs))"]
        case "orthogonal":
            return [
                "q, r = np.linalg.qr(random.standard_normal((inputs, outputs)).T)", "return q * np.sign(np.diag(r))",
            ]
        default: break
        }
        let fans = ["glorot": "2 / (inputs + outputs)", "he": "2 / inputs", "lecun": "1 / inputs"]
        let words = initializer.split(separator: "_").map(String.init), variance = fans[words[0]]!
        if words[1] == "uniform" {
            return ["bound = np.sqrt(3 * \(variance))", "return random.uniform(-bound, bound, (inputs, outputs))"]
        }
        return [
            "kernel = np.empty((inputs, outputs))",
            "for cell in np.ndindex(kernel.shape):",
            "    kernel[cell] = random.standard_normal()",
            "    while abs(kernel[cell]) > 2:",
            "        kernel[cell] = random.standard_normal()",
            "# What is left of a normal distribution within 2 has this standard deviation.",
            "return np.sqrt(\(variance)) / 0.87962566103423978 * kernel",
        ]
    }

    private static func python(_ s: GradientsSettings) -> String {
        let method = s.optimizer == .sgd ? "SGD" : "Adam"
        var block = "    z = keras.layers.Dense(\(s.width), name=f\"layer{i}\")(y)\n"
        if s.normalizes { block += "    z = keras.layers.BatchNormalization()(z)\n" }
        block += "    z = keras.layers.Activation(\"\(s.activation)\")(z)\n"
        block += s.skips ? "    y = keras.layers.Add()([y, z])\n" : "    y = z\n"
        let drawing = drawing(s.initializer).map { "    \($0)" }.joined(separator: "\n")
        return """
            # The same network in Keras, from the same first weights, which NumPy draws as Tern does.
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
            \(block)model = keras.Model(first, keras.layers.Dense(1, name="output")(y))

            random = np.random.default_rng(\(s.seed))

            def drawn(inputs, outputs):
            \(drawing)

            for layer in model.layers[1:]:
                random.integers(2**63 - 1)  # the key of each layer's noise, of which there is none here
                if layer.name.startswith("layer"):
                    layer.set_weights([drawn(*layer.kernel.shape), np.zeros(\(s.width))])
            bound = np.sqrt(6 / (\(s.width) + 1))
            model.get_layer("output").set_weights([random.uniform(-bound, bound, (\(s.width), 1)), np.zeros(1)])

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
