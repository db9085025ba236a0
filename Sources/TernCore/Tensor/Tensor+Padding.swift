extension Tensor {
    /// The tensor with elements added before and after each axis: `numpy.pad`.
    ///
    /// ```swift
    /// let x = Tensor([1.0, 2, 3])
    /// x.padded(2)                                        // [0, 0, 1, 2, 3, 0, 0]
    /// x.padded(2, mode: .reflect())                      // [3, 2, 1, 2, 3, 2, 1]
    /// x.padded([Margin(before: 0, after: 2)], mode: .wrap)   // [1, 2, 3, 1, 2]
    /// ```
    ///
    /// - Parameters:
    ///   - margins: how many elements, for each axis, or one for all.
    ///   - mode: which ones, see ``PaddingMode``. The axes are padded one after the other, so that corners follow
    ///     from what was added before.
    /// - Complexity: O(elements of the result) for each axis.
    public func padded(_ margins: [Margin], mode: PaddingMode = .constant) -> Tensor {
        let margins = forEachAxis(margins, "margins")
        let isConstant = if case .constant = mode { true } else { false }
        if !isConstant && count == 0 {
            if let axis = shape.indices.first(where: { shape[$0] == 0 && margins[$0] != .zero }) {
                fail("padded: axis \(axis) of \(spec) is empty, which only the mode .constant can extend")
            }
            return .zeros(zip(shape, margins).map { $0 + $1.before + $1.after }, dtype: dtype)
        }
        return shape.indices.reduce(self) { x, axis in
            margins[axis] == .zero ? x : x.padded(axis, margins[axis], mode)
        }
    }

    /// The same margin on all axes.
    public func padded(_ margin: Margin, mode: PaddingMode = .constant) -> Tensor {
        padded(shape.map { _ in margin }, mode: mode)
    }

    private func forEachAxis(_ margins: [Margin], _ what: String) -> [Margin] {
        guard margins.count == 1 || margins.count == rank, margins.allSatisfy({ $0.before >= 0 && $0.after >= 0 })
        else {
            fail(
                "padded: the \(what) \(margins.map { [$0.before, $0.after] }) do not fit the shape \(shape); "
                    + "give one for each axis, or one for all, and none negative")
        }
        return margins.count == 1 ? shape.map { _ in margins[0] } : margins
    }

    private func padded(_ axis: Int, _ margin: Margin, _ mode: PaddingMode) -> Tensor {
        let n = shape[axis]
        switch mode {
        case .constant(let values):
            let pair = values.pair(axis, of: rank)
            return extended(
                axis, margin, Tensor(repeatingWeak: pair.before, shape: [], dtype: dtype),
                Tensor(repeatingWeak: pair.after, shape: [], dtype: dtype))
        case .edge: return withEdges(axis, margin)
        case .linearRamp(let values):
            let pair = values.pair(axis, of: rank)
            return extended(
                axis, margin, ramp(axis, from: pair.before, to: sliced(0..<1, axis: axis), margin.before),
                ramp(axis, from: pair.after, to: sliced((n - 1)..<n, axis: axis), margin.after).turned(axis))
        case .maximum(let lengths):
            return withStatistic(axis, margin, lengths, isExtremum: true) {
                $0.max(axis: axis, keepingDimensions: true)
            }
        case .minimum(let lengths):
            return withStatistic(axis, margin, lengths, isExtremum: true) {
                $0.min(axis: axis, keepingDimensions: true)
            }
        case .mean(let lengths):
            return withStatistic(axis, margin, lengths) { $0.mean(axis: axis, keepingDimensions: true) }
        case .median(let lengths):
            return withStatistic(axis, margin, lengths) { $0.median(axis: axis, keepingDimensions: true) }
        case .reflect(let odd):
            return n == 1 ? withEdges(axis, margin) : reflected(axis, margin, odd: odd, repeatsEdge: false)
        case .symmetric(let odd):
            return n == 1 ? withEdges(axis, margin) : reflected(axis, margin, odd: odd, repeatsEdge: true)
        case .wrap:
            let places = (-margin.before..<(n + margin.after)).map { (($0 % n) + n) % n }
            return taking(Tensor(places), axis: axis)
        }
    }

    /// `left` and `right`, broadcast along `axis`, put beside the tensor.
    private func extended(_ axis: Int, _ margin: Margin, _ left: Tensor, _ right: Tensor) -> Tensor {
        func part(_ x: Tensor, _ length: Int) -> [Tensor] {
            var shape = self.shape
            shape[axis] = length
            if length == 0 { return [] }
            // While shapes are found out, margins may be larger than memory: they are written down, not filled.
            let value = x.cast(to: dtype)
            return [storage == nil ? .noted(Broadcast(shape: shape), value) : value.broadcast(to: shape)]
        }
        return .concatenated(part(left, margin.before) + [self] + part(right, margin.after), axis: axis)
    }

    private func withEdges(_ axis: Int, _ margin: Margin) -> Tensor {
        extended(axis, margin, sliced(0..<1, axis: axis), sliced((shape[axis] - 1)..<shape[axis], axis: axis))
    }

    /// `count` numbers from a number towards an edge, which is left out, as `numpy.linspace` rounds them.
    private func ramp(_ axis: Int, from start: any WeakScalar, to edge: Tensor, _ count: Int) -> Tensor {
        if count == 0 { return edge }
        let start = start.asDouble, delta = edge.cast(to: .float64) - start, step = delta / count
        var along = [Int](repeating: 1, count: rank)
        along[axis] = count
        let place = Tensor.range(0..<count, dtype: .float64).reshaped(along)
        let rise = select((step .== 0).any(), place / Double(count) * delta, place * step)
        guard dtype.isInteger else { return rise + start }
        // The other shape keeps a compiled function from joining product and sum into one rounding.
        return floor((rise.flattened() + start).reshaped(rise.shape))
    }

    private func withStatistic(
        _ axis: Int, _ margin: Margin, _ lengths: [Margin], isExtremum: Bool = false, _ statistic: (Tensor) -> Tensor
    ) -> Tensor {
        let n = shape[axis]
        let length = lengths.isEmpty ? Margin(before: n, after: n) : forEachAxis(lengths, "lengths")[axis]
        let before = Swift.min(length.before, n), after = Swift.min(length.after, n)
        if isExtremum && (before == 0 || after == 0) {
            fail("padded: a length of 0 has no largest or smallest element")
        }
        func rounded(_ x: Tensor) -> Tensor { dtype.isInteger ? round(x) : x }
        let left = rounded(statistic(sliced(0..<before, axis: axis)))
        let right = before == n && after == n ? left : rounded(statistic(sliced((n - after)..<n, axis: axis)))
        return extended(axis, margin, left, right)
    }

    private func turned(_ axis: Int) -> Tensor {
        part(shape.indices.map { $0 == axis ? .range(from: nil, to: nil, by: -1) : .range(from: nil, to: nil, by: 1) })
    }

    /// Both margins by reflection, as often as it takes: each time, whole periods of what is there are turned round.
    private func reflected(_ axis: Int, _ margin: Margin, odd: Bool, repeatsEdge: Bool) -> Tensor {
        let period = repeatsEdge ? shape[axis] : shape[axis] - 1, offset = repeatsEdge ? 0 : 1
        var x = self, left = margin.before, right = margin.after
        while left > 0 || right > 0 {
            let n = x.shape[axis], whole = (n - offset) / period * period
            let before = Swift.min(whole, left), after = Swift.min(whole, right)
            func reflection(_ places: Range<Int>, _ edge: Int) -> Tensor {
                let chunk = x.sliced(places, axis: axis).turned(axis)
                return odd ? (x.sliced(edge..<(edge + 1), axis: axis) * 2 - chunk).cast(to: dtype) : chunk
            }
            x = x.extended(
                axis, Margin(before: before, after: after), reflection(offset..<(offset + before), 0),
                reflection((n - offset - after)..<(n - offset), n - 1))
            left -= before
            right -= after
        }
        return x
    }
}
