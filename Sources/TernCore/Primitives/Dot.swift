import CTernKernels

/// The inner product of two vectors of one length.
struct Dot: Primitive {
    var name: String { "dot" }

    func result(of inputs: [TensorSpec]) -> TensorSpec { TensorSpec(shape: [], dtype: inputs[0].dtype) }

    /// A matrix product of one row and one column.
    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let n = inputs[0].count
        return MatrixProduct(transposesA: false, transposesB: false).calls(
            [TensorSpec(shape: [1, n], dtype: output.dtype), TensorSpec(shape: [n, 1], dtype: output.dtype)],
            TensorSpec(shape: [1, 1], dtype: output.dtype))
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        if let node = inputs[0].node, node === inputs[1].node {
            return [(g * 2 * inputs[0]).reshaped(inputs[0].shape), nil]
        }
        return [(g * inputs[1]).reshaped(inputs[0].shape), (g * inputs[0]).reshaped(inputs[1].shape)]
    }
}

/// The sum of the products of corresponding elements, all dimensions taken as one; integers wrap round in their own
/// type: `numpy.vdot`.
///
/// - Complexity: O(count).
public func dot(_ a: Tensor, _ b: Tensor) -> Tensor {
    let dtype = DType.promoted(a.dtype, b.dtype)
    guard a.count == b.count else { fail("dot: vectors of \(a.count) and \(b.count) elements do not fit") }
    guard dtype.isFloatingPoint else { return (a.flattened() * b.flattened()).sum().cast(to: dtype) }
    return Tensor.apply(Dot(), a.cast(to: dtype), b.cast(to: dtype))
}
