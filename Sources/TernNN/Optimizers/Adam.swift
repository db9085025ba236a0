import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Adam: steps scaled by running means of the gradient and of its square.
///
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε).
///
/// Source: Kingma and Ba, "Adam: A method for stochastic optimization", ICLR 2015
/// (section 2, the efficient form), as in Keras and scikit-learn. Keras's default for
/// `epsilon` is 1e-7, scikit-learn's 1e-8.
public struct Adam: Optimizer {
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double

    public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    public var slotCount: Int { 2 }

    public func rate(atStep step: Int, learningRate: Double) -> Double {
        learningRate * (1 - pow(beta2, Double(step))).squareRoot() / (1 - pow(beta1, Double(step)))
    }

    public func update(
        _ parameters: Tensor, gradient: Tensor, slots: [Tensor], rate: Tensor
    ) -> (parameters: Tensor, slots: [Tensor]) {
        let mean = beta1 * slots[0] + (1 - beta1) * gradient
        let variance = beta2 * slots[1] + (1 - beta2) * square(gradient)
        return (parameters - rate * mean / (sqrt(variance) + epsilon), [mean, variance])
    }
}
