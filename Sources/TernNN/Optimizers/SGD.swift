import TernCore

/// Gradient descent, with momentum if asked for.
///
/// With momentum μ and rate η the velocity becomes v ← μ v − η g and the parameters
/// p ← p + v, or with Nesterov's look-ahead p ← p + μ v − η g.
///
/// Source: Sutskever et al., "On the importance of initialization and momentum in deep
/// learning", ICML 2013; as in Keras and scikit-learn.
public struct SGD: Optimizer {
    public var learningRate: LearningRate
    public var momentum: Double
    public var nesterov: Bool

    public init(learningRate: LearningRate = 0.01, momentum: Double = 0, nesterov: Bool = false) {
        ArgumentRange.share.check("SGD", ["momentum": momentum])
        self.learningRate = learningRate
        self.momentum = momentum
        self.nesterov = nesterov
    }

    public func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        momentum == 0 ? [] : [layout.filled()]
    }

    public func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        let move = s.scalars[0] * s.gradient
        guard momentum != 0 else { return (s.parameters - move, []) }
        let velocity = momentum * s.slots[0] - move
        return (s.parameters + (nesterov ? momentum * velocity - move : velocity), [velocity])
    }
}
