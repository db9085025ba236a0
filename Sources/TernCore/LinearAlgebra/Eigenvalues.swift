#if canImport(COpenBLAS)
import COpenBLAS
#elseif canImport(Accelerate)
import Accelerate
#endif

extension LinearAlgebra {
    /// The eigenvalues of a symmetric matrix, smallest first, and its vectors as columns, by LAPACK:
    /// `numpy.linalg.eigh(a)`.
    ///
    /// - Parameter a: [n, n], of which the lower triangle is read, converted to `float64`.
    /// - Returns: n values, and vectors [n, n] with a = vectors · diag(values) · vectorsᵀ. Signs are LAPACK's.
    /// - Complexity: O(n³).
    public static func eigenvalues(symmetric a: Tensor) -> (values: [Double], vectors: Tensor) {
        guard a.rank == 2, a.shape[0] == a.shape[1], a.count > 0 else {
            fail("eigenvalues: a matrix of shape \(a.shape) has none")
        }
        // LAPACK counts its workspace in 32 bits: 1 + 6 n + 2 n² numbers.
        guard a.shape[0] <= 32_000 else {
            fail("eigenvalues: a matrix of shape \(a.shape) is too large for LAPACK; it may have 32,000 rows")
        }
        _ = singleThreaded
        // LAPACK reads columns: a transposed copy is the same bytes.
        var matrix = a.cast(to: .float64).transposed([1, 0]).scalars(Double.self)
        var values = [Double](repeating: 0, count: a.shape[0])
        var job = Int8(UInt8(ascii: "V")), lower = Int8(UInt8(ascii: "L")), n = Int32(a.shape[0]), lda = n,
            info = Int32(0)
        var size = Int32(-1), integerSize = Int32(-1), work = [0.0], integers = [Int32(0)]
        for _ in 0..<2 {  // first asks for the size of the workspace, then computes
            dsyevd_(&job, &lower, &n, &matrix, &lda, &values, &work, &size, &integers, &integerSize, &info)
            if size < 0 {
                (size, integerSize) = (Int32(work[0]), integers[0])
                work = [Double](repeating: 0, count: Int(size))
                integers = [Int32](repeating: 0, count: Int(integerSize))
            }
        }
        guard info == 0 else { fail("eigenvalues: they did not converge (dsyevd returned \(info)); are there NaNs?") }
        return (values, Tensor(matrix, shape: a.shape).transposed())
    }
}
