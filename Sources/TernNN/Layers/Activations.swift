import TernCore

/// An activation function as a layer.
public final class ActivationLayer: UnaryLayer {
    public static var kind: String { "Activation" }
    public let info: LayerInfo
    public let activation: Activation

    public init(_ activation: Activation, name: String? = nil) {
        info = LayerInfo(name: name)
        self.activation = activation
    }

    public var supportsMasking: Bool { true }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor { activation(x) }
}

/// x where positive, else `negativeSlope` · x.
public final class LeakyReLU: UnaryLayer {
    public let info: LayerInfo
    public let negativeSlope: Double

    public init(negativeSlope: Double = 0.3, name: String? = nil) {
        info = LayerInfo(name: name)
        self.negativeSlope = negativeSlope
    }

    public var supportsMasking: Bool { true }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        Activation.leakyReLU(negativeSlope: negativeSlope)(x)
    }
}

/// max(0, x), with a slope below the threshold and a greatest value where they are given.
///
/// `maxValue` where x ≥ maxValue, x from `threshold` on, `negativeSlope` · (x − threshold) below.
public final class ReLU: UnaryLayer {
    public let info: LayerInfo
    public let maxValue: Double?
    public let negativeSlope: Double, threshold: Double

    public init(maxValue: Double? = nil, negativeSlope: Double = 0, threshold: Double = 0, name: String? = nil) {
        for (argument, value) in [
            ("maxValue", maxValue ?? 0), ("negativeSlope", negativeSlope), ("threshold", threshold),
        ] where !(value >= 0) {
            fail("ReLU: \(argument) must not be negative, it is \(value)")
        }
        info = LayerInfo(name: name)
        self.maxValue = maxValue
        self.negativeSlope = negativeSlope
        self.threshold = threshold
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        Activation.relu(negativeSlope: negativeSlope, maxValue: maxValue, threshold: threshold)(x)
    }
    public var supportsMasking: Bool { true }
}

/// x where positive, else `alpha` (eˣ − 1).
///
/// Source: Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units",
/// ICLR 2016.
public final class ELU: UnaryLayer {
    public let info: LayerInfo
    public let alpha: Double

    public init(alpha: Double = 1, name: String? = nil) {
        info = LayerInfo(name: name)
        self.alpha = alpha
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor { Activation.elu(alpha: alpha)(x) }
    public var supportsMasking: Bool { true }
}

/// x where positive, else α x with a trained α for each feature; shared along `sharedAxes`.
///
/// Source: He et al., "Delving deep into rectifiers", ICCV 2015.
public final class PReLU: UnaryLayer {
    public let info: LayerInfo
    public let sharedAxes: [Int]
    public let alphaSettings: WeightSettings
    @Weight public var alpha: Tensor

    public init(
        alpha: WeightSettings = .init(),
        sharedAxes: [Int] = [], name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.sharedAxes = sharedAxes
        alphaSettings = alpha.defaulting(to: .zeros)
    }

    public func build(_ inputShape: [Int]) {
        let shape = (1..<inputShape.count).map { sharedAxes.contains($0) ? 1 : inputShape[$0] }
        $alpha.make("alpha", shape, alphaSettings, in: self)
    }

    public var supportsMasking: Bool { true }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor { relu(x) - alpha * relu(-x) }
}

/// Positive numbers that add up to 1 along `axis`; where a mask is given, over what counts, and 0
/// for what does not.
///
/// The mask has the input's shape or its first lengths: one of steps, [batch, steps], leaves out
/// all features of a step.
public final class Softmax: UnaryLayer {
    public let info: LayerInfo
    public let axis: Axes

    /// - Parameter axis: one, or several along all of which the numbers add up to 1.
    public init(axis: Axes = -1, name: String? = nil) {
        info = LayerInfo(name: name)
        self.axis = axis
    }

    public func complaint(about inputShape: [Int]) -> String? { axis.complaint(inputShape.count) }

    public var supportsMasking: Bool { true }

    private func softmax(_ x: Tensor) -> Tensor {
        let axes = axis.places(x.rank)
        let power = exp(x - x.max(axes: axes, keepingDimensions: true).stoppingGradient())
        return power / power.sum(axes: axes, keepingDimensions: true)
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        guard let mask = context.masks.first ?? nil else { return softmax(x) }
        let counts = mask.maskAxes(x.rank)
        return softmax(select(counts, x, constant(-1e9, like: x))).masked(by: counts)
    }
}
