import TernCore

/// Steps that shrink with all gradients so far: p ← p − η g / √(Σ g² + ε).
///
/// ```swift
/// let descent = minimise(from: 10, optimizer: Adagrad(learningRate: 1), steps: 2) { x in x * x }
/// descent.coordinate(0)                   // [10, 9.0001..., 8.3312...]: each step is shorter
/// ```
///
/// Source: Duchi et al., "Adaptive subgradient methods for online learning and stochastic optimization", JMLR 12, 2011.
public struct Adagrad: Optimizer {
    /// η, by default 0.001.
    public var learningRate: LearningRate
    /// Where the sum of squares begins, 0 or more, by default 0.1; ε, 0 or more, by default 1e-7.
    public var initialAccumulator: Double, epsilon: Double

    /// Defaults are Keras's; numbers out of their range end the program.
    public init(learningRate: LearningRate = 1e-3, initialAccumulator: Double = 0.1, epsilon: Double = 1e-7) {
        ArgumentRange.notNegative.check("Adagrad", ["initialAccumulator": initialAccumulator, "epsilon": epsilon])
        self.learningRate = learningRate
        self.initialAccumulator = initialAccumulator
        self.epsilon = epsilon
    }

    /// The sum of squares.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        [layout.filled(with: initialAccumulator)]
    }

    /// The step of the formula above.
    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let (oldSum, rate) = (s.slots[0], s.scalars[0])
        let sum = oldSum + square(s.gradient)
        return (s.parameters - rate * s.gradient / sqrt(sum + epsilon), [sum])
    }
}
