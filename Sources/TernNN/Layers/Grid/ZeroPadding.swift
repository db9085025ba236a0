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
        x.padded([.zero] + Rank.margins(padding, "padding") + [.zero])
    }
}
