import TernCore

/// Shifts each feature to mean 0 and scales it to variance 1.
///
/// ```swift
/// var scaler = StandardScaler()
/// let z = try scaler.fitTransform(Tensor([[1.0, 5], [3, 5]]))     // [[-1, 0], [1, 0]]
/// scaler.mean                                                     // [2.0, 5.0]
/// try scaler.inverseTransform(z)                                  // [[1, 5], [3, 5]]
/// ```
///
/// A feature that does not vary is shifted but not scaled. Missing values (NaN) are passed over and stay. All as in
/// scikit-learn, but that a batch in which a feature is missing throughout tells nothing of it: scikit-learn's
/// `partial_fit` then knows nothing of that feature ever after.
///
/// Source: scikit-learn 1.9.1, `sklearn.preprocessing.StandardScaler`.
public struct StandardScaler: Transformer {
    /// scikit-learn's `with_mean` and `with_std`.
    public static var parameterNames: [String] { ["withMean", "withStandardDeviation"] }

    /// Whether the mean of each feature is taken away; by default true.
    public var withMean: Bool
    /// Whether each feature is divided by its standard deviation; by default true.
    public var withStandardDeviation: Bool

    /// The mean of each feature; empty before the fit.
    public private(set) var mean: [Double] = []
    /// The variance of each feature, divided by the number of examples (not one less), at most the largest number there
    /// is; empty before the fit.
    public private(set) var variance: [Double] = []
    /// What each feature is divided by: the standard deviation, 1 where it does not vary by more than rounding; empty
    /// before the fit.
    public private(set) var scale: [Double] = []

    /// The examples of each feature that were seen, by weight: scikit-learn's `n_samples_seen_`; empty before the fit.
    public private(set) var samplesSeen: [Double] = []

    /// A scaler that has learned nothing yet; defaults are scikit-learn's.
    public init(withMean: Bool = true, withStandardDeviation: Bool = true) {
        self.withMean = withMean
        self.withStandardDeviation = withStandardDeviation
    }

    /// A fitted scaler from numbers that are known: it takes each feature's mean away and divides by its scale. It cannot
    /// go on to learn. Lists of different lengths end the program.
    public init(mean: [Double], scale: [Double]) {
        guard mean.count == scale.count else {
            fail("StandardScaler: \(mean.count) means and \(scale.count) scales are not of the same features")
        }
        self.init()
        self.mean = mean
        self.scale = scale
        variance = scale.map { $0 * $0 }
    }

    /// Learns mean and variance of each column of `x`, [examples, features], in double precision.
    ///
    /// - Throws: ``EstimatorError`` where `x` is no matrix, is empty, or holds infinity.
    public mutating func fit(_ x: Tensor) throws { try fit(x, sampleWeight: nil) }

    /// Learns from examples of which each counts by its weight, [examples].
    ///
    /// ```swift
    /// var scaler = StandardScaler()
    /// try scaler.fit(Tensor([[0.0], [10]]), sampleWeight: Tensor([3.0, 1]))
    /// scaler.mean                         // [2.5]
    /// ```
    ///
    /// - Throws: ``EstimatorError`` as ``fit(_:)``, and where weights do not fit, are negative, or all 0.
    public mutating func fit(_ x: Tensor, sampleWeight: Tensor?) throws {
        var fresh = StandardScaler(withMean: withMean, withStandardDeviation: withStandardDeviation)
        try fresh.partialFit(x, sampleWeight: sampleWeight)
        self = fresh
    }

    /// Goes on to learn from further examples, as if all had been there at once: scikit-learn's `partial_fit`.
    ///
    /// ```swift
    /// var scaler = StandardScaler()
    /// try scaler.partialFit(Tensor([[1.0], [2]]))
    /// try scaler.partialFit(Tensor([[6.0]]))
    /// scaler.mean                         // [3.0]
    /// ```
    ///
    /// - Throws: ``EstimatorError`` as ``fit(_:sampleWeight:)``, where `x` has other features than before, and where the
    ///   scaler was made of numbers that were known.
    ///
    /// Source: Chan, Golub and LeVeque, "Algorithms for computing the sample variance: analysis and recommendations",
    /// The American Statistician 37, 1983, equations 1.5.
    public mutating func partialFit(_ x: Tensor, sampleWeight: Tensor? = nil) throws {
        try wholly { try $0.goOn(x, sampleWeight) }
    }

