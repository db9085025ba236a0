#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
#if canImport(COpenBLAS)
import COpenBLAS
#elseif canImport(Accelerate)
import Accelerate
#endif

/// The decomposition a = L Lᵀ of a symmetric positive definite matrix, by LAPACK: `numpy.linalg.cholesky`.
///
/// ```swift
/// let factor = Cholesky(Tensor([[4.0, 2], [2, 5]]))!
/// factor.lower                            // [[2, 0], [1, 2]]
/// factor.solve(Tensor([2.0, 5]))          // [0, 1]
/// Cholesky(Tensor([[1.0, 2], [2, 1]]))    // nil: not positive definite
/// ```
public struct Cholesky: Sendable {
    /// The number of rows of the matrix.
    public let count: Int
    /// Row by row, of which the lower triangle is L.
    private let triangle: [Double]

    /// The decomposition of a matrix; nil where it is not positive definite.
    ///
    /// - Parameter a: [n, n], of which the lower triangle is read, converted to `float64`. Another shape ends the
    ///   program.
    /// - Complexity: O(n³).
    public init?(_ a: Tensor) {
        guard a.rank == 2, a.shape[0] == a.shape[1] else {
            fail("Cholesky: a matrix of shape \(a.shape) is not square")
        }
        _ = LinearAlgebra.singleThreaded
        var matrix = a.cast(to: .float64).scalars(Double.self)
        // Row by row, the lower triangle is LAPACK's upper one.
        var upper = Int8(UInt8(ascii: "U")), n = Int32(a.shape[0]), lda = max(1, n), info = Int32(0)
        dpotrf_(&upper, &n, &matrix, &lda, &info)
        guard info == 0 else { return nil }
        count = a.shape[0]
        triangle = matrix
    }

    /// L, [n, n] in `float64`, with zeros above the diagonal.
    public var lower: Tensor {
        var values = triangle
        for i in 0..<count { for j in (i + 1)..<max(count, i + 1) { values[i * count + j] = 0 } }
        return Tensor(values, shape: [count, count])
    }

    /// The natural logarithm of the determinant of a, which does not overflow where the determinant does.
    public var logDeterminant: Double { 2 * (0..<count).reduce(0) { $0 + log(triangle[$1 * count + $1]) } }

    /// x with a x = b, for b of shape [n] or [n, columns]; of the same shape, `float64`.
    ///
    /// - Complexity: O(n² · columns).
    public func solve(_ b: Tensor) -> Tensor { solved(b, both: true) }

    /// x with L x = b, for b of shape [n] or [n, columns]; of the same shape, `float64`.
    ///
    /// - Complexity: O(n² · columns).
    public func solveLower(_ b: Tensor) -> Tensor { solved(b, both: false) }

    private func solved(_ b: Tensor, both: Bool) -> Tensor {
        guard b.rank == 1 || b.rank == 2, b.shape[0] == count else {
            fail("Cholesky: \(b.shape) does not fit a matrix of \(count)")
        }
        var right = b.cast(to: .float64).scalars(Double.self)
        let columns = Int32(b.rank == 1 ? 1 : b.shape[1]), n = Int32(count)
        cblas_dtrsm(
            CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, n, columns, 1, triangle, max(1, n),
            &right, max(1, columns))
        if both {
            cblas_dtrsm(
                CblasRowMajor, CblasLeft, CblasLower, CblasTrans, CblasNonUnit, n, columns, 1, triangle, max(1, n),
                &right, max(1, columns))
        }
        return Tensor(right, shape: b.shape)
    }
}
