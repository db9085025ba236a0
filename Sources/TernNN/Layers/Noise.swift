import TernCore

/// Sets a share of the values to 0 while training, and scales the others up so that the sum
/// stays on average.
///
/// ```swift
/// let layer = Dropout(0.5), x = Tensor.ones([2, 4])
/// let y = layer(x, training: true)   // each 0 or 2
/// let z = layer(x)                   // all 1
/// ```
///
/// Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from
/// overfitting", JMLR 2014. Which values are dropped depends on the model's seed and the step
/// alone, not on the number of threads.
public final class Dropout: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The share that is dropped, from 0 to 1.
    public let rate: Double
    /// Lengths of the mask that is drawn; 1 where all share the fate. Nil draws for each value.
    public let noiseShape: [Int?]?

    /// Drops this share, from 0 to 1.
    ///
    /// - Parameter noiseShape: lengths of what is drawn, with 1 along axes that share it; nil lengths are those of the
    ///   input.
    public init(_ rate: Double, noiseShape: [Int?]? = nil, name: String? = nil) {
        if let wrong = complaintAboutShare(rate, below1: false) { fail("Dropout: \(wrong)") }
        info = LayerInfo(name: name)
        self.rate = rate
        self.noiseShape = noiseShape
    }

    /// What is dropped must be a share.
    public func complaint(about inputShape: [Int]) -> String? {
        complaintAboutShare(rate, below1: false) ?? complaintAboutNoise(noiseShape, inputShape)
    }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }
    /// Examples may share what is dropped.
    public var mixesExamples: Bool { noiseIsShared(noiseShape) }

    /// In training x / (1 − rate) where it is kept, else 0; x itself in prediction.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        dropped(x, rate, shapeOfNoise(noiseShape, x.shape), context, self)
    }
}

/// What is wrong with a rate, nil where it is a share.
private func complaintAboutShare(_ rate: Double, below1: Bool) -> String? {
    if below1 { return (0..<1).contains(rate) ? nil : "the rate \(rate) is not from 0 to below 1" }
    return (0...1).contains(rate) ? nil : "the rate \(rate) is not between 0 and 1"
}

/// What is wrong with lengths of noise beside an input, nil where they fit: as many as axes, each 1, that of its axis,
/// or nil.
private func complaintAboutNoise(_ noiseShape: [Int?]?, _ inputShape: [Int]) -> String? {
    guard let noiseShape else { return nil }
    let fits =
        noiseShape.count == inputShape.count
        // The number of examples is not known when a layer is built.
        && zip(noiseShape, inputShape).dropFirst().allSatisfy { $0 == nil || $0 == 1 || $0 == $1 }
    let words = noiseShape.map { $0.map(String.init) ?? "nil" }.joined(separator: ", ")
    return fits
        ? nil
        : "its noiseShape [\(words)] does not fit an input of \(inputShape.count) axes: each is 1, that of the axis, or nil"
}

/// The lengths of the noise for an input.
private func shapeOfNoise(_ noiseShape: [Int?]?, _ inputShape: [Int]) -> [Int] {
    noiseShape.map { zip($0, inputShape).map { $0 ?? $1 } } ?? inputShape
}

/// Whether all examples have the same noise.
private func noiseIsShared(_ noiseShape: [Int?]?) -> Bool { noiseShape?.first.map { $0 != nil } ?? false }

extension Tensor {
    /// The values as they are where they are floating, integers in the type of a layer: noise is no whole number.
    fileprivate func floating(_ layer: some Layer) -> Tensor {
        dtype.isFloatingPoint ? self : cast(to: layer.info.dtype)
    }
}

/// `x` with a share of its values set to 0, in training; a rate that is no share ends the program.
func dropped(_ x: Tensor, _ rate: Double, _ shape: [Int], _ context: CallContext, _ layer: some Layer) -> Tensor {
    if let wrong = complaintAboutShare(rate, below1: false) {
        fail("layer \(layer.info.name ?? type(of: layer).kind): \(wrong)")
    }
    guard context.isTraining, rate > 0 else { return x }
    let x = x.floating(layer)
    // Of a rate of 1 nothing is kept, and no infinity becomes NaN.
    let zero = Tensor(repeating: 0, shape: [], dtype: x.dtype)
    // Times 0, an infinity would be NaN.
    if rate >= 1 { return select(Tensor(repeating: 0, shape: x.shape, dtype: .bool), x, zero) }
    let kept = context.uniform(shape, dtype: x.dtype, for: layer) .>= rate
    return select(kept.broadcast(to: x.shape), x / (1 - rate), zero)
}

/// Dropout of whole channels of series.
///
/// ```swift
/// let y = SpatialDropout1D(0.5)(Tensor.ones([4, 10, 2]), training: true)   // [4, 10, 2]
/// ```
public typealias SpatialDropout1D = SpatialDropout<OneDimension>

/// Dropout of whole channels of images.
///
/// ```swift
/// let y = SpatialDropout2D(0.5)(Tensor.ones([4, 6, 9, 2]), training: true)   // [4, 6, 9, 2]
/// ```
public typealias SpatialDropout2D = SpatialDropout<TwoDimensions>

/// Dropout of whole channels of volumes.
///
/// ```swift
/// let y = SpatialDropout3D(0.5)(Tensor.ones([1, 4, 4, 4, 2]), training: true)   // [1, 4, 4, 4, 2]
/// ```
public typealias SpatialDropout3D = SpatialDropout<ThreeDimensions>

