// Squares of numbers beyond the root of the largest one are no numbers any more, though what is made of them (a length,
// a deviation, a direction) often is. Such slices are scaled before by a power of two, which rounds nothing; all others
// by 1, which changes no bit.

extension Tensor {
    /// For each slice over `axes` (nil: all), which stay with length 1, a factor by which squares and their sums are
    /// finite: 1 where they are anyway, else a power of two. No gradient flows through it.
    package func factorForSquares(axes: [Int]? = nil) -> Tensor {
        let one = Tensor(weak: 1, like: self)
        guard dtype.isFloatingPoint, count > 0 else { return one }
        // Sums of 2^31 squares below the limit are finite, and what is scaled is not below 2^-40 at its largest.
        let (limit, factor) = dtype == .float32 ? (0x1p48, 0x1p-80) : (0x1p480, 0x1p-600)
        let largest = abs(stoppingGradient()).max(axes: axes, keepingDimensions: true)
        return select(largest .> limit, Tensor(weak: factor, like: self), one)
    }
}
