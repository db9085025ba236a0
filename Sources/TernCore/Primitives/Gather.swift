import CTernKernels

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What the gathering kernels need: [outer, n, inner] read or added to at [outer, m, inner].
struct GatherArguments {
    var x: UnsafeRawPointer?, index: UnsafeRawPointer?, out: UnsafeMutableRawPointer?
    var outer: Int, n: Int, m: Int, inner: Int, size: Int
    /// Whether each element has an index of its own, not each row of `inner`.
    var along: Bool
    var isDouble = false
    /// Whose categories the indices are, which then must not be negative.
    var owner: LastingText?

    /// The checked position that an index means; negative ones count from the end. Nil, which is reported, where there
    /// is none.
    @inline(__always)
    func position(_ raw: Int64) -> Int? {
        let i = raw < 0 ? Int(raw) + n : Int(raw)
        if i >= 0 && i < n && (raw >= 0 || owner == nil) { return i }
        KernelFailure.report(complaint(about: raw))
        return nil
    }

    @inline(never)
    private func complaint(about index: Int64) -> String {
        guard let owner else { return "index \(index) is out of range for an axis of length \(n)" }
        return "\(owner.text): category \(index) is out of range; there are \(n)\(n > 0 ? ", 0 to \(n - 1)" : "")"
    }
}

// MARK: Take

/// Elements of an axis by number: x is [outer, n, inner], index [m], or [outer, m, inner]
/// where `along`.
struct Take: Primitive {
    let along: Bool
    /// Whose categories the indices are.
    var owner: LastingText?
    var name: String { along ? "takeAlong" : "take" }
    func result(of inputs: [TensorSpec]) -> TensorSpec {
        let x = inputs[0].shape, index = inputs[1].shape
        return TensorSpec(shape: [x[0], along ? index[1] : index[0], x[2]], dtype: inputs[0].dtype)
    }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let x = inputs[0].shape
        let arguments = GatherArguments(
            outer: x[0], n: x[1], m: output.shape[1], inner: x[2], size: output.dtype.size, along: along,
            owner: owner)
        // A single outer row is split along m, as a batch of examples is.
        let rows = x[0] == 1
        return [
            KernelCall(
                { raw, begin, end in
                    let a = raw!.assumingMemoryBound(to: GatherArguments.self)
                    let (outer, inside) =
                        a.pointee.outer == 1 ? (0..<1, Int(begin)..<Int(end)) : (Int(begin)..<Int(end), 0..<a.pointee.m)
                    take(a.pointee, outer, inside)
                }, arguments, units: rows ? output.shape[1] : x[0],
                cost: 20 + Double(output.count) * (along ? 2 : 0.3) + Double(output.shape[1]) * 10,
                fields: [
                    .init(\GatherArguments.x, 0, .whole),
                    .init(\GatherArguments.index, 1, rows ? .aligned : .whole),
                    .init(\GatherArguments.out, 2, .aligned),
                ])
        ]
    }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        [Tensor.apply(AddAt(count: inputs[0].shape[1], along: along), g, inputs[1]), nil]
    }
}

private func take(_ a: GatherArguments, _ outer: Range<Int>, _ inside: Range<Int>) {
    let index = a.index!.assumingMemoryBound(to: Int64.self)
    if !a.along && a.outer == 1 && !inside.contains(where: { a.position(index[$0]) != Int(index[$0]) }) {
        var rows = tern_take_rows(x: a.x, index: index, out: a.out, row_bytes: Int64(a.inner * a.size))
        kernels.take_rows(&rows, Int64(inside.lowerBound), Int64(inside.upperBound))
        return
    }
    let row = a.inner * a.size
    for o in outer {
        for j in inside {
            let out = a.out! + (o * a.m + j) * row
            if a.along {
                for i in 0..<a.inner {
                    guard let from = a.position(index[(o * a.m + j) * a.inner + i]) else { return }
                    memcpy(out + i * a.size, a.x! + ((o * a.n + from) * a.inner + i) * a.size, a.size)
                }
            } else {
                guard let from = a.position(index[j]) else { return }
                memcpy(out, a.x! + (o * a.n + from) * row, row)
            }
        }
    }
}

// MARK: AddAt

