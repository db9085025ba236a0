import TernCore

/// A convolution of each channel of series by itself.
///
/// ```swift
/// let y = DepthwiseConv1D(kernelSize: 3)(Tensor.zeros([4, 10, 2]))   // [4, 8, 2]
/// ```
public typealias DepthwiseConv1D = DepthwiseConv<OneDimension>

/// A convolution of each channel of images by itself.
///
/// ```swift
/// let y = DepthwiseConv2D(kernelSize: 3)(Tensor.zeros([4, 8, 8, 2]))   // [4, 6, 6, 2]
/// ```
public typealias DepthwiseConv2D = DepthwiseConv<TwoDimensions>

/// A depthwise convolution of series, then a mix of channels.
///
/// ```swift
/// let y = SeparableConv1D(8, kernelSize: 3)(Tensor.zeros([4, 10, 2]))   // [4, 8, 8]
/// ```
public typealias SeparableConv1D = SeparableConv<OneDimension>

/// A depthwise convolution of images, then a mix of channels.
///
/// ```swift
/// let y = SeparableConv2D(8, kernelSize: 3)(Tensor.zeros([4, 8, 8, 2]))   // [4, 6, 6, 8]
/// ```
public typealias SeparableConv2D = SeparableConv<TwoDimensions>

/// A convolution of each channel by itself, with `depthMultiplier` results for each.
///
/// ```swift
/// let y = DepthwiseConv2D(kernelSize: 3, depthMultiplier: 2)(Tensor.zeros([2, 8, 8, 3]))   // [2, 6, 6, 6]
/// ```
///
/// Input [batch, grid, channels], output [batch, places, channels · depthMultiplier].
public final class DepthwiseConv<Rank: GridRank>: UnaryLayer {
    /// `DepthwiseConv2D` for images, and so on by the number of dimensions.
    public static var kind: String { "DepthwiseConv\(Rank.count)D" }

    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The window, how far it moves, and the distance of the cells that it sees.
    public let kernelSize: WindowSize, strides: WindowSize, dilationRate: WindowSize
    /// What surrounds the grid.
    public let padding: Padding
    /// How many results each channel has.
    public let depthMultiplier: Int
    /// What is applied to the sums.
    public let activation: Activation
    /// Whether the bias is added.
    public let usesBias: Bool
    /// How kernel and bias begin and what holds them; `.glorotUniform` and `.zeros` where nothing else was said.
    public let depthwiseSettings: WeightSettings, biasSettings: WeightSettings
    /// [window, channels, depthMultiplier].
    @Weight public var kernel: Tensor
    /// [channels · depthMultiplier].
    @Weight public var bias: Tensor

    /// A convolution of each channel by itself.
    ///
    /// - Parameter depthwise: the settings of the kernel, which Keras calls so.
    public init(
        kernelSize: WindowSize, strides: WindowSize = 1, padding: Padding = .valid, depthMultiplier: Int = 1,
        dilationRate: WindowSize = 1, activation: Activation = .linear, usesBias: Bool = true,
        depthwise: WeightSettings = .init(), bias: WeightSettings = .init(), name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.kernelSize = kernelSize
        self.strides = strides
        self.padding = padding
        self.depthMultiplier = depthMultiplier
        self.dilationRate = dilationRate
        self.activation = activation
        self.usesBias = usesBias
        depthwiseSettings = depthwise.defaulting(to: .glorotUniform)
        biasSettings = bias.defaulting(to: .zeros)
    }

    /// The input must be [batch, grid, channels] with room for the window, and of as many channels as before.
    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = sizeComplaint(depthMultiplier, "filters of each channel")
            ?? Rank.complaint(about: inputShape, window: kernelSize, dilations: dilationRate, padding: padding)
        {
            return complaint
        }
        return Rank.complaint(aboutChannelsOf: inputShape, builtFor: $kernel.variable?.shape[Rank.count])
    }

    /// Makes kernel and bias for the channels of this shape.
    public func build(_ inputShape: [Int]) {
        let channels = inputShape.last!
        $kernel.make(
            "kernel", kernelSize.along(Rank.count, "kernelSize") + [channels, depthMultiplier], depthwiseSettings,
            in: self)
        guard usesBias else { return }
        $bias.make("bias", [channels * depthMultiplier], biasSettings, in: self)
    }

    /// activation(each channel * its kernels + bias), [batch, places, channels · depthMultiplier].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        activation(
            depthwiseConv(
                x, kernel, strides: strides, padding: padding, dilation: dilationRate, bias: usesBias ? bias : nil))
    }
}

