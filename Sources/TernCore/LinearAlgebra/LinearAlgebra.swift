#if canImport(COpenBLAS)
import COpenBLAS
#elseif canImport(Accelerate)
import Accelerate
#endif

/// Matrix decompositions, from LAPACK (OpenBLAS on Linux, Accelerate on Apple systems), in double precision.
///
/// ```swift
/// let a = Tensor([[1.0, 0], [1, 1], [1, 2]])                          // a line through 1, 3, 5
/// LinearAlgebra.leastSquares(a, Tensor([1.0, 3, 5])).solution         // [1, 2]
/// LinearAlgebra.eigenvalues(symmetric: Tensor([[2.0, 1], [1, 2]])).values     // [1.0, 3.0], up to rounding
/// LinearAlgebra.singularValues(Tensor([[3.0, 0], [0, 2]])).s          // [3.0, 2.0]
/// ```
///
/// They are computed at once and have no gradients. See also ``Cholesky``.
public enum LinearAlgebra {
    /// Our pool shares the work out; the library itself stays on the calling thread.
    static let singleThreaded: Void = {
        #if canImport(COpenBLAS)
        openblas_set_num_threads(1)
        #endif
    }()

    /// The solution of least norm of min |a x - b|, by singular values: `numpy.linalg.lstsq`.
    ///
    /// - Parameters:
    ///   - a: [rows, columns], converted to `float64`.
    ///   - b: [rows] or [rows, targets].
    ///   - tolerance: singular values below this share of the largest count as 0;
    ///     by default the machine precision, as in `scipy.linalg.lstsq`.
    /// - Returns: x of shape [columns] or [columns, targets], the rank of `a` and its
    ///   singular values, largest first.
    /// - Complexity: O(rows columns²).
    public static func leastSquares(
        _ a: Tensor, _ b: Tensor, tolerance: Double = 0x1p-52
    ) -> (solution: Tensor, rank: Int, singularValues: [Double]) {
        guard a.rank == 2, b.rank == 1 || b.rank == 2, a.shape[0] == b.shape[0] else {
            fail(
                "leastSquares: a of shape \(a.shape) and b of shape \(b.shape) do not fit; "
                    + "they need the same number of rows")
        }
        _ = singleThreaded
        let rows = a.shape[0], columns = a.shape[1]
        let targets = b.rank == 1 ? 1 : b.shape[1]
        guard rows > 0, columns > 0, targets > 0 else {
            return (.zeros([columns] + b.shape.dropFirst(), dtype: .float64), 0, [])
        }
        // LAPACK counts in 32 bits; its workspace has some lines of k and, where rows are few, k² numbers.
        let k = min(rows, columns)
        guard max(rows, columns, targets) <= Int(Int32.max),
            (rows < columns ? k * k : 0) + (k + 100) * (targets + 800) < Int(Int32.max)
        else {
            fail(
                "leastSquares: a of shape \(a.shape) and b of shape \(b.shape) are too large for LAPACK; give fewer rows, columns or targets"
            )
        }
        // LAPACK reads columns: a transposed copy is the same bytes.
        var matrix = a.cast(to: .float64).transposed([1, 0]).scalars(Double.self)
        let height = max(rows, columns)
        var right = [Double](repeating: 0, count: height * targets)
        let source = b.cast(to: .float64).scalars(Double.self)
        for t in 0..<targets {
            for r in 0..<rows { right[t * height + r] = source[r * targets + t] }
        }
        var m = Int32(rows), n = Int32(columns), nrhs = Int32(targets), lda = m, ldb = Int32(height)
        var singular = [Double](repeating: 0, count: k)
        var rcond = tolerance, rank = Int32(0), info = Int32(0), size = Int32(-1)
        var work = [0.0], integers = [Int32(0)]
        for _ in 0..<2 {  // first asks for the size of the workspace, then computes
            dgelsd_(
                &m, &n, &nrhs, &matrix, &lda, &right, &ldb, &singular, &rcond, &rank, &work, &size, &integers, &info)
            if size < 0 {
                size = Int32(work[0])
                integers = [Int32](repeating: 0, count: Int(max(1, integers[0])))
                work = [Double](repeating: 0, count: Int(size))
            }
        }
        guard info == 0 else {
            fail("leastSquares: the singular values did not converge (dgelsd returned \(info)); are there NaNs?")
        }
        var solution = [Double](repeating: 0, count: columns * targets)
        for t in 0..<targets {
            for c in 0..<columns { solution[c * targets + t] = right[t * height + c] }
        }
        return (Tensor(solution, shape: [columns] + b.shape.dropFirst()), Int(rank), singular)
    }
}
