import TernCore

/// An activation function as a layer.
///
/// ```swift
/// let y = ActivationLayer(.relu)(Tensor([[-1.0, 0, 2]]))   // [[0, 0, 2]]
/// ```
public final class ActivationLayer: UnaryLayer {
    /// `Activation`, which as a type is the function itself.
    public static var kind: String { "Activation" }
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// What it does to each number, or along the last axis.
    public let activation: Activation

    /// A layer that applies a function, such as `.relu`.
    public init(_ activation: Activation, name: String? = nil) {
        info = LayerInfo(name: name)
        self.activation = activation
    }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }

    /// activation(x), of the shape of x.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor { activation(x) }
}

/// x where positive, else `negativeSlope` · x.
///
/// ```swift
/// let y = LeakyReLU(negativeSlope: 0.1)(Tensor([[-1.0, 0, 2]]))   // [[-0.1, 0, 2]]
/// ```
public final class LeakyReLU: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The factor of negative numbers.
    public let negativeSlope: Double

    /// A layer with this factor of negative numbers, which may not be negative itself; 0.3 is Keras's default.
    public init(negativeSlope: Double = 0.3, name: String? = nil) {
        info = LayerInfo(name: name)
        self.negativeSlope = negativeSlope
        if let wrong = complaintAboutSettings { fail("LeakyReLU: \(wrong)") }
    }

    private var complaintAboutSettings: String? { complaintAboutNegative(["negativeSlope": negativeSlope]) }

    /// The slope may not be negative.
    public func complaint(about inputShape: [Int]) -> String? { complaintAboutSettings }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }

    /// max(x, 0) + negativeSlope · min(x, 0), of the shape of x.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        Activation.leakyReLU(negativeSlope: negativeSlope)(x)
    }
}

/// What is wrong with the first setting that is negative or no number; nil where none is.
private func complaintAboutNegative(_ settings: KeyValuePairs<String, Double>) -> String? {
    settings.first { !($0.value >= 0) }.map { "\($0.key) must not be negative, it is \($0.value)" }
}

/// max(0, x), with a slope below the threshold and a greatest value where they are given.
///
/// ```swift
/// let y = ReLU(maxValue: 6)(Tensor([[-1.0, 2, 9]]))   // [[0, 2, 6]]
/// ```
///
/// `maxValue` where x ≥ maxValue, x from `threshold` on, `negativeSlope` · (x − threshold) below.
public final class ReLU: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The largest output; nil for none.
    public let maxValue: Double?
    /// The factor of what is below the threshold, and the threshold.
    public let negativeSlope: Double, threshold: Double

    /// A rectifier; no argument may be negative.
    public init(maxValue: Double? = nil, negativeSlope: Double = 0, threshold: Double = 0, name: String? = nil) {
        info = LayerInfo(name: name)
        self.maxValue = maxValue
        self.negativeSlope = negativeSlope
        self.threshold = threshold
        if let wrong = complaintAboutSettings { fail("ReLU: \(wrong)") }
    }

    private var complaintAboutSettings: String? {
        complaintAboutNegative([
            "maxValue": maxValue ?? 0, "negativeSlope": negativeSlope, "threshold": threshold,
        ])
    }

    /// No setting may be negative.
    public func complaint(about inputShape: [Int]) -> String? { complaintAboutSettings }

    /// x from `threshold` to `maxValue`, of the shape of x.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        Activation.relu(negativeSlope: negativeSlope, maxValue: maxValue, threshold: threshold)(x)
    }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }
}

/// x where positive, else `alpha` (eˣ − 1).
///
/// ```swift
/// let y = ELU()(Tensor([[-1.0, 0, 2]]))   // about [[-0.632, 0, 2]]
/// ```
///
/// Source: Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units",
/// ICLR 2016.
public final class ELU: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// What large negative numbers approach, with the sign turned.
    public let alpha: Double

    /// A layer that approaches −alpha.
    public init(alpha: Double = 1, name: String? = nil) {
        info = LayerInfo(name: name)
        self.alpha = alpha
    }

    /// x where positive, else alpha (eˣ − 1), of the shape of x.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor { Activation.elu(alpha: alpha)(x) }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }
}

/// x where positive, else α x with a trained α for each feature; shared along `sharedAxes`.
///
/// ```swift
/// let images = PReLU(sharedAxes: [1, 2])
/// let y = images(Tensor.ones([4, 9, 9, 3]))   // [4, 9, 9, 3]
/// let factors = images.alpha                  // [1, 1, 3]
/// ```
///
/// Source: He et al., "Delving deep into rectifiers", ICCV 2015.
public final class PReLU: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The axes along which one α holds for all, counted with the batch as 0: [1, 2] for images, so that α is one for
    /// each channel.
    public let sharedAxes: [Int]
    /// How α begins and what holds it; `.zeros` where nothing else was said.
    public let alphaSettings: WeightSettings
    /// α, of the shape of an example, with 1 along the shared axes.
    @Weight public var alpha: Tensor

    /// A rectifier with an α for each feature.
    ///
    /// - Parameter sharedAxes: axes along which one α holds for all; the batch is axis 0.
    public init(
        alpha: WeightSettings = .init(),
        sharedAxes: [Int] = [], name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.sharedAxes = sharedAxes
        alphaSettings = alpha.defaulting(to: .zeros)
    }

    /// The shared axes must be among those of an example.
    public func complaint(about inputShape: [Int]) -> String? {
        if let odd = sharedAxes.first(where: { $0 < 1 || $0 >= inputShape.count }) {
            return "its shared axis \(odd) is not one of 1 to \(inputShape.count - 1); the batch is axis 0"
        }
        guard info.isBuilt, let built = $alpha.variable?.shape, built != shape(for: inputShape) else { return nil }
        return "it was built for numbers of shape \(built) and got \(shape(for: inputShape))"
    }

    /// Makes α for examples of this shape.
    public func build(_ inputShape: [Int]) { $alpha.make("alpha", shape(for: inputShape), alphaSettings, in: self) }

    private func shape(for inputShape: [Int]) -> [Int] {
        inputShape.indices.dropFirst().map { sharedAxes.contains($0) ? 1 : inputShape[$0] }
    }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }

    /// max(x, 0) − α max(−x, 0), of the shape of x.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor { relu(x) - alpha * relu(-x) }
}

/// Positive numbers that add up to 1 along `axis`; where a mask is given, over what counts, and 0
/// for what does not.
///
/// ```swift
/// let y = Softmax()(Tensor([[0.0, 0, 0, 0]]))   // [[0.25, 0.25, 0.25, 0.25]]
/// ```
///
/// The mask has the input's shape or its first lengths: one of steps, [batch, steps], leaves out
/// all features of a step.
public final class Softmax: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// Along which numbers add up to 1.
    public let axis: Axes

    /// - Parameter axis: one, or several along all of which the numbers add up to 1.
    public init(axis: Axes = -1, name: String? = nil) {
        info = LayerInfo(name: name)
        self.axis = axis
    }

    /// The input must have the axes, each once.
    public func complaint(about inputShape: [Int]) -> String? { axis.complaint(inputShape.count) }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }

    /// eˣ / Σ eˣ along the axes, of the shape of x.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let axes = axis.places(x.rank)
        guard let mask = context.masks.first ?? nil else { return softmax(x, axes: axes) }
        let counts = mask.maskAxes(x.rank)
        return softmax(x, axes: axes, where: counts).masked(by: counts)
    }
}
