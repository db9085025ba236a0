import TernCore

/// A convolution that leaves out masked cells, such as land or gaps: the sum over the cells that
/// count is scaled up by their share of the window, and a place counts if any cell of its window does.
///
/// ```swift
/// let sst = Tensor([Float.nan, 1, 2, 3], shape: [1, 2, 2, 1])   // NaN over land
/// let conv = MaskedConv2D(8, kernelSize: 2, padding: .same, masksMissing: true)
/// let y = conv(sst)                                             // [1, 2, 2, 8], no NaN
/// ```
///
/// Input [batch, height, width, channels]; the mask [batch, height, width] comes from the layer
/// before, or with `masksMissing` from the cells whose channels are all numbers. Where nothing counts
/// the output is what the activation makes of 0.
///
/// Source: Liu et al., "Image inpainting for irregular holes using partial convolutions", ECCV 2018.
public final class MaskedConv2D: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// How many channels the output has.
    public let filters: Int
    /// The window, and how far it moves.
    public let kernelSize: WindowSize, strides: WindowSize
    /// What surrounds the grid; cells that padding adds do not count.
    public let padding: Padding
    /// What is applied to the sums.
    public let activation: Activation
    /// Whether the bias is added.
    public let usesBias: Bool
    /// Whether cells with a channel that is NaN are left out.
    public let masksMissing: Bool
    /// How kernel and bias begin and what holds them; `.glorotUniform` and `.zeros` where nothing else was said.
    public let kernelSettings: WeightSettings, biasSettings: WeightSettings
    /// [height, width, channels, filters].
    @Weight public var kernel: Tensor
    /// [filters].
    @Weight public var bias: Tensor

    /// A convolution of `filters` kernels that leaves out masked cells.
    ///
    /// - Parameter masksMissing: whether cells with a channel that is NaN are left out too.
    public init(
        _ filters: Int, kernelSize: WindowSize, strides: WindowSize = 1, padding: Padding = .valid,
        activation: Activation = .linear, usesBias: Bool = true, masksMissing: Bool = false,
        kernel: WeightSettings = .init(), bias: WeightSettings = .init(), name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.filters = filters
        self.kernelSize = kernelSize
        self.strides = strides
        self.padding = padding
        self.activation = activation
        self.usesBias = usesBias
        self.masksMissing = masksMissing
        kernelSettings = kernel.defaulting(to: .glorotUniform)
        biasSettings = bias.defaulting(to: .zeros)
    }

    /// The input must be [batch, height, width, channels] with room for the window.
    public func complaint(about inputShape: [Int]) -> String? {
        sizeComplaint(filters, "filters")
            ?? TwoDimensions.complaint(about: inputShape, window: kernelSize, padding: padding)
            ?? TwoDimensions.complaint(aboutChannelsOf: inputShape, builtFor: $kernel.variable?.shape[2])
    }

    /// Makes kernel and bias for the channels of this shape.
    public func build(_ inputShape: [Int]) {
        $kernel.make("kernel", kernelSize.along(2, "kernelSize") + [inputShape[3], filters], kernelSettings, in: self)
        if usesBias { $bias.make("bias", [filters], biasSettings, in: self) }
    }

    /// Which cells count, as numbers [batch, height, width, 1].
    private func counting(_ x: Tensor, _ mask: Tensor?) -> Tensor {
        let shape = Array(x.shape.dropLast()) + [1]
        var counts =
            mask.map { $0.maskAxes(4).broadcast(to: shape).cast(to: x.dtype) } ?? Tensor.ones(shape, dtype: x.dtype)
        if masksMissing { counts = counts * (.!isNaN(x)).all(axes: [3], keepingDimensions: true).cast(to: x.dtype) }
        return counts
    }

    /// How many cells of each window count.
    private func windowCounts(_ counts: Tensor) -> Tensor {
        let ones = Tensor.ones(kernelSize.along(2, "kernelSize") + [1, 1], dtype: counts.dtype)
        return conv2d(counts, ones, strides: strides, padding: padding)
    }

    /// Where a window has a cell that counts, [batch, rows, columns].
    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? {
        windowCounts(counting(inputs[0], masks.first ?? nil)).squeezed(axes: [3]) .> 0.5
    }

    /// activation(kernel * x · cells of the window / cells that count + bias), and 0 where none counts.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let counts = counting(x, context.masks.first ?? nil)
        let zero = Tensor(repeating: 0, shape: [], dtype: x.dtype)
        // A NaN times 0 would still be NaN.
        let filled = select((counts .> 0.5).broadcast(to: x.shape), x, zero)
        let inside = windowCounts(counts)
        let cells = Double(kernelSize.along(2, "kernelSize").reduce(1, *))
        var y = conv2d(filled, kernel, strides: strides, padding: padding) * (cells / maximum(inside, 1))
        if usesBias { y = y + bias }
        return activation(y * (inside .> 0.5).cast(to: x.dtype))
    }
}
