import TernCore

/// Its input, with a penalty on its size that is added to the loss: (l1 · Σ |x| + l2 · Σ x²) / batch.
///
/// ```swift
/// Dense(32, activation: .relu)
/// ActivityRegularization(l1: 1e-4)        // few of the 32 are to be active
/// ```
///
/// As in Keras the penalty is divided by the number of examples in the batch, and counts in evaluation too.
public final class ActivityRegularization: UnaryLayer {
    public let info: LayerInfo
    public let l1: Double, l2: Double

    public init(l1: Double = 0, l2: Double = 0, name: String? = nil) {
        info = LayerInfo(name: name)
        _ = Regularizer.l1l2(l1: l1, l2: l2)
        self.l1 = l1
        self.l2 = l2
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        if x.shape[0] > 0, l1 != 0 || l2 != 0 {
            context.addLoss(Regularizer.l1l2(l1: l1, l2: l2)(x) / Double(x.shape[0]))
        }
        return x
    }

    public var supportsMasking: Bool { true }
    // The steps of a series are no examples to divide by: in TimeDistributed as without it. Keras adds nothing there.
    public var mixesExamples: Bool { true }
}
