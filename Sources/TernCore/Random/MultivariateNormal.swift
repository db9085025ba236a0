// Several normal numbers at a time, which vary together.

extension RandomStream {
    /// `count` vectors from the normal distribution with this mean and covariance: [count, n] = mean + z rootᵀ, with z
    /// of standard normal numbers and root rootᵀ the covariance.
    fileprivate mutating func vectors(_ mean: [Double], _ covariance: Tensor, _ count: Int, root: (Tensor) -> Tensor)
        -> Tensor
    {
        RandomLimits.check(count: count)
        let n = mean.count
        guard covariance.shape == [n, n] else {
            fail(
                "multivariateNormal: a mean of \(n) numbers needs a covariance of shape [\(n), \(n)], given \(covariance.shape)"
            )
        }
        let normal = Tensor(standardNormal(count: count * n), shape: [count, n])
        if n == 0 { return normal }
        let covariance = covariance.cast(to: .float64)
        guard covariance.doubles.allSatisfy(\.isFinite) else {
            fail("multivariateNormal: the covariance holds numbers that are not finite")
        }
        return matmul(normal, root(covariance).transposed()) + Tensor(mean)
    }
}

/// The decomposition of a covariance's matrix, as LAPACK gives it to NumPy.
private struct CovarianceRoot {
    /// Left vectors as columns, singular values, right vectors as rows: covariance = left · diag(values) · right.
    static func singular(_ covariance: Tensor) -> (left: Tensor, values: [Double], right: Tensor) {
        // LAPACK sees what it is given row by row as the transpose, so that it sees the covariance itself.
        let (u, s, v) = LinearAlgebra.singularValues(covariance.transposed())
        return (v.transposed(), s, u.transposed())
    }

    static func check(_ isValid: Bool) {
        if !isValid {
            fail(
                "multivariateNormal: the covariance is not symmetric and positive semidefinite; a tolerance of nil takes it as it is"
            )
        }
    }

    static func checkSingular(_ covariance: Tensor, _ values: [Double], _ right: Tensor, _ tolerance: Double?) {
        guard let tolerance else { return }
        let back = matmul(right.transposed() * Tensor(values), right)
        check(zip(back.doubles, covariance.doubles).allSatisfy { abs($0 - $1) <= tolerance + tolerance * abs($1) })
    }
}

extension RandomState {
    /// Vectors from a normal distribution in several dimensions, [count, n]: NumPy's `multivariate_normal(mean, cov,
    /// count)`.
    ///
    /// ```swift
    /// var state = RandomState(seed: 0)
    /// let covariance = Tensor([[4.0, 1], [1, 2]])
    /// state.multivariateNormal(mean: [5, 0], covariance: covariance, count: 100).shape        // [100, 2]
    /// ```
    ///
    /// With covariance = u diag(s) v (singular values), a vector is mean + z diag(√s) v, z of standard normal numbers.
    /// Where values of s are equal, v is LAPACK's choice. Products of matrices round by the library: numbers agree with
    /// NumPy's to some units in the last place.
    ///
    /// - Parameter tolerance: within which the covariance must be symmetric and positive semidefinite; nil does not
    ///   check. NumPy warns where this ends the program.
    public mutating func multivariateNormal(mean: [Double], covariance: Tensor, count: Int, tolerance: Double? = 1e-8)
        -> Tensor
    {
        vectors(mean, covariance, count) { covariance in
            let (_, values, right) = CovarianceRoot.singular(covariance)
            CovarianceRoot.checkSingular(covariance, values, right, tolerance)
            return right.transposed() * Tensor(values.map { $0.squareRoot() })
        }
    }
}

extension Generator {
    /// How ``multivariateNormal(mean:covariance:count:tolerance:method:)`` takes the root of a covariance.
    ///
    /// ```swift
    /// Generator.CovarianceMethod(rawValue: "eigh") == .eigenvalues        // true: NumPy's names
    /// ```
    public enum CovarianceMethod: String, Sendable, CaseIterable, Codable {
        /// u diag(√s) of the singular values, for any covariance.
        case singularValues = "svd"
        /// u diag(√|s|) of eigenvalues and vectors, faster.
        case eigenvalues = "eigh"
        /// Cholesky's factor, fastest, for a positive definite covariance.
        case cholesky
    }

    /// Vectors from a normal distribution in several dimensions, [count, n]: NumPy's `multivariate_normal`.
    ///
    /// ```swift
    /// var generator = Generator(seed: 0)
    /// let covariance = Tensor([[4.0, 1], [1, 2]])
    /// let winds = generator.multivariateNormal(mean: [5, 0], covariance: covariance, count: 100, method: .cholesky)
    /// winds.shape                             // [100, 2]
    /// ```
    ///
    /// A vector is mean + root z, z of standard normal numbers. Where values are equal, their vectors are LAPACK's
    /// choice. Products of matrices round by the library: numbers agree with NumPy's to some units in the last place.
    ///
    /// - Parameters:
    ///   - tolerance: within which the covariance must be symmetric and positive semidefinite; nil does not check.
    ///     NumPy warns where this ends the program.
    ///   - method: each gives other numbers of the same distribution.
    public mutating func multivariateNormal(
        mean: [Double], covariance: Tensor, count: Int, tolerance: Double? = 1e-8,
        method: CovarianceMethod = .singularValues
    ) -> Tensor {
        vectors(mean, covariance, count) { covariance in
            switch method {
            case .singularValues:
                let (left, values, right) = CovarianceRoot.singular(covariance)
                CovarianceRoot.checkSingular(covariance, values, right, tolerance)
                return left * Tensor(values.map { $0.squareRoot() })
            case .eigenvalues:
                let (values, vectors) = LinearAlgebra.eigenvalues(symmetric: covariance)
                if let tolerance { CovarianceRoot.check(!values.contains { $0 < -tolerance }) }
                return vectors * Tensor(values.map { abs($0).squareRoot() })
            case .cholesky:
                guard let factor = Cholesky(covariance) else {
                    fail("multivariateNormal: the covariance is not positive definite; use the method singularValues")
                }
                return factor.lower
            }
        }
    }
}
