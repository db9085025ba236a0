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
        try Check.that(tol >= 0 && tol.isFinite, "LinearRegression: tol is \(tol); it must be a number from 0 on")
        let problem = try CenteredProblem(
            x, y, sampleWeight: sampleWeight, fitIntercept: fitIntercept, in: "LinearRegression")
        let (solution, rank, singular) = LinearAlgebra.leastSquares(problem.x, problem.y, tolerance: tol)
        self.rank = rank
        self.singular = singular
        (coef, intercept) = problem.coefficients(solution)
        isFitted = true
    }

    public func predict(_ x: Tensor) throws -> Tensor {
        try Check.that(isFitted, "LinearRegression: fit the model before it predicts")
        let x = try Check.features(x, expected: coef.shape.last, in: "LinearRegression").cast(to: .float64)
        return matmul(x, coef.transposed()) + intercept
    }
}
