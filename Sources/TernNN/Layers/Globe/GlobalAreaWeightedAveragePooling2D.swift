import TernCore

/// The mean over the globe, each row of cells by its area.
///
/// ```swift
/// let mean = GlobalAreaWeightedAveragePooling2D(latitudes: [60, 0, -60])
/// let y = mean(Tensor([0.0, 1, 0], shape: [1, 3, 1, 1]))   // [[0.5]]
/// ```
///
/// Input [batch, latitude, longitude, channels], output [batch, channels]. Cells that a mask,
/// [batch, latitude, longitude], leaves out do not count.
public final class GlobalAreaWeightedAveragePooling2D: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// Degrees north.
    public let latitudes: [Double]

    /// The mean over a grid with these latitudes, in degrees north, one for each row.
    public init(latitudes: [Double], name: String? = nil) {
        info = LayerInfo(name: name)
        self.latitudes = latitudes
    }

    /// The input must have a row for each latitude, and latitudes must lie between -90 and 90.
    public func complaint(about inputShape: [Int]) -> String? {
        LatitudeWeights(ofRowsAt: latitudes).complaint(aboutGrid: inputShape)
    }

    /// Σ area · x / Σ area, [batch, channels].
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let areas = LatitudeWeights(ofRowsAt: latitudes).factors(rank: 4, dtype: x.dtype)
        guard let mask = context.masks.first ?? nil else {
            // Along longitude first: the weights are then one for each row.
            return (x.mean(axis: 2, keepingDimensions: true) * areas).sum(axes: [1, 2]) / areas.sum()
        }
        let weights = areas * mask.maskAxes(4).broadcast(to: x.shape.dropLast() + [1]).cast(to: x.dtype)
        return (x.masked(by: mask) * weights).sum(axes: [1, 2]) / maximum(weights.sum(axes: [1, 2]), 1e-30)
    }
}
