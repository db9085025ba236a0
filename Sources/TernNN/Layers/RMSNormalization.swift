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
    public let info: LayerInfo
    public let axis: Axes
    public let epsilon: Double
    @Weight public var scale: Tensor

    public init(axis: Axes = -1, epsilon: Double = 1e-6, name: String? = nil) {
        info = LayerInfo(name: name)
        self.axis = axis
        self.epsilon = epsilon
    }

    public func complaint(about inputShape: [Int]) -> String? {
        if let complaint = axis.complaint(inputShape.count) { return complaint }
        let lengths = axis.places(inputShape.count).map { inputShape[$0] }
        guard info.isBuilt, lengths != scale.shape else { return nil }
        return "it was built for the lengths \(scale.shape) of its axes and got \(lengths)"
    }

    public func build(_ inputShape: [Int]) {
        $scale.make("scale", axis.places(inputShape.count).map { inputShape[$0] }, .ones, in: self)
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let places = axis.places(x.rank), shape = x.shape.indices.map { places.contains($0) ? x.shape[$0] : 1 }
        return x * reciprocal(sqrt(square(x).mean(axes: places, keepingDimensions: true) + epsilon))
            * scale.reshaped(shape)
    }
}
