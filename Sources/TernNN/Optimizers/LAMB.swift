import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Adam's direction, for each parameter as long as the parameter itself times the rate.
///
/// Source: You et al., "Large batch optimization for deep learning: Training BERT in 76 minutes", ICLR 2020.
public struct LAMB: Optimizer {
    public var learningRate: LearningRate
    public var beta1: Double, beta2: Double, epsilon: Double

    public init(learningRate: LearningRate = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7) {
        ArgumentRange.partialShare.check("LAMB", ["beta1": beta1, "beta2": beta2])
        ArgumentRange.notNegative.check("LAMB", ["epsilon": epsilon])
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        [layout.filled(), layout.filled()]
    }

    public func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        emit(learningRate)
        emit(1 - pow(beta1, Double(step)))
        emit(1 - pow(beta2, Double(step)))
    }

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
