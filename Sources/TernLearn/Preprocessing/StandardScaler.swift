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
/// A feature that does not vary is shifted but not scaled, as in scikit-learn. Missing values (NaN), which scikit-learn
/// passes over, are refused: fill or drop them first.
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
    /// The variance of each feature, divided by the number of examples (not one less); empty before the fit.
    public private(set) var variance: [Double] = []
    /// What each feature is divided by: the standard deviation, 1 where it does not vary by more than rounding; empty
    /// before the fit.
    public private(set) var scale: [Double] = []

    /// A scaler that has learned nothing yet; defaults are scikit-learn's.
    public init(withMean: Bool = true, withStandardDeviation: Bool = true) {
        self.withMean = withMean
        self.withStandardDeviation = withStandardDeviation
    }

    /// A fitted scaler from numbers that are known: it takes each feature's mean away and divides by its scale.
    public init(mean: [Double], scale: [Double]) {
        self.init()
        self.mean = mean
        self.scale = scale
        variance = scale.map { $0 * $0 }
    }

    /// Learns mean and variance of each column of `x`, [examples, features], in double precision.
    ///
    /// - Throws: ``EstimatorError`` where `x` is no matrix, is empty, or holds values that are not finite.
    public mutating func fit(_ x: Tensor) throws {
        let x = try Check.features(x, in: "StandardScaler").cast(to: .float64)
        let rows = Double(x.shape[0])
        let center = x.mean(axis: 0)
        // The second sum corrects the rounding of the mean (Chan, Golub and LeVeque, 1983).
        let deviation = x - center
        let correction = deviation.sum(axis: 0)
        mean = center.doubles
        variance = ((square(deviation).sum(axis: 0) - square(correction) / rows) / rows).doubles
        scale = zip(mean, variance).map { mean, variance in
            // What rounding alone could have caused counts as no variation.
            let noise = rows * 0x1p-52 * variance + (rows * mean * 0x1p-52) * (rows * mean * 0x1p-52)
            return variance <= noise ? 1 : variance.squareRoot()
        }
    }

    /// The scaled features, [examples, features]: `float32` where `x` is, else `float64`.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or values that are not finite.
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
        return try Check.features(x, expected: scale.count, in: "StandardScaler")
    }
}
