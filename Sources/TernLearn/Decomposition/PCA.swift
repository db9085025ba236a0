import TernCore

/// Principal components: the few patterns that hold most of the variance. On maps they are the empirical orthogonal
/// functions (EOFs), where each cell is first multiplied by the root of its area.
///
/// ```swift
/// let maps = Tensor([[0.0, 0], [1, 1], [2, 2], [3, 3]])       // [months, cells]
/// var eofs = PCA(nComponents: 1)
/// let series = try eofs.fitTransform(maps)                    // [months, 1], the principal components
/// eofs.components                                             // [[0.70710678, 0.70710678]], [1, cells], the patterns
/// eofs.explainedVarianceRatio[0]                              // 1, up to rounding
/// try eofs.inverseTransform(series)                           // maps again, up to rounding
/// ```
///
/// Each pattern's sign is such that its value of largest size is positive, as in scikit-learn. Patterns of no variance
/// are any that complete the others, as LAPACK finds them; brought to variance 1 (divided by 2⁻⁵² at least), their
/// series are rounding errors. Where scikit-learn takes the covariance's eigenvalues (10 times more examples than
/// features) or random projections (more than 500, of which few are kept), singular values of the whole are taken here,
/// which are more exact. A single example, of which scikit-learn gives variances of NaN, is refused, and so are 0
/// components.
///
/// Source: scikit-learn 1.9.1, `sklearn.decomposition.PCA`; Hannachi, Jolliffe and Stephenson, "Empirical orthogonal
/// functions and related techniques in atmospheric science: a review", Int. J. Climatol. 27, 2007,
/// doi:10.1002/joc.1499.
public struct PCA: Transformer {
    /// scikit-learn's `n_components` and `whiten`.
    public static var parameterNames: [String] { ["nComponents", "whiten"] }

    /// How many patterns are kept; nil: all, the smaller of the numbers of examples and features.
    public var nComponents: Int?
    /// Whether each series is brought to variance 1; by default false.
    public var whiten: Bool

    /// The patterns, [components, features], each of length 1 and at right angles to the others, that of most variance
    /// first.
    public private(set) var components = Tensor.zeros([0, 0], dtype: .float64)
    /// The mean of each feature, which is taken away before all else; empty before the fit.
    public private(set) var mean: [Double] = []
    /// The variance of each pattern's series, divided by the number of examples less one, largest first.
    public private(set) var explainedVariance: [Double] = []
    /// Each pattern's share of the variance of all features, also of the patterns that are not kept.
    public private(set) var explainedVarianceRatio: [Double] = []
    /// The singular values of the centred examples that belong to the kept patterns, largest first.
    public private(set) var singularValues: [Double] = []
    /// The mean variance of the patterns that are not kept, 0 where all are; nil before the fit, and in files of before.
    public private(set) var noiseVariance: Double?

    /// An analysis that has learned nothing yet; defaults are scikit-learn's.
    public init(nComponents: Int? = nil, whiten: Bool = false) {
        self.nComponents = nComponents
        self.whiten = whiten
    }

    /// Learns the patterns of `x`, [examples, features], in double precision.
    ///
    /// - Throws: ``EstimatorError`` for fewer than two examples, more components than there are, and values that are
    ///   not finite.
    /// - Complexity: O(examples · features · the smaller of both).
    public mutating func fit(_ x: Tensor) throws {
        let x = try Check.features(x, in: "PCA").cast(to: .float64)
        let most = min(x.shape[0], x.shape[1]), count = nComponents ?? most
        try Check.that(
            (1...most).contains(count), "PCA: nComponents is \(count); data of shape \(x.shape) have from 1 to \(most)")
        try Check.that(x.shape[0] > 1, "PCA: it needs two examples or more")
        let center = x.mean(axis: 0)
        let deviations = x - center
        try Check.that(Check.isFinite(deviations), Check.tooFarApart("x", in: Self.kind))
        let (_, s, v) = LinearAlgebra.singularValues(deviations)
        mean = center.doubles
        let variances = s.map { $0 * $0 / Double(x.shape[0] - 1) }, total = variances.reduce(0, +)
        let kept = v.sliced(0..<count)
        let largest = abs(kept).argmax(axis: 1).doubles.map { Int($0) }
        let signs = largest.enumerated().map { row, column in kept[row, column].item < 0 ? -1.0 : 1 }
        components = kept * Tensor(signs, shape: [count, 1])
        singularValues = Array(s.prefix(count))
        explainedVariance = Array(variances.prefix(count))
        explainedVarianceRatio = explainedVariance.map { $0 / total }
        noiseVariance = variances.dropFirst(count).reduce(0, +) / Double(max(1, most - count))
    }

    /// The strength of each pattern in each example, [examples, components], `float64`.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or values that are not finite.
    public func transform(_ x: Tensor) throws -> Tensor {
        try Check.that(!mean.isEmpty, "PCA: fit it before it transforms")
        let x = try Check.features(x, expected: mean.count, in: "PCA").cast(to: .float64)
        let scores = matmul(x - Tensor(mean), components.transposed())
        return whiten ? scores / maximum(deviations, Double.ulpOfOne) : scores
    }

    /// The examples that the kept patterns alone would make, [examples, features].
    ///
    /// - Parameter scores: [examples, components], as ``transform(_:)`` gives them.
    /// - Throws: ``EstimatorError`` before the fit, and where there are other components.
    public func inverseTransform(_ scores: Tensor) throws -> Tensor {
        try Check.that(!mean.isEmpty, "PCA: fit it before it transforms")
        let scores = try Check.features(scores, expected: components.shape[0], in: "PCA").cast(to: .float64)
        return matmul(whiten ? scores * deviations : scores, components) + Tensor(mean)
    }

    /// "pca0", "pca1" and so on, as scikit-learn names them.
    public func featureNames(from names: [String]) -> [String] { (0..<components.shape[0]).map { "pca\($0)" } }

    private var deviations: Tensor { Tensor(explainedVariance.map { $0.squareRoot() }) }
}

extension PCA {
    /// - Throws: ``EstimatorError`` where patterns, mean and variances do not fit together.
    public func checkDecoded() throws {
        try Check.shape(components, [explainedVariance.count, mean.count], "components", in: Self.kind)
        try Check.asMany(explainedVariance, explainedVarianceRatio, singularValues, in: Self.kind)
    }
}
