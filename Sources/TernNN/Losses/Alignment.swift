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

/// Target and prediction of one shape, as a function of both by element needs them; nothing is broadcast.
///
/// Other shapes end with a message: a difference of [n] and [n, 1] would be n x n numbers, whose mean says nothing.
/// Keras broadcasts lengths of 1.
func matched(_ name: String, _ target: Tensor, _ prediction: Tensor) -> (Tensor, Tensor) {
    let (t, p) = aligned(target, prediction)
    guard t.shape == p.shape else {
        fail(
            "\(name): targets of shape \(target.shape) do not fit predictions of shape \(prediction.shape); both are to have one shape"
        )
    }
    return (t, p)
}

/// The numbers of classes beside predictions that have one more axis, that of the classes. A last axis of length 1 is
/// taken away.
func labels(_ name: String, _ target: Tensor, beside prediction: Tensor, axis: Int = -1) -> Tensor {
    var rest = prediction.shape
    let at = place(of: axis, in: rest.count, for: name)
    rest.remove(at: at)
    let labels =
        target.rank == prediction.rank && rest.count < target.rank && target.shape[at] == 1
        ? target.squeezed(axes: [at]) : target
    guard labels.shape == rest else {
        fail(
            "\(name): classes of shape \(target.shape) do not fit predictions of shape \(prediction.shape); they are to have the shape \(rest)"
        )
    }
    return labels
}

/// The numbers of classes as integers, and where they are those of one of `count`: whole numbers from 0 on.
func classes(_ labels: Tensor, of count: Int) -> (numbers: Tensor, exist: Tensor) {
    let numbers = labels.cast(to: .int64), isInside = (numbers .>= 0) .& (numbers .< count)
    return (
        numbers, labels.dtype.isFloatingPoint ? isInside .& (labels .== numbers.cast(to: labels.dtype)) : isInside
    )
}

extension Tensor {
    /// What lies along the first axes of a tensor of `rank`, with axes of length 1 behind them, to be broadcast.
    func leadingAxes(of rank: Int) -> Tensor {
        self.rank < rank ? reshaped(shape + Array(repeating: 1, count: rank - self.rank)) : self
    }
}

/// The product of two factors, of which the shorter one lies along the first axes of the other.
func productOfLeadingAxes(_ a: Tensor, _ b: Tensor) -> Tensor { a.leadingAxes(of: b.rank) * b.leadingAxes(of: a.rank) }

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

/// log(1 + eˣ).
func softplus(_ x: Tensor) -> Tensor { maximum(x, 0) + log1p(exp(-abs(x))) }

/// `x` divided by its Euclidean length along `axis`, the length taken as 1e-7 at least.
func normalized(_ x: Tensor, axis: Int) -> Tensor { normalized(x, axes: [axis]) }

/// `x` divided by its Euclidean length along some axes, or of all of it, the length taken as `shortest` at least.
func normalized(_ x: Tensor, axes: [Int]? = nil, shortest: Double = smallNumber) -> Tensor {
    let x = x * x.factorForSquares(axes: axes)
    return x * reciprocal(sqrt(maximum(square(x).sum(axes: axes, keepingDimensions: true), shortest * shortest)))
}
