import TernCore

/// Least squares with a penalty on large coefficients: the linear baseline for fields, whose cells are much alike.
///
/// ```swift
/// var model = Ridge(alpha: 5)
/// try model.fit(Tensor([[0.0], [1], [2], [3]]), Tensor([1.0, 3, 5, 7]))
/// model.coef                              // [1], half of what least squares find
/// model.intercept                         // 2.5
/// try model.predict(Tensor([[4.0]]))      // [6.5]
/// ```
///
/// It minimises |y − x w − b|² + alpha |w|²; the intercept is free. Solved by Cholesky's decomposition, over examples
/// where there are fewer of them than features. Where alpha is 0 or too small to tell features apart, it is solved by
/// singular values: of all solutions, that of least norm. (scikit-learn does so where Cholesky's decomposition fails;
/// just before it does, it warns of a solution that rounding made.)
///
/// Source: scikit-learn 1.9.1, `sklearn.linear_model.Ridge`; Hoerl and Kennard, "Ridge regression: biased estimation
/// for nonorthogonal problems", Technometrics 12, 1970, doi:10.1080/00401706.1970.10488634.
public struct Ridge: Regressor {
    /// scikit-learn's `alpha` and `fit_intercept`.
    public static var parameterNames: [String] { ["alpha", "fitIntercept"] }

    /// The weight of the squared coefficients, 0 or more; by default scikit-learn's 1. The errors are summed, not
    /// averaged: with twice as many examples it counts half.
    public var alpha: Double
    /// Whether there is an intercept, which is not penalised; by default true.
    public var fitIntercept: Bool

    /// The slopes: [features], or [targets, features] for several targets, `float64`. As in scikit-learn, targets
    /// [examples, 1] are one target here and in predictions, but for their intercept of shape [1].
    public private(set) var coef = Tensor.zeros([0], dtype: .float64)
    /// What is predicted where all features are 0: [] or [targets].
    public private(set) var intercept = Tensor(0.0)
    private var isFitted = false

    /// A model that has learned nothing yet; defaults are scikit-learn's.
    public init(alpha: Double = 1, fitIntercept: Bool = true) {
        self.alpha = alpha
        self.fitIntercept = fitIntercept
    }

    /// A fitted model from its coefficients, to predict with.
    public init(coef: Tensor, intercept: Tensor, alpha: Double = 1) {
        self.init(alpha: alpha)
        self.coef = coef
        self.intercept = intercept
        isFitted = true
    }

    /// Finds the coefficients, in double precision.
    ///
    /// - Parameters:
    ///   - x: [examples, features].
    ///   - y: [examples] or [examples, targets].
    ///   - sampleWeight: [examples], factors of the squared errors, none negative.
    /// - Throws: ``EstimatorError`` where `alpha` or the data cannot be used.
    /// - Complexity: O(examples · features · the smaller of both).
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        try Check.that(alpha >= 0 && alpha.isFinite, "Ridge: alpha is \(alpha); it must be a number from 0 on")
        let problem = try CenteredProblem(x, y, sampleWeight: sampleWeight, fitIntercept: fitIntercept, in: "Ridge")
        // Features whose squares would be no numbers are made smaller, and the penalty with them.
        let factor = min(1, problem.x.factorForSquares().item), alpha = alpha * factor * factor
        let (a, b) = (factor < 1 ? problem.x * factor : problem.x, problem.y), isWide = a.shape[1] > a.shape[0]
        let gram = isWide ? matmul(a, a.transposed()) : matmul(a.transposed(), a)
        let solution: Tensor
        if alpha > 0, let root = Cholesky(gram + alpha * Tensor.identity(gram.shape[0], dtype: .float64)) {
            solution = isWide ? matmul(a.transposed(), root.solve(b)) : root.solve(matmul(a.transposed(), b))
        } else {
            solution = bySingularValues(a, b, alpha)
        }
        (coef, intercept) = problem.coefficients(factor < 1 ? solution * factor : solution)
        if b.shape[1] == 1 { coef = coef.flattened() }
        isFitted = true
    }

    /// v diag(s / (s² + alpha)) uᵀ b, without the singular values that rounding made.
    private func bySingularValues(_ a: Tensor, _ b: Tensor, _ alpha: Double) -> Tensor {
        let (u, s, v) = LinearAlgebra.singularValues(a)
        let least = s[0] * Double.ulpOfOne * Double(max(a.shape[0], a.shape[1]))
        let factors = s.map { $0 > least ? $0 / ($0 * $0 + alpha) : 0 }
        return matmul(v.transposed(), Tensor(factors, shape: [factors.count, 1]) * matmul(u.transposed(), b))
    }

    /// The values on the line: [examples], or [examples, targets] for several targets, `float64`.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or values that are not finite.
    public func predict(_ x: Tensor) throws -> Tensor {
        try Check.that(isFitted, "Ridge: fit the model before it predicts")
        let x = try Check.features(x, expected: coef.shape.last, in: "Ridge").cast(to: .float64)
        return matmul(x, coef.transposed()) + intercept
    }
}

extension Ridge {
    /// - Throws: ``EstimatorError`` where weights and intercepts do not fit together.
    public func checkDecoded() throws { try Check.linear(coef, intercept, in: Self.kind) }
}
