import TernCore

/// A fully connected layer: activation(x · kernel + bias) over the last axis.
///
/// ```swift
/// let y = Dense(32, activation: .relu)(Tensor.zeros([8, 16]))   // [8, 32]
/// ```
///
/// Input [batch, ..., n], output [batch, ..., units].
public final class Dense: UnaryLayer {
    public let info: LayerInfo
    public let units: Int
    public let activation: Activation
    public let usesBias: Bool
    public let kernelSettings: WeightSettings, biasSettings: WeightSettings
    @Weight public var kernel: Tensor
    @Weight public var bias: Tensor

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

    public func complaint(about inputShape: [Int]) -> String? {
        if inputShape.count < 2 { return "it wants [batch, ..., features]" }
        guard info.isBuilt, inputShape.last != kernel.shape[0] else { return nil }
        return "it was built for \(kernel.shape[0]) features in the last axis and got \(inputShape.last!)"
    }

    public func build(_ inputShape: [Int]) {
        $kernel.make("kernel", [inputShape.last!, units], kernelSettings, in: self)
        guard usesBias else { return }
        $bias.make("bias", [units], biasSettings, in: self)
    }

    public var supportsMasking: Bool { true }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let y = matmul(x, kernel)
        return activation(usesBias ? y + bias : y)
    }
}
