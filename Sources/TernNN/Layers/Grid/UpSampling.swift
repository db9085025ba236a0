import TernCore

/// Each step of series several times.
///
/// ```swift
/// let y = UpSampling1D(3)(Tensor.ones([4, 10, 2]))   // [4, 30, 2]
/// ```
public typealias UpSampling1D = UpSampling<OneDimension>

/// Each cell of images several times.
///
/// ```swift
/// let y = UpSampling2D([2, 1])(Tensor.ones([4, 6, 9, 2]))   // [4, 12, 9, 2]
/// ```
public typealias UpSampling2D = UpSampling<TwoDimensions>

/// Each cell of volumes several times.
///
/// ```swift
/// let y = UpSampling3D(2)(Tensor.ones([1, 2, 2, 2, 1]))   // [1, 4, 4, 4, 1]
/// ```
public typealias UpSampling3D = UpSampling<ThreeDimensions>

/// A finer grid: each cell repeated, or values between cells by interpolation.
///
/// ```swift
/// let y = UpSampling2D(2, interpolation: .bilinear)(Tensor.zeros([1, 6, 9, 8]))   // [1, 12, 18, 8]
/// ```
///
/// Interpolation takes the centres of cells as their places, as Keras does; see ``Interpolation``.
public final class UpSampling<Rank: GridRank>: UnaryLayer {
    /// `UpSampling2D` for images, and so on by the number of dimensions.
    public static var kind: String { "UpSampling\(Rank.count)D" }

    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// How many cells each becomes along each dimension.
    public let size: WindowSize
    /// How the new cells are filled.
    public let interpolation: Interpolation

    /// A grid finer by `size`; one number stands for all dimensions.
    public init(_ size: WindowSize = 2, interpolation: Interpolation = .nearest, name: String? = nil) {
        info = LayerInfo(name: name)
        self.size = size
        self.interpolation = interpolation
    }

    /// The input must be [batch, grid, channels], and each size above 0.
    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = Rank.complaint(about: inputShape) { return complaint }
        return size.lengths.allSatisfy { $0 > 0 } ? nil : "its size \(size.lengths) is not above 0"
    }

    /// x on the finer grid, [batch, grid · size, channels].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        var y = x
        for (d, factor) in size.along(Rank.count, "size").enumerated() where factor > 1 {
            let (before, n, after) = (y.shape[...d].reduce(1, *), y.shape[d + 1], y.shape[(d + 2)...].reduce(1, *))
            if interpolation == .nearest {
                var shape = y.shape
                shape[d + 1] = n * factor
                y = y.reshaped([before * n, 1, after]).broadcast(to: [before * n, factor, after]).reshaped(shape)
            } else {
                y = resampled(y, axis: d + 1, length: n * factor, interpolation, antialias: false)
            }
        }
        return y
    }
}
