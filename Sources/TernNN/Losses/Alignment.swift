import TernCore

// How targets, predictions and weights of different ranks meet, and small pieces that losses
// and metrics share.

/// Keras's epsilon, which keeps logarithms and quotients finite.
let smallNumber = 1e-7

/// Two tensors brought to one rank where they differ by a last axis of length 1.
///
/// [n] beside [n, 1] becomes [n, 1]; of higher ranks the last axis is dropped.
func aligned(_ a: Tensor, _ b: Tensor, expandingVectors: Bool = true) -> (Tensor, Tensor) {
    if a.rank == b.rank + 1, a.shape.last == 1 {
        return b.rank == 1 && expandingVectors
            ? (a, b.expandingDimension(at: -1)) : (a.squeezed(axes: [-1]), b)
    }
    if b.rank == a.rank + 1, b.shape.last == 1 {
        return a.rank == 1 && expandingVectors
            ? (a.expandingDimension(at: -1), b) : (a, b.squeezed(axes: [-1]))
    }
    return (a, b)
}

/// `x` between the limits; at a limit itself the gradient is a half.
func clip(_ x: Tensor, _ low: Double, _ high: Double) -> Tensor { minimum(maximum(x, low), high) }

/// a / b, 0 where b is 0, with finite gradients.
func divideOrZero(_ a: Tensor, _ b: Tensor) -> Tensor {
    let isZero = b .== 0
    return select(isZero, constant(0, like: a), a / select(isZero, constant(1, like: b), b))
}

/// One number of the other tensor's type.
func constant(_ value: Double, like other: Tensor) -> Tensor {
    Tensor(repeating: value, shape: [], dtype: other.dtype)
}

/// 1 at the place that each label names along a new `axis`, 0 elsewhere; all 0 for a label outside 0..<count.
func oneHot(_ labels: Tensor, count: Int, axis: Int = -1, dtype: DType) -> Tensor {
    let labels = labels.cast(to: .int64).expandingDimension(at: axis)
    var shape = [Int](repeating: 1, count: labels.rank)
    shape[axis < 0 ? axis + labels.rank : axis] = count
    return (labels .== Tensor.range(0..<count).reshaped(shape)).cast(to: dtype)
}

/// log(1 + eˣ).
func softplus(_ x: Tensor) -> Tensor { maximum(x, 0) + log1p(exp(-abs(x))) }

/// `x` divided by its Euclidean length along `axis`, the length taken as 1e-7 at least.
func normalized(_ x: Tensor, axis: Int) -> Tensor { normalized(x, axes: [axis]) }

/// `x` divided by its Euclidean length along some axes, or of all of it, the length taken as `shortest` at least.
func normalized(_ x: Tensor, axes: [Int]? = nil, shortest: Double = smallNumber) -> Tensor {
    x * reciprocal(sqrt(maximum(square(x).sum(axes: axes, keepingDimensions: true), shortest * shortest)))
}
