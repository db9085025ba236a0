import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Adam's steps with an average of all of them, which takes the place of a schedule: no end of training need be known.
///
/// ```swift
/// let rule = ScheduleFreeAdamW(learningRate: 0.5)
/// let descent = minimise(from: 10, optimizer: rule, steps: 100) { x in x * x }
/// descent.last.value < 1                  // true
/// ```
///
/// Two sequences: z, which the steps move, and x, the mean of all z. Gradients are taken at y = (1 − β₁) z + β₁ x,
/// which the model's weights are. With the warmed-up rate η and v the running mean of g²: z ← z − η g / (√(v / (1 −
/// β₂ᵗ)) + ε), x ← (1 − 1/t) x + z/t.
///
/// As in Keras, training also ends with y; the paper predicts with x = (y − (1 − β₁) z) / β₁. Weight decay is that of
/// ``Optimizer/decayingWeights(by:except:)``, of y.
///
/// Source: Defazio et al., "The road less scheduled", NeurIPS 2024 (arXiv:2405.15682), as in Keras.
public struct ScheduleFreeAdamW: Optimizer {
    /// The rate after the warm-up, by default 0.0025.
    public var learningRate: LearningRate
    /// The average's share of the weights, above 0 and below 1, by default 0.9; the share of what is kept of the mean
    /// of squares, at least 0 and below 1, by default 0.999; ε, 0 or more, by default 1e-8.
    public var beta1: Double, beta2: Double, epsilon: Double
    /// The rate rises evenly from 0 for so many steps, by default none.
    public var warmUpSteps: Int

    /// Defaults are Keras's; numbers out of their range end the program.
    public init(
        learningRate: LearningRate = 0.0025, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        warmUpSteps: Int = 0
    ) {
        ArgumentRange.partialShare.check("ScheduleFreeAdamW", ["beta1": beta1, "beta2": beta2])
        ArgumentRange.notNegative.check("ScheduleFreeAdamW", ["epsilon": epsilon, "warmUpSteps": Double(warmUpSteps)])
        guard beta1 > 0 else {
            fail("ScheduleFreeAdamW: beta1 is \(beta1); weights without a share of the average need plain Adam")
        }
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.warmUpSteps = warmUpSteps
    }

    /// z, which begins at the parameters, and the mean of squares.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        [parameters, layout.filled()]
    }

    /// The warmed-up rate, the correction of the mean of squares, and 1/t.
    public func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        emit(learningRate * (warmUpSteps > 0 ? min(Double(step) / Double(warmUpSteps), 1) : 1))
        emit(1 - pow(beta2, Double(step)))
        emit(1 / Double(step))
    }

    /// The step of the formulas above.
    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let (rate, correction, share) = (s.scalars[0], s.scalars[1], s.scalars[2])
        let variance = beta2 * s.slots[1] + (1 - beta2) * square(s.gradient)
        let moved = s.slots[0] - rate * s.gradient / (sqrt(variance / correction) + epsilon)
        let mean = (s.parameters - (1 - beta1) * s.slots[0]) / beta1
        let newMean = (1 - share) * mean + share * moved
        return ((1 - beta1) * moved + beta1 * newMean, [moved, variance])
    }
}
