import TernCore

/// A convolution along series.
///
/// ```swift
/// let y = Conv1D(8, kernelSize: 3, padding: .causal)(Tensor.zeros([4, 10, 2]))   // [4, 10, 8]
/// ```
public typealias Conv1D = Conv<OneDimension>

/// A convolution of images.
///
/// ```swift
/// let y = Conv2D(8, kernelSize: [3, 2])(Tensor.zeros([4, 14, 19, 1]))   // [4, 12, 18, 8]
/// ```
public typealias Conv2D = Conv<TwoDimensions>

/// A convolution of volumes.
///
/// ```swift
/// let y = Conv3D(8, kernelSize: 3)(Tensor.zeros([1, 6, 6, 6, 2]))   // [1, 4, 4, 4, 8]
/// ```
public typealias Conv3D = Conv<ThreeDimensions>

/// A convolution with trained kernels: activation(x * kernel + bias).
///
/// ```swift
/// let conv = Conv2D(20, kernelSize: 3, padding: .same, activation: .relu)
/// let y = conv(Tensor.zeros([2, 12, 18, 4]))   // [2, 12, 18, 20]
/// ```
///
/// Input [batch, grid, channels], output [batch, places, filters].
public final class Conv<Rank: GridRank>: UnaryLayer {
    /// `Conv2D` for images, and so on by the number of dimensions.
    public static var kind: String { "Conv\(Rank.count)D" }

    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// How many channels the output has.
    public let filters: Int
    /// The window, how far it moves, and the distance of the cells that it sees.
    public let kernelSize: WindowSize, strides: WindowSize, dilationRate: WindowSize
    /// What surrounds the grid.
    public let padding: Padding
    /// Into how many groups the channels are cut, each of which gives its share of the filters.
    public let groups: Int
    /// What is applied to the sums.
    public let activation: Activation
    /// Whether the bias is added.
    public let usesBias: Bool
    /// How kernel and bias begin and what holds them; `.glorotUniform` and `.zeros` where nothing else was said.
    public let kernelSettings: WeightSettings, biasSettings: WeightSettings
    /// [window, channels / groups, filters].
    @Weight public var kernel: Tensor
    /// [filters].
    @Weight public var bias: Tensor

    /// A convolution with `filters` kernels; one number stands for all dimensions of a window.
    public init(
        _ filters: Int, kernelSize: WindowSize, strides: WindowSize = 1, padding: Padding = .valid,
        dilationRate: WindowSize = 1,
        groups: Int = 1, activation: Activation = .linear, usesBias: Bool = true,
        kernel: WeightSettings = .init(), bias: WeightSettings = .init(), name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.filters = filters
        self.kernelSize = kernelSize
        self.strides = strides
        self.padding = padding
        self.dilationRate = dilationRate
        self.groups = groups
        self.activation = activation
        self.usesBias = usesBias
        kernelSettings = kernel.defaulting(to: .glorotUniform)
        biasSettings = bias.defaulting(to: .zeros)
    }

    /// The input must be [batch, grid, channels] with room for the window, and its channels divisible into the groups.
    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = sizeComplaint(filters, "filters")
            ?? Rank.complaint(about: inputShape, window: kernelSize, dilations: dilationRate, padding: padding)
        {
            return complaint
        }
        let channels = inputShape.last!
        if groups < 1 { return "it has \(groups) groups" }
        if channels % groups != 0 || filters % groups != 0 {
            return "\(groups) groups do not divide both \(channels) channels and \(filters) filters"
        }
        return Rank.complaint(
            aboutChannelsOf: inputShape, builtFor: $kernel.variable.map { $0.shape[Rank.count] * groups })
    }

    /// Makes kernel and bias for the channels of this shape.
    public func build(_ inputShape: [Int]) {
        $kernel.make(
            "kernel", kernelSize.along(Rank.count, "kernelSize") + [inputShape.last! / groups, filters],
            kernelSettings, in: self)
        guard usesBias else { return }
        $bias.make("bias", [filters], biasSettings, in: self)
    }

    /// activation(x * kernel + bias), [batch, places, filters].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        activation(convolve(x, kernel, Rank.count, strides, padding, dilationRate, groups, usesBias ? bias : nil))
    }
}
