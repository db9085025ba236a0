import TernCore

/// A deep chain of equal layers, to see how gradients fare on their way back.
///
/// ```swift
/// let norms = DeepChain(depth: 8, width: 4, activation: .sigmoid).gradientNorms(examples: 8)
/// norms.count                             // 8, the first layer first
/// norms[0] < norms[7]                     // true: they vanish
/// ```
///
/// Source: Hochreiter, "Untersuchungen zu dynamischen neuronalen Netzen", 1991; Glorot and Bengio, "Understanding the
/// difficulty of training deep feedforward neural networks", AISTATS 2010; He et al., "Deep residual learning for image
/// recognition", CVPR 2016.
public struct DeepChain: Sendable {
    /// The number of layers, 1 or more, and of units in each and in the input.
    public var depth: Int, width: Int
    /// The function behind each layer.
    public var activation: Activation
    /// Whether batch normalisation stands between each layer and its function.
    public var normalizes: Bool
    /// Whether each layer's result is added to its input.
    public var hasSkips: Bool
    /// How the layers' kernels are drawn; by default Glorot's uniform one.
    public var initializer: Initializer
    /// The seed of the weights; the examples are drawn from the next.
    public var seed: UInt64

    /// A chain of 20 layers of 32 units, unless said otherwise.
    public init(
        depth: Int = 20, width: Int = 32, activation: Activation, normalizes: Bool = false, hasSkips: Bool = false,
        initializer: Initializer = .glorotUniform, seed: UInt64 = 0
    ) {
        self.depth = depth
        self.width = width
        self.activation = activation
        self.normalizes = normalizes
        self.hasSkips = hasSkips
        self.initializer = initializer
        self.seed = seed
    }

    /// The network: `depth` layers, each with what was asked for, and a single output.
    public func model() -> Model {
        guard depth > 0, width > 0 else {
            fail("DeepChain: \(depth) layers of \(width) units; there are 1 or more of both")
        }
        let x = Input([width])
        var y = x
        for i in 1...depth {
            let layer = Dense(width, kernel: .init(initializer), name: "layer\(i)")
            var next = layer(y)
            if normalizes { next = BatchNormalization()(next) }
            next = ActivationLayer(activation)(next)
            y = hasSkips ? Add()(y, next) : next
        }
        return Model(inputs: [x], outputs: [Dense(1)(y)], seed: seed)
    }

    /// The length of the gradient of each layer's kernel, the first layer first, for a mean square error on normal
    /// random inputs and targets; the network is as it was drawn.
    public func gradientNorms(examples: Int = 64) -> [Double] {
        let (x, y) = self.examples(examples)
        return Self.gradientNorms(of: model(), x, y)
    }

    /// Normal random inputs and targets, [count, width] and [count, 1], `float32`.
    package func examples(_ count: Int) -> (x: Tensor, y: Tensor) {
        var random = Generator(seed: seed &+ 1)
        let x = Tensor(random.standardNormal(count: count * width), shape: [count, width]).cast(to: .float32)
        let y = Tensor(random.standardNormal(count: count), shape: [count, 1]).cast(to: .float32)
        return (x, y)
    }

    /// The same lengths for a chain's network as it stands, such as after some steps of training.
    package static func gradientNorms(of model: Model, _ x: Tensor, _ y: Tensor) -> [Double] {
        let kernels = model.variables.filter { $0.path.hasPrefix("layer") && $0.path.hasSuffix("kernel") }.map(
            \.variable)
        let all = TracedVariables(model.variables.map(\.variable))
        let slopes = gradient { (values: [Tensor]) in
            all.standing(kernels, for: values) {
                square(model.call([x], CallContext(isTraining: true))[0] - y).mean()
            }
        }(kernels.map(\.value))
        return slopes.map { square($0).sum().item.squareRoot() }
    }
}