/// The transpose of ``Take``: zeros of `count` rows, with the input added at the indices.
struct AddAt: Primitive {
    let count: Int
    let along: Bool
    var name: String { "addAt" }
    func result(of inputs: [TensorSpec]) -> TensorSpec {
        TensorSpec(shape: [inputs[0].shape[0], count, inputs[0].shape[2]], dtype: inputs[0].dtype)
    }
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let x = inputs[0].shape
        let arguments = GatherArguments(
            outer: x[0], n: count, m: x[1], inner: x[2], size: output.dtype.size, along: along,
            isDouble: output.dtype == .float64)
        return [
            KernelCall(
                { raw, begin, end in
                    let a = raw!.assumingMemoryBound(to: GatherArguments.self)
                    if a.pointee.isDouble {
                        addAt(a.pointee, Double.self, Int(begin)..<Int(end))
                    } else {
                        addAt(a.pointee, Float.self, Int(begin)..<Int(end))
                    }
                }, arguments, units: x[0], cost: 20 + Double(inputs[0].count + output.count) * 1.0,
                fields: [
                    .init(\GatherArguments.x, 0, .whole),
                    .init(\GatherArguments.index, 1, .whole),
                    .init(\GatherArguments.out, 2, .aligned),
                ])
        ]
    }
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        [Tensor.apply(Take(along: along), g, inputs[1]), nil]
    }
}

private func addAt<T: FloatingPoint>(_ a: GatherArguments, _ type: T.Type, _ outer: Range<Int>) {
    let x = a.x!.assumingMemoryBound(to: T.self), out = a.out!.assumingMemoryBound(to: T.self)
    let index = a.index!.assumingMemoryBound(to: Int64.self)
    for o in outer {
        for i in 0..<(a.n * a.inner) { out[o * a.n * a.inner + i] = 0 }
        for j in 0..<a.m {
            for i in 0..<a.inner {
                let from = (o * a.m + j) * a.inner + i
                guard let to = a.position(index[a.along ? from : j]) else { return }
                out[(o * a.n + to) * a.inner + i] += x[from]
            }
        }
    }
}

// MARK: - Applying them

extension Tensor {
    /// [outer, n, inner] around an axis.
    func folded(around axis: Int) -> Tensor {
        reshaped([shape[..<axis].reduce(1, *), shape[axis], shape[(axis + 1)...].reduce(1, *)])
    }

    /// The elements of `axis` at `indices`: `numpy.take`. In the place of the axis the result has the indices' shape.
    ///
    /// Negative indices count from the end; one beyond the axis ends the program, where a model's `fit` and `predict`
    /// throw. Gradients of elements that are taken several times add up.
    public func taking(_ indices: Tensor, axis: Int = 0) -> Tensor {
        let axis = normalized([axis], in: "taking")[0]
        guard indices.dtype.isInteger else { fail("taking: indices must be integers, these are \(indices.dtype)") }
        let flat = indices.cast(to: .int64).reshaped([indices.count])
        return Tensor.apply(Take(along: false), folded(around: axis), flat)
            .reshaped(shape[..<axis] + indices.shape + shape[(axis + 1)...])
    }

    /// The rows of this table that stand for `categories`, integers from 0 to below its length.
    ///
    /// - Parameter owner: who says so where a category is another, when the table is read: `layer embedding`.
    package func lookingUp(_ categories: Tensor, for owner: String) -> Tensor {
        let flat = categories.cast(to: .int64).reshaped([categories.count])
        return Tensor.apply(Take(along: false, owner: LastingText(owner)), folded(around: 0), flat)
            .reshaped(categories.shape + shape.dropFirst())
    }

    /// For each position, the element of `axis` that `indices` names there: `numpy.take_along_axis`. Indices are
    /// integers in the shape of the tensor but for `axis`, and so is the result.
    public func takingAlong(_ indices: Tensor, axis: Int) -> Tensor {
        let axis = normalized([axis], in: "takingAlong")[0]
        var expected = shape
        if indices.rank == rank { expected[axis] = indices.shape[axis] }
        guard indices.shape == expected, indices.dtype.isInteger else {
            fail(
                "takingAlong: indices of \(indices.spec) do not fit \(spec); they must be integers of the same shape but for axis \(axis)"
            )
        }
        return Tensor.apply(Take(along: true), folded(around: axis), indices.cast(to: .int64).folded(around: axis))
            .reshaped(indices.shape)
    }
}
