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

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor { Activation.leakyReLU(negativeSlope: negativeSlope)(x) }
}

/// x where positive, else α x with a trained α for each feature; shared along `sharedAxes`.
///
/// Source: He et al., "Delving deep into rectifiers", ICCV 2015.
public final class PReLU: UnaryLayer {
    public let info: LayerInfo
    public let sharedAxes: [Int]
    public let alphaInitializer: Initializer
    public let alphaRegularizer: Regularizer?
    public let alphaConstraint: Constraint?
    @Weight public var alpha: Tensor

    public init(
        alphaInitializer: Initializer = .zeros, alphaRegularizer: Regularizer? = nil, alphaConstraint: Constraint? = nil,
        sharedAxes: [Int] = [], name: String? = nil
    ) {
        info = LayerInfo(name: name)
        self.sharedAxes = sharedAxes
        self.alphaInitializer = alphaInitializer
        self.alphaRegularizer = alphaRegularizer
        self.alphaConstraint = alphaConstraint
    }

    public func build(_ inputShape: [Int]) {
        let shape = (1..<inputShape.count).map { sharedAxes.contains($0) ? 1 : inputShape[$0] }
        $alpha.make("alpha", shape, alphaInitializer, in: self, regularizer: alphaRegularizer, constraint: alphaConstraint)
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
    public let axis: Int

    public init(axis: Int = -1, name: String? = nil) {
        info = LayerInfo(name: name)
        self.axis = axis
    }

    public var supportsMasking: Bool { true }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        guard let mask = context.masks.first ?? nil else { return Activation.softmax(axis: axis)(x) }
        let counts = mask.maskAxes(x.rank)
        return Activation.softmax(axis: axis)(select(counts, x, constant(-1e9, like: x))).masked(by: counts)
    }
}
