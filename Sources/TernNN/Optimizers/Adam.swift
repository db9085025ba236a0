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
/// ```swift
/// let first = minimise(from: 10, optimizer: Adam(learningRate: 0.1), steps: 1) { x in x * x }
/// first.coordinate(0)                     // [10.0, 9.9]: the first step is as long as the rate, up to epsilon
/// ```
///
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε). With `amsgrad` the
/// largest v so far stands for v.
///
/// Source: Kingma and Ba, "Adam: A method for stochastic optimization", ICLR 2015 (section 2, the efficient form), as
/// in Keras and scikit-learn; Reddi et al., "On the convergence of Adam and beyond", ICLR 2018. Keras's default for
/// `epsilon` is 1e-7, scikit-learn's 1e-8.
public struct Adam: Optimizer {
    /// η, by default 0.001.
    public var learningRate: LearningRate
    /// The shares of what is kept of both means, β₁ and β₂, at least 0 and below 1; by default 0.9 and 0.999.
    public var beta1: Double, beta2: Double
    /// ε, 0 or more; by default Keras's 1e-7.
    public var epsilon: Double
    /// Whether the largest mean of squares so far takes the place of the last; by default false.
    public var amsgrad: Bool

    /// Defaults are Keras's; numbers out of their range end the program.
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

    package enum Slot { case mean, variance, largest }
    /// What is kept of each weight, in this order.
    package var slots: [Slot] { [.mean, .variance] + (amsgrad ? [.largest] : []) }

    /// The means of the gradient and of its square, and with `amsgrad` the largest of the latter.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        slots.map { _ in layout.filled() }
    }

    /// η with both corrections for means that began at 0.
    public func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        emit(correctedRate(learningRate, beta1, beta2, step))
    }

    /// The step of the formula above.
    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let (oldMean, oldVariance, rate) = (s.slots[0], s.slots[1], s.scalars[0])
        let mean = beta1 * oldMean + (1 - beta1) * s.gradient
        let variance = beta2 * oldVariance + (1 - beta2) * square(s.gradient)
        let largest = amsgrad ? maximum(s.slots.last!, variance) : variance
        return (
            s.parameters - rate * mean / (sqrt(largest) + epsilon),
            [mean, variance] + (amsgrad ? [largest] : [])
        )
    }
}

/// Adam with decay of the weights apart from the gradient: ``Adam`` with ``Optimizer/decayingWeights(by:except:)``,
/// defaults as in Keras.
///
/// Source: Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019.
///
/// - Parameter weightDecay: the share, times the learning rate, that every weight loses in each step, biases too.
public func AdamW(
    learningRate: LearningRate = 1e-3, weightDecay: Double = 0.004, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, amsgrad: Bool = false
) -> some Optimizer {
    Adam(learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad).decayingWeights(
        by: weightDecay)
}

/// Adam with the largest gradient, slowly forgotten, for the mean of its square.
///
/// ```swift
/// let descent = minimise(from: 10, optimizer: Adamax(learningRate: 0.5), steps: 1) { x in x * x }
/// descent.last.position                   // [9.5], up to epsilon
/// ```
///
/// m as in ``Adam``, u ← max(β₂ u, |g|), p ← p − η / (1 − β₁ᵗ) · m / (u + ε).
///
/// Source: Kingma and Ba, "Adam: A method for stochastic optimization", ICLR 2015 (section 7).
public struct Adamax: Optimizer {
    /// η, by default 0.001.
    public var learningRate: LearningRate
    /// β₁ and β₂, at least 0 and below 1, by default 0.9 and 0.999; ε, 0 or more, by default 1e-7.
    public var beta1: Double, beta2: Double, epsilon: Double

    /// Defaults are Keras's; numbers out of their range end the program.
    public init(learningRate: LearningRate = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7) {
        ArgumentRange.partialShare.check("Adamax", ["beta1": beta1, "beta2": beta2])
        ArgumentRange.notNegative.check("Adamax", ["epsilon": epsilon])
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    /// The mean of the gradient, and the largest one.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        [layout.filled(), layout.filled()]
    }

    /// η with the correction for a mean that began at 0.
    public func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        emit(learningRate / (1 - pow(beta1, Double(step))))
    }

    /// The step of the formula above.
    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let (oldMean, oldLargest, rate) = (s.slots[0], s.slots[1], s.scalars[0])
        let mean = beta1 * oldMean + (1 - beta1) * s.gradient
        let largest = maximum(beta2 * oldLargest, abs(s.gradient))
        return (s.parameters - rate * mean / (largest + epsilon), [mean, largest])
    }
}

/// Adam with Nesterov's look-ahead.
///
/// ```swift
/// let descent = minimise(from: 10, optimizer: Nadam(learningRate: 0.1), steps: 5) { x in x * x }
/// descent.last.value < 100                // true
/// ```
///
/// Source: Dozat, "Incorporating Nesterov momentum into Adam", 2016; Keras's schedule of the momentum, μₜ = β₁ (1 −
/// 0.96ᵗ / 2).
public struct Nadam: Optimizer {
    /// The rate, by default 0.001.
    public var learningRate: LearningRate
    /// β₁ and β₂, at least 0 and below 1, by default 0.9 and 0.999; ε, 0 or more, by default 1e-7.
    public var beta1: Double, beta2: Double, epsilon: Double

    /// Defaults are Keras's; numbers out of their range end the program.
    public init(learningRate: LearningRate = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7) {
        ArgumentRange.partialShare.check("Nadam", ["beta1": beta1, "beta2": beta2])
        ArgumentRange.notNegative.check("Nadam", ["epsilon": epsilon])
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    package enum Slot: CaseIterable { case mean, variance, product }

    /// The means of the gradient and of its square, and the product of all momenta so far.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        [layout.filled(), layout.filled(), Tensor(repeating: 1, shape: [1], dtype: layout.dtype)]
    }

    private func momentum(_ step: Int) -> Double { beta1 * (1 - 0.5 * pow(0.96, Double(step))) }

    /// The rate, the momenta of this step and the next, and the correction of the mean of squares.
    public func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        emit(learningRate)
        emit(momentum(step))
        emit(momentum(step + 1))
        emit(1 - pow(beta2, Double(step)))
    }

    /// The step, by the momenta that the schedule gives.
    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let (rate, now, next, correction) = (s.scalars[0], s.scalars[1], s.scalars[2], s.scalars[3])
        let (oldMean, oldVariance, oldProduct) = (s.slots[0], s.slots[1], s.slots[2])
        let product = oldProduct * now
        let mean = beta1 * oldMean + (1 - beta1) * s.gradient
        let variance = beta2 * oldVariance + (1 - beta2) * square(s.gradient)
        let ahead = next / (1 - product * next) * mean + (1 - now) / (1 - product) * s.gradient
        return (
            s.parameters - rate * ahead / (sqrt(variance / correction) + epsilon), [mean, variance, product]
        )
    }
}
