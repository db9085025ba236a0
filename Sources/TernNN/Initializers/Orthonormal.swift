import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Random matrices with orthonormal columns, each direction as likely as any other.
enum Orthonormal {
    /// `gain` times a random matrix of shape [all axes but the last, the last].
    ///
    /// The columns of a normal matrix are made orthonormal by Gram and Schmidt's method, which is
    /// the factor Q of a decomposition whose R has a positive diagonal, as Keras takes it.
    static func tensor(_ shape: [Int], gain: Double, random: inout Generator) -> Tensor {
        guard shape.count >= 2 else {
            fail("the orthogonal initializer needs two axes at least, not the shape \(shape)")
        }
        let rows = shape.dropLast().reduce(1, *), columns = shape.last!
        let long = max(rows, columns), short = min(rows, columns)
        // Each vector of the shorter side lies in one piece.
        var vectors = (0..<short).map { _ in (0..<long).map { _ in random.standardNormal() } }
        for i in 0..<short {
            // The second round removes what rounding left of the first.
            for _ in 0..<2 {
                for j in 0..<i { subtractProjection(of: &vectors[i], on: vectors[j]) }
            }
            let length = sqrt(vectors[i].reduce(0) { $0 + $1 * $1 })
            for k in 0..<long { vectors[i][k] /= length }
        }
        let matrix = Tensor(vectors.flatMap { $0 }, shape: [short, long]) * gain
        return (rows < columns ? matrix : matrix.transposed()).reshaped(shape)
    }

    private static func subtractProjection(of x: inout [Double], on unit: [Double]) {
        x.withUnsafeMutableBufferPointer { x in
            unit.withUnsafeBufferPointer { unit in
                var share = 0.0
                for k in x.indices { share += x[k] * unit[k] }
                for k in x.indices { x[k] -= share * unit[k] }
            }
        }
    }
}
