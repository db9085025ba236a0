import TernCore

/// A convolution along series.
public typealias Conv1D = Conv<OneDimension>
/// A convolution of images.
public typealias Conv2D = Conv<TwoDimensions>
/// A convolution of volumes.
public typealias Conv3D = Conv<ThreeDimensions>

/// A convolution with trained kernels: activation(x * kernel + bias).
///
/// ```swift
/// let y = Conv2D(20, kernelSize: 3, padding: .same, activation: .relu)(Tensor.zeros([8, 96, 144, 4]))   // [8, 96, 144, 20]
/// ```
///
/// Input [batch, grid, channels], output [batch, places, filters].
public final class Conv<Rank: GridRank>: UnaryLayer {
    public static var kind: String { "Conv\(Rank.count)D" }

    public let info: LayerInfo
    public let filters: Int
    public let kernelSize: WindowSize, strides: WindowSize, dilationRate: WindowSize
    public let padding: Padding
    public let groups: Int
    public let activation: Activation
    public let usesBias: Bool
    public let kernelSettings: WeightSettings, biasSettings: WeightSettings
    @Weight public var kernel: Tensor
    @Weight public var bias: Tensor

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

    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = Rank.complaint(
            about: inputShape, window: kernelSize, dilations: dilationRate, padding: padding)
        {
            return complaint
        }
        let channels = inputShape.last!
        if groups < 1 { return "it has \(groups) groups" }
        if channels % groups != 0 || filters % groups != 0 {
            return "\(groups) groups divide neither \(channels) channels and \(filters) filters"
        }
        guard info.isBuilt, channels != kernel.shape[Rank.count] * groups else { return nil }
        return "it was built for \(kernel.shape[Rank.count] * groups) channels and got \(channels)"
    }

    public func build(_ inputShape: [Int]) {
        $kernel.make(
            "kernel", kernelSize.along(Rank.count, "kernelSize") + [inputShape.last! / groups, filters],
            kernelSettings, in: self)
        guard usesBias else { return }
        $bias.make("bias", [filters], biasSettings, in: self)
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let strides = strides.along(Rank.count, "strides"), dilations = dilationRate.along(Rank.count, "dilationRate")
        let margins = padding.margins(
            grid: Array(x.shape[1...Rank.count]), window: Array(kernel.shape.prefix(Rank.count)), strides: strides,
            dilations: dilations)
        let y = convolution(x, kernel, strides: strides, margins: margins, dilations: dilations, groups: groups)
        return activation(usesBias ? y + bias : y)
    }
}
