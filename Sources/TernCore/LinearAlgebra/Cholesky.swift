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
        self.init(lowerTriangle: a.cast(to: .float64).scalars(Double.self), count: a.shape[0])
    }

    /// The decomposition of a matrix that is given row by row, of which the lower triangle is read; nil where it is not
    /// positive definite.
    ///
    /// - Complexity: O(n³), on all threads from ``blockSize`` rows on.
    package init?(lowerTriangle: [Double], count: Int) {
        _ = LinearAlgebra.singleThreaded
        self.count = count
        var matrix = lowerTriangle
        let isDefinite = matrix.withUnsafeMutableBufferPointer { matrix in
            stride(from: 0, to: count, by: Self.blockSize).allSatisfy {
                Self.factorColumns(from: $0, of: matrix.baseAddress!, count)
            }
        }
        guard isDefinite else { return nil }
        triangle = matrix
    }

    /// Rows and columns of the blocks that threads share out. They do not depend on the number of threads, nor then
    /// does a bit of the results.
    private static let blockSize = 256

    /// Replaces columns of the lower triangle by those of L, and takes them away from all columns to the right
    /// (Golub and Van Loan, "Matrix computations", 2013, algorithm 4.2.4); whether the matrix can be positive definite.
    private static func factorColumns(from first: Int, of matrix: UnsafeMutablePointer<Double>, _ count: Int) -> Bool {
        let width = min(blockSize, count - first), rest = first + width, stride = Int32(count)
        let corner = matrix + first * count + first
        // Row by row, the lower triangle is LAPACK's upper one.
        var upper = Int8(UInt8(ascii: "U")), n = Int32(width), lda = max(1, stride), info = Int32(0)
        dpotrf_(&upper, &n, corner, &lda, &info)
        guard info == 0 else { return false }
        let pool = ThreadPool.current
        pool.forEachPiece(of: count - rest, grain: 64) { start, end in
            cblas_dtrsm(
                CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, Int32(end - start), n, 1, corner,
                stride, matrix + (rest + start) * count + first, stride)
        }
        let panel = matrix + rest * count + first, trailing = matrix + rest * count + rest
        pool.forEachPiece(of: count - rest, grain: 64) { start, end in
            cblas_dgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, Int32(end - start), Int32(end), n, -1, panel + start * count,
                stride, panel, stride, 1, trailing + start * count, stride)
        }
        return true
    }

    /// The inverse of a, row by row, of which the lower triangle is defined.
    ///
    /// - Complexity: ⅔ n³ on all threads: each block of columns is solved for from its diagonal down, where the columns
    ///   of the identity begin.
    package var inverseTriangle: [Double] {
        let count = count, size = 128
        return [Double](unsafeUninitializedCapacity: count * count) { inverse, initialized in
            ThreadPool.current.forEachPiece(of: count, grain: size) { first, end in
                let columns = Int32(end - first), rows = Int32(count - first), stride = Int32(count)
                let block = inverse.baseAddress! + first * count + first
                for row in 0..<count - first {
                    for column in 0..<end - first { block[row * count + column] = row == column ? 1 : 0 }
                }
                triangle.withUnsafeBufferPointer { triangle in
                    let corner = triangle.baseAddress! + first * count + first
                    for transpose in [CblasNoTrans, CblasTrans] {
                        cblas_dtrsm(
                            CblasRowMajor, CblasLeft, CblasLower, transpose, CblasNonUnit, rows, columns, 1, corner,
                            stride, block, stride)
                    }
                }
            }
            initialized = count * count
        }
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
        // BLAS counts in 32 bits.
        guard let columns = Int32(exactly: b.rank == 1 ? 1 : b.shape[1]) else {
            fail("Cholesky: \(b.shape) has more than 2^31 - 1 columns; solve for some at a time")
        }
        var right = b.cast(to: .float64).scalars(Double.self)
        let n = Int32(count)
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
