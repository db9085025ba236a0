import TernCore

/// Principal components: the few patterns that hold most of the variance. On maps they are the empirical orthogonal
/// functions (EOFs), where each cell is first multiplied by the root of its area.
///
/// ```swift
/// var eofs = PCA(nComponents: 10)
/// let series = try eofs.fitTransform(maps)        // [months, 10], the principal components
/// eofs.components                                 // [10, cells], the patterns
/// eofs.explainedVarianceRatio
/// ```
///
/// Each pattern's sign is such that its largest value is positive, as in scikit-learn. Patterns of no variance are any
/// that complete the others, as LAPACK finds them; brought to variance 1 (divided by 2⁻⁵² at least), their series are
/// rounding errors. Where scikit-learn takes the covariance's eigenvalues (10 times more examples than features) or
/// random projections (more than 500, of which few are kept), singular values of the whole are taken here, which are
/// more exact. A single example, of which scikit-learn gives variances of NaN, is refused, and so are 0 components.
///
/// Source: scikit-learn 1.9.1, `sklearn.decomposition.PCA`; Hannachi, Jolliffe and Stephenson, "Empirical orthogonal
/// functions and related techniques in atmospheric science", Int. J. Climatol. 27, 2007.
public struct PCA: Sendable {
    /// How many patterns are kept; nil: all.
    public var nComponents: Int?
    /// Whether each series is brought to variance 1.
    public var whiten: Bool

    /// [components, features], each of length 1.
    public private(set) var components = Tensor.zeros([0, 0], dtype: .float64)
    public private(set) var mean: [Double] = []
    public private(set) var explainedVariance: [Double] = []
    public private(set) var explainedVarianceRatio: [Double] = []
    public private(set) var singularValues: [Double] = []

    public init(nComponents: Int? = nil, whiten: Bool = false) {
        self.nComponents = nComponents
        self.whiten = whiten
    }

    /// Learns the patterns of `x`, [examples, features].
    ///
    /// - Complexity: O(examples · features · the smaller of both).
    public mutating func fit(_ x: Tensor) throws {
        let x = try Check.features(x, in: "PCA").cast(to: .float64)
        let most = min(x.shape[0], x.shape[1]), count = nComponents ?? most
        try Check.that(
            (1...most).contains(count), "PCA: nComponents is \(count); data of shape \(x.shape) have from 1 to \(most)")
        try Check.that(x.shape[0] > 1, "PCA: it needs two examples or more")
        let center = x.mean(axis: 0)
        let (_, s, v) = LinearAlgebra.singularValues(x - center)
        mean = center.doubles
        let variances = s.map { $0 * $0 / Double(x.shape[0] - 1) }, total = variances.reduce(0, +)
        let kept = v.sliced(0..<count)
        let largest = abs(kept).argmax(axis: 1).doubles.map { Int($0) }
        let signs = largest.enumerated().map { row, column in kept[row, column].item < 0 ? -1.0 : 1 }
        components = kept * Tensor(signs, shape: [count, 1])
        singularValues = Array(s.prefix(count))
        explainedVariance = Array(variances.prefix(count))
        explainedVarianceRatio = explainedVariance.map { $0 / total }
    }

    /// The strength of each pattern in each example, [examples, components].
    public func transform(_ x: Tensor) throws -> Tensor {
        try Check.that(!mean.isEmpty, "PCA: fit it before it transforms")
        let x = try Check.features(x, expected: mean.count, in: "PCA").cast(to: .float64)
        let scores = matmul(x - Tensor(mean), components.transposed())
        return whiten ? scores / maximum(deviations, Double.ulpOfOne) : scores
    }

    public mutating func fitTransform(_ x: Tensor) throws -> Tensor {
        try fit(x)
        return try transform(x)
    }

    /// The examples that the kept patterns alone would make.
    public func inverseTransform(_ scores: Tensor) throws -> Tensor {
        try Check.that(!mean.isEmpty, "PCA: fit it before it transforms")
        let scores = try Check.features(scores, expected: components.shape[0], in: "PCA").cast(to: .float64)
        return matmul(whiten ? scores * deviations : scores, components) + Tensor(mean)
    }

    private var deviations: Tensor { Tensor(explainedVariance.map { $0.squareRoot() }) }
}