/// ``Dropout`` of whole channels, for neighbours that say much the same (Tompson et al., CVPR 2015).
///
/// ```swift
/// let y = SpatialDropout2D(0.5)(Tensor.ones([4, 9, 9, 3]), training: true)   // [4, 9, 9, 3], channels of 0 or 2
/// ```
public final class SpatialDropout<Rank: GridRank>: UnaryLayer {
    /// `SpatialDropout2D` for images, and so on by the number of dimensions.
    public static var kind: String { "SpatialDropout\(Rank.count)D" }
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The share of channels that is dropped, from 0 to 1.
    public let rate: Double

    /// Drops this share of the channels, from 0 to 1.
    public init(_ rate: Double, name: String? = nil) {
        if let wrong = complaintAboutShare(rate, below1: false) { fail("SpatialDropout: \(wrong)") }
        info = LayerInfo(name: name)
        self.rate = rate
    }

    /// The input must be [batch, grid, channels].
    public func complaint(about inputShape: [Int]) -> String? {
        Rank.complaint(about: inputShape) ?? complaintAboutShare(rate, below1: false)
    }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }

    /// In training x / (1 − rate) in channels that are kept, else 0; x itself in prediction.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        dropped(x, rate, [x.shape[0]] + Array(repeating: 1, count: Rank.count) + [x.shape.last!], context, self)
    }
}

/// Adds normal noise of mean 0 while training.
///
/// ```swift
/// let y = GaussianNoise(0.1)(Tensor.ones([2, 4]), training: true)   // about 1
/// ```
public final class GaussianNoise: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// That of the noise.
    public let standardDeviation: Double

    /// Noise of this standard deviation, which is finite and not negative.
    public init(_ standardDeviation: Double, name: String? = nil) {
        if let wrong = Self.complaint(about: standardDeviation) { fail("GaussianNoise: \(wrong)") }
        info = LayerInfo(name: name)
        self.standardDeviation = standardDeviation
    }

    private static func complaint(about deviation: Double) -> String? {
        deviation >= 0 && deviation.isFinite
            ? nil : "the standard deviation \(deviation) is negative or no finite number"
    }

    /// The standard deviation must be finite and not negative.
    public func complaint(about inputShape: [Int]) -> String? { Self.complaint(about: standardDeviation) }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }

    /// In training x + noise; x itself in prediction.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        guard context.isTraining, standardDeviation > 0 else { return x }
        let x = x.floating(self)
        return x + context.normal(x.shape, dtype: x.dtype, for: self) * standardDeviation
    }
}

/// Multiplies by normal noise of mean 1 and variance rate / (1 − rate) while training.
///
/// ```swift
/// let y = GaussianDropout(0.2)(Tensor.ones([2, 4]), training: true)   // on average 1
/// ```
public final class GaussianDropout: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The share that dropout with noise of this variance would drop, from 0 to below 1.
    public let rate: Double

    /// Noise of variance rate / (1 − rate), the rate from 0 to below 1.
    public init(_ rate: Double, name: String? = nil) {
        if let wrong = complaintAboutShare(rate, below1: true) { fail("GaussianDropout: \(wrong)") }
        info = LayerInfo(name: name)
        self.rate = rate
    }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }

    /// What is dropped must be a share.
    public func complaint(about inputShape: [Int]) -> String? { complaintAboutShare(rate, below1: true) }

    /// In training x · (1 + noise); x itself in prediction.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        guard context.isTraining, rate > 0 else { return x }
        let x = x.floating(self), deviation = (rate / (1 - rate)).squareRoot()
        return x * (1 + context.normal(x.shape, dtype: x.dtype, for: self) * deviation)
    }
}

/// Sets a share of the values to the lowest that `selu` takes, and scales and shifts all so that mean and variance
/// stay.
///
/// ```swift
/// let model = Sequential(input: [8]) {
///     Dense(16, activation: .selu, kernel: .init(.lecunNormal))
///     AlphaDropout(0.1)
///     Dense(1)
/// }
/// ```
///
/// Source: Klambauer et al., "Self-normalizing neural networks", NeurIPS 2017.
public final class AlphaDropout: UnaryLayer {
    /// Its name, the type of its numbers, and whether it is trained.
    public let info: LayerInfo
    /// The share that is dropped, from 0 to below 1.
    public let rate: Double
    /// Lengths of the mask that is drawn; 1 where all share the fate. Nil draws for each value.
    public let noiseShape: [Int?]?

    /// Drops this share, from 0 to below 1.
    ///
    /// - Parameter noiseShape: lengths of what is drawn, with 1 along axes that share it; nil lengths are those of the
    ///   input.
    public init(_ rate: Double, noiseShape: [Int?]? = nil, name: String? = nil) {
        if let wrong = complaintAboutShare(rate, below1: true) { fail("AlphaDropout: \(wrong)") }
        info = LayerInfo(name: name)
        self.rate = rate
        self.noiseShape = noiseShape
    }

    /// What is dropped must be a share.
    public func complaint(about inputShape: [Int]) -> String? {
        complaintAboutShare(rate, below1: true) ?? complaintAboutNoise(noiseShape, inputShape)
    }

    /// Examples may share what is dropped.
    public var mixesExamples: Bool { noiseIsShared(noiseShape) }

    /// In training a · (x or the lowest value) + b, so that mean and variance stay; x itself in prediction.
    public func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        guard context.isTraining, rate > 0 else { return x }
        // −alpha · scale of selu.
        let lowest = -Activation.seluAlpha * Activation.seluScale
        let x = x.floating(self)
        let kept = context.uniform(shapeOfNoise(noiseShape, x.shape), dtype: x.dtype, for: self) .>= rate
        let scale = 1 / ((1 - rate) * (1 + rate * lowest * lowest)).squareRoot()
        return select(kept.broadcast(to: x.shape), x, Tensor(repeating: lowest, shape: [], dtype: x.dtype)) * scale
            - scale * lowest * rate
    }

    /// A step of the output comes of the same step of the input, whose mask holds for it.
    public var supportsMasking: Bool { true }
}
