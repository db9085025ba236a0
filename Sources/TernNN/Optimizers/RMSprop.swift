import TernCore

/// Steps scaled by the root of a running mean of squared gradients.
///
/// ```swift
/// let descent = minimise(from: 10, optimizer: RMSprop(learningRate: 0.1), steps: 50) { x in x * x }
/// descent.last.value < 50                 // true
/// ```
///
/// With `centered` the variance of the gradient stands for its mean square.
///
/// Source: Hinton, "Neural networks for machine learning", lecture 6e, 2012; as in Keras.
public struct RMSprop: Optimizer {
    /// The rate, by default 0.001.
    public var learningRate: LearningRate
    /// The share of what is kept of the mean, from 0 to 1, by default 0.9; the share of the last step that is kept,
    /// from 0 (the default) to 1; what is added under the root, 0 or more, by default 1e-7.
    public var rho: Double, momentum: Double, epsilon: Double
    /// Whether the gradient's mean is taken from its square; by default false.
    public var centered: Bool

    /// Defaults are Keras's; numbers out of their range end the program.
    public init(
        learningRate: LearningRate = 1e-3, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7,
        centered: Bool = false
    ) {
        ArgumentRange.share.check("RMSprop", ["rho": rho, "momentum": momentum])
        ArgumentRange.notNegative.check("RMSprop", ["epsilon": epsilon])
        self.learningRate = learningRate
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered
    }

    package enum Slot { case squares, mean, move }
    /// What is kept of each weight, in this order.
    package var slots: [Slot] { [.squares] + (centered ? [.mean] : []) + (momentum > 0 ? [.move] : []) }

    /// The mean of squares, with `centered` that of gradients, and with momentum the last step.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        slots.map { _ in layout.filled() }
    }

    /// The gradient divided by the root of its mean square, and momentum.
    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        var old = s.slots[...]
        let squares = rho * old.removeFirst() + (1 - rho) * square(s.gradient), rate = s.scalars[0]
        var slots = [squares], spread = squares
        if centered {
            let mean = rho * old.removeFirst() + (1 - rho) * s.gradient
            spread = squares - square(mean)
            slots.append(mean)
        }
        var move = rate * s.gradient / sqrt(spread + epsilon)
        if momentum > 0 {
            move = momentum * old.removeFirst() + move
            slots.append(move)
        }
        return (s.parameters - move, slots)
    }
}
