import CTernKernels

// MARK: Reshape

/// The same elements in another shape; nothing moves.
struct Reshape: Primitive {
    let shape: [Int]
    var name: String { "reshaped(\(shape))" }
    func result(of inputs: [TensorSpec]) -> TensorSpec {
        guard shape.reduce(1, *) == inputs[0].count else {
            fail("\(inputs[0].count) elements of shape \(inputs[0].shape) cannot take the shape \(shape)")
        }
        return TensorSpec(shape: shape, dtype: inputs[0].dtype)
    }
    func role(_ inputs: [TensorSpec], _ output: TensorSpec) -> PrimitiveRole { .view(byteOffset: 0) }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] { Identity().calls(inputs, output) }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        [g.reshaped(inputs[0].shape)]
    }
}

// MARK: Broadcast

/// Repeats dimensions of length 1, or adds them in front.
struct Broadcast: Primitive {
    let shape: [Int]
    var name: String { "broadcast(to: \(shape))" }
    func result(of inputs: [TensorSpec]) -> TensorSpec {
        guard Broadcasting.shape(inputs[0].shape, shape) == shape else {
            fail("the shape \(inputs[0].shape) cannot be broadcast to \(shape)")
        }
        return TensorSpec(shape: shape, dtype: inputs[0].dtype)
    }
    func role(_ inputs: [TensorSpec], _ output: TensorSpec) -> PrimitiveRole { .broadcast }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        [
            .stridedCopy(
                shape: shape, from: Broadcasting.strides(of: inputs[0].shape, as: shape),
                to: Broadcasting.strides(shape), size: output.dtype.size)
        ]
    }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        [g.summed(to: inputs[0].shape)]
    }
}

// MARK: Transpose

/// Dimensions in another order: dimension i of the result is `permutation[i]` of the input.
struct Transpose: Primitive {
    let permutation: [Int]
    var name: String { "transposed(\(permutation))" }
    func result(of inputs: [TensorSpec]) -> TensorSpec {
        guard permutation.sorted() == Array(inputs[0].shape.indices) else {
            fail("\(permutation) is no permutation of the \(inputs[0].shape.count) axes of shape \(inputs[0].shape)")
        }
        return TensorSpec(shape: permutation.map { inputs[0].shape[$0] }, dtype: inputs[0].dtype)
    }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let strides = Broadcasting.strides(inputs[0].shape)
        return [
            .stridedCopy(
                shape: output.shape, from: permutation.map { strides[$0] },
                to: Broadcasting.strides(output.shape), size: output.dtype.size)
        ]
    }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        var inverse = permutation
        for (i, axis) in permutation.enumerated() { inverse[axis] = i }
        return [g.transposed(inverse)]
    }
}

// MARK: Slice

/// How many elements lie before the one at `start`.
private func offset(_ start: [Int], _ strides: [Int]) -> Int { zip(start, strides).reduce(0) { $0 + $1.0 * $1.1 } }

/// Every `step`-th element from `start` on, along each dimension; steps may be negative.
struct Slice: Primitive {
    let start: [Int], step: [Int], shape: [Int]
    var name: String { "slice" }
    func result(of inputs: [TensorSpec]) -> TensorSpec { TensorSpec(shape: shape, dtype: inputs[0].dtype) }

    /// A slice is a view where it is one run of bytes.
    func role(_ inputs: [TensorSpec], _ output: TensorSpec) -> PrimitiveRole {
        let full = inputs[0].shape, before = offset(start, Broadcasting.strides(full))
        let view = PrimitiveRole.view(byteOffset: before * output.dtype.size)
        guard let first = shape.indices.first(where: { shape[$0] != 1 }) else { return view }
        guard step[first] == 1, shape[(first + 1)...] == full[(first + 1)...],
            step[(first + 1)...].allSatisfy({ $0 == 1 })
        else { return .kernel }
        return view
    }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let strides = Broadcasting.strides(inputs[0].shape)
        return [
            .stridedCopy(
                shape: shape, from: zip(strides, step).map(*), to: Broadcasting.strides(shape),
                size: output.dtype.size, fromOffset: offset(start, strides))
        ]
    }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        let zero = Tensor.zeros(inputs[0].shape, dtype: g.dtype)
        return [Tensor.apply(ReplaceSlice(start: start, step: step), zero, g)]
    }
}