/// A ``DepthwiseConv`` without bias, then a dense mix of the channels at each place.
///
/// ```swift
/// let y = SeparableConv2D(16, kernelSize: 3, padding: .same)(Tensor.zeros([2, 8, 8, 3]))   // [2, 8, 8, 16]
/// ```
///
/// Input [batch, grid, channels], output [batch, places, filters].
public final class SeparableConv<Rank: GridRank>: UnaryLayer {
    /// `SeparableConv2D` for images, and so on by the number of dimensions.
    public static var kind: String { "SeparableConv\(Rank.count)D" }

    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// How many channels the output has.
    public let filters: Int
    /// The window, how far it moves, and the distance of the cells that it sees.
    public let kernelSize: WindowSize, strides: WindowSize, dilationRate: WindowSize
    /// What surrounds the grid.
    public let padding: Padding
    /// How many results each channel has before they are mixed.
    public let depthMultiplier: Int
    /// What is applied to the sums.
    public let activation: Activation
    /// Whether the bias is added.
    public let usesBias: Bool
    /// How the kernels and the bias begin and what holds them; `.glorotUniform` and `.zeros` where nothing else was
    /// said.
    public let depthwiseSettings: WeightSettings, pointwiseSettings: WeightSettings, biasSettings: WeightSettings
    /// [window, channels, depthMultiplier].
    @Weight public var depthwiseKernel: Tensor
    /// [1, ..., channels · depthMultiplier, filters].
    @Weight public var pointwiseKernel: Tensor
    /// [filters].
    @Weight public var bias: Tensor

    /// A convolution of each channel by itself, mixed into `filters` channels.
    public init(
        _ filters: Int, kernelSize: WindowSize, strides: WindowSize = 1, padding: Padding = .valid,
        dilationRate: WindowSize = 1,
        depthMultiplier: Int = 1, activation: Activation = .linear, usesBias: Bool = true,
        depthwise: WeightSettings = .init(), pointwise: WeightSettings = .init(), bias: WeightSettings = .init(),
        name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.filters = filters
        self.kernelSize = kernelSize
        self.strides = strides
        self.padding = padding
        self.dilationRate = dilationRate
        self.depthMultiplier = depthMultiplier
        self.activation = activation
        self.usesBias = usesBias
        depthwiseSettings = depthwise.defaulting(to: .glorotUniform)
        pointwiseSettings = pointwise.defaulting(to: .glorotUniform)
        biasSettings = bias.defaulting(to: .zeros)
    }

    /// The input must be [batch, grid, channels] with room for the window, and of as many channels as before.
    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = sizeComplaint(filters, "filters")
            ?? sizeComplaint(depthMultiplier, "filters of each channel")
            ?? Rank.complaint(about: inputShape, window: kernelSize, dilations: dilationRate, padding: padding)
        {
            return complaint
        }
        return Rank.complaint(aboutChannelsOf: inputShape, builtFor: $depthwiseKernel.variable?.shape[Rank.count])
    }

    /// Makes both kernels and the bias for the channels of this shape.
    public func build(_ inputShape: [Int]) {
        let channels = inputShape.last!
        $depthwiseKernel.make(
            "depthwise_kernel", kernelSize.along(Rank.count, "kernelSize") + [channels, depthMultiplier],
            depthwiseSettings, in: self)
        $pointwiseKernel.make(
            "pointwise_kernel", Array(repeating: 1, count: Rank.count) + [channels * depthMultiplier, filters],
            pointwiseSettings, in: self)
        guard usesBias else { return }
        $bias.make("bias", [filters], biasSettings, in: self)
    }

    /// activation((each channel * its kernels) · pointwise kernel + bias), [batch, places, filters].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        activation(
            separableConv(
                x, depthwise: depthwiseKernel, pointwise: pointwiseKernel, strides: strides, padding: padding,
                dilation: dilationRate, bias: usesBias ? bias : nil))
    }
}
