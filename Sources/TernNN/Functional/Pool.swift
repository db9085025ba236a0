import TernCore

// Pooling as functions, channels last.

/// The largest value or the mean of each window along `n` dimensions.
func pool(
    _ x: Tensor, _ n: Int, maximum: Bool, _ size: WindowSize, _ strides: WindowSize?, _ padding: Padding
) -> Tensor {
    guard x.rank == n + 2 else {
        fail(
            "\(maximum ? "maxPool" : "averagePool")\(n)d: it wants [batch, \(n) dimension(s), channels], not \(x.shape)"
        )
    }
    let size = size.along(n, "size"), strides = strides?.along(n, "strides") ?? size
    let margins = padding.margins(
        grid: Array(x.shape[1...n]), window: size, strides: strides, dilations: size.map { _ in 1 })
    return pooling(x, maximum: maximum, size: size, strides: strides, margins: margins)
}

private func poolPicture(_ x: Tensor, maximum: Bool, _ size: WindowSize, _ strides: WindowSize?, _ padding: Padding)
    -> Tensor
{
    guard x.rank == 2 else { return pool(x, 2, maximum: maximum, size, strides, padding) }
    let y = pool(x.reshaped([1] + x.shape + [1]), 2, maximum: maximum, size, strides, padding)
    return y.reshaped(Array(y.shape[1...2]))
}

/// The largest value of each window of series, [batch, steps, channels]: [batch, places, channels].
///
/// - Parameter strides: how far windows lie apart; nil: next to each other, as in Keras.
public func maxPool1d(_ x: Tensor, size: WindowSize = 2, strides: WindowSize? = nil, padding: Padding = .valid)
    -> Tensor
{
    pool(x, 1, maximum: true, size, strides, padding)
}

/// The largest value of each window of images, [batch, height, width, channels], or of one plain
/// picture, [height, width].
///
/// ```swift
/// let x = Tensor.range(0..<9, dtype: .float32).reshaped([3, 3])
/// maxPool2d(x, size: 2, strides: 1)                       // [[4, 5], [7, 8]]
/// ```
public func maxPool2d(_ x: Tensor, size: WindowSize = 2, strides: WindowSize? = nil, padding: Padding = .valid)
    -> Tensor
{
    poolPicture(x, maximum: true, size, strides, padding)
}

/// The largest value of each window of volumes, [batch, depth, height, width, channels].
public func maxPool3d(_ x: Tensor, size: WindowSize = 2, strides: WindowSize? = nil, padding: Padding = .valid)
    -> Tensor
{
    pool(x, 3, maximum: true, size, strides, padding)
}

/// The mean of each window of series, [batch, steps, channels]; cells that padding adds do not count.
public func averagePool1d(_ x: Tensor, size: WindowSize = 2, strides: WindowSize? = nil, padding: Padding = .valid)
    -> Tensor
{
    pool(x, 1, maximum: false, size, strides, padding)
}

/// The mean of each window of images, [batch, height, width, channels], or of one plain picture, [height, width]; cells
/// that padding adds do not count.
public func averagePool2d(_ x: Tensor, size: WindowSize = 2, strides: WindowSize? = nil, padding: Padding = .valid)
    -> Tensor
{
    poolPicture(x, maximum: false, size, strides, padding)
}

/// The mean of each window of volumes, [batch, depth, height, width, channels]; cells that padding adds do not count.
public func averagePool3d(_ x: Tensor, size: WindowSize = 2, strides: WindowSize? = nil, padding: Padding = .valid)
    -> Tensor
{
    pool(x, 3, maximum: false, size, strides, padding)
}