/// A copy of input 0 with input 1 written over a slice of it.
struct ReplaceSlice: Primitive {
    let start: [Int], step: [Int]
    var name: String { "slice assignment" }
    func result(of inputs: [TensorSpec]) -> TensorSpec { inputs[0] }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        // One call writes both, so that the planner sees one writer.
        let strides = Broadcasting.strides(output.shape)
        let whole = KernelCall.copy(of: output)
        let part = KernelCall.stridedCopy(
            shape: inputs[1].shape, from: Broadcasting.strides(inputs[1].shape),
            to: zip(strides, step).map(*), size: output.dtype.size, toOffset: offset(start, strides))
        let arguments = ReplaceSliceArguments(
            whole: whole.arguments.load(as: StridedCopyArguments.self), count: Int64(whole.units),
            part: part.arguments.load(as: StridedCopyArguments.self),
            rows: inputs[1].count == 0 ? 0 : Int64(part.units),
            partKernel: part.kernel)
        return [
            KernelCall(
                { raw, _, _ in
                    var a = raw!.load(as: ReplaceSliceArguments.self)
                    a.whole.base.x = a.x
                    a.whole.base.out = a.out
                    a.partKernel(&a.whole, 0, a.count)
                    a.part.base.x = a.y
                    a.part.base.out = a.out
                    a.partKernel(&a.part, 0, a.rows)
                }, arguments, units: 1, cost: whole.cost + part.cost,
                fields: [
                    .init(\ReplaceSliceArguments.x, 0, .whole),
                    .init(\ReplaceSliceArguments.y, 1, .whole),
                    .init(\ReplaceSliceArguments.out, 2, .aligned),
                ])
        ]
    }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        let slice = Slice(start: start, step: step, shape: inputs[1].shape)
        let zero = Tensor.zeros(inputs[1].shape, dtype: g.dtype)
        return [Tensor.apply(self, g, zero), Tensor.apply(slice, g)]
    }
}

private struct ReplaceSliceArguments {
    var x: UnsafeRawPointer?
    var y: UnsafeRawPointer?
    var out: UnsafeMutableRawPointer?
    var whole: StridedCopyArguments
    var count: Int64
    var part: StridedCopyArguments
    var rows: Int64
    var partKernel: KernelCall.Kernel

    init(
        whole: StridedCopyArguments, count: Int64, part: StridedCopyArguments, rows: Int64,
        partKernel: @escaping KernelCall.Kernel
    ) {
        self.whole = whole
        self.count = count
        self.part = part
        self.rows = rows
        self.partKernel = partKernel
    }
}

// MARK: Concatenate

/// Inputs joined along an axis.
struct Concatenate: Primitive {
    let axis: Int
    var name: String { "concatenated(axis: \(axis))" }
    func result(of inputs: [TensorSpec]) -> TensorSpec {
        var shape = inputs[0].shape
        for (i, input) in inputs.enumerated().dropFirst() {
            var expected = inputs[0].shape, given = input.shape
            if given.count == expected.count { expected[axis] = 0; given[axis] = 0 }
            guard expected == given else {
                fail(
                    "concatenated(axis: \(axis)): tensor \(i) of shape \(input.shape) does not fit the first, of shape "
                        + "\(inputs[0].shape); all lengths but that of axis \(axis) must be equal")
            }
            shape[axis] += input.shape[axis]
        }
        return TensorSpec(shape: shape, dtype: inputs[0].dtype)
    }
    func role(_ inputs: [TensorSpec], _ output: TensorSpec) -> PrimitiveRole {
        output.shape[..<axis].allSatisfy { $0 == 1 } ? .concatenation : .kernel
    }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let strides = Broadcasting.strides(output.shape)
        var offset = 0
        return inputs.enumerated().compactMap { index, input in
            defer { offset += input.shape[axis] * strides[axis] }
            if input.count == 0 { return nil }
            return .stridedCopy(
                shape: input.shape, from: Broadcasting.strides(input.shape), to: strides,
                size: output.dtype.size, toOffset: offset, input: index, output: inputs.count,
                outputAccess: .whole)
        }
    }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        var at = 0
        return inputs.map { input in
            var start = [Int](repeating: 0, count: g.rank)
            start[axis] = at
            at += input.shape[axis]
            return Tensor.apply(
                Slice(start: start, step: [Int](repeating: 1, count: g.rank), shape: input.shape), g)
        }
    }
}
