import CTernKernels

// MARK: ArgSort

/// The order that sorts the middle axis of [outer, n, inner]: stable, NaNs last.
struct ArgSort: Primitive {
    var name: String { "argsorted" }
    func result(of inputs: [TensorSpec]) -> TensorSpec { TensorSpec(shape: inputs[0].shape, dtype: .int64) }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let x = inputs[0].shape
        let arguments = ArgSortArguments(n: x[1], inner: x[2])
        let kernel: KernelCall.Kernel =
            switch inputs[0].dtype {
            case .float32: { argsort($0, Float.self, $1, $2) }
            case .float64: { argsort($0, Double.self, $1, $2) }
            case .int32: { argsort($0, Int32.self, $1, $2) }
            case .int64: { argsort($0, Int64.self, $1, $2) }
            case .bool: { argsort($0, UInt8.self, $1, $2) }
            }
        return [
            KernelCall(
                kernel, arguments, units: x[0], cost: 50 + Double(output.count) * 50,
                fields: [
                    .init(\ArgSortArguments.x, 0, .whole),
                    .init(\ArgSortArguments.out, 1, .aligned),
                ])
        ]
    }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] { [nil] }
}

private struct ArgSortArguments {
    var x: UnsafeRawPointer?, out: UnsafeMutableRawPointer?
    var n: Int, inner: Int
}

private func argsort<T: Comparable>(_ raw: UnsafeRawPointer?, _ type: T.Type, _ begin: Int64, _ end: Int64) {
    let a = raw!.assumingMemoryBound(to: ArgSortArguments.self).pointee
    let x = a.x!.assumingMemoryBound(to: T.self), out = a.out!.assumingMemoryBound(to: Int64.self)
    for o in Int(begin)..<Int(end) {
        for i in 0..<a.inner {
            let keys = x + o * a.n * a.inner + i, inner = a.inner
            // NaN, which alone differs from itself, cannot be compared: it goes to the end beforehand.
            var order: [Int] = [], last: [Int] = []
            order.reserveCapacity(a.n)
            for j in 0..<a.n {
                if keys[j * inner] == keys[j * inner] { order.append(j) } else { last.append(j) }
            }
            order.sort { j, k in
                let v = keys[j * inner], w = keys[k * inner]
                return v < w || (v == w && j < k)
            }
            for (j, at) in (order + last).enumerated() { out[(o * a.n + j) * inner + i] = Int64(at) }
        }
    }
}

// MARK: SearchSorted

/// How many elements of a sorted vector (input 0) lie before each element of input 1: those that
/// are less, or with `right` those that are not greater. NaN lies after all numbers.
struct SearchSorted: Primitive {
    let right: Bool
    var name: String { "searchSorted" }
    func result(of inputs: [TensorSpec]) -> TensorSpec { TensorSpec(shape: inputs[1].shape, dtype: .int64) }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let arguments = SearchArguments(n: inputs[0].count, right: right)
        let kernel: KernelCall.Kernel =
            switch inputs[0].dtype {
            case .float32: { searchSorted($0, Float.self, $1, $2) }
            case .float64: { searchSorted($0, Double.self, $1, $2) }
            case .int32: { searchSorted($0, Int32.self, $1, $2) }
            case .int64: { searchSorted($0, Int64.self, $1, $2) }
            case .bool: { searchSorted($0, UInt8.self, $1, $2) }
            }
        return [
            KernelCall(
                kernel, arguments, units: output.count, cost: 20 + Double(output.count) * 20,
                fields: [
                    .init(\SearchArguments.sorted, 0, .whole),
                    .init(\SearchArguments.x, 1, .aligned),
                    .init(\SearchArguments.out, 2, .aligned),
                ])
        ]
    }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] { [nil, nil] }
}

private struct SearchArguments {
    var sorted: UnsafeRawPointer?, x: UnsafeRawPointer?, out: UnsafeMutableRawPointer?
    var n: Int
    var right: Bool
}

private func searchSorted<T: Comparable>(_ raw: UnsafeRawPointer?, _ type: T.Type, _ begin: Int64, _ end: Int64) {
    let a = raw!.assumingMemoryBound(to: SearchArguments.self).pointee
    let sorted = UnsafeBufferPointer(start: a.sorted!.assumingMemoryBound(to: T.self), count: a.n)
    let x = a.x!.assumingMemoryBound(to: T.self)
    let out = a.out!.assumingMemoryBound(to: Int64.self)
    func isLess(_ v: T, _ w: T) -> Bool { v < w || (w != w && v == v) }
    for i in Int(begin)..<Int(end) {
        let value = x[i]
        out[i] = Int64(sorted.partitioningIndex { a.right ? isLess(value, $0) : !isLess($0, value) })
    }
}

// MARK: - Applying them

extension Tensor {
    /// The indices that sort `axis`, smallest first, equals in their order, NaNs last:
    /// `numpy.argsort(x, axis, kind="stable")`.
    ///
    /// - Complexity: O(count · log n) for an axis of length n.
    public func argsorted(axis: Int = -1) -> Tensor {
        let axis = normalized([axis], in: "argsorted")[0]
        return Tensor.apply(ArgSort(), folded(around: axis)).reshaped(shape)
    }

    /// The elements of `axis` in order, smallest first, NaNs last: `numpy.sort`.
    public func sorted(axis: Int = -1) -> Tensor { takingAlong(argsorted(axis: axis), axis: axis) }

    /// Where each element would go in a vector in increasing order: `numpy.searchsorted`.
    ///
    /// ```swift
    /// Tensor([0.5, 2.0]).searchSorted(in: Tensor([0.0, 1, 2, 3]))   // [1, 2]
    /// ```
    ///
    /// - Parameter right: an element equal to some of the vector goes behind them rather than before.
    /// - Returns: `int64` in the shape of `self`.
    /// - Complexity: O(count · log length).
    public func searchSorted(in vector: Tensor, right: Bool = false) -> Tensor {
        guard vector.rank == 1 else { fail("searchSorted: looks in a vector, not in the shape \(vector.shape)") }
        let dtype = DType.promoted(self.dtype, vector.dtype)
        return Tensor.apply(SearchSorted(right: right), vector.cast(to: dtype), cast(to: dtype))
    }
}