    private mutating func goOn(_ x: Tensor, _ sampleWeight: Tensor?) throws {
        try Check.that(
            samplesSeen.count == scale.count,
            "StandardScaler: it was made of numbers that were known, and cannot go on to learn; fit it")
        let x = try Check.features(
            x, expected: scale.isEmpty ? nil : scale.count, allowsMissing: true, in: "StandardScaler"
        ).cast(to: .float64)
        let weight = try Check.weights(sampleWeight, like: x, in: "StandardScaler")
        let new = Moments(x, weight)
        let isFirst = scale.isEmpty, features = x.shape[1]
        if isFirst {
            (mean, variance, scale) = (new.mean, new.variance, new.deviation)
            samplesSeen = new.count
        }
        for f in 0..<features {
            if !isFirst, new.count[f] > 0 { (samplesSeen[f], mean[f], variance[f]) = joined(f, new) }
            if isFirst, variance[f].isInfinite {
                // Its root is a number still, and all that is needed.
                variance[f] = .greatestFiniteMagnitude
                if !(scale[f] > samplesSeen[f] * abs(mean[f]) * 0x1p-52) { scale[f] = 1 }
                continue
            }
            try Check.that(
                !variance[f].isInfinite && !(variance[f].isNaN && mean[f].isFinite),
                "StandardScaler: column \(f) varies too much for its variance to be a number; fit all rows at once")
            let isConstant = Columns.isConstant(variance[f], mean: mean[f], count: samplesSeen[f])
            scale[f] = isConstant ? 1 : variance[f].squareRoot()
        }
    }

    /// Count, mean and variance of a feature with those of further examples.
    private func joined(_ f: Int, _ new: Moments) -> (count: Double, mean: Double, variance: Double) {
        let count = samplesSeen[f], all = count + new.count[f]
        if count == 0 { return (new.count[f], new.mean[f], new.variance[f]) }
        let sum = mean[f] * count, newSum = new.mean[f] * new.count[f], ratio = count / new.count[f]
        let apart = sum / ratio - newSum
        let squares = variance[f] * count + new.variance[f] * new.count[f] + ratio / all * apart * apart
        return (all, (sum + newSum) / all, squares / all)
    }

    /// Of each column, over the values that are there.
    private struct Moments {
        let count: [Double], mean: [Double], variance: [Double], deviation: [Double]

        init(_ given: Tensor, _ weight: Tensor?) {
            let factor = given.replacingNaN(by: 0).factorForSquares(axes: [0]), x = given * factor
            let gaps = isNaN(x), hasGaps = gaps.any().item != 0
            func known(_ values: Tensor) -> Tensor { hasGaps ? select(gaps, Tensor(0.0), values) : values }
            func sum(_ values: Tensor) -> Tensor { (weight.map { values * $0 } ?? values).sum(axis: 0) }
            let there =
                hasGaps || weight != nil ? sum(select(gaps, Tensor.zeros(x.shape, dtype: .float64), Tensor(1.0))) : nil
            let n = there ?? Tensor(Double(x.shape[0]))
            let center = there.map { sum(known(x)) / $0 } ?? x.mean(axis: 0)
            // The second sum corrects the rounding of the mean (Chan, Golub and LeVeque, 1983).
            let deviation = known(x - center)
            let correction = sum(deviation)
            count = there?.doubles ?? [Double](repeating: Double(x.shape[0]), count: x.shape[1])
            let factors = factor.flattened()
            mean = (center / factors).doubles
            let scaled = (sum(square(deviation)) - square(correction) / n) / n
            variance = (scaled / factors / factors).doubles
            self.deviation = (sqrt(scaled) / factors).doubles
        }
    }

    /// The scaled features, [examples, features]: `float32` where `x` is, else `float64`.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or holds infinity.
    public func transform(_ x: Tensor) throws -> Tensor {
        var x = try checked(x)
        if withMean { x = x - Tensor(mean).cast(to: x.dtype) }
        if withStandardDeviation { x = x / Tensor(scale).cast(to: x.dtype) }
        return x
    }

    /// The features that ``transform(_:)`` would turn into `z`, [examples, features].
    ///
    /// - Throws: ``EstimatorError`` as ``transform(_:)`` does.
    public func inverseTransform(_ z: Tensor) throws -> Tensor {
        var x = try checked(z)
        if withStandardDeviation { x = x * Tensor(scale).cast(to: x.dtype) }
        if withMean { x = x + Tensor(mean).cast(to: x.dtype) }
        return x
    }

    private func checked(_ x: Tensor) throws -> Tensor {
        try Check.that(!scale.isEmpty, "StandardScaler: fit the scaler before it transforms")
        return try Check.features(x, expected: scale.count, allowsMissing: true, in: "StandardScaler")
    }
}

extension StandardScaler {
    /// - Throws: ``EstimatorError`` where mean, variance and scale are of other numbers of features.
    public func checkDecoded() throws {
        try Check.asMany(mean, variance, scale, in: Self.kind)
        if !samplesSeen.isEmpty { try Check.asMany(scale, samplesSeen, in: Self.kind) }
    }
}

/// A transformer that counts examples by weights.
package protocol WeightedTransformer: Transformer {
    /// Learns from examples of which each counts by its weight, [examples].
    mutating func fit(_ x: Tensor, sampleWeight: Tensor?) throws
}

extension StandardScaler: WeightedTransformer {}

/// A transformer that has learned from examples, by their weights where it knows any, and what it makes of them.
func fitted(
    _ transformer: any Transformer, to x: Tensor, weight: Tensor?
) throws -> (transformer: any Transformer, made: Tensor) {
    if let weight, var weighed = transformer as? any WeightedTransformer {
        try weighed.fit(x, sampleWeight: weight)
        return (weighed, try weighed.transform(x))
    }
    var transformer = transformer
    let made = try transformer.fitTransform(x)
    return (transformer, made)
}
