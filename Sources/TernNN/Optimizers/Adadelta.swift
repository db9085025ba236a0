import TernCore

/// Steps in the units of the parameters, from running means of squared gradients and of squared steps.
///
/// ```swift
/// let descent = minimise(from: 10, optimizer: Adadelta(learningRate: 1), steps: 20) { x in x * x }
/// descent.last.value < 100                // true: slowly at first, since no steps have been seen
/// ```
///
/// Source: Zeiler, "ADADELTA: An adaptive learning rate method", 2012 (arXiv:1212.5701).
public struct Adadelta: Optimizer {
    /// A factor of the step, by default Keras's 0.001; the paper has 1.
    public var learningRate: LearningRate
    /// The share of what is kept of both means, from 0 to 1, by default 0.95; what is added to both, 0 or more, by
    /// default 1e-7.
    public var rho: Double, epsilon: Double

    /// Defaults are Keras's; numbers out of their range end the program.
    public init(learningRate: LearningRate = 1e-3, rho: Double = 0.95, epsilon: Double = 1e-7) {
        ArgumentRange.share.check("Adadelta", ["rho": rho])
        ArgumentRange.notNegative.check("Adadelta", ["epsilon": epsilon])
        self.learningRate = learningRate
        self.rho = rho
        self.epsilon = epsilon
    }

    /// The means of squared gradients and of squared steps.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        [layout.filled(), layout.filled()]
    }

    /// The gradient times the root of the steps' mean square by that of the gradients'.
    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let (oldGradients, oldMoves, rate) = (s.slots[0], s.slots[1], s.scalars[0])
        let gradients = rho * oldGradients + (1 - rho) * square(s.gradient)
        let move = sqrt(oldMoves + epsilon) * s.gradient / sqrt(gradients + epsilon)
        return (s.parameters - rate * move, [gradients, rho * oldMoves + (1 - rho) * square(move)])
    }
}
