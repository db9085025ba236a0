import TernCore

/// A transposed convolution along series.
///
/// ```swift
/// let y = Conv1DTranspose(8, kernelSize: 3, strides: 2)(Tensor.zeros([4, 10, 2]))   // [4, 21, 8]
/// ```
public typealias Conv1DTranspose = ConvTranspose<OneDimension>

/// A transposed convolution of images.
///
/// ```swift
/// let y = Conv2DTranspose(8, kernelSize: 2, strides: 2)(Tensor.zeros([4, 6, 9, 2]))   // [4, 12, 18, 8]
/// ```
public typealias Conv2DTranspose = ConvTranspose<TwoDimensions>

/// A transposed convolution of volumes.
///
/// ```swift
/// let y = Conv3DTranspose(4, kernelSize: 2, strides: 2)(Tensor.zeros([1, 3, 3, 3, 2]))   // [1, 6, 6, 6, 4]
/// ```
public typealias Conv3DTranspose = ConvTranspose<ThreeDimensions>

/// A transposed convolution with trained kernels, as on the way up of a U-Net.
///
/// ```swift
/// let conv = Conv2DTranspose(8, kernelSize: 3, strides: 2, padding: .same)
/// let y = conv(Tensor.zeros([2, 6, 9, 16]))   // [2, 12, 18, 8]
/// ```
///
/// Input [batch, grid, channels]; output [batch, grid, filters], its grid as
/// ``convTranspose(_:_:strides:padding:outputPadding:dilation:bias:)`` has it.
public final class ConvTranspose<Rank: GridRank>: UnaryLayer {
    /// `Conv2DTranspose` for images, and so on by the number of dimensions.
    public static var kind: String { "Conv\(Rank.count)DTranspose" }

    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// How many channels the output has.
    public let filters: Int
    /// The window, the distance of the places that the cells go to, and that of the cells of a window.
    public let kernelSize: WindowSize, strides: WindowSize, dilationRate: WindowSize
    /// Cells that are added to the output's grid, where the strides leave open how large it is; nil for Keras's choice.
    public let outputPadding: WindowSize?
    /// Valid: windows stay whole; same: the grid times the strides.
    public let padding: Padding
    /// What is applied to the sums.
    public let activation: Activation
    /// Whether the bias is added.
    public let usesBias: Bool
    /// How kernel and bias begin and what holds them; `.glorotUniform` and `.zeros` where nothing else was said.
    public let kernelSettings: WeightSettings, biasSettings: WeightSettings
    /// [window, filters, channels].
    @Weight public var kernel: Tensor
    /// [filters].
    @Weight public var bias: Tensor

    /// A transposed convolution with `filters` kernels; one number stands for all dimensions of a window.
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

    /// The input must be [batch, grid, channels], and a cell be left of the output.
    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = sizeComplaint(filters, "filters") ?? Rank.complaint(about: inputShape) { return complaint }
        let sizes = kernelSize.along(Rank.count, "kernelSize"), steps = strides.along(Rank.count, "strides")
        let dilations = dilationRate.along(Rank.count, "dilationRate"),
            extra = outputPadding?.along(Rank.count, "outputPadding")
        for d in 0..<Rank.count where inputShape[1 + d] > 0 {
            let span = windowSpan(sizes[d], dilation: dilations[d])
            if transposedLength(inputShape[1 + d], span: span, stride: steps[d], extra: extra?[d], padding) <= 0 {
                return "no cell is left along dimension \(d) of its result; give a larger outputPadding"
            }
        }
        return Rank.complaint(aboutChannelsOf: inputShape, builtFor: $kernel.variable?.shape.last)
    }

    /// Makes kernel and bias for the channels of this shape.
    public func build(_ inputShape: [Int]) {
        $kernel.make(
            "kernel", kernelSize.along(Rank.count, "kernelSize") + [filters, inputShape.last!], kernelSettings,
            in: self)
        guard usesBias else { return }
        $bias.make("bias", [filters], biasSettings, in: self)
    }

    /// Each cell times the kernel, added up where windows overlap, plus bias; then the activation.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        activation(
            convTranspose(
                x, kernel, strides: strides, padding: padding, outputPadding: outputPadding, dilation: dilationRate,
                bias: usesBias ? bias : nil))
    }
}
