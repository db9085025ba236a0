import TernCore

/// The mean of each window, each row of cells by its area.
///
/// ```swift
/// let pooling = AreaWeightedAveragePooling2D(2, latitudes: [-75, -45, -15, 15, 45, 75])
/// let coarse = pooling(Tensor.ones([2, 6, 8, 1]))   // [2, 3, 4, 1]
/// ```
///
/// Input [batch, latitude, longitude, channels]. Cells that a mask, [batch, latitude, longitude],
/// leaves out do not count; a window of such cells alone gives 0 and is masked itself.
public final class AreaWeightedAveragePooling2D: UnaryLayer {
    public let info: LayerInfo
    public let poolSize: WindowSize
    public let strides: WindowSize?
    public let padding: Padding
    /// Degrees north, one for each row.
    public let latitudes: [Double]

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

    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = TwoDimensions.complaint(about: inputShape) { return complaint }
        return inputShape[1] == latitudes.count
            ? nil : "it has \(latitudes.count) latitudes and got \(inputShape[1]) rows"
    }

    private func mean(_ x: Tensor) -> Tensor { averagePool2d(x, size: poolSize, strides: strides, padding: padding) }

    /// The area of each cell that counts, [batch or 1, latitude, longitude, 1].
    private func weights(_ shape: [Int], _ dtype: DType, _ mask: Tensor?) -> Tensor {
        let areas = Tensor(Sphere.rowAreas(latitudes: latitudes), shape: [1, latitudes.count, 1, 1]).cast(to: dtype)
        guard let mask else { return areas.broadcast(to: [1, shape[1], shape[2], 1]) }
        return areas * mask.maskAxes(4).broadcast(to: shape.dropLast() + [1]).cast(to: dtype)
    }

    public func mask(_ inputs: [Tensor], _ masks: [Tensor?]) -> Tensor? {
        guard let mask = masks.first ?? nil else { return nil }
        return mean(weights(inputs[0].shape, inputs[0].dtype, mask)).squeezed(axes: [3]) .> 0
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let mask = context.masks.first ?? nil, weights = weights(x.shape, x.dtype, mask)
        return mean((mask.map { x.masked(by: $0) } ?? x) * weights) / maximum(mean(weights), 1e-30)
    }
}
