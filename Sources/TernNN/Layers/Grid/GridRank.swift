import TernCore

/// How many dimensions the grid of a layer has: what tells `Conv1D`, `Conv2D` and `Conv3D` apart.
///
/// ```swift
/// let layer = Conv<TwoDimensions>(4, kernelSize: 3)   // a Conv2D
/// let y = layer(Tensor.zeros([1, 5, 5, 1]))           // [1, 3, 3, 4]
/// ```
public protocol GridRank {
    /// How many dimensions there are beside batch and channels.
    static var count: Int { get }
}

/// The grid of series: steps.
///
/// ```swift
/// let y = Conv<OneDimension>(4, kernelSize: 3)(Tensor.zeros([1, 5, 1]))   // a Conv1D: [1, 3, 4]
/// ```
public enum OneDimension: GridRank {
    /// 1: steps.
    public static var count: Int { 1 }
}

/// The grid of images: height and width.
///
/// ```swift
/// let y = Conv<TwoDimensions>(4, kernelSize: 3)(Tensor.zeros([1, 5, 5, 1]))   // a Conv2D: [1, 3, 3, 4]
/// ```
public enum TwoDimensions: GridRank {
    /// 2: height and width.
    public static var count: Int { 2 }
}

/// The grid of volumes: depth, height and width.
///
/// ```swift
/// let y = Conv<ThreeDimensions>(4, kernelSize: 3)(Tensor.zeros([1, 5, 5, 5, 1]))   // a Conv3D: [1, 3, 3, 3, 4]
/// ```
public enum ThreeDimensions: GridRank {
    /// 3: depth, height and width.
    public static var count: Int { 3 }
}

extension GridRank {
    /// What the dimensions of the grid are called.
    static var gridNames: String { ["steps", "height, width", "depth, height, width"][count - 1] }

    /// What is wrong with the shape of images, nil where it is [batch, grid, channels].
    static func complaint(about shape: [Int]) -> String? {
        shape.count == count + 2 ? nil : "it wants [batch, \(gridNames), channels] and got \(shape.count) dimensions"
    }

    /// The same for a window that moves over the grid, which must have a place in it.
    static func complaint(about shape: [Int], window: WindowSize, dilations: WindowSize = 1, padding: Padding)
        -> String?
    {
        if let complaint = complaint(about: shape) { return complaint }
        let (lengths, dilations) = (window.along(count, "window"), dilations.along(count, "dilationRate"))
        if lengths.contains(where: { $0 < 1 }) { return "its window of \(lengths) has no cell" }
        guard padding == .valid else { return nil }
        let spans = zip(lengths, dilations).map { windowSpan($0, dilation: $1) }, grid = Array(shape[1...count])
        return zip(spans, grid).contains { $0 > $1 } ? "its window of \(spans) is larger than the grid of \(grid)" : nil
    }

    /// What is wrong with the channels of an input, the last of its shape, for a layer whose kernel has been made; nil
    /// where they are as many, or there is no kernel yet.
    static func complaint(aboutChannelsOf shape: [Int], builtFor built: Int?) -> String? {
        guard let built, built != shape.last! else { return nil }
        return "it was built for \(built) channels and got \(shape.last!)"
    }

    static func margins(_ pairs: [Margin], _ name: String) -> [Margin] {
        if pairs.count == count { return pairs }
        guard pairs.count == 1 else { fail("\(name): \(pairs.count) margins for a grid of \(count) dimensions") }
        return Array(repeating: pairs[0], count: count)
    }
}
