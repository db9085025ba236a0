// Medians, quantiles and percentiles: elements of sorted axes. Gradients flow to the elements that a
// result is made of.
extension Tensor {
    /// The median over `axes`, or over all elements: `numpy.median`, or `numpy.nanmedian` where NaN is skipped.
    ///
    /// ```swift
    /// Tensor([[3.0, 1], [2, 8]]).median()          // 2.5
    /// Tensor([[3.0, 1], [2, 8]]).median(axis: 0)   // [2.5, 4.5]
    /// ```
    ///
    /// Of an even number of elements it is the mean of the middle two. NaN anywhere gives NaN, and so does an
    /// empty axis. Integers and booleans become `float64`.
    ///
    /// - Complexity: O(count · log n) for n elements joined.
    public func median(axes: [Int]? = nil, keepingDimensions: Bool = false, skippingNaN: Bool = false) -> Tensor {
        let real = dtype.isFloatingPoint ? self : cast(to: .float64)
        let group = SortedGroups(real, axes: axes, in: "median", skippingNaN: skippingNaN)
        guard group.n > 0 else {
            let nothing = Tensor(repeating: Double.nan, shape: [group.values.shape[0]], dtype: real.dtype)
            return nothing.reshaped(group.shape(keepingDimensions: keepingDimensions))
        }
        let n = group.counts  // [groups or 1, 1]
        let lower = group.at(floor((n - 1) * 0.5)), upper = group.at(floor(n * 0.5))
        // One element twice would be more than the largest number.
        let middle = select(n - 2 * floor(n * 0.5) .== 1, lower, (lower + upper) / 2)
        return group.withNaN(middle).reshaped(group.shape(keepingDimensions: keepingDimensions))
    }
    /// The median over one axis, which the result lacks; negative numbers count from the last.
    public func median(axis: Int, keepingDimensions: Bool = false, skippingNaN: Bool = false) -> Tensor {
        median(axes: [axis], keepingDimensions: keepingDimensions, skippingNaN: skippingNaN)
    }

    /// The value below which the share `q` of the elements lies, over `axes` or over all elements:
    /// `numpy.quantile`, or `numpy.nanquantile` where NaN is skipped.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2, 4, 8])
    /// x.quantile(0.5)                     // 3.0
    /// x.quantile(0.5, method: .lower)     // 2.0
    /// x.quantile([0.25, 0.75])            // [1.75, 5.0]
    /// ```
    ///
    /// NaN among the elements gives NaN, where it is not skipped. Methods that interpolate turn integers into
    /// `float64`; the others return an element in its own type.
    ///
    /// - Parameters:
    ///   - q: a number from 0 to 1.
    ///   - method: what to do between two elements, see ``QuantileMethod``.
    /// - Complexity: O(count · log n) for n elements joined.
    public func quantile(
        _ q: Double, axes: [Int]? = nil, method: QuantileMethod = .linear, keepingDimensions: Bool = false,
        skippingNaN: Bool = false
    ) -> Tensor {
        quantiles([q], axes, method, keepingDimensions, skippingNaN, dtype: dtype)[0]
    }

    /// Several quantiles at once, along a new first dimension. As in NumPy, interpolated ones are `float64`.
    public func quantile(
        _ q: [Double], axes: [Int]? = nil, method: QuantileMethod = .linear, keepingDimensions: Bool = false,
        skippingNaN: Bool = false
    ) -> Tensor {
        quantiles(q, axes, method, keepingDimensions, skippingNaN, dtype: .float64)
    }

    /// The ``quantile(_:axes:method:keepingDimensions:skippingNaN:)-(Double,_,_,_,_)`` of `percent` / 100:
    /// `numpy.percentile` and `numpy.nanpercentile`.
    public func percentile(
        _ percent: Double, axes: [Int]? = nil, method: QuantileMethod = .linear, keepingDimensions: Bool = false,
        skippingNaN: Bool = false
    ) -> Tensor {
        quantile(
            percent / 100, axes: axes, method: method, keepingDimensions: keepingDimensions, skippingNaN: skippingNaN)
    }

    /// Several percentiles at once, along a new first dimension.
    public func percentile(
        _ percents: [Double], axes: [Int]? = nil, method: QuantileMethod = .linear, keepingDimensions: Bool = false,
        skippingNaN: Bool = false
    ) -> Tensor {
        quantile(
            percents.map { $0 / 100 }, axes: axes, method: method, keepingDimensions: keepingDimensions,
            skippingNaN: skippingNaN)
    }

