import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How the cells of a grid are filled from those of another.
///
/// ```swift
/// let picture = Tensor([0.0, 4], shape: [1, 2, 1])                                // [height, width, channels]
/// resize(picture, height: 1, width: 4).flattened()                                // [0, 1, 3, 4]
/// resize(picture, height: 1, width: 4, interpolation: .nearest).flattened()       // [0, 0, 4, 4]
/// ```
public enum Interpolation: String, Sendable, Codable, CaseIterable {
    /// The cell that a place lies in.
    case nearest
    /// A straight line between the centres of two cells along each dimension.
    case bilinear
    /// A cubic through four. Source: Keys, "Cubic convolution interpolation for digital image processing", IEEE
    /// Transactions on Acoustics, Speech, and Signal Processing 29, 1981, with a = −0.5.
    case bicubic
    /// Six cells, weighted by a sinc that another sinc cuts off. Source: Duchon, "Lanczos filtering in one and two
    /// dimensions", Journal of Applied Meteorology 18, 1979.
    case lanczos3
    /// Ten cells, weighted in the same way.
    case lanczos5

    /// The weight of a cell whose centre is x ≥ 0 cells away.
    fileprivate func weight(_ x: Double) -> Double {
        switch self {
        case .nearest: x < 0.5 ? 1 : 0
        case .bilinear: max(0, 1 - x)
        case .bicubic:
            x >= 2 ? 0 : x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1
        case .lanczos3: Self.lanczos(3, x)
        case .lanczos5: Self.lanczos(5, x)
        }
    }

    private static func lanczos(_ radius: Double, _ x: Double) -> Double {
        x > radius ? 0 : x > 1e-3 ? radius * sin(.pi * x) * sin(.pi * x / radius) / (.pi * .pi * x * x) : 1
    }
}

/// Images [batch, height, width, channels], or one without the batch, on a grid of another height and width.
///
/// ```swift
/// resize(Tensor.ones([8, 96, 144, 3]), height: 48, width: 72, interpolation: .bicubic).shape   // [8, 48, 72, 3]
/// ```
///
/// Both grids cover the same area, and cells have their values at their centres; at the edges the weights of the cells
/// that are there are scaled to 1. With `antialias` a coarser grid averages over as many cells as fall into one of its
/// own. Numbers are those of `keras.ops.image.resize`.
public func resize(
    _ images: Tensor, height: Int, width: Int, interpolation: Interpolation = .bilinear, antialias: Bool = false
) -> Tensor {
    guard images.rank == 3 || images.rank == 4 else {
        fail(
            "resize: it wants images [batch, height, width, channels] or [height, width, channels], not \(images.shape)"
        )
    }
    guard height > 0, width > 0, images.shape[images.rank - 3] > 0, images.shape[images.rank - 2] > 0 else {
        fail("resize: images of shape \(images.shape) cannot take the height \(height) and the width \(width)")
    }
    let axis = images.rank - 3
    return resampled(
        resampled(images, axis: axis, length: height, interpolation, antialias: antialias),
        axis: axis + 1, length: width, interpolation, antialias: antialias)
}

/// `x` with another number of cells along an axis.
func resampled(_ x: Tensor, axis: Int, length: Int, _ interpolation: Interpolation, antialias: Bool) -> Tensor {
    let n = x.shape[axis]
    if n == length { return x }
    MachineMemory.require(
        checkedProduct(interpolation == .nearest ? [length, 32] : [n, length, 16]),
        for: "resizing \(n) cells to \(length)")
    if interpolation == .nearest {
        // In single precision, as Keras has it.
        return x.taking(Tensor((0..<length).map { Int((Float($0) + 0.5) * Float(n) / Float(length)) }), axis: axis)
    }
    let x = x.dtype.isFloatingPoint ? x : x.cast(to: .float32)
    let weights = resamplingWeights(n, length, interpolation, antialias: antialias).cast(to: x.dtype)
    // The axis goes to the end, so that it is one product of matrices.
    let order = x.shape.indices.filter { $0 != axis } + [axis]
    var back = order
    for (i, place) in order.enumerated() { back[place] = i }
    return matmul(x.transposed(order), weights).transposed(back)
}

/// The share of each of n cells in each of `length` new ones, [n, length]; the shares of a new cell add up to 1.
private func resamplingWeights(_ n: Int, _ length: Int, _ interpolation: Interpolation, antialias: Bool) -> Tensor {
    let ratio = Double(n) / Double(length), width = antialias ? max(ratio, 1) : 1
    var values = [Double](repeating: 0, count: n * length)
    for i in 0..<length {
        let place = (Double(i) + 0.5) * ratio - 0.5
        let shares = (0..<n).map { interpolation.weight(abs(place - Double($0)) / width) }, total = shares.reduce(0, +)
        for (j, share) in shares.enumerated() { values[j * length + i] = share / total }
    }
    return Tensor(values, shape: [n, length])
}
