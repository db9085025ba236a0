import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Adam's direction, for each parameter as long as the parameter itself times the rate.
///
/// ```swift
/// let descent = minimise(from: [3, 4], optimizer: LAMB(learningRate: 0.1), steps: 1) { x in square(x).sum() }
/// let move = zip(descent.points[1].position, [3.0, 4.0]).map { $0 - $1 }
/// move[0] * move[0] + move[1] * move[1]   // 0.25: a tenth of the length 5, squared, up to rounding
/// ```
///
/// Source: You et al., "Large batch optimization for deep learning: Training BERT in 76 minutes", ICLR 2020.
public struct LAMB: Optimizer {
    /// The length of a step relative to the parameter's, by default 0.001.
    public var learningRate: LearningRate
    /// The shares of what is kept of both means, at least 0 and below 1, by default 0.9 and 0.999; what is added to the
    /// root, 0 or more, by default 1e-7.
    public var beta1: Double, beta2: Double, epsilon: Double

    /// Defaults are Keras's; numbers out of their range end the program.
    public init(learningRate: LearningRate = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7) {
        ArgumentRange.partialShare.check("LAMB", ["beta1": beta1, "beta2": beta2])
        ArgumentRange.notNegative.check("LAMB", ["epsilon": epsilon])
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    /// The means of the gradient and of its square.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        [layout.filled(), layout.filled()]
    }

    /// The rate, and the corrections of both means.
    public func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        emit(learningRate)
        emit(1 - pow(beta1, Double(step)))
        emit(1 - pow(beta2, Double(step)))
    }

    /// The step; a parameter that is 0 throughout moves by the direction itself.
    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let mean = beta1 * s.slots[0] + (1 - beta1) * s.gradient
        let variance = beta2 * s.slots[1] + (1 - beta2) * square(s.gradient)
        let direction = mean / s.scalars[1] / (sqrt(variance / s.scalars[2]) + epsilon)
        let moved = zip(s.layout.parts(of: s.parameters), s.layout.parts(of: direction)).map { own, way in
            let (size, length) = (sqrt(square(own).sum()), sqrt(square(way).sum()))
            let one = Tensor(repeating: 1, shape: [], dtype: own.dtype)
            let ratio = select((size .> 0) .& (length .> 0), size / maximum(length, 1e-38), one)
            return own - ratio * s.scalars[0] * way
        }
        return (s.layout.joined(moved), [mean, variance])
    }
}
