import TernCore

/// Zeros around series.
public typealias ZeroPadding1D = ZeroPadding<OneDimension>
/// Zeros around images.
public typealias ZeroPadding2D = ZeroPadding<TwoDimensions>
/// Zeros around volumes.
public typealias ZeroPadding3D = ZeroPadding<ThreeDimensions>
/// The inner part of series.
public typealias Cropping1D = Cropping<OneDimension>
/// The inner part of images.
public typealias Cropping2D = Cropping<TwoDimensions>
/// The inner part of volumes.
public typealias Cropping3D = Cropping<ThreeDimensions>
/// Each step of series several times.
public typealias UpSampling1D = UpSampling<OneDimension>
/// Each cell of images several times.
public typealias UpSampling2D = UpSampling<TwoDimensions>
/// Each cell of volumes several times.
public typealias UpSampling3D = UpSampling<ThreeDimensions>

/// Zeros around the grid.
///
/// ```swift
/// let y = ZeroPadding2D([Margin(before: 1, after: 0), Margin(before: 2, after: 2)])(x)
/// ```
public final class ZeroPadding<Rank: GridRank>: UnaryLayer {
    public static var kind: String { "ZeroPadding\(Rank.count)D" }

    public let info: LayerInfo
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

    public func complaint(about inputShape: [Int]) -> String? { Rank.complaint(about: inputShape) }

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
public final class Cropping<Rank: GridRank>: UnaryLayer {
    public static var kind: String { "Cropping\(Rank.count)D" }

    public let info: LayerInfo
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
/// let y = UpSampling2D(2, interpolation: .bilinear)(Tensor.zeros([1, 24, 36, 8]))   // [1, 48, 72, 8]
/// ```
///
/// Interpolation takes the centres of cells as their places, as Keras does; see ``Interpolation``.
public final class UpSampling<Rank: GridRank>: UnaryLayer {
    public static var kind: String { "UpSampling\(Rank.count)D" }

    public let info: LayerInfo
    public let size: WindowSize
    public let interpolation: Interpolation

    public init(_ size: WindowSize = 2, interpolation: Interpolation = .nearest, name: String? = nil) {
        info = LayerInfo(name: name)
        self.size = size
        self.interpolation = interpolation
    }

    public func complaint(about inputShape: [Int]) -> String? { Rank.complaint(about: inputShape) }

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
