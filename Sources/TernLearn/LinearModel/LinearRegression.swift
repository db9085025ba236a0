import TernCore

/// Ordinary least squares: the line, plane or hyperplane of least squared error.
///
/// ```swift
/// var line = LinearRegression()
/// try line.fit(Tensor([[0.0], [1], [2], [3]]), Tensor([1.0, 3, 5, 7]))
/// line.coef                               // [2]
/// line.intercept                          // 1
/// try line.predict(Tensor([[4.0]]))       // [9]
/// ```
///
/// The centred problem is solved by singular values, so collinear features give the solution of least norm, as in
/// scikit-learn.
///
/// Source: scikit-learn 1.9.1, `sklearn.linear_model.LinearRegression`.
public struct LinearRegression: Regressor {
    /// scikit-learn's `fit_intercept` and `tol`.
    public static var parameterNames: [String] { ["fitIntercept", "tol"] }

    /// Whether there is an intercept; false: the line goes through the origin. By default true.
    public var fitIntercept: Bool
    /// Singular values below this share of the largest count as 0; by default scikit-learn's 1e-6.
    public var tol: Double

    /// The slopes: [features], or [targets, features] for a matrix of targets, `float64`.
    public private(set) var coef = Tensor.zeros([0], dtype: .float64)
    /// What is predicted where all features are 0: [] or [targets].
    public private(set) var intercept = Tensor(0.0)
    /// The rank of the centred features; 0 before the fit.
    public private(set) var rank = 0
    /// The singular values of the centred features, each row multiplied by the root of its weight, largest first; empty
    /// before the fit.
    public private(set) var singular: [Double] = []
    private var isFitted = false

    /// A model that has learned nothing yet; defaults are scikit-learn's.
    public init(fitIntercept: Bool = true, tol: Double = 1e-6) {
        self.fitIntercept = fitIntercept
        self.tol = tol
    }

    /// Finds the coefficients of least squared error, in double precision.
    ///
    /// - Parameters:
    ///   - x: [examples, features].
    ///   - y: [examples] or [examples, targets].
    ///   - sampleWeight: [examples], factors of the squared errors, none negative.
    /// - Throws: ``EstimatorError`` where `tol` or the data cannot be used.
    /// - Complexity: O(examples · features · the smaller of both).
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

    /// The values on the line: [examples], or [examples, targets] where it was fitted to a matrix, `float64`.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or values that are not finite.
    public func predict(_ x: Tensor) throws -> Tensor {
        try Check.that(isFitted, "LinearRegression: fit the model before it predicts")
        let x = try Check.features(x, expected: coef.shape.last, in: "LinearRegression").cast(to: .float64)
        return matmul(x, coef.transposed()) + intercept
    }
}

extension LinearRegression {
    /// - Throws: ``EstimatorError`` where weights and intercepts do not fit together.
    public func checkDecoded() throws { try Check.linear(coef, intercept, in: Self.kind) }
}
