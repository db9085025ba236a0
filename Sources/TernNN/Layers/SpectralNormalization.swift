import TernCore

/// A layer whose kernel is divided in each training step by its spectral norm σ, so that the layer stretches no input.
///
/// ```swift
/// let critic = SpectralNormalization(Conv2D(16, kernelSize: 3))
/// let y = critic(Tensor.ones([4, 9, 9, 2]), training: true)   // [4, 7, 7, 16]
/// ```
///
/// The kernel, as a matrix W of as many columns as outputs, has the norm σ = v W uᵀ, where u, kept from step to step,
/// and v come from `powerIterations` steps of the power method. The kernel itself takes the new value before the layer
/// is called, and the optimiser moves it from there; no gradient flows through σ. That is Keras on TensorFlow and
/// PyTorch. On JAX Keras forgets the new value after each step of `fit`, so that what it predicts with has not been
/// divided; Tern does not follow it there.
///
/// Source: Miyato et al., "Spectral normalization for generative adversarial networks", ICLR 2018.
public final class SpectralNormalization: Layer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    private let box: LayerBox
    /// How many steps of the power method are made in each step of training.
    public let powerIterations: Int
    /// u, [1, outputs]; state.
    @Weight public var vectorU: Tensor

    /// The layer whose kernel is divided.
    public var layer: any Layer { box.layer }

    /// - Parameter layer: one with a kernel or embeddings.
    public init(_ layer: any Layer, powerIterations: Int = 1, name: String? = nil) {
        info = LayerInfo(name: name)
        self.powerIterations = powerIterations
        box = LayerBox(layer)
        if let wrong = complaintAboutSettings { fail("SpectralNormalization: \(wrong)") }
    }

    private var complaintAboutSettings: String? {
        // Each is traced; one or two are usual.
        (1...1000).contains(powerIterations) ? nil : "powerIterations must be from 1 to 1000, not \(powerIterations)"
    }

    /// The layer, by its own name.
    public var children: [(name: String, layer: any Layer)] { [(layer.info.name ?? "layer", layer)] }

    /// What the layer says.
    public func complaint(about inputShapes: [[Int]]) -> String? {
        complaintAboutSettings ?? layer.complaint(about: inputShapes)
    }

    /// The weights that are divided.
    package var kernel: Variable {
        guard let found = layer.ownVariables.first(where: { $0.name == "kernel" || $0.name == "embeddings" }) else {
            fail(
                "layer \(info.name ?? Self.kind): \(type(of: layer).kind) has no kernel and no embeddings to normalise")
        }
        return found
    }

    /// Builds the layer, and draws u.
    public func build(_ inputShapes: [[Int]]) {
        layer.buildOnce(inputShapes)
        $vectorU.make(
            "vector_u", [1, kernel.shape.last!], .truncatedNormal(standardDeviation: 0.02), in: self, isTrainable: false
        )
    }

    /// The layer's outputs; in training its kernel is divided first.
    public func call(_ inputs: [Tensor], _ context: CallContext) -> [Tensor] {
        if context.isTraining { normalize() }
        return layer(inputs, context)
    }

    /// True: each call in training changes the kernel.
    public var mixesExamples: Bool { true }

    private func normalize() {
        let kernel = kernel, value = kernel.value.stoppingGradient()
        let weights = value.reshaped([-1, value.shape.last!])
        var u = vectorU, v = u
        for _ in 0..<powerIterations {
            v = normalized(matmul(u, weights.transposed()))
            u = normalized(matmul(v, weights))
        }
        let norm = matmul(matmul(v, weights), u.transposed()).reshaped([])
        // A kernel of zeros has no direction, and stays.
        let isZero = .!((value .!= 0).any())
        let divided = select(isZero.broadcast(to: value.shape), value, value / norm)
        vectorU = select(isZero.broadcast(to: u.shape), vectorU, u)
        // The difference is 0; the gradient of the new value goes to the old one as it is.
        kernel.value = divided + (kernel.value - value)
    }
}
