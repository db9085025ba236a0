import TernCore

/// The largest value of each window of series.
public typealias MaxPooling1D = MaxPooling<OneDimension>
/// The largest value of each window of images.
public typealias MaxPooling2D = MaxPooling<TwoDimensions>
/// The largest value of each window of volumes.
public typealias MaxPooling3D = MaxPooling<ThreeDimensions>

/// The mean of each window of series.
public typealias AveragePooling1D = AveragePooling<OneDimension>
/// The mean of each window of images.
public typealias AveragePooling2D = AveragePooling<TwoDimensions>
/// The mean of each window of volumes.
public typealias AveragePooling3D = AveragePooling<ThreeDimensions>

/// The largest value of each window, channel by channel.
///
/// ```swift
/// let y = MaxPooling2D(2)(Tensor.zeros([8, 96, 144, 4]))   // [8, 48, 72, 4]
/// ```
///
/// Input [batch, grid, channels], output [batch, places, channels].
public final class MaxPooling<Rank: GridRank>: UnaryLayer {
    public static var kind: String { "MaxPooling\(Rank.count)D" }

    public let info: LayerInfo
    public let poolSize: WindowSize
    /// How far the window moves; by default its size.
    public let strides: WindowSize?
    public let padding: Padding

    public init(_ poolSize: WindowSize = 2, strides: WindowSize? = nil, padding: Padding = .valid, name: String? = nil)
    {
        info = LayerInfo(name: name)
        self.poolSize = poolSize
        self.strides = strides
        self.padding = padding
    }

    public func complaint(about inputShape: [Int]) -> String? {
        Rank.complaint(about: inputShape, window: poolSize, padding: padding)
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let size = poolSize.along(Rank.count, "poolSize"), strides = strides?.along(Rank.count, "strides") ?? size
        let margins = padding.margins(
            grid: Array(x.shape[1...Rank.count]), window: size, strides: strides, dilations: size.map { _ in 1 })
        return pooling(x, maximum: true, size: size, strides: strides, margins: margins)
    }
}

/// The mean of each window, channel by channel; cells that padding adds do not count.
///
/// ```swift
/// let y = AveragePooling2D(2)(Tensor.zeros([8, 96, 144, 4]))   // [8, 48, 72, 4]
/// ```
///
/// Input [batch, grid, channels], output [batch, places, channels].
public final class AveragePooling<Rank: GridRank>: UnaryLayer {
    public static var kind: String { "AveragePooling\(Rank.count)D" }

    public let info: LayerInfo
    public let poolSize: WindowSize
    /// How far the window moves; by default its size.
    public let strides: WindowSize?
    public let padding: Padding

    public init(_ poolSize: WindowSize = 2, strides: WindowSize? = nil, padding: Padding = .valid, name: String? = nil)
    {
        info = LayerInfo(name: name)
        self.poolSize = poolSize
        self.strides = strides
        self.padding = padding
    }

    public func complaint(about inputShape: [Int]) -> String? {
        Rank.complaint(about: inputShape, window: poolSize, padding: padding)
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let size = poolSize.along(Rank.count, "poolSize"), strides = strides?.along(Rank.count, "strides") ?? size
        let margins = padding.margins(
            grid: Array(x.shape[1...Rank.count]), window: size, strides: strides, dilations: size.map { _ in 1 })
        return pooling(x, maximum: false, size: size, strides: strides, margins: margins)
    }
}
