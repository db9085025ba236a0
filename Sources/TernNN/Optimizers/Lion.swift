import TernCore

/// Steps of one size, in the direction of the sign of a mix of gradient and momentum.
///
/// Source: Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023.
public struct Lion: Optimizer {
    public var learningRate: LearningRate
    public var beta1: Double, beta2: Double

    public init(learningRate: LearningRate = 1e-3, beta1: Double = 0.9, beta2: Double = 0.99) {
        ArgumentRange.share.check("Lion", ["beta1": beta1, "beta2": beta2])
        ArgumentRange.positive.check("Lion", ["beta1": beta1])
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
    }

    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] { [layout.filled()] }

    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let direction = sign(s.slots[0] * beta1 + s.gradient * (1 - beta1))
        return (s.parameters - s.scalars[0] * direction, [s.slots[0] * beta2 + s.gradient * (1 - beta2)])
    }
}
