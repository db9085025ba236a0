import TernCore

/// The largest value over all of a series.
public typealias GlobalMaxPooling1D = GlobalMaxPooling<OneDimension>
/// The largest value over all of an image.
public typealias GlobalMaxPooling2D = GlobalMaxPooling<TwoDimensions>
/// The largest value over all of a volume.
public typealias GlobalMaxPooling3D = GlobalMaxPooling<ThreeDimensions>

/// The mean over all of a series.
public typealias GlobalAveragePooling1D = GlobalAveragePooling<OneDimension>
/// The mean over all of an image.
public typealias GlobalAveragePooling2D = GlobalAveragePooling<TwoDimensions>
/// The mean over all of a volume.
public typealias GlobalAveragePooling3D = GlobalAveragePooling<ThreeDimensions>

/// The largest value of each channel over the whole grid.
///
/// Input [batch, grid, channels], output [batch, channels], or [batch, 1, ..., channels] where
/// dimensions are kept.
public final class GlobalMaxPooling<Rank: GridRank>: UnaryLayer {
    public static var kind: String { "GlobalMaxPooling\(Rank.count)D" }

    public let info: LayerInfo
    public let keepsDimensions: Bool

    public init(keepsDimensions: Bool = false, name: String? = nil) {
        info = LayerInfo(name: name)
        self.keepsDimensions = keepsDimensions
    }

    public func complaint(about inputShape: [Int]) -> String? { Rank.complaint(about: inputShape) }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        x.max(axes: Array(1...Rank.count), keepingDimensions: keepsDimensions)
    }
}

/// The mean of each channel over the whole grid; of a series with a mask, over the steps that count.
///
/// Input [batch, grid, channels], output [batch, channels], or [batch, 1, ..., channels] where
/// dimensions are kept.
public final class GlobalAveragePooling<Rank: GridRank>: UnaryLayer {
    public static var kind: String { "GlobalAveragePooling\(Rank.count)D" }

    public let info: LayerInfo
    public let keepsDimensions: Bool

    public init(keepsDimensions: Bool = false, name: String? = nil) {
        info = LayerInfo(name: name)
        self.keepsDimensions = keepsDimensions
    }

    public func complaint(about inputShape: [Int]) -> String? { Rank.complaint(about: inputShape) }

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
