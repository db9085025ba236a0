import TernCore

/// A transposed convolution along series.
public typealias Conv1DTranspose = ConvTranspose<OneDimension>
/// A transposed convolution of images.
public typealias Conv2DTranspose = ConvTranspose<TwoDimensions>
/// A transposed convolution of volumes.
public typealias Conv3DTranspose = ConvTranspose<ThreeDimensions>

/// A transposed convolution with trained kernels, as on the way up of a U-Net.
///
/// ```swift
/// let y = Conv2DTranspose(64, kernelSize: 3, strides: 2, padding: .same)(Tensor.zeros([8, 24, 36, 128]))   // [8, 48, 72, 64]
/// ```
///
/// Input [batch, grid, channels]; output [batch, grid, filters], its grid as
/// ``convTranspose(_:_:strides:padding:outputPadding:dilation:bias:)`` has it.
public final class ConvTranspose<Rank: GridRank>: UnaryLayer {
    public static var kind: String { "Conv\(Rank.count)DTranspose" }

    public let info: LayerInfo
    public let filters: Int
    public let kernelSize: WindowSize, strides: WindowSize, dilationRate: WindowSize
    public let outputPadding: WindowSize?
    public let padding: Padding
    public let activation: Activation
    public let usesBias: Bool
    public let kernelSettings: WeightSettings, biasSettings: WeightSettings
    @Weight public var kernel: Tensor
    @Weight public var bias: Tensor

    public init(
        _ filters: Int, kernelSize: WindowSize, strides: WindowSize = 1, padding: Padding = .valid,
        outputPadding: WindowSize? = nil,
        dilationRate: WindowSize = 1, activation: Activation = .linear, usesBias: Bool = true,
        kernel: WeightSettings = .init(), bias: WeightSettings = .init(), name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.filters = filters
        self.kernelSize = kernelSize
        self.strides = strides
        self.padding = padding
        self.outputPadding = outputPadding
        self.dilationRate = dilationRate
        self.activation = activation
        self.usesBias = usesBias
        kernelSettings = kernel.defaulting(to: .glorotUniform)
        biasSettings = bias.defaulting(to: .zeros)
    }

    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = Rank.complaint(about: inputShape) { return complaint }
        let sizes = kernelSize.along(Rank.count, "kernelSize"), steps = strides.along(Rank.count, "strides")
        let dilations = dilationRate.along(Rank.count, "dilationRate"),
            extra = outputPadding?.along(Rank.count, "outputPadding")
        for d in 0..<Rank.count where inputShape[1 + d] > 0 {
            let span = (sizes[d] - 1) * dilations[d] + 1
            if transposedLength(inputShape[1 + d], span: span, stride: steps[d], extra: extra?[d], padding) <= 0 {
                return "no cell is left along dimension \(d) of its result; give a larger outputPadding"
            }
        }
        guard info.isBuilt, inputShape.last! != kernel.shape.last! else { return nil }
        return "it was built for \(kernel.shape.last!) channels and got \(inputShape.last!)"
    }

    public func build(_ inputShape: [Int]) {
        $kernel.make(
            "kernel", kernelSize.along(Rank.count, "kernelSize") + [filters, inputShape.last!], kernelSettings,
            in: self)
        guard usesBias else { return }
        $bias.make("bias", [filters], biasSettings, in: self)
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        activation(
            convTranspose(
                x, kernel, strides: strides, padding: padding, outputPadding: outputPadding, dilation: dilationRate,
                bias: usesBias ? bias : nil))
    }
}
