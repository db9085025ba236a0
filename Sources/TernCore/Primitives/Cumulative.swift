import CTernKernels

// MARK: Cumulative sum

/// Running sums along the middle axis of [outer, n, inner], from either end.
struct CumulativeSum: Primitive {
    let reversed: Bool
    var name: String { "cumulativeSum" }
    func result(of inputs: [TensorSpec]) -> TensorSpec { inputs[0] }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let kernel: KernelCall.Kernel =
            switch output.dtype {
            case .float32: { accumulate($0, Float(0), $1, $2, +) }
            case .float64: { accumulate($0, Double(0), $1, $2, +) }
            case .int64: { accumulate($0, Int64(0), $1, $2, &+) }
            default: fail("cumulativeSum of \(output.dtype): cast to int64 first")
            }
        return [accumulation(kernel, inputs[0], reversed: reversed)]
    }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        [Tensor.apply(CumulativeSum(reversed: !reversed), g)]
    }
}

// MARK: Cumulative product

/// Running products along the middle axis of [outer, n, inner].
struct CumulativeProduct: Primitive {
    var name: String { "cumulativeProduct" }
    func result(of inputs: [TensorSpec]) -> TensorSpec { inputs[0] }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let kernel: KernelCall.Kernel =
            switch output.dtype {
            case .float32: { accumulate($0, Float(1), $1, $2, *) }
            case .float64: { accumulate($0, Double(1), $1, $2, *) }
            case .int64: { accumulate($0, Int64(1), $1, $2, &*) }
            default: fail("cumulativeProduct of \(output.dtype): cast to int64 first")
            }
        return [accumulation(kernel, inputs[0], reversed: false)]
    }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        // d out_j / d x_i is the running product at j with 1 in x_i's place, for j from i on: exact where
        // an element is 0, at the price of n rows for each row of n.
        let x = inputs[0], n = x.shape[1], square = [x.shape[0], n, n, x.shape[2]]
        let index = Tensor.range(0..<n)
        let (i, j) = (index.reshaped([1, n, 1, 1]), index.reshaped([1, 1, n, 1]))
        let rows = x.reshaped([x.shape[0], 1, n, x.shape[2]]).broadcast(to: square)
        let others = select((i .== j).broadcast(to: square), Tensor(weak: 1, like: x), rows).cumulativeProduct(axis: 2)
        let cotangents = g.reshaped([x.shape[0], 1, n, x.shape[2]]).broadcast(to: square)
        return [select((i .<= j).broadcast(to: square), others * cotangents, Tensor(weak: 0, like: x)).sum(axis: 2)]
    }
}

private func accumulation(_ kernel: @escaping KernelCall.Kernel, _ x: TensorSpec, reversed: Bool) -> KernelCall {
    let arguments = AccumulationArguments(n: x.shape[1], inner: x.shape[2], isReversed: reversed)
    return KernelCall(
        kernel, arguments, units: x.shape[0], cost: 20 + Double(x.count) * 1.0,
        fields: [
            .init(\AccumulationArguments.x, 0, .whole),
            .init(\AccumulationArguments.out, 1, .aligned),
        ])
}

private struct AccumulationArguments {
    var x: UnsafeRawPointer?, out: UnsafeMutableRawPointer?
    var n: Int, inner: Int
    var isReversed: Bool
}

@inline(__always)
private func accumulate<T>(_ raw: UnsafeRawPointer?, _ start: T, _ begin: Int64, _ end: Int64, _ join: (T, T) -> T) {
    let a = raw!.assumingMemoryBound(to: AccumulationArguments.self).pointee
    let x = a.x!.assumingMemoryBound(to: T.self), out = a.out!.assumingMemoryBound(to: T.self)
    for o in Int(begin)..<Int(end) {
        for i in 0..<a.inner {
            var value = start
            for j in 0..<a.n {
                let at = (o * a.n + (a.isReversed ? a.n - 1 - j : j)) * a.inner + i
                value = join(value, x[at])
                out[at] = value
            }
        }
    }
}

// MARK: - Applying them

extension Tensor {
    /// The running sum along `axis`, or of all elements in row-major order: `numpy.cumsum`.
    ///
    /// ```swift
    /// Tensor([[1, 2], [3, 4]]).cumulativeSum(axis: 0)   // [[1, 2], [4, 6]]
    /// Tensor([[1, 2], [3, 4]]).cumulativeSum()          // [1, 3, 6, 10]
    /// ```
    ///
    /// Integers and booleans add up to `int64`.
    ///
    /// - Complexity: O(count).
    public func cumulativeSum(axis: Int? = nil) -> Tensor {
        accumulated(CumulativeSum(reversed: false), axis)
    }

    /// The running product along `axis`, or of all elements in row-major order: `numpy.cumprod`.
    ///
    /// Integers and booleans multiply to `int64`.
    ///
    /// - Complexity: O(count); its gradient O(count · n) for an axis of length n.
    public func cumulativeProduct(axis: Int? = nil) -> Tensor {
        accumulated(CumulativeProduct(), axis)
    }

    private func accumulated(_ primitive: some Primitive, _ axis: Int?) -> Tensor {
        guard let axis else { return flattened().accumulated(primitive, 0) }
        let at = normalized([axis], in: primitive.name)[0]
        let x = dtype.isFloatingPoint ? self : cast(to: .int64)
        return Tensor.apply(primitive, x.folded(around: at)).reshaped(shape)
    }
}
