import TernCore

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
