import TernCore

/// Gradient descent, with momentum if asked for.
///
/// With momentum μ and rate η the velocity becomes v ← μ v − η g and the parameters
/// p ← p + v, or with Nesterov's look-ahead p ← p + μ v − η g.
///
/// Source: Sutskever et al., "On the importance of initialization and momentum in deep
/// learning", ICML 2013; as in Keras and scikit-learn.
public struct SGD: Optimizer {
    public var momentum: Double
    public var nesterov: Bool

    public init(momentum: Double = 0, nesterov: Bool = false) {
        self.momentum = momentum
        self.nesterov = nesterov
    }

    public var slotCount: Int { momentum == 0 ? 0 : 1 }

    public func update(
        _ parameters: Tensor, gradient: Tensor, slots: [Tensor], rate: Tensor
    ) -> (parameters: Tensor, slots: [Tensor]) {
        let step = rate * gradient
        guard momentum != 0 else { return (parameters - step, []) }
        let velocity = momentum * slots[0] - step
        return (parameters + (nesterov ? momentum * velocity - step : velocity), [velocity])
    }
}
