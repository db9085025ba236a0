// Tensors of random numbers.

extension Tensor {
    /// Numbers from the uniform distribution on a range: NumPy's `default_rng(seed).uniform(low, high, shape)`.
    ///
    /// ```swift
    /// let x = Tensor.random([3, 4], in: -1..<1, seed: 42)
    /// ```
    ///
    /// The same seed gives the same numbers; for several tensors of one stream hand a ``Generator`` or ``RandomState``
    /// on. `float32` is rounded from `float64`, and may so reach the upper bound; integers are cut off.
    public static func random(_ shape: [Int], in range: Range<Double> = 0..<1, seed: UInt64, dtype: DType = .float64)
        -> Tensor
    {
        var stream = Generator(seed: seed)
        return random(shape, in: range, using: &stream, dtype: dtype)
    }

    /// The next numbers of a stream from the uniform distribution on a range.
    public static func random(
        _ shape: [Int], in range: Range<Double> = 0..<1, using stream: inout some RandomStream, dtype: DType = .float64
    ) -> Tensor {
        Tensor(stream.uniform(low: range.lowerBound, high: range.upperBound, count: count(of: shape)), shape: shape)
            .cast(to: dtype)
    }

    /// Numbers from a normal distribution: NumPy's `default_rng(seed).normal(mean, standard_deviation, shape)`.
    ///
    /// ```swift
    /// Tensor.randomNormal([2], standardDeviation: 0.1, seed: 0)       // [0.012573022, -0.013210486]
    /// ```
    ///
    /// The same seed gives the same numbers.
    public static func randomNormal(
        _ shape: [Int], mean: Double = 0, standardDeviation: Double = 1, seed: UInt64, dtype: DType = .float64
    ) -> Tensor {
        var stream = Generator(seed: seed)
        return randomNormal(shape, mean: mean, standardDeviation: standardDeviation, using: &stream, dtype: dtype)
    }

    /// The next numbers of a stream from a normal distribution.
    public static func randomNormal(
        _ shape: [Int], mean: Double = 0, standardDeviation: Double = 1, using stream: inout some RandomStream,
        dtype: DType = .float64
    ) -> Tensor {
        Tensor(stream.normal(mean: mean, standardDeviation: standardDeviation, count: count(of: shape)), shape: shape)
            .cast(to: dtype)
    }

    private static func count(of shape: [Int]) -> Int {
        guard let count = checkedProduct(shape) else { fail("random: no tensor can have the shape \(shape)") }
        return count
    }
}
