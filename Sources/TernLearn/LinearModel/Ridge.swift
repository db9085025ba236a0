import TernCore

/// Least squares with a penalty on large coefficients: the linear baseline for fields, whose cells are much alike.
///
/// ```swift
/// var model = Ridge(alpha: 100)
/// try model.fit(x, y)
/// let r2 = try model.score(xTest, yTest)
/// ```
///
/// It minimises |y − x w − b|² + alpha |w|²; the intercept is free. Solved by Cholesky's decomposition, over examples where
/// there are fewer of them than features.
///
/// Source: scikit-learn 1.9.1, `sklearn.linear_model.Ridge`; Hoerl and Kennard, "Ridge regression", Technometrics 12, 1970.
public struct Ridge: Regressor, Sendable {
    public var alpha: Double
    public var fitIntercept: Bool

    /// [features], or [targets, features] for a matrix of targets.
    public private(set) var coef = Tensor.zeros([0], dtype: .float64)
    /// [] or [targets].
    public private(set) var intercept = Tensor(0.0)
    private var isFitted = false

    public init(alpha: Double = 1, fitIntercept: Bool = true) {
        self.alpha = alpha
        self.fitIntercept = fitIntercept
    }

    /// A fitted model.
    public init(coef: Tensor, intercept: Tensor, alpha: Double = 1) {
        self.init(alpha: alpha)
        self.coef = coef
        self.intercept = intercept
        isFitted = true
    }

    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        try Check.that(alpha >= 0 && alpha.isFinite, "Ridge: alpha is \(alpha); it must be a number from 0 on")
        let problem = try CenteredProblem(x, y, sampleWeight: sampleWeight, fitIntercept: fitIntercept, in: "Ridge")
        let (a, b) = (problem.x, problem.y), isWide = a.shape[1] > a.shape[0]
        let gram = isWide ? matmul(a, a.transposed()) : matmul(a.transposed(), a)
        guard let factor = Cholesky(gram + alpha * Tensor.identity(gram.shape[0], dtype: .float64)) else {
            throw EstimatorError("Ridge: the features depend on each other and alpha is \(alpha); give a larger alpha")
        }
        (coef, intercept) = problem.coefficients(isWide ? matmul(a.transposed(), factor.solve(b)) : factor.solve(matmul(a.transposed(), b)))
        isFitted = true
    }

    public func predict(_ x: Tensor) throws -> Tensor {
        try Check.that(isFitted, "Ridge: fit the model before it predicts")
        let x = try Check.features(x, expected: coef.shape.last, in: "Ridge").cast(to: .float64)
        return matmul(x, coef.transposed()) + intercept
    }
}
