import TernCore

// Convolutions as functions, channels last. A picture of two dimensions, [height, width], counts
// as one image of one channel in the functions for two dimensions.

/// A convolution along `n` dimensions, with a bias where there is one.
func convolve(
    _ x: Tensor, _ kernel: Tensor, _ n: Int, _ strides: WindowSize, _ padding: Padding, _ dilation: WindowSize,
    _ groups: Int, _ bias: Tensor?
) -> Tensor {
    let name = "conv\(n)d"
    guard x.rank == n + 2, kernel.rank == n + 2 else {
        fail(
            "\(name): it wants images [batch, \(n) dimension(s), channels] and a kernel of as many dimensions, not \(x.shape) and \(kernel.shape)"
        )
    }
    let strides = strides.along(n, "strides"), dilations = dilation.along(n, "dilation")
    let margins = padding.margins(
        grid: Array(x.shape[1...n]), window: Array(kernel.shape.prefix(n)), strides: strides, dilations: dilations)
    let y = convolution(x, kernel, strides: strides, margins: margins, dilations: dilations, groups: groups)
    return bias.map { y + $0 } ?? y
}

/// A convolution along series: x [batch, steps, channels], kernel [window, channels / groups, filters], result [batch,
/// places, filters].
///
/// ```swift
/// conv1d(Tensor.ones([1, 8, 2]), Tensor.ones([3, 2, 5]), padding: .causal).shape   // [1, 8, 5]
/// ```
///
/// As in Keras it is a cross-correlation: the kernel is not turned round.
///
/// - Parameters:
///   - dilation: steps from one of the window's places to the next.
///   - groups: each share of the channels is seen by its share of the filters alone.
///   - bias: [filters], added at each place.
/// - Complexity: O(places · window · channels / groups · filters) for each example.
public func conv1d(
    _ x: Tensor, _ kernel: Tensor, strides: WindowSize = 1, padding: Padding = .valid, dilation: WindowSize = 1,
    groups: Int = 1,
    bias: Tensor? = nil
) -> Tensor { convolve(x, kernel, 1, strides, padding, dilation, groups, bias) }

/// A convolution of images: x [batch, height, width, channels], kernel [height, width,
/// channels / groups, filters]; or of one plain picture [height, width] with a kernel [height, width].
///
/// ```swift
/// let x = Tensor.range(0..<9, dtype: .float32).reshaped([3, 3])
/// conv2d(x, Tensor([[0, 1], [2, 3]] as [[Float]]))       // [[19, 25], [37, 43]]
/// ```
public func conv2d(
    _ x: Tensor, _ kernel: Tensor, strides: WindowSize = 1, padding: Padding = .valid, dilation: WindowSize = 1,
    groups: Int = 1,
    bias: Tensor? = nil
) -> Tensor {
    guard x.rank == 2, kernel.rank == 2 else { return convolve(x, kernel, 2, strides, padding, dilation, groups, bias) }
    let y = convolve(
        x.reshaped([1] + x.shape + [1]), kernel.reshaped(kernel.shape + [1, 1]), 2, strides, padding, dilation, groups,
        bias)
    return y.reshaped(Array(y.shape[1...2]))
}

/// A convolution of volumes: x [batch, depth, height, width, channels], kernel [depth, height, width, channels /
/// groups, filters]. For the parameters see ``conv1d(_:_:strides:padding:dilation:groups:bias:)``.
public func conv3d(
    _ x: Tensor, _ kernel: Tensor, strides: WindowSize = 1, padding: Padding = .valid, dilation: WindowSize = 1,
    groups: Int = 1,
    bias: Tensor? = nil
) -> Tensor { convolve(x, kernel, 3, strides, padding, dilation, groups, bias) }

/// A transposed convolution, which spreads each cell of x over a window: x [batch, grid,
/// channels], kernel [window, filters, channels].
///
/// Its grid is Keras's: times the strides for `same`; (n − 1) · stride + window for `valid`, at
/// least n · stride; `outputPadding` adds cells that the strides leave open.
public func convTranspose(
    _ x: Tensor, _ kernel: Tensor, strides: WindowSize = 1, padding: Padding = .valid, outputPadding: WindowSize? = nil,
    dilation: WindowSize = 1, bias: Tensor? = nil
) -> Tensor {
    let n = x.rank - 2
    guard n >= 1, n <= 3, kernel.rank == x.rank else {
        fail(
            "convTranspose: it wants images [batch, 1 to 3 dimensions, channels] and a kernel of as many dimensions, not \(x.shape) and \(kernel.shape)"
        )
    }
    let strides = strides.along(n, "strides"), dilations = dilation.along(n, "dilation")
    let extra = outputPadding?.along(n, "outputPadding")
    var grid: [Int] = [], margins: [Margin] = []
    for d in 0..<n {
        let span = windowSpan(kernel.shape[d], dilation: dilations[d])
        let length = x.shape[1 + d], stride = strides[d]
        let total = transposedLength(length, span: span, stride: stride, extra: extra?[d], padding)
        guard length == 0 || total > 0 else {
            fail("convTranspose: no cell is left along dimension \(d); give a larger outputPadding")
        }
        var before: Int
        switch padding {
        case .valid: before = 0
        case .same:
            let around = extra.map { span + span % 2 - 2 + $0[d] } ?? stride + span - 2
            before = span - 1 - min(around / 2 + around % 2, span - 1)
        default: fail("convTranspose: the padding is valid or same")
        }
        grid.append(total)
        margins.append(Margin(before: before, after: max(0, (length - 1) * stride + span - total - before)))
    }
    let y = transposedConvolution(x, kernel, grid: grid, strides: strides, margins: margins, dilations: dilations)
    return bias.map { y + $0 } ?? y
}

/// How many cells a transposed convolution gives along a dimension.
func transposedLength(_ length: Int, span: Int, stride: Int, extra: Int?, _ padding: Padding) -> Int {
    if padding == .same { return extra.map { (length - 1) * stride + span % 2 + $0 } ?? length * stride }
    return (length - 1) * stride + span + (extra ?? max(span, stride) - span)
}

/// A convolution of each channel by itself: x [batch, grid, channels], kernel [window, channels,
/// multiplier]; channel c gives the results c · multiplier to (c + 1) · multiplier − 1.
public func depthwiseConv(
    _ x: Tensor, _ kernel: Tensor, strides: WindowSize = 1, padding: Padding = .valid, dilation: WindowSize = 1,
    bias: Tensor? = nil
) -> Tensor {
    let n = x.rank - 2, channels = x.shape.last ?? 0
    guard n >= 1, kernel.rank == x.rank, kernel.shape[n] == channels else {
        fail(
            "depthwiseConv: a kernel of shape \(kernel.shape) does not fit images of shape \(x.shape); it is [window, channels, multiplier]"
        )
    }
    let own = kernel.reshaped(kernel.shape.prefix(n) + [1, channels * kernel.shape[n + 1]])
    return convolve(x, own, n, strides, padding, dilation, channels, bias)
}

/// A ``depthwiseConv(_:_:strides:padding:dilation:bias:)`` followed by a mix of the channels at each place:
/// pointwise is [1, ..., 1, channels · multiplier, filters].
public func separableConv(
    _ x: Tensor, depthwise: Tensor, pointwise: Tensor, strides: WindowSize = 1, padding: Padding = .valid,
    dilation: WindowSize = 1, bias: Tensor? = nil
) -> Tensor {
    let between = depthwiseConv(x, depthwise, strides: strides, padding: padding, dilation: dilation)
    return convolve(between, pointwise, x.rank - 2, 1, .valid, 1, 1, bias)
}
