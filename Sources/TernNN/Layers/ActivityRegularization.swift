import TernCore

/// Its input, with a penalty on its size that is added to the loss: (l1 · Σ |x| + l2 · Σ x²) / batch.
///
/// ```swift
/// let model = Sequential(input: [8]) {
///     Dense(32, activation: .relu)
///     ActivityRegularization(l1: 1e-4)   // few of the 32 are to be active
///     Dense(1)
/// }
/// ```
///
/// As in Keras the penalty is divided by the number of examples in the batch, and counts in evaluation too.
public final class ActivityRegularization: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The factor of Σ |x|, and that of Σ x².
    public let l1: Double, l2: Double

    /// A penalty with these factors, which must not be negative.
    public init(l1: Double = 0, l2: Double = 0, name: String? = nil) {
        info = LayerInfo(name: name)
        _ = Regularizer.l1l2(l1: l1, l2: l2)
        self.l1 = l1
        self.l2 = l2
    }

    /// The input must begin with the batch.
    public func complaint(about inputShape: [Int]) -> String? { inputShape.isEmpty ? wantsBatch : nil }

    /// x itself; the penalty goes to the context.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        if x.shape[0] > 0, l1 != 0 || l2 != 0 {
            context.addLoss(Regularizer.l1l2(l1: l1, l2: l2)(x) / Double(x.shape[0]))
        }
        return x
    }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }
    // The steps of a series are no examples to divide by: in TimeDistributed as without it. Keras adds nothing there.

    /// True, so that each step of a series has its own penalty, divided by the batch alone.
    public var mixesExamples: Bool { true }
}
