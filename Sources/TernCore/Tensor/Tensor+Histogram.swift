// Counting how many elements lie in each bin.
extension Tensor {
    /// How many elements lie in each of `bins` bins of equal width, and the edges of these: `numpy.histogram`.
    ///
    /// ```swift
    /// let (counts, edges) = Tensor([1.0, 2, 2, 5]).histogram(bins: 2)   // [3, 1], [1, 3, 5]
    /// ```
    ///
    /// Each bin holds its lower edge, the last one its upper edge too.
    ///
    /// - Parameters:
    ///   - range: of the bins, by default from the smallest to the largest element, which must be finite; a
    ///     compiled function checks that when it runs. Elements beyond it, and NaN, are not counted.
    ///   - weights: what each element counts, in the shape of `self`, by default 1; gradients flow to them.
    ///   - density: divides by the sum and each bin's width, so that the integral is 1.
    /// - Returns: counts [bins], in `int64` or the type of the weights, and edges [bins + 1], in the type of
    ///   `self` or, for integers, `float64`.
    /// - Complexity: O(count · log bins).
    public func histogram(
        bins: Int = 10, range: ClosedRange<Double>? = nil, weights: Tensor? = nil, density: Bool = false
    ) -> (counts: Tensor, edges: Tensor) {
        guard bins > 0 else { fail("histogram: \(bins) bins; there is at least 1") }
        let real: DType = dtype.isFloatingPoint ? dtype : .float64
        let x = (dtype == .bool ? cast(to: .int32) : self).flattened()
        let edges: Tensor, isInside: Tensor
        if let range = range ?? (count == 0 ? 0...1 : nil) {
            guard range.lowerBound.isFinite, range.upperBound.isFinite else {
                fail("histogram: the range \(range) is not finite")
            }
            let half = range.lowerBound == range.upperBound ? 0.5 : 0
            let (low, high) = (range.lowerBound - half, range.upperBound + half)
            edges = Tensor.linearSpace(from: low, to: high, count: bins + 1, dtype: real)
            isInside = (x .>= low) .& (x .<= high)
        } else {
            let low = x.min(), high = x.max(), isOne = low .== high
            let first = select(isOne, low - 0.5, low).cast(to: real),
                last = select(isOne, high + 0.5, high).cast(to: real)
            // Finite numbers alone make 0 when multiplied by 0.
            let width = (last - first).requiring(
                (first * 0 + last * 0) .== 0, "histogram: the elements are not all finite; give a range")
            edges = .ramp(from: first, to: last, width: width, count: bins)
            isInside = .ones([count], dtype: .bool)
        }
        let checked = edges.requiring(
            edges[..<bins] .< edges[1...], "histogram: the bins are too many for their range; some would have no width")
        return (counts(x.cast(to: real), checked, isInside, weights, density), checked)
    }

    /// How many elements lie between each pair of neighbouring `edges`: `numpy.histogram` with `bins` given. Weights are
    /// summed in each bin, where NumPy takes differences of a running sum, which last digits and infinities show.
    ///
    /// - Parameter edges: a vector that does not decrease, which a compiled function checks when it runs.
    /// - Complexity: O(count · log edges).
    public func histogram(
        edges: Tensor, weights: Tensor? = nil, density: Bool = false
    ) -> (counts: Tensor, edges: Tensor) {
        guard edges.rank == 1, edges.count > 0 else {
            fail("histogram: edges of shape \(edges.shape) are no vector of at least 1")
        }
        let n = edges.count, x = (dtype == .bool ? cast(to: .int32) : self).flattened()
        let checked =
            n == 1
            ? edges : edges.requiring(edges[..<(n - 1)] .<= edges[1...], "histogram: the edges decrease somewhere")
        let isInside = (x .>= checked[0]) .& (x .<= checked[n - 1])
        return (counts(x, checked, isInside, weights, density), checked)
    }

    /// The sum of the weights of the elements of a vector in each bin.
    private func counts(_ x: Tensor, _ edges: Tensor, _ isInside: Tensor, _ weights: Tensor?, _ density: Bool) -> Tensor
    {
        if let weights, weights.shape != shape || weights.dtype == .bool {
            fail(
                "histogram: weights of \(weights.spec) do not fit elements of shape \(shape); they are numbers in that shape"
            )
        }
        let bins = edges.count - 1, type = weights?.dtype ?? .int64
        if bins == 0 { return .zeros([0], dtype: density ? .float64 : type) }
        let own = weights?.flattened().cast(to: .float64) ?? .ones(x.shape, dtype: .float64)
        let counted = select(isInside, own, Tensor(0.0)).reshaped([1, x.count, 1])
        // The last bin holds its upper edge.
        let bin = minimum(maximum(x.searchSorted(in: edges, right: true) - 1, 0), bins - 1)
        let sums = Tensor.apply(AddAt(count: bins, along: false), counted, bin).reshaped([bins]).cast(to: type)
        return density ? sums / edges.difference().cast(to: .float64) / sums.sum() : sums
    }

    /// `count` + 1 numbers from one to another, as `numpy.linspace` rounds them in the type of both.
    private static func ramp(from first: Tensor, to last: Tensor, width: Tensor, count: Int) -> Tensor {
        let place = Tensor.range(0..<count, dtype: first.dtype), step = width / count
        let rise = select(step .== 0, place / Double(count) * width, place * step)
        // The requirement also keeps a compiled function from joining product and sum into one rounding.
        return concatenated([
            rise.requiring(rise .== rise, "histogram: the range of the elements overflows") + first, last.reshaped([1]),
        ])
    }
}
