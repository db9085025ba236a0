import TernCore

/// Sets a share of the values to 0 while training, and scales the others up so that the sum
/// stays on average.
///
/// Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from
/// overfitting", JMLR 2014. Which values are dropped depends on the model's seed and the step
/// alone, not on the number of threads.
public final class Dropout: UnaryLayer {
    public let info: LayerInfo
    public let rate: Double
    /// Lengths of the mask that is drawn; 1 where all share the fate. Nil draws for each value.
    public let noiseShape: [Int?]?

    public init(_ rate: Double, noiseShape: [Int?]? = nil, name: String? = nil) {
        if !(0...1).contains(rate) { fail("Dropout: the rate \(rate) is not between 0 and 1") }
        info = LayerInfo(name: name)
        self.rate = rate
        self.noiseShape = noiseShape
    }

    public var supportsMasking: Bool { true }
    /// Examples may share what is dropped.
    public var mixesExamples: Bool { noiseShape?.first.map { $0 != nil } ?? false }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let shape = noiseShape.map { zip($0, x.shape).map { $0 ?? $1 } } ?? x.shape
        return dropped(x, rate, shape, context, self)
    }
}

/// `x` with a share of its values set to 0, in training.
func dropped(_ x: Tensor, _ rate: Double, _ shape: [Int], _ context: CallContext, _ layer: some Layer) -> Tensor {
    guard context.isTraining, rate > 0 else { return x }
    if rate >= 1 { return x * 0 }
    let kept = context.uniform(shape, dtype: x.dtype, for: layer) .>= rate
    return select(kept.broadcast(to: x.shape), x / (1 - rate), Tensor(repeating: 0, shape: [], dtype: x.dtype))
}

/// Dropout of whole channels of series.
public typealias SpatialDropout1D = SpatialDropout<OneDimension>
/// Dropout of whole channels of images.
public typealias SpatialDropout2D = SpatialDropout<TwoDimensions>
/// Dropout of whole channels of volumes.
public typealias SpatialDropout3D = SpatialDropout<ThreeDimensions>

/// ``Dropout`` of whole channels, for neighbours that say much the same (Tompson et al., CVPR 2015).
public final class SpatialDropout<Rank: GridRank>: UnaryLayer {
    public static var kind: String { "SpatialDropout\(Rank.count)D" }
    public let info: LayerInfo
    public let rate: Double

    public init(_ rate: Double, name: String? = nil) {
        if !(0...1).contains(rate) { fail("SpatialDropout: the rate \(rate) is not between 0 and 1") }
        info = LayerInfo(name: name)
        self.rate = rate
    }

    public func complaint(about inputShape: [Int]) -> String? { Rank.complaint(about: inputShape) }
    public var supportsMasking: Bool { true }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        dropped(x, rate, [x.shape[0]] + Array(repeating: 1, count: Rank.count) + [x.shape.last!], context, self)
    }
}

/// Adds normal noise of mean 0 while training.
public final class GaussianNoise: UnaryLayer {
    public let info: LayerInfo
    public let standardDeviation: Double

    public init(_ standardDeviation: Double, name: String? = nil) {
        info = LayerInfo(name: name)
        self.standardDeviation = standardDeviation
    }

    public var supportsMasking: Bool { true }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        guard context.isTraining, standardDeviation > 0 else { return x }
        return x + context.normal(x.shape, dtype: x.dtype, for: self) * standardDeviation
    }
}

/// Multiplies by normal noise of mean 1 and variance rate / (1 − rate) while training.
public final class GaussianDropout: UnaryLayer {
    public let info: LayerInfo
    public let rate: Double

    public init(_ rate: Double, name: String? = nil) {
        if !(0..<1).contains(rate) { fail("GaussianDropout: the rate \(rate) is not from 0 to below 1") }
        info = LayerInfo(name: name)
        self.rate = rate
    }

    public var supportsMasking: Bool { true }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        guard context.isTraining, rate > 0 else { return x }
        let deviation = (rate / (1 - rate)).squareRoot()
        return x * (1 + context.normal(x.shape, dtype: x.dtype, for: self) * deviation)
    }
}

/// Sets a share of the values to the lowest that `selu` takes, and scales and shifts all so that mean and variance
/// stay.
///
/// Source: Klambauer et al., "Self-normalizing neural networks", NeurIPS 2017.
public final class AlphaDropout: UnaryLayer {
    public let info: LayerInfo
    public let rate: Double
    /// Lengths of the mask that is drawn; 1 where all share the fate. Nil draws for each value.
    public let noiseShape: [Int?]?

    public init(_ rate: Double, noiseShape: [Int?]? = nil, name: String? = nil) {
        if !(0..<1).contains(rate) { fail("AlphaDropout: the rate \(rate) is not from 0 to below 1") }
        info = LayerInfo(name: name)
        self.rate = rate
        self.noiseShape = noiseShape
    }

    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        guard context.isTraining, rate > 0 else { return x }
        // −alpha · scale of selu.
        let lowest = -1.6732632423543772 * 1.0507009873554805
        let shape = noiseShape.map { zip($0, x.shape).map { $0 ?? $1 } } ?? x.shape
        let kept = context.uniform(shape, dtype: x.dtype, for: self) .>= rate
        let scale = 1 / ((1 - rate) * (1 + rate * lowest * lowest)).squareRoot()
        return select(kept.broadcast(to: x.shape), x, Tensor(repeating: lowest, shape: [], dtype: x.dtype)) * scale
            - scale * lowest * rate
    }

    public var supportsMasking: Bool { true }
}
