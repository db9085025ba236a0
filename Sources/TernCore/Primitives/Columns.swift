import CTernKernels

// What batch normalisation and its gradient need of large arrays, each in one pass over memory.

/// The mean and the variance of each column of [rows, columns]: [2, columns].
struct ColumnMoments: Primitive {
    var name: String { "moments" }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        TensorSpec(shape: [2, inputs[0].shape[1]], dtype: inputs[0].dtype)
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let isDouble = output.dtype == .float64
        // A row of means and one of variances: the output is not cut as the columns are.
        return [
            columnsCall(
                isDouble ? kernels.column_moments_f64 : kernels.column_moments_f32, inputs[0],
                [(\.x, 0, .whole), (\.result, 1, .whole)])
        ]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        let n = Double(inputs[0].shape[0])
        return [(inputs[0] - output[0]) * (g[1] * (2 / n)) + g[0] / n]
    }
}

/// The sum over the rows of the product of two matrices, for each column: what the planner makes of those operations.
struct ColumnDots: PlannedPrimitive {
    var name: String { "sum of products" }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        TensorSpec(shape: [inputs[0].shape[1]], dtype: inputs[0].dtype)
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let isDouble = output.dtype == .float64
        return [
            columnsCall(
                isDouble ? kernels.column_dots_f64 : kernels.column_dots_f32, inputs[0],
                [(\.x, 0, .whole), (\.y, 1, .whole), (\.result, 2, .aligned)])
        ]
    }
}

private func columnsCall(
    _ kernel: @escaping KernelCall.Kernel, _ x: TensorSpec,
    _ operands: [(path: PartialKeyPath<tern_columns>, operand: Int, access: KernelCall.Access)]
) -> KernelCall {
    var arguments = tern_columns()
    arguments.rows = Int64(x.shape[0])
    arguments.columns = Int64(x.shape[1])
    return KernelCall(
        kernel, arguments, units: x.shape[1], grain: 16, cost: 20 + Double(x.count) * 0.1 * Double(x.dtype.size) / 4,
        fields: operands.map {
            .init($0.path, $0.operand, $0.access)
        })
}

extension Tensor {
    /// The mean and the variance (divided by the number of elements) over all axes but the last, in one pass, as batch
    /// normalisation needs them: [columns] each.
    ///
    /// A tensor without elements, or of integers, ends the program.
    public func momentsOfLastAxis() -> (mean: Tensor, variance: Tensor) {
        guard rank >= 1, dtype.isFloatingPoint, count > 0 else {
            fail("moments: \(spec) has no elements of a floating type")
        }
        let columns = shape[rank - 1]
        let both = Tensor.apply(ColumnMoments(), reshaped([count / columns, columns]))
        return (both[0], both[1])
    }
}
