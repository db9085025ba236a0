import TernCore

/// Ordinary least squares: the line, plane or hyperplane of least squared error.
///
/// ```swift
/// var line = LinearRegression()
/// try line.fit(x, y)
/// line.coef, line.intercept
/// ```
///
/// The centred problem is solved by singular values, so collinear features give the
/// solution of least norm, as in scikit-learn.
/// Source: scikit-learn 1.9.1, `sklearn.linear_model.LinearRegression`.
public struct LinearRegression: Regressor, Sendable {
    public var fitIntercept: Bool
    /// Singular values below this share of the largest count as 0.
    public var tol: Double

    /// [features], or [targets, features] for a matrix of targets.
    public private(set) var coef = Tensor.zeros([0], dtype: .float64)
    /// [] or [targets].
    public private(set) var intercept = Tensor(0.0)
    /// The rank of the centred features.
    public private(set) var rank = 0
    /// The singular values of the centred features.
    public private(set) var singular: [Double] = []
    private var isFitted = false

    public init(fitIntercept: Bool = true, tol: Double = 1e-6) {
        self.fitIntercept = fitIntercept
        self.tol = tol
    }

    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        let isSingle = y.rank == 1
        let x = try Check.features(x, in: "LinearRegression").cast(to: .float64)
        let y = try Check.targets(y, like: x, in: "LinearRegression")
        let weight = try Check.weights(sampleWeight, like: x, in: "LinearRegression")
        func average(_ t: Tensor) -> Tensor {
            guard fitIntercept else { return .zeros([t.shape[1]], dtype: .float64) }
            guard let weight else { return t.mean(axis: 0) }
            return (t * weight).sum(axis: 0) / weight.sum()
        }
        let xMean = average(x), yMean = average(y)
        let root = weight.map { sqrt($0) }
        let centredX = x - xMean, centredY = y - yMean
        let (solution, rank, singular) = LinearAlgebra.leastSquares(
            root.map { centredX * $0 } ?? centredX, root.map { centredY * $0 } ?? centredY,
            tolerance: tol)
        self.rank = rank
        self.singular = singular
        let weights = solution.transposed()
        let offset = yMean - matmul(xMean, solution)
        coef = isSingle ? weights.flattened() : weights
        intercept = isSingle ? offset.reshaped([]) : offset
        isFitted = true
    }

    public func predict(_ x: Tensor) throws -> Tensor {
        try Check.that(isFitted, "LinearRegression: fit the model before it predicts")
        let x = try Check.features(x, expected: coef.shape.last, in: "LinearRegression").cast(to: .float64)
        return matmul(x, coef.transposed()) + intercept
    }
}
