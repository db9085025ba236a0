import TernCore

/// Steps of one size, in the direction of the sign of a mix of gradient and momentum.
///
/// ```swift
/// let descent = minimise(from: 3, optimizer: Lion(learningRate: 1), steps: 2) { x in x * x }
/// descent.coordinate(0)                   // [3.0, 2.0, 1.0]
/// ```
///
/// Source: Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023.
public struct Lion: Optimizer {
    /// The size of a step, by default 0.001.
    public var learningRate: LearningRate
    /// The momentum's share in the direction, above 0 and at most 1, by default 0.9; the share of what is kept of the
    /// momentum, from 0 to 1, by default 0.99.
    public var beta1: Double, beta2: Double

    /// Defaults are Keras's; numbers out of their range end the program.
    public init(learningRate: LearningRate = 1e-3, beta1: Double = 0.9, beta2: Double = 0.99) {
        ArgumentRange.share.check("Lion", ["beta1": beta1, "beta2": beta2])
        ArgumentRange.positive.check("Lion", ["beta1": beta1])
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
    }

    /// The momentum.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] { [layout.filled()] }

    /// The step by the sign of β₁ m + (1 − β₁) g, and the momentum β₂ m + (1 − β₂) g.
    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let direction = sign(s.slots[0] * beta1 + s.gradient * (1 - beta1))
        return (s.parameters - s.scalars[0] * direction, [s.slots[0] * beta2 + s.gradient * (1 - beta2)])
    }
}
