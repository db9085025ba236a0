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

    /// The mean of squares, with `centered` that of gradients, and with momentum the last step.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        Array(repeating: layout.filled(), count: 1 + (momentum > 0 ? 1 : 0) + (centered ? 1 : 0))
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
