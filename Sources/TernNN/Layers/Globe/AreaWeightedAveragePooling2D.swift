import TernCore

/// The mean of each window, each row of cells by its area.
///
/// ```swift
/// let pool = AreaWeightedAveragePooling2D(2, latitudes: [60, 20, -20, -60])
/// let y = pool(Tensor.ones([1, 4, 8, 2]))   // [1, 2, 4, 2], all 1
/// ```
///
/// Input [batch, latitude, longitude, channels]. Cells that a mask, [batch, latitude, longitude],
/// leaves out do not count; a window of such cells alone gives 0 and is masked itself.
public final class AreaWeightedAveragePooling2D: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The window, in rows and columns.
    public let poolSize: WindowSize
    /// How far the window moves; nil for its own size.
    public let strides: WindowSize?
    /// What surrounds the grid; cells that padding adds have no area.
    public let padding: Padding
    /// Degrees north, one for each row.
    public let latitudes: [Double]

    /// Means over windows of a grid with these latitudes, in degrees north, one for each row.
    public init(
        _ poolSize: WindowSize = 2, strides: WindowSize? = nil, padding: Padding = .valid, latitudes: [Double],
        name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.poolSize = poolSize
        self.strides = strides
        self.padding = padding
        self.latitudes = latitudes
    }

    /// The input must have a row for each latitude, and latitudes must lie between -90 and 90.
    public func complaint(about inputShape: [Int]) -> String? {
        LatitudeWeights(ofRowsAt: latitudes).complaint(aboutGrid: inputShape)
    }

    private func mean(_ x: Tensor) -> Tensor { averagePool2d(x, size: poolSize, strides: strides, padding: padding) }

    /// The area of each cell that counts, [batch or 1, latitude, longitude, 1].
    private func weights(_ shape: [Int], _ dtype: DType, _ mask: Tensor?) -> Tensor {
        let areas = LatitudeWeights(ofRowsAt: latitudes).factors(rank: 4, dtype: dtype)
        guard let mask else { return areas.broadcast(to: [1, shape[1], shape[2], 1]) }
        return areas * mask.maskAxes(4).broadcast(to: shape.dropLast() + [1]).cast(to: dtype)
    }

    /// Where a window has a cell that counts, if the input has a mask.
    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? {
        guard let mask = masks.first ?? nil else { return nil }
        return mean(weights(inputs[0].shape, inputs[0].dtype, mask)).squeezed(axes: [3]) .> 0
    }

    /// Σ area · x / Σ area in each window, [batch, rows, columns, channels].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let mask = context.masks.first ?? nil, weights = weights(x.shape, x.dtype, mask)
        return mean((mask.map { x.masked(by: $0) } ?? x) * weights) / maximum(mean(weights), 1e-30)
    }
}
