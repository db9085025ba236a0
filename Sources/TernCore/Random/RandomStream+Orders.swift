// MARK: - Orders and selections

extension RandomStream {
    /// Puts the elements in random order, NumPy's `shuffle(array)`.
    ///
    /// ```swift
    /// var state = RandomState(seed: 0)
    /// var rows = [0, 1, 2, 3, 4]
    /// state.shuffle(&rows)  // [2, 0, 1, 3, 4]
    /// ```
    ///
    /// Swift's own `shuffle(using:)` draws in another way, and gives another order.
    @inlinable
    public mutating func shuffle<Elements>(_ elements: inout Elements)
    where Elements: MutableCollection & RandomAccessCollection {
        let count = elements.count
        let done: Void? = elements.withContiguousMutableStorageIfAvailable { buffer in
            for i in stride(from: count - 1, to: 0, by: -1) {
                buffer.swapAt(i, interval(upTo: i))
            }
        }
        if done != nil { return }
        for i in stride(from: count - 1, to: 0, by: -1) {
            let j = interval(upTo: i)
            elements.swapAt(
                elements.index(elements.startIndex, offsetBy: i),
                elements.index(elements.startIndex, offsetBy: j))
        }
    }

    /// The numbers 0..<n in random order, NumPy's `permutation(n)`.
    ///
    /// ```swift
    /// var state = RandomState(seed: 42)
    /// let order = state.permutation(5)  // [1, 4, 2, 0, 3]
    /// ```
    @inlinable
    public mutating func permutation(_ n: Int) -> [Int] {
        RandomLimits.check(count: n)
        return permutation(Array(0..<n))
    }

    /// The elements of an array in random order, NumPy's `permutation(array)`.
    @inlinable
    public mutating func permutation<Element>(_ elements: [Element]) -> [Element] {
        var copy = elements
        shuffle(&copy)
        return copy
    }

    /// Positions drawn from 0..<n, NumPy's `choice(n, count, replace, p)`.
    ///
    /// ```swift
    /// var state = RandomState(seed: 42)
    /// let picked = state.choice(10, count: 3, replacing: false)  // [8, 1, 5]
    /// let often = state.choice(2, count: 100, probabilities: [0.9, 0.1])
    /// ```
    ///
    /// - Parameters:
    ///   - replacing: whether a position may be drawn more than once.
    ///   - probabilities: one for each position, summing to 1; nil draws evenly.
    ///
    /// As in NumPy, `RandomState` takes a whole permutation to choose without replacement and without probabilities,
    /// even none of the positions.
    @inlinable
    public mutating func choice(
        _ n: Int, count: Int, replacing: Bool = true, probabilities: [Double]? = nil
    ) -> [Int] {
        RandomLimits.check(count: count)
        guard n > 0 || (n == 0 && count == 0) else {
            fail("cannot choose \(count) from \(n) elements; give at least 1 element")
        }
        if !replacing { RandomLimits.check(count: count, distinctOf: n) }
        if let probabilities {
            return weighted(n, count: count, replacing: replacing, probabilities)
        }
        return replacing ? integers(in: 0..<n, count: count) : distinct(n, count: count)
    }
}

// MARK: - Orders of tensors

extension RandomStream {
    /// The slices of a tensor along an axis in random order, NumPy's `permutation(x, axis)`.
    ///
    /// ```swift
    /// var state = RandomState(seed: 0)
    /// let rows = state.permutation(Tensor([[1, 2], [3, 4], [5, 6]]))  // rows 2, 1, 0
    /// ```
    public mutating func permutation(_ x: Tensor, axis: Int = 0) -> Tensor {
        guard x.rank > 0 else { fail("permutation: a tensor of shape [] has no axis") }
        let axis = x.normalized([axis], in: "permutation")[0]
        return x.taking(Tensor(permutation(x.shape[axis]).map(Int64.init), shape: [x.shape[axis]]), axis: axis)
    }

    /// Puts the slices of a tensor along an axis in random order, NumPy's `shuffle(x, axis)`.
    ///
    /// It is ``permutation(_:axis:)`` in place, but draws nothing for a tensor without elements.
    public mutating func shuffle(_ x: inout Tensor, axis: Int = 0) {
        if x.count > 0 { x = permutation(x, axis: axis) }
    }
}

// MARK: - Shared steps

extension RandomStream {
    /// An integer in 0...max, by rejection under the smallest mask that covers max.
    @inlinable @inline(__always)
    mutating func interval(upTo max: Int) -> Int {
        guard max > 0 else { return 0 }
        return Int(truncatingIfNeeded: masked(UInt64(max)))
    }

    /// A value of at most `max` cut out of 32 bits if they suffice, else out of 64.
    @inlinable @inline(__always)
    mutating func masked(_ max: UInt64) -> UInt64 {
        let mask = UInt64.max &>> UInt64(max.leadingZeroBitCount)
        if max <= 0xffff_ffff {
            while true {
                let value = UInt64(nextWord()) & mask
                if value <= max { return value }
            }
        }
        while true {
            let value = next() & mask
            if value <= max { return value }
        }
    }

    @usableFromInline
    mutating func weighted(_ n: Int, count: Int, replacing: Bool, _ probabilities: [Double]) -> [Int] {
        RandomLimits.check(probabilities: probabilities, count: n)
        if count == 0 { return [] }
        if replacing {
            let sums = cumulative(probabilities)
            return random(count: count).map { value in sums.partitioningIndex { $0 > value } }
        }
        let possible = probabilities.count { $0 > 0 }
        guard possible >= count else {
            fail("cannot choose \(count) elements without replacement when only \(possible) have a probability above 0")
        }
        // Rounds: draw what is missing, keep the first of equals, and take the found ones out.
        var left = probabilities
        var found: [Int] = []
        while found.count < count {
            let sums = cumulative(left)
            for value in random(count: count - found.count) {
                let position = sums.partitioningIndex { $0 > value }
                if left[position] > 0 {
                    left[position] = 0
                    found.append(position)
                }
            }
        }
        return found
    }
}

/// Running sums, scaled so that the last is 1.
private func cumulative(_ probabilities: [Double]) -> [Double] {
    var sum = 0.0
    var sums = probabilities
    for i in sums.indices {
        sum += sums[i]
        sums[i] = sum
    }
    return sums.map { $0 / sum }
}