    /// - Parameter dtype: that of the weights between elements.
    private func quantiles(
        _ q: [Double], _ axes: [Int]?, _ method: QuantileMethod, _ keep: Bool, _ skippingNaN: Bool, dtype weights: DType
    ) -> Tensor {
        guard q.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
            fail("quantile: \(q) is not between 0 and 1 (percentiles: 0 and 100)")
        }
        if dtype == .bool && !method.isDiscrete {
            fail(
                "quantile of bool: \(method) would subtract booleans; cast to an integer type, or use the method .lower"
            )
        }
        let group = SortedGroups(self, axes: axes, in: "quantile", skippingNaN: skippingNaN)
        let real: DType = !dtype.isFloatingPoint ? .float64 : .promoted(dtype, weights)
        let shape = [q.count] + group.shape(keepingDimensions: keep)
        if group.n == 0 {
            guard skippingNaN && dtype.isFloatingPoint || shape.contains(0) else {
                fail("quantile of no elements has no value: axes \(axes.map(\.description) ?? "all") of \(spec)")
            }
            return Tensor(repeating: Double.nan, shape: shape, dtype: method.isDiscrete ? dtype : real)
        }
        let n = group.counts, place = method.place(of: Tensor(q), among: n)
        if method.isDiscrete { return group.withNaN(group.at(place)).transposed().reshaped(shape) }
        // Beyond the ends both neighbours are the last or the first element.
        let isBeyond = place .>= n - 1, isBefore = place .< 0
        let earlier = select(isBeyond, Tensor(-1.0), select(isBefore, Tensor(0.0), floor(place)))
        let later = select(isBeyond, Tensor(-1.0), select(isBefore, Tensor(0.0), floor(place) + 1))
        let a = group.at(select(isBeyond, n - 1, earlier)), b = group.at(select(isBeyond, n - 1, later))
        let share = method.share(place - earlier, at: place)
        let t = share.cast(to: real), rest = (1 - share).cast(to: real)
        let difference = b - a
        let between = select((share .>= 0.5).broadcast(to: a.shape), b - difference * rest, a + difference * t)
        return group.withNaN(between).transposed().reshaped(shape)
    }
}

/// Elements that a statistic joins, sorted: one row of n for each group.
private struct SortedGroups {
    let values: Tensor
    /// How many elements of each group count, [groups, 1] or [1, 1], in `float64`.
    let counts: Tensor
    var n: Int { values.shape[1] }
    private let kept: [Int], keptWithOnes: [Int]
    private let skipsNaN: Bool

    init(_ x: Tensor, axes: [Int]?, in name: String, skippingNaN: Bool) {
        let axes = axes.map { x.normalized($0, in: name) } ?? Array(0..<x.rank)
        let others = (0..<x.rank).filter { !axes.contains($0) }
        kept = others.map { x.shape[$0] }
        keptWithOnes = x.shape.indices.map { axes.contains($0) ? 1 : x.shape[$0] }
        let n = axes.map { x.shape[$0] }.reduce(1, *)
        let rows = x.transposed(others + axes).reshaped([kept.reduce(1, *), n])
        skipsNaN = skippingNaN && x.dtype.isFloatingPoint
        counts =
            skipsNaN
            ? (.!isNaN(rows)).sum(axis: 1, keepingDimensions: true).cast(to: .float64)
            : Tensor([Double(n)], shape: [1, 1])
        values = rows.sorted(axis: 1)
    }

    func shape(keepingDimensions: Bool) -> [Int] { keepingDimensions ? keptWithOnes : kept }

    /// The elements at `places` [groups or 1, k]: [groups, k]. A group without numbers gives its first NaN.
    func at(_ places: Tensor) -> Tensor {
        let index = maximum(places, 0).cast(to: .int64)
        if index.shape[0] == 1 { return values.taking(index.flattened(), axis: 1) }
        return values.takingAlong(index, axis: 1)
    }

    /// NaN for groups that hold one, which sorting has put last, where it is not skipped.
    func withNaN(_ result: Tensor) -> Tensor {
        guard values.dtype.isFloatingPoint, !skipsNaN else { return result }
        let last = values[.all, (n - 1)...]
        return select(
            isNaN(last).broadcast(to: result.shape), last.cast(to: result.dtype).broadcast(to: result.shape), result)
    }
}
