import TernCore

/// Steps that shrink with all gradients so far: p ← p − η g / √(Σ g² + ε).
///
/// Source: Duchi et al., "Adaptive subgradient methods for online learning and stochastic
/// optimization", JMLR 12, 2011.
public struct Adagrad: Optimizer {
    public var learningRate: LearningRate
    public var initialAccumulator: Double, epsilon: Double

    public init(learningRate: LearningRate = 1e-3, initialAccumulator: Double = 0.1, epsilon: Double = 1e-7) {
        ArgumentRange.notNegative.check("Adagrad", ["initialAccumulator": initialAccumulator, "epsilon": epsilon])
        self.learningRate = learningRate
        self.initialAccumulator = initialAccumulator
        self.epsilon = epsilon
    }

    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        [layout.filled(with: initialAccumulator)]
    }

    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let sum = s.slots[0] + square(s.gradient)
        return (s.parameters - s.scalars[0] * s.gradient / sqrt(sum + epsilon), [sum])
    }
}

/// Steps in the units of the parameters, from running means of squared gradients and of squared steps.
///
/// Source: Zeiler, "ADADELTA: An adaptive learning rate method", 2012 (arXiv:1212.5701).
public struct Adadelta: Optimizer {
    public var learningRate: LearningRate
    public var rho: Double, epsilon: Double

    public init(learningRate: LearningRate = 1e-3, rho: Double = 0.95, epsilon: Double = 1e-7) {
        ArgumentRange.share.check("Adadelta", ["rho": rho])
        ArgumentRange.notNegative.check("Adadelta", ["epsilon": epsilon])
        self.learningRate = learningRate
        self.rho = rho
        self.epsilon = epsilon
    }

    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        [layout.filled(), layout.filled()]
    }

    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let gradients = rho * s.slots[0] + (1 - rho) * square(s.gradient)
        let move = sqrt(s.slots[1] + epsilon) * s.gradient / sqrt(gradients + epsilon)
        return (s.parameters - s.scalars[0] * move, [gradients, rho * s.slots[1] + (1 - rho) * square(move)])
    }
}

/// Steps scaled by the root of a running mean of squared gradients.
///
/// With `centered` the variance of the gradient stands for its mean square.
///
/// Source: Hinton, "Neural networks for machine learning", lecture 6e, 2012; as in Keras.
public struct RMSprop: Optimizer {
    public var learningRate: LearningRate
    public var rho: Double, momentum: Double, epsilon: Double
    public var centered: Bool

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

    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        Array(repeating: layout.filled(), count: 1 + (momentum > 0 ? 1 : 0) + (centered ? 1 : 0))
    }

    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let squares = rho * s.slots[0] + (1 - rho) * square(s.gradient)
        var slots = [squares], spread = squares
        if centered {
            let mean = rho * s.slots[1] + (1 - rho) * s.gradient
            spread = squares - square(mean)
            slots.append(mean)
        }
        var move = s.scalars[0] * s.gradient / sqrt(spread + epsilon)
        if momentum > 0 {
            move = momentum * s.slots[slots.count] + move
            slots.append(move)
        }
        return (s.parameters - move, slots)
    }
}
