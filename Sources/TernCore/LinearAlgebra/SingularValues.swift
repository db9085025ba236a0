#if canImport(COpenBLAS)
import COpenBLAS
#elseif canImport(Accelerate)
import Accelerate
#endif

extension LinearAlgebra {
    /// The decomposition a = u · diag(s) · v of a matrix, thin, by LAPACK: `numpy.linalg.svd(a, full_matrices=False)`.
    ///
    /// - Parameter a: [rows, columns], converted to `float64`.
    /// - Returns: u [rows, k], s of k numbers, largest first, and v [k, columns], with k the smaller of both counts.
    ///   The sign of each pair of vectors is LAPACK's.
    /// - Complexity: O(rows · columns · k).
    public static func singularValues(_ a: Tensor) -> (u: Tensor, s: [Double], v: Tensor) {
        guard a.rank == 2, a.count > 0 else { fail("singularValues: a matrix of shape \(a.shape) has none") }
        let rows = a.shape[0], columns = a.shape[1], k = min(rows, columns)
        // LAPACK counts in 32 bits; its workspace has 4 k² + 7 k numbers and some lines, none longer than 2 k.
        guard max(rows, columns) <= Int(Int32.max), 5 * k * k + 200 * k < Int(Int32.max) else {
            fail("singularValues: a matrix of shape \(a.shape) is too large for LAPACK; 20,000 rows or columns fit")
        }
        _ = singleThreaded
        // Row by row, the matrix is LAPACK's transpose, whose left vectors are our right ones.
        var matrix = a.cast(to: .float64).scalars(Double.self)
        var s = [Double](repeating: 0, count: k), left = [Double](repeating: 0, count: columns * k),
            right = [Double](repeating: 0, count: k * rows)
        var job = Int8(UInt8(ascii: "S")), m = Int32(columns), n = Int32(rows), lda = m, ldu = m, ldvt = Int32(k)
        var size = Int32(-1), info = Int32(0), work = [0.0], integers = [Int32](repeating: 0, count: 8 * k)
        for _ in 0..<2 {  // first asks for the size of the workspace, then computes
            dgesdd_(&job, &m, &n, &matrix, &lda, &s, &left, &ldu, &right, &ldvt, &work, &size, &integers, &info)
            if size < 0 {
                size = Int32(work[0])
                work = [Double](repeating: 0, count: Int(size))
            }
        }
        guard info == 0 else {
            fail("singularValues: they did not converge (dgesdd returned \(info)); are there NaNs?")
        }
        return (Tensor(right, shape: [rows, k]), s, Tensor(left, shape: [k, columns]))
    }
}
