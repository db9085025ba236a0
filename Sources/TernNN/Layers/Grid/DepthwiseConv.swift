import TernCore

/// A convolution of each channel of series by itself.
public typealias DepthwiseConv1D = DepthwiseConv<OneDimension>
/// A convolution of each channel of images by itself.
public typealias DepthwiseConv2D = DepthwiseConv<TwoDimensions>
/// A depthwise convolution of series, then a mix of channels.
public typealias SeparableConv1D = SeparableConv<OneDimension>
/// A depthwise convolution of images, then a mix of channels.
public typealias SeparableConv2D = SeparableConv<TwoDimensions>

/// A convolution of each channel by itself, with `depthMultiplier` results for each.
///
/// Input [batch, grid, channels], output [batch, places, channels · depthMultiplier].
public final class DepthwiseConv<Rank: GridRank>: UnaryLayer {
    public static var kind: String { "DepthwiseConv\(Rank.count)D" }

    public let info: LayerInfo
    public let kernelSize: WindowSize, strides: WindowSize, dilationRate: WindowSize
    public let padding: Padding
    public let depthMultiplier: Int
    public let activation: Activation
    public let usesBias: Bool
    public let depthwiseSettings: WeightSettings, biasSettings: WeightSettings
    @Weight public var kernel: Tensor
    @Weight public var bias: Tensor

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

    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = Rank.complaint(
            about: inputShape, window: kernelSize, dilations: dilationRate, padding: padding)
        {
            return complaint
        }
        guard info.isBuilt, inputShape.last! != kernel.shape[Rank.count] else { return nil }
        return "it was built for \(kernel.shape[Rank.count]) channels and got \(inputShape.last!)"
    }

    public func build(_ inputShape: [Int]) {
        let channels = inputShape.last!
        $kernel.make(
            "kernel", kernelSize.along(Rank.count, "kernelSize") + [channels, depthMultiplier], depthwiseSettings,
            in: self)
        guard usesBias else { return }
        $bias.make("bias", [channels * depthMultiplier], biasSettings, in: self)
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        activation(
            depthwiseConv(
                x, kernel, strides: strides, padding: padding, dilation: dilationRate, bias: usesBias ? bias : nil))
    }
}

/// A ``DepthwiseConv`` without bias, then a dense mix of the channels at each place.
///
/// Input [batch, grid, channels], output [batch, places, filters].
public final class SeparableConv<Rank: GridRank>: UnaryLayer {
    public static var kind: String { "SeparableConv\(Rank.count)D" }

    public let info: LayerInfo
    public let filters: Int
    public let kernelSize: WindowSize, strides: WindowSize, dilationRate: WindowSize
    public let padding: Padding
    public let depthMultiplier: Int
    public let activation: Activation
    public let usesBias: Bool
    public let depthwiseSettings: WeightSettings, pointwiseSettings: WeightSettings, biasSettings: WeightSettings
    @Weight public var depthwiseKernel: Tensor
    @Weight public var pointwiseKernel: Tensor
    @Weight public var bias: Tensor

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

    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = Rank.complaint(
            about: inputShape, window: kernelSize, dilations: dilationRate, padding: padding)
        {
            return complaint
        }
        guard info.isBuilt, inputShape.last! != depthwiseKernel.shape[Rank.count] else { return nil }
        return "it was built for \(depthwiseKernel.shape[Rank.count]) channels and got \(inputShape.last!)"
    }

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

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        activation(
            separableConv(
                x, depthwise: depthwiseKernel, pointwise: pointwiseKernel, strides: strides, padding: padding,
                dilation: dilationRate, bias: usesBias ? bias : nil))
    }
}
