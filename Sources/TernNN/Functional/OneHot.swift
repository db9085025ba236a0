import TernCore

/// 1 at the place that each label names along a new `axis` of `count` places, 0 elsewhere; all 0 for a label outside
/// 0..<count.
///
/// ```swift
/// oneHot(Tensor([2, 0]), count: 3)    // [[0, 0, 1], [1, 0, 0]]
/// ```
///
/// As Keras's `one_hot`; fractions of labels are cut off.
public func oneHot(_ labels: Tensor, count: Int, axis: Int = -1, dtype: DType = .float32) -> Tensor {
    guard count >= 0, axis >= -labels.rank - 1, axis <= labels.rank else {
        fail("oneHot: \(count) classes along axis \(axis) of labels of shape \(labels.shape)")
    }
    let labels = labels.cast(to: .int64).expandingDimension(at: axis)
    var shape = [Int](repeating: 1, count: labels.rank)
    shape[place(of: axis, in: labels.rank)] = count
    return (labels .== Tensor.range(0..<count).reshaped(shape)).cast(to: dtype)
}
