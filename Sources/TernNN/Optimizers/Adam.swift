import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// η √(1 − β₂ᵗ) / (1 − β₁ᵗ): the rate with what corrects for means that began at 0.
func correctedRate(_ rate: Double, _ beta1: Double, _ beta2: Double, _ step: Int) -> Double {
    rate * (1 - pow(beta2, Double(step))).squareRoot() / (1 - pow(beta1, Double(step)))
}

/// Adam: steps scaled by running means of the gradient and of its square.
///
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε).
/// With `amsgrad` the largest v so far stands for v.
///
/// Source: Kingma and Ba, "Adam: A method for stochastic optimization", ICLR 2015
/// (section 2, the efficient form), as in Keras and scikit-learn; Reddi et al., "On the convergence of
/// Adam and beyond", ICLR 2018. Keras's default for `epsilon` is 1e-7, scikit-learn's 1e-8.
public struct Adam: Optimizer {
    public var learningRate: LearningRate
    public var beta1: Double, beta2: Double
    public var epsilon: Double
    public var amsgrad: Bool

    public init(
        learningRate: LearningRate = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
        amsgrad: Bool = false
    ) {
        ArgumentRange.partialShare.check("Adam", ["beta1": beta1, "beta2": beta2])
        ArgumentRange.notNegative.check("Adam", ["epsilon": epsilon])
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.amsgrad = amsgrad
    }

    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        Array(repeating: layout.filled(), count: amsgrad ? 3 : 2)
    }

    public func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        emit(correctedRate(learningRate, beta1, beta2, step))
    }

    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let mean = beta1 * s.slots[0] + (1 - beta1) * s.gradient
        let variance = beta2 * s.slots[1] + (1 - beta2) * square(s.gradient)
        let largest = amsgrad ? maximum(s.slots[2], variance) : variance
        return (
            s.parameters - s.scalars[0] * mean / (sqrt(largest) + epsilon),
            [mean, variance] + (amsgrad ? [largest] : [])
        )
    }
}

/// Adam with decay of the weights apart from the gradient.
///
/// Source: Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019.
public func AdamW(
    learningRate: LearningRate = 1e-3, weightDecay: Double = 0.004, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, amsgrad: Bool = false
) -> some Optimizer {
    Adam(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad).decayingWeights(
        by: weightDecay)
}

/// Adam with the largest gradient, slowly forgotten, for the mean of its square.
///
/// Source: Kingma and Ba, ICLR 2015 (section 7).
public struct Adamax: Optimizer {
    public var learningRate: LearningRate
    public var beta1: Double, beta2: Double, epsilon: Double

    public init(learningRate: LearningRate = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7) {
        ArgumentRange.partialShare.check("Adamax", ["beta1": beta1, "beta2": beta2])
        ArgumentRange.notNegative.check("Adamax", ["epsilon": epsilon])
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        [layout.filled(), layout.filled()]
    }

    public func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        emit(learningRate / (1 - pow(beta1, Double(step))))
    }

    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let mean = beta1 * s.slots[0] + (1 - beta1) * s.gradient
        let largest = maximum(beta2 * s.slots[1], abs(s.gradient))
        return (s.parameters - s.scalars[0] * mean / (largest + epsilon), [mean, largest])
    }
}

/// Adam with Nesterov's look-ahead.
///
/// Source: Dozat, "Incorporating Nesterov momentum into Adam", 2016; Keras's schedule of the momentum,
/// μₜ = β₁ (1 − 0.96ᵗ / 2).
public struct Nadam: Optimizer {
    public var learningRate: LearningRate
    public var beta1: Double, beta2: Double, epsilon: Double

    public init(learningRate: LearningRate = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7) {
        ArgumentRange.partialShare.check("Nadam", ["beta1": beta1, "beta2": beta2])
        ArgumentRange.notNegative.check("Nadam", ["epsilon": epsilon])
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    /// The third holds the product of all momenta so far.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        [layout.filled(), layout.filled(), Tensor(repeating: 1, shape: [1], dtype: layout.dtype)]
    }

    private func momentum(_ step: Int) -> Double { beta1 * (1 - 0.5 * pow(0.96, Double(step))) }

    public func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        emit(learningRate)
        emit(momentum(step))
        emit(momentum(step + 1))
        emit(1 - pow(beta2, Double(step)))
    }

    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let (now, next) = (s.scalars[1], s.scalars[2])
        let product = s.slots[2] * now
        let mean = beta1 * s.slots[0] + (1 - beta1) * s.gradient
        let variance = beta2 * s.slots[1] + (1 - beta2) * square(s.gradient)
        let ahead = next / (1 - product * next) * mean + (1 - now) / (1 - product) * s.gradient
        return (
            s.parameters - s.scalars[0] * ahead / (sqrt(variance / s.scalars[3]) + epsilon), [mean, variance, product]
        )
    }
}
