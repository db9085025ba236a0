import TernCore

/// Examples of a linear model about their means, each multiplied by the root of its weight: what is left of a weighted
/// problem with an intercept is a plain one without.
struct CenteredProblem {
    let x: Tensor, y: Tensor
    private let xMean: Tensor, yMean: Tensor
    private let isSingle: Bool

    /// - Parameter estimator: for messages.
    init(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?, fitIntercept: Bool, in estimator: String) throws {
        isSingle = y.rank == 1
        let x = try Check.features(x, in: estimator).cast(to: .float64)
        let y = try Check.targets(y, like: x, in: estimator)
        let weight = try Check.weights(sampleWeight, like: x, in: estimator)
        func average(_ t: Tensor) -> Tensor {
            guard fitIntercept else { return .zeros([t.shape[1]], dtype: .float64) }
            guard let weight else { return t.mean(axis: 0) }
            return (t * weight).sum(axis: 0) / weight.sum()
        }
        (xMean, yMean) = (average(x), average(y))
        let root = weight.map { sqrt($0) }, (a, b) = (x - xMean, y - yMean)
        self.x = root.map { a * $0 } ?? a
        self.y = root.map { b * $0 } ?? b
        for (values, name) in [(self.x, "x"), (self.y, "y")] {
            try Check.that(Check.isFinite(values), Check.tooFarApart(name, in: estimator))
        }
    }

    /// What estimators call a solution of shape [features, targets], and the intercept that goes with it.
    func coefficients(_ solution: Tensor) -> (coef: Tensor, intercept: Tensor) {
        let weights = solution.transposed(), offset = yMean - matmul(xMean, solution)
        return isSingle ? (weights.flattened(), offset.reshaped([])) : (weights, offset)
    }
}

extension Check {
    /// What is said of values whose distances from their mean are no numbers.
    static func tooFarApart(_ name: String, in estimator: String) -> String {
        "\(estimator): the values of \(name) lie too far apart for their mean to be a number; scale them, or look for "
            + "values that stand for missing ones"
    }

    /// Whether weights, [features] or [targets, features], and intercepts that a file holds belong together; one intercept
    /// may be that of all targets.
    static func linear(_ coef: Tensor, _ intercept: Tensor, in estimator: String) throws {
        try that(
            (coef.rank == 1 || coef.rank == 2) && coef.dtype.isFloatingPoint && intercept.dtype.isFloatingPoint
                && intercept.rank <= 1
                && (intercept.rank == 0 || intercept.count == (coef.rank == 1 ? 1 : coef.shape[0])),
            "\(estimator): the weights \(coef.spec) and the intercepts \(intercept.spec) do not fit together")
    }
}
