import Tern

/// The leading empirical orthogonal functions of examples that are too large to decompose whole.
///
/// ```
/// let patterns = LeadingPatterns(of: maps, count: 20, weights: rootsOfAreas)
/// let series = patterns.series(of: maps)     // [examples, 20]
/// ```
///
/// A few random combinations of the examples are turned towards the leading patterns by multiplying with the data, five
/// times to and fro. The data, [examples, features] in single precision, are read where they lie: neither centred nor
/// weighted copies are made. For the patterns that stand out the result is that of a full decomposition to about five
/// digits.
///
/// Source: Halko, Martinsson and Tropp, "Finding structure with randomness", SIAM Review 53, 2011,
/// doi:10.1137/090771806, algorithms 4.4 and 5.1.
package struct LeadingPatterns: Codable, Sendable {
    /// The mean of each feature.
    var mean: PackedArray
    /// [count, features]: weighted patterns of length 1, times the weights, so that a product with deviations gives
    /// their series.
    var projection: PackedArray
    var count: Int
    /// The variance of each series.
    package var variance: [Double]

    /// - Parameters:
    ///   - x: [examples, features], without gaps.
    ///   - weights: of the features, the root of what they count.
    package init(of x: Tensor, count wanted: Int, weights: [Double], seed: UInt64 = 0) {
        let n = x.shape[0], features = x.shape[1]
        count = max(1, min(wanted, n - 1, features))
        let width = min(count + 10, n, features)
        let mean = Self.columnMeans(x)
        let weight = Tensor(weights, shape: [features, 1])
        /// (x − mean) · diag(weights) · p, for p of shape [features, k].
        func forward(_ p: Tensor) -> Tensor {
            let weighted = weight * p
            return matmul(x, weighted.cast(to: .float32)).cast(to: .float64)
                - matmul(Tensor(mean, shape: [1, features]), weighted)
        }
        /// diag(weights) · (x − mean)ᵀ · q transposed, for q of shape [examples, k].
        func backward(_ q: Tensor) -> Tensor {
            let sums = q.sum(axis: 0).reshaped([q.shape[1], 1])
            let product = matmul(q.transposed().cast(to: .float32), x).cast(to: .float64)
            return (product - matmul(sums, Tensor(mean, shape: [1, features]))) * weight.reshaped([1, features])
        }
        var random = RandomState(seed: UInt32(truncatingIfNeeded: seed))
        var q = LinearAlgebra.singularValues(
            forward(Tensor(random.standardNormal(count: features * width), shape: [features, width]))
        ).u
        for _ in 0..<5 {
            q = LinearAlgebra.singularValues(forward(LinearAlgebra.singularValues(backward(q)).v.transposed())).u
        }
        let (_, sizes, patterns) = LinearAlgebra.singularValues(backward(q))
        self.mean = PackedArray(mean)
        variance = sizes.prefix(count).map { $0 * $0 / Double(max(1, n - 1)) }
        projection = PackedArray((patterns.sliced(0..<count) * weight.reshaped([1, features])).doubles)
    }

    /// The strength of each pattern in each example: [examples, count] in double precision.
    package func series(of x: Tensor) -> Tensor {
        let patterns = Tensor(projection.values, shape: [count, mean.values.count])
        let offset = matmul(Tensor(mean.values, shape: [1, mean.values.count]), patterns.transposed())
        return matmul(x, patterns.transposed().cast(to: .float32)).cast(to: .float64) - offset
    }

    private static func columnMeans(_ x: Tensor) -> [Double] {
        let n = x.shape[0], features = x.shape[1]
        var sums = [Double](repeating: 0, count: features)
        x.withScalars(Float.self) { values in
            sums.withUnsafeMutableBufferPointer { sums in
                for row in 0..<n {
                    for i in 0..<features { sums[i] += Double(values[row * features + i]) }
                }
            }
        }
        return sums.map { $0 / Double(n) }
    }
}
