import TernCore

/// Zeros around series.
///
/// ```swift
/// let y = ZeroPadding1D(2)(Tensor.ones([4, 10, 2]))   // [4, 14, 2]
/// ```
public typealias ZeroPadding1D = ZeroPadding<OneDimension>

/// Zeros around images.
///
/// ```swift
/// let y = ZeroPadding2D(1)(Tensor.ones([4, 6, 9, 2]))   // [4, 8, 11, 2]
/// ```
public typealias ZeroPadding2D = ZeroPadding<TwoDimensions>

/// Zeros around volumes.
///
/// ```swift
/// let y = ZeroPadding3D(1)(Tensor.ones([1, 4, 4, 4, 2]))   // [1, 6, 6, 6, 2]
/// ```
public typealias ZeroPadding3D = ZeroPadding<ThreeDimensions>

/// The inner part of series.
///
/// ```swift
/// let y = Cropping1D([Margin(before: 3, after: 0)])(Tensor.ones([4, 10, 2]))   // [4, 7, 2]
/// ```
public typealias Cropping1D = Cropping<OneDimension>

/// The inner part of images.
///
/// ```swift
/// let y = Cropping2D(1)(Tensor.ones([4, 6, 9, 2]))   // [4, 4, 7, 2]
/// ```
public typealias Cropping2D = Cropping<TwoDimensions>

/// The inner part of volumes.
///
/// ```swift
/// let y = Cropping3D(1)(Tensor.ones([1, 4, 4, 4, 2]))   // [1, 2, 2, 2, 2]
/// ```
public typealias Cropping3D = Cropping<ThreeDimensions>

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

/// Zeros around the grid.
///
/// ```swift
/// let padding = ZeroPadding2D([Margin(before: 1, after: 0), Margin(before: 2, after: 2)])
/// let y = padding(Tensor.ones([1, 4, 4, 1]))   // [1, 5, 8, 1]
/// ```
public final class ZeroPadding<Rank: GridRank>: UnaryLayer {
    /// `ZeroPadding2D` for images, and so on by the number of dimensions.
    public static var kind: String { "ZeroPadding\(Rank.count)D" }

    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// A margin for each dimension, or one for all.
    public let padding: [Margin]

    /// - Parameter padding: a margin for each dimension, or one for all.
    public init(_ padding: [Margin], name: String? = nil) {
        info = LayerInfo(name: name)
        self.padding = padding
    }

    /// The same number of zeros on all sides.
    public convenience init(_ cells: Int = 1, name: String? = nil) {
        self.init([Margin(before: cells, after: cells)], name: name)
    }

    /// The input must be [batch, grid, channels].
    public func complaint(about inputShape: [Int]) -> String? { Rank.complaint(about: inputShape) }

    /// x with zeros around its grid.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        var y = x
        for (d, margin) in Rank.margins(padding, "padding").enumerated() {
            func zeros(_ length: Int) -> Tensor {
                var shape = y.shape
                shape[d + 1] = length
                return .zeros(shape, dtype: y.dtype)
            }
            if margin != .zero { y = .concatenated([zeros(margin.before), y, zeros(margin.after)], axis: d + 1) }
        }
        return y
    }
}

/// The grid without its margins.
///
/// ```swift
/// let y = Cropping2D(1)(Tensor.ones([1, 4, 6, 1]))   // [1, 2, 4, 1]
/// ```
public final class Cropping<Rank: GridRank>: UnaryLayer {
    /// `Cropping2D` for images, and so on by the number of dimensions.
    public static var kind: String { "Cropping\(Rank.count)D" }

    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// What is cut off along each dimension, or one margin for all.
    public let cropping: [Margin]

    /// - Parameter cropping: what to cut off along each dimension, or one margin for all.
    public init(_ cropping: [Margin], name: String? = nil) {
        info = LayerInfo(name: name)
        self.cropping = cropping
    }

    /// The same number of cells from all sides.
    public convenience init(_ cells: Int = 1, name: String? = nil) {
        self.init([Margin(before: cells, after: cells)], name: name)
    }

    /// The input must be [batch, grid, channels], and cells be left of it.
    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = Rank.complaint(about: inputShape) { return complaint }
        if cropping.contains(where: { $0.before < 0 || $0.after < 0 }) {
            return "it cuts off a negative number of cells"
        }
        for (d, margin) in Rank.margins(cropping, "cropping").enumerated()
        where margin.before + margin.after >= inputShape[d + 1] {
            return
                "it cuts \(margin.before) + \(margin.after) cells off dimension \(d + 1), which has \(inputShape[d + 1])"
        }
        return nil
    }

    /// x without the margins of its grid.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        var y = x
        for (d, margin) in Rank.margins(cropping, "cropping").enumerated() {
            y = y.sliced(margin.before..<(y.shape[d + 1] - margin.after), axis: d + 1)
        }
        return y
    }
}

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

    /// The input must be [batch, grid, channels].
    public func complaint(about inputShape: [Int]) -> String? { Rank.complaint(about: inputShape) }

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
