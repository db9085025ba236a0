import TernCore

/// Shifts each feature to mean 0 and scales it to variance 1.
///
/// ```swift
/// var scaler = StandardScaler()
/// let z = try scaler.fitTransform(x)
/// let back = try scaler.inverseTransform(z)
/// ```
///
/// A feature that does not vary is shifted but not scaled, as in scikit-learn. Missing values (NaN), which scikit-learn
/// passes over, are refused: fill or drop them first.
/// Source: scikit-learn 1.9.1, `sklearn.preprocessing.StandardScaler`.
public struct StandardScaler: Sendable {
    public var withMean: Bool
    public var withStandardDeviation: Bool

    /// The mean of each feature.
    public private(set) var mean: [Double] = []
    /// The population variance of each feature.
    public private(set) var variance: [Double] = []
    /// What each feature is divided by.
    public private(set) var scale: [Double] = []

    public init(withMean: Bool = true, withStandardDeviation: Bool = true) {
        self.withMean = withMean
        self.withStandardDeviation = withStandardDeviation
    }

    /// A fitted scaler.
    public init(mean: [Double], scale: [Double]) {
        self.init()
        self.mean = mean
        self.scale = scale
        variance = scale.map { $0 * $0 }
    }

    /// Learns mean and variance of each column of `x`, [examples, features].
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

    /// The scaled features, of the type of `x`.
    public func transform(_ x: Tensor) throws -> Tensor {
        var x = try checked(x)
        if withMean { x = x - Tensor(mean).cast(to: x.dtype) }
        if withStandardDeviation { x = x / Tensor(scale).cast(to: x.dtype) }
        return x
    }

    /// The features that ``transform(_:)`` would turn into `z`.
    public func inverseTransform(_ z: Tensor) throws -> Tensor {
        var x = try checked(z)
        if withStandardDeviation { x = x * Tensor(scale).cast(to: x.dtype) }
        if withMean { x = x + Tensor(mean).cast(to: x.dtype) }
        return x
    }

    public mutating func fitTransform(_ x: Tensor) throws -> Tensor {
        try fit(x)
        return try transform(x)
    }

    private func checked(_ x: Tensor) throws -> Tensor {
        try Check.that(!scale.isEmpty, "StandardScaler: fit the scaler before it transforms")
        return try Check.features(x, expected: scale.count, in: "StandardScaler")
    }
}
