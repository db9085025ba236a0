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
    public let kernelInitializer: Initializer, biasInitializer: Initializer
    public let kernelRegularizer: Regularizer?, biasRegularizer: Regularizer?
    public let kernelConstraint: Constraint?, biasConstraint: Constraint?
    @Weight public var kernel: Tensor
    @Weight public var bias: Tensor

    public init(
        _ units: Int, activation: Activation = .linear, usesBias: Bool = true,
        kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
        kernelRegularizer: Regularizer? = nil, biasRegularizer: Regularizer? = nil,
        kernelConstraint: Constraint? = nil, biasConstraint: Constraint? = nil, name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.units = units
        self.activation = activation
        self.usesBias = usesBias
        self.kernelInitializer = kernelInitializer
        self.biasInitializer = biasInitializer
        self.kernelRegularizer = kernelRegularizer
        self.biasRegularizer = biasRegularizer
        self.kernelConstraint = kernelConstraint
        self.biasConstraint = biasConstraint
    }

    public func complaint(about inputShape: [Int]) -> String? {
        if inputShape.count < 2 { return "it wants [batch, ..., features]" }
        guard info.isBuilt, inputShape.last != kernel.shape[0] else { return nil }
        return "it was built for \(kernel.shape[0]) features in the last axis and got \(inputShape.last!)"
    }

    public func build(_ inputShape: [Int]) {
        $kernel.make(
            "kernel", [inputShape.last!, units], kernelInitializer, in: self, regularizer: kernelRegularizer,
            constraint: kernelConstraint)
        guard usesBias else { return }
        $bias.make("bias", [units], biasInitializer, in: self, regularizer: biasRegularizer, constraint: biasConstraint)
    }

    public var supportsMasking: Bool { true }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let y = matmul(x, kernel)
        return activation(usesBias ? y + bias : y)
    }
}
