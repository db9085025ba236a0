import TernCore

/// Means of as many windows as asked for along series.
///
/// ```swift
/// let y = AdaptiveAveragePooling1D(3)(Tensor.zeros([4, 10, 2]))   // [4, 3, 2]
/// ```
public typealias AdaptiveAveragePooling1D = AdaptiveAveragePooling<OneDimension>

/// Means of as many windows as asked for over images.
///
/// ```swift
/// let y = AdaptiveAveragePooling2D(4)(Tensor.zeros([4, 12, 18, 2]))   // [4, 4, 4, 2]
/// ```
public typealias AdaptiveAveragePooling2D = AdaptiveAveragePooling<TwoDimensions>

/// Means of as many windows as asked for over volumes.
///
/// ```swift
/// let y = AdaptiveAveragePooling3D(2)(Tensor.zeros([1, 4, 6, 8, 2]))   // [1, 2, 2, 2, 2]
/// ```
public typealias AdaptiveAveragePooling3D = AdaptiveAveragePooling<ThreeDimensions>

/// The largest values of as many windows as asked for along series.
///
/// ```swift
/// let y = AdaptiveMaxPooling1D(3)(Tensor.zeros([4, 10, 2]))   // [4, 3, 2]
/// ```
public typealias AdaptiveMaxPooling1D = AdaptiveMaxPooling<OneDimension>

/// The largest values of as many windows as asked for over images.
///
/// ```swift
/// let y = AdaptiveMaxPooling2D([4, 6])(Tensor.zeros([4, 12, 18, 2]))   // [4, 4, 6, 2]
/// ```
public typealias AdaptiveMaxPooling2D = AdaptiveMaxPooling<TwoDimensions>

/// The largest values of as many windows as asked for over volumes.
///
/// ```swift
/// let y = AdaptiveMaxPooling3D(2)(Tensor.zeros([1, 4, 6, 8, 2]))   // [1, 2, 2, 2, 2]
/// ```
public typealias AdaptiveMaxPooling3D = AdaptiveMaxPooling<ThreeDimensions>

/// The mean of each window, where as many windows as asked for cover the grid.
///
/// ```swift
/// let y = AdaptiveAveragePooling2D([2, 3])(Tensor.zeros([8, 9, 14, 3]))   // [8, 2, 3, 3]
/// ```
///
/// Of n cells window i of k goes from ⌊i n / k⌋ to before ⌈(i + 1) n / k⌉; neighbours share cells where k does not
/// divide n. Input [batch, grid, channels], output [batch, outputSize, channels].
public final class AdaptiveAveragePooling<Rank: GridRank>: UnaryLayer {
    /// `AdaptiveAveragePooling2D` for images, and so on by the number of dimensions.
    public static var kind: String { "AdaptiveAveragePooling\(Rank.count)D" }

    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// How many windows there are along each dimension.
    public let outputSize: WindowSize

    /// Means of `outputSize` windows; one number stands for all dimensions.
    public init(_ outputSize: WindowSize, name: String? = nil) {
        info = LayerInfo(name: name)
        self.outputSize = outputSize
    }

    /// The grid must have cells, and each dimension a window.
    public func complaint(about inputShape: [Int]) -> String? {
        Rank.complaint(about: inputShape, outputSize: outputSize)
    }

    /// The mean of each window, [batch, outputSize, channels].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        adaptivePooling(x, maximum: false, outputSize.along(Rank.count, "outputSize"))
    }
}

/// The largest value of each window, where as many windows as asked for cover the grid.
///
/// ```swift
/// let y = AdaptiveMaxPooling1D(3)(Tensor.zeros([8, 10, 2]))   // [8, 3, 2]
/// ```
///
/// Windows as those of ``AdaptiveAveragePooling``. Input [batch, grid, channels], output [batch, outputSize, channels].
public final class AdaptiveMaxPooling<Rank: GridRank>: UnaryLayer {
    /// `AdaptiveMaxPooling2D` for images, and so on by the number of dimensions.
    public static var kind: String { "AdaptiveMaxPooling\(Rank.count)D" }

    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// How many windows there are along each dimension.
    public let outputSize: WindowSize

    /// The largest values of `outputSize` windows; one number stands for all dimensions.
    public init(_ outputSize: WindowSize, name: String? = nil) {
        info = LayerInfo(name: name)
        self.outputSize = outputSize
    }

    /// The grid must have cells, and each dimension a window.
    public func complaint(about inputShape: [Int]) -> String? {
        Rank.complaint(about: inputShape, outputSize: outputSize)
    }

    /// The largest value of each window, [batch, outputSize, channels].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        adaptivePooling(x, maximum: true, outputSize.along(Rank.count, "outputSize"))
    }
}

extension GridRank {
    fileprivate static func complaint(about shape: [Int], outputSize: WindowSize) -> String? {
        if let complaint = complaint(about: shape) { return complaint }
        let size = outputSize.along(count, "outputSize")
        if size.contains(where: { $0 < 1 }) { return "its outputSize \(size) must be at least 1 along each dimension" }
        return shape[1...count].contains(0) ? "there are no cells to pool" : nil
    }
}

/// Pools one dimension after the other, as Keras does: of equal maxima that decides which has the gradient.
private func adaptivePooling(_ x: Tensor, maximum: Bool, _ places: [Int]) -> Tensor {
    var y = x
    for (d, k) in places.enumerated() {
        let n = y.shape[d + 1]
        MachineMemory.require(checkedProduct([k, 64]), for: "pooling \(n) cells to \(k)")
        func pooled(_ window: Int, stride: Int = 1) -> Tensor {
            var size = places.map { _ in 1 }, strides = size
            (size[d], strides[d]) = (window, stride)
            return pooling(y, maximum: maximum, size: size, strides: strides, margins: places.map { _ in .zero })
        }
        if n % k == 0 {
            y = pooled(n / k, stride: n / k)
            continue
        }
        // Windows have two lengths: all windows of both, and those that are wanted taken from them.
        let starts = (0..<k).map { $0 * n / k }, ends = (1...k).map { ($0 * n + k - 1) / k }
        let small = (n + k - 1) / k, others = n - small + 1
        let indices = zip(starts, ends).map { $1 - $0 == small ? $0 : others + $0 }
        let hasLarge = indices.contains { $0 >= others }
        let all = hasLarge ? Tensor.concatenated([pooled(small), pooled(small + 1)], axis: d + 1) : pooled(small)
        y = all.taking(Tensor(indices), axis: d + 1)
    }
    return y
}
