import TernCore

/// Values divided by the root of their mean square over some axes of each example, then scaled by trained numbers of
/// the shape of those axes: x / √(mean(x²) + ε) · scale.
///
/// ```swift
/// let y = RMSNormalization()(Tensor.ones([8, 16]))   // [8, 16]
/// ```
///
/// ``LayerNormalization`` without means and shifts, at half the cost. Unlike Keras's it takes axes that are not the
/// last ones.
///
/// Source: Zhang and Sennrich, "Root mean square layer normalization", NeurIPS 2019.
public final class RMSNormalization: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// Over which the mean square is taken.
    public let axis: Axes
    /// What is added to the mean square.
    public let epsilon: Double
    /// The factors, of the lengths of the axes.
    @Weight public var scale: Tensor

    /// Divides by the root of the mean square along `axis`, by default the last.
    public init(axis: Axes = -1, epsilon: Double = 1e-6, name: String? = nil) {
        info = LayerInfo(name: name)
        self.axis = axis
        self.epsilon = epsilon
    }

    /// The input must have the axes, of the lengths it was built for.
    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = axis.complaint(inputShape.count) { return complaint }
        let lengths = axis.places(inputShape.count).map { inputShape[$0] }
        guard info.isBuilt, lengths != scale.shape else { return nil }
        return "it was built for the lengths \(scale.shape) of its axes and got \(lengths)"
    }

    /// Makes a factor of 1 for each place along the axes.
    public func build(_ inputShape: [Int]) {
        $scale.make("scale", axis.places(inputShape.count).map { inputShape[$0] }, .ones, in: self)
    }

    /// x / √(mean(x²) + ε) · scale, of the shape of x.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let places = axis.places(x.rank), shape = x.shape.indices.map { places.contains($0) ? x.shape[$0] : 1 }
        let factor = x.factorForSquares(axes: places), scaled = x * factor
        return scaled
            * reciprocal(
                sqrt(square(scaled).mean(axes: places, keepingDimensions: true) + epsilon * factor * factor))
            * scale.reshaped(shape)
    }
}
