import TernCore

/// The largest value of each window of series.
///
/// ```swift
/// let y = MaxPooling1D()(Tensor.zeros([4, 10, 2]))   // [4, 5, 2]
/// ```
public typealias MaxPooling1D = MaxPooling<OneDimension>

/// The largest value of each window of images.
///
/// ```swift
/// let y = MaxPooling2D([2, 3])(Tensor.zeros([4, 12, 18, 2]))   // [4, 6, 6, 2]
/// ```
public typealias MaxPooling2D = MaxPooling<TwoDimensions>

/// The largest value of each window of volumes.
///
/// ```swift
/// let y = MaxPooling3D()(Tensor.zeros([1, 4, 6, 8, 2]))   // [1, 2, 3, 4, 2]
/// ```
public typealias MaxPooling3D = MaxPooling<ThreeDimensions>

/// The mean of each window of series.
///
/// ```swift
/// let y = AveragePooling1D()(Tensor.zeros([4, 10, 2]))   // [4, 5, 2]
/// ```
public typealias AveragePooling1D = AveragePooling<OneDimension>

/// The mean of each window of images.
///
/// ```swift
/// let y = AveragePooling2D(3, strides: 1)(Tensor.zeros([4, 12, 18, 2]))   // [4, 10, 16, 2]
/// ```
public typealias AveragePooling2D = AveragePooling<TwoDimensions>

/// The mean of each window of volumes.
///
/// ```swift
/// let y = AveragePooling3D()(Tensor.zeros([1, 4, 6, 8, 2]))   // [1, 2, 3, 4, 2]
/// ```
public typealias AveragePooling3D = AveragePooling<ThreeDimensions>

/// The largest value of each window, channel by channel.
///
/// ```swift
/// let y = MaxPooling2D(2)(Tensor.zeros([2, 12, 18, 4]))   // [2, 6, 9, 4]
/// ```
///
/// Input [batch, grid, channels], output [batch, places, channels].
public final class MaxPooling<Rank: GridRank>: UnaryLayer {
    /// `MaxPooling2D` for images, and so on by the number of dimensions.
    public static var kind: String { "MaxPooling\(Rank.count)D" }

    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The window.
    public let poolSize: WindowSize
    /// How far the window moves; by default its size.
    public let strides: WindowSize?
    /// What surrounds the grid; cells that padding adds do not count.
    public let padding: Padding

    /// The largest values of windows; `strides` of nil move a window by its own size.
    public init(_ poolSize: WindowSize = 2, strides: WindowSize? = nil, padding: Padding = .valid, name: String? = nil)
    {
        info = LayerInfo(name: name)
        self.poolSize = poolSize
        self.strides = strides
        self.padding = padding
    }

    /// The input must be [batch, grid, channels] with room for the window.
    public func complaint(about inputShape: [Int]) -> String? {
        Rank.complaint(about: inputShape, window: poolSize, padding: padding)
    }

    /// The largest value of each window, [batch, places, channels].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        pool(x, Rank.count, maximum: true, poolSize, strides, padding)
    }
}

/// The mean of each window, channel by channel; cells that padding adds do not count.
///
/// ```swift
/// let y = AveragePooling2D(2)(Tensor.zeros([2, 12, 18, 4]))   // [2, 6, 9, 4]
/// ```
///
/// Input [batch, grid, channels], output [batch, places, channels].
public final class AveragePooling<Rank: GridRank>: UnaryLayer {
    /// `AveragePooling2D` for images, and so on by the number of dimensions.
    public static var kind: String { "AveragePooling\(Rank.count)D" }

    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The window.
    public let poolSize: WindowSize
    /// How far the window moves; by default its size.
    public let strides: WindowSize?
    /// What surrounds the grid; cells that padding adds do not count.
    public let padding: Padding

    /// The means of windows; `strides` of nil move a window by its own size.
    public init(_ poolSize: WindowSize = 2, strides: WindowSize? = nil, padding: Padding = .valid, name: String? = nil)
    {
        info = LayerInfo(name: name)
        self.poolSize = poolSize
        self.strides = strides
        self.padding = padding
    }

    /// The input must be [batch, grid, channels] with room for the window.
    public func complaint(about inputShape: [Int]) -> String? {
        Rank.complaint(about: inputShape, window: poolSize, padding: padding)
    }

    /// The mean of each window, [batch, places, channels].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        pool(x, Rank.count, maximum: false, poolSize, strides, padding)
    }
}
