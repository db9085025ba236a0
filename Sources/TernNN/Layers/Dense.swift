import TernCore

/// A fully connected layer: activation(x · kernel + bias) over the last axis.
///
/// ```swift
/// let y = Dense(32, activation: .relu)(Tensor.zeros([8, 16]))   // [8, 32]
/// ```
///
/// Input [batch, ..., n], output [batch, ..., units].
public final class Dense: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// How many numbers the last axis of the output has.
    public let units: Int
    /// What is applied to the sums.
    public let activation: Activation
    /// Whether the bias is added.
    public let usesBias: Bool
    /// How kernel and bias begin and what holds them; `.glorotUniform` and `.zeros` where nothing else was said.
    public let kernelSettings: WeightSettings, biasSettings: WeightSettings
    /// [n, units].
    @Weight public var kernel: Tensor
    /// [units].
    @Weight public var bias: Tensor

    /// A layer of `units` outputs, each connected with all inputs.
    public init(
        _ units: Int, activation: Activation = .linear, usesBias: Bool = true,
        kernel: WeightSettings = .init(), bias: WeightSettings = .init(), name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.units = units
        self.activation = activation
        self.usesBias = usesBias
        kernelSettings = kernel.defaulting(to: .glorotUniform)
        biasSettings = bias.defaulting(to: .zeros)
    }

    /// The input must have a batch and a last axis, of the length it was built for.
    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = sizeComplaint(units, "units") { return complaint }
        if inputShape.count < 2 { return "it wants [batch, ..., features]" }
        guard info.isBuilt, inputShape.last != kernel.shape[0] else { return nil }
        return "it was built for \(kernel.shape[0]) features in the last axis and got \(inputShape.last!)"
    }

    /// Makes kernel and bias for the last axis of this shape.
    public func build(_ inputShape: [Int]) {
        $kernel.make("kernel", [inputShape.last!, units], kernelSettings, in: self)
        guard usesBias else { return }
        $bias.make("bias", [units], biasSettings, in: self)
    }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }

    /// activation(x · kernel + bias), [batch, ..., units].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let y = matmul(x, kernel)
        return activation(usesBias ? y + bias : y)
    }
}
