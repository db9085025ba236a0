import TernCore

/// Gradient descent, with momentum if asked for.
///
/// ```swift
/// let descent = minimise(from: 10, optimizer: SGD(learningRate: 0.25), steps: 2) { x in x * x }
/// descent.coordinate(0)                   // [10.0, 5.0, 2.5]
/// ```
///
/// With momentum μ and rate η the velocity becomes v ← μ v − η g and the parameters p ← p + v, or with Nesterov's
/// look-ahead p ← p + μ v − η g.
///
/// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013; as in
/// Keras and scikit-learn.
public struct SGD: Optimizer {
    /// η, by default Keras's 0.01.
    public var learningRate: LearningRate
    /// μ, from 0 (the default: none) to 1.
    public var momentum: Double
    /// Whether the step looks ahead of the momentum; without momentum it makes no difference.
    public var nesterov: Bool

    /// Defaults are Keras's; numbers out of their range end the program.
    public init(learningRate: LearningRate = 0.01, momentum: Double = 0, nesterov: Bool = false) {
        ArgumentRange.share.check("SGD", ["momentum": momentum])
        self.learningRate = learningRate
        self.momentum = momentum
        self.nesterov = nesterov
    }

    /// The velocity, where there is momentum.
    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        momentum == 0 ? [] : [layout.filled()]
    }

    /// The step of the formula above.
    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let move = s.scalars[0] * s.gradient
        guard momentum != 0 else { return (s.parameters - move, []) }
        let velocity = momentum * s.slots[0] - move
        return (s.parameters + (nesterov ? momentum * velocity - move : velocity), [velocity])
    }
}
