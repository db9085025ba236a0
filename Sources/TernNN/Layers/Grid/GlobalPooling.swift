import TernCore

/// The largest value over all of a series.
///
/// ```swift
/// let y = GlobalMaxPooling1D()(Tensor.zeros([4, 10, 2]))   // [4, 2]
/// ```
public typealias GlobalMaxPooling1D = GlobalMaxPooling<OneDimension>

/// The largest value over all of an image.
///
/// ```swift
/// let y = GlobalMaxPooling2D()(Tensor.zeros([4, 12, 18, 2]))   // [4, 2]
/// ```
public typealias GlobalMaxPooling2D = GlobalMaxPooling<TwoDimensions>

/// The largest value over all of a volume.
///
/// ```swift
/// let y = GlobalMaxPooling3D()(Tensor.zeros([1, 4, 6, 8, 2]))   // [1, 2]
/// ```
public typealias GlobalMaxPooling3D = GlobalMaxPooling<ThreeDimensions>

/// The mean over all of a series.
///
/// ```swift
/// let y = GlobalAveragePooling1D()(Tensor.zeros([4, 10, 2]))   // [4, 2]
/// ```
public typealias GlobalAveragePooling1D = GlobalAveragePooling<OneDimension>

/// The mean over all of an image.
///
/// ```swift
/// let y = GlobalAveragePooling2D()(Tensor.zeros([4, 12, 18, 2]))   // [4, 2]
/// ```
public typealias GlobalAveragePooling2D = GlobalAveragePooling<TwoDimensions>

/// The mean over all of a volume.
///
/// ```swift
/// let y = GlobalAveragePooling3D()(Tensor.zeros([1, 4, 6, 8, 2]))   // [1, 2]
/// ```
public typealias GlobalAveragePooling3D = GlobalAveragePooling<ThreeDimensions>

/// The largest value of each channel over the whole grid.
///
/// ```swift
/// let y = GlobalMaxPooling2D()(Tensor.zeros([8, 9, 14, 3]))   // [8, 3]
/// ```
///
/// Input [batch, grid, channels], output [batch, channels], or [batch, 1, ..., channels] where
/// dimensions are kept.
public final class GlobalMaxPooling<Rank: GridRank>: UnaryLayer {
    /// `GlobalMaxPooling2D` for images, and so on by the number of dimensions.
    public static var kind: String { "GlobalMaxPooling\(Rank.count)D" }

    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// Whether the grid stays, with lengths of 1.
    public let keepsDimensions: Bool

    /// The largest value of each channel; with `keepsDimensions` the grid stays, with lengths of 1.
    public init(keepsDimensions: Bool = false, name: String? = nil) {
        info = LayerInfo(name: name)
        self.keepsDimensions = keepsDimensions
    }

    /// The input must be [batch, grid, channels].
    public func complaint(about inputShape: [Int]) -> String? { Rank.complaint(about: inputShape) }

    /// The largest value of each channel, [batch, channels].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.max(axes: Array(1...Rank.count), keepingDimensions: keepsDimensions)
    }
}

/// The mean of each channel over the whole grid; of a series with a mask, over the steps that count.
///
/// ```swift
/// let y = GlobalAveragePooling2D(keepsDimensions: true)(Tensor.zeros([8, 9, 14, 3]))   // [8, 1, 1, 3]
/// ```
///
/// Input [batch, grid, channels], output [batch, channels], or [batch, 1, ..., channels] where
/// dimensions are kept.
public final class GlobalAveragePooling<Rank: GridRank>: UnaryLayer {
    /// `GlobalAveragePooling2D` for images, and so on by the number of dimensions.
    public static var kind: String { "GlobalAveragePooling\(Rank.count)D" }

    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// Whether the grid stays, with lengths of 1.
    public let keepsDimensions: Bool

    /// The mean of each channel; with `keepsDimensions` the grid stays, with lengths of 1.
    public init(keepsDimensions: Bool = false, name: String? = nil) {
        info = LayerInfo(name: name)
        self.keepsDimensions = keepsDimensions
    }

    /// The input must be [batch, grid, channels].
    public func complaint(about inputShape: [Int]) -> String? { Rank.complaint(about: inputShape) }

    /// The mean of each channel, [batch, channels].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let axes = Array(1...Rank.count)
        guard Rank.count == 1, let mask = context.masks.first ?? nil else {
            return x.mean(axes: axes, keepingDimensions: keepsDimensions)
        }
        let counts = mask.maskElements(of: x).cast(to: x.dtype)
        return x.masked(by: mask).sum(axis: 1, keepingDimensions: keepsDimensions)
            / counts.sum(axis: 1, keepingDimensions: keepsDimensions)
    }
}
