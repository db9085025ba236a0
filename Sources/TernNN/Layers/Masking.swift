import TernCore

/// Leaves out the steps of a series, [batch, steps, features], all of whose features are `maskValue`.
///
/// ```swift
/// let model = Sequential(input: [10, 3]) {
///     Masking(maskValue: -999)
///     LSTM(8)                     // goes past steps that are all -999
/// }
/// ```
public final class Masking: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// What all features of a step are where it stands for nothing; NaN where they are missing.
    public let maskValue: Double

    /// Leaves out steps of which all features are `maskValue`, which may be NaN (in Keras, that leaves out nothing).
    public init(maskValue: Double = 0, name: String? = nil) {
        info = LayerInfo(name: name)
        self.maskValue = maskValue
    }

    /// x with 0 at the steps that are left out.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.masked(by: mask([x], [])!)
    }

    /// Where a step has a feature that is not `maskValue`, [batch, steps].
    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? {
        (maskValue.isNaN ? .!isNaN(inputs[0]) : inputs[0] .!= maskValue).any(axes: [-1])
    }
}
