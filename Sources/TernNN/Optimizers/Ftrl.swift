import TernCore

/// Follow the regularised leader: sparse weights by an L1 penalty on the whole course.
///
/// ```swift
/// let target = Tensor([0.1, 5])
/// let descent = minimise(from: [0, 0], optimizer: Ftrl(learningRate: 0.5, l1: 1), steps: 3) { x in
///     square(x - target).sum()
/// }
/// descent.last.position[0]                // 0.0: its gradients do not outweigh the penalty
/// descent.last.position[1] > 0.5          // true
/// ```
///
/// Source: McMahan et al., "Ad click prediction: A view from the trenches", KDD 2013; as in Keras.
public struct Ftrl: Optimizer {
    /// The rate, by default 0.001; above 0 where it is used.
    public var learningRate: LearningRate
    /// The exponent of the sum of squared gradients, 0 or less, by default −0.5 (a root); where that sum begins, 0 or
    /// more, by default 0.1.
    public var learningRatePower: Double, initialAccumulator: Double
    /// The penalties' weights, 0 or more, by default 0: on sizes, on squares, and on squares by way of the gradient;
    /// and Keras's `beta`, which is added to the root of the sum of squared gradients.
    public var l1: Double, l2: Double, l2Shrinkage: Double, beta: Double

    /// Defaults are Keras's; numbers out of their range end the program.
    public init(
        learningRate: LearningRate = 1e-3, learningRatePower: Double = -0.5, initialAccumulator: Double = 0.1,
        l1: Double = 0,
        l2: Double = 0, l2Shrinkage: Double = 0, beta: Double = 0
    ) {
        ArgumentRange.notPositive.check("Ftrl", ["learningRatePower": learningRatePower])
        ArgumentRange.notNegative.check(
            "Ftrl",
            ["initialAccumulator": initialAccumulator, "l1": l1, "l2": l2, "l2Shrinkage": l2Shrinkage, "beta": beta])
        self.learningRate = learningRate
        self.learningRatePower = learningRatePower
        self.initialAccumulator = initialAccumulator
        self.l1 = l1
        self.l2 = l2
        self.l2Shrinkage = l2Shrinkage
        self.beta = beta
    }

    /// The sum of squared gradients, and the linear part of what is minimised.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        [layout.filled(with: initialAccumulator), layout.filled()]
    }

    /// The parameters that minimise the course so far with its penalties: 0 where the linear part is no larger than
    /// `l1`.
    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let rate = s.scalars[0]
        func root(_ x: Tensor) -> Tensor { learningRatePower == -0.5 ? sqrt(x) : power(x, -learningRatePower) }
        let sum = s.slots[0] + square(s.gradient)
        let gradient = l2Shrinkage == 0 ? s.gradient : s.gradient + 2 * l2Shrinkage * s.parameters
        let linear = s.slots[1] + gradient - (root(sum) - root(s.slots[0])) / rate * s.parameters
        let curvature = root(sum) / rate + 2 * (l2 + beta / (2 * rate))
        let bounded = minimum(maximum(linear, -l1), l1)
        return ((bounded - linear) / curvature, [sum, linear])
    }
}
