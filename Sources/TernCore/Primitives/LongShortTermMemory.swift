import CTernKernels

/// The outputs of long short-term memory along series that begin with states of 0.
///
/// The same as, step by step, with the gates i, f, o and the candidate g in the columns of input + h U:
/// c ← sigmoid(f) c + sigmoid(i) tanh(g), h ← sigmoid(o) tanh(c).
///
/// - Parameters:
///   - input: what the inputs give to the gates, [batch, steps, 4 units], of a floating type.
///   - kernel: U, [units, 4 units], of the same type.
/// - Returns: h of the last step, [batch, units], or of all, [batch, steps, units].
/// - Complexity: O(batch · steps · units²); where gradients are taken, memory of seven numbers for each unit and step.
package func longShortTermMemory(_ input: Tensor, _ kernel: Tensor, returnsSequences: Bool) -> Tensor {
    if input.node == nil, kernel.node == nil {
        return Tensor.apply(LSTMSeries(hasAllSteps: returnsSequences), input, kernel)
    }
    let states = Tensor.apply(LSTMStates(), input, kernel)
    return Tensor.apply(LSTMOutput(hasAllSteps: returnsSequences), states, input, kernel)
}

/// The outputs alone: what plans make of ``LSTMOutput`` where nobody else reads the states.
struct LSTMSeries: PlannedPrimitive {
    let hasAllSteps: Bool
    var name: String { "LSTM" }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        LSTMOutput(hasAllSteps: hasAllSteps).result(of: [LSTMStates().result(of: inputs)] + inputs)
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let isDouble = output.dtype == .float64
        return [
            seriesCall(
                isDouble ? kernels.lstm_f64 : kernels.lstm_f32, inputs[0],
                [(\.input, 0), (\.kernel, 1), (\.result, 2)], hasAllSteps: hasAllSteps)
        ]
    }
}

/// What each step leaves: [batch, steps, tern_lstm_parts units]. Gradients go through ``LSTMOutput``.
struct LSTMStates: Primitive {
    var name: String { "states of an LSTM" }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        let x = inputs[0].shape, units = inputs[1].shape[0]
        guard x.count == 3, x[1] > 0, inputs[1].shape == [units, x[2]], x[2] == Int(tern_lstm_gates) * units,
            inputs[0].dtype == inputs[1].dtype, inputs[0].dtype.isFloatingPoint
        else { fail("\(name): \(x) and a kernel of \(inputs[1].shape) do not fit") }
        return TensorSpec(shape: [x[0], x[1], Int(tern_lstm_parts) * units], dtype: inputs[0].dtype)
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let isDouble = output.dtype == .float64
        return [
            seriesCall(
                isDouble ? kernels.lstm_f64 : kernels.lstm_f32, inputs[0],
                [(\.input, 0), (\.kernel, 1), (\.result, 2)], keepsStates: true)
        ]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] { [nil, nil] }
}

/// The outputs among the states that are input 0; input and kernel, of which they were made, are inputs 1 and 2.
struct LSTMOutput: Primitive {
    let hasAllSteps: Bool
    var name: String { "output of an LSTM" }

    func result(of inputs: [TensorSpec]) -> TensorSpec {
        let x = inputs[0].shape, units = inputs[2].shape[0]
        return TensorSpec(shape: [x[0]] + (hasAllSteps ? [x[1]] : []) + [units], dtype: inputs[0].dtype)
    }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let x = inputs[0].shape, units = output.shape.last!, steps = hasAllSteps ? x[1] : 1
        return [
            .stridedCopy(
                shape: [x[0], steps, units], from: [x[1] * x[2], x[2], 1], to: [steps * units, units, 1],
                size: output.dtype.size, fromOffset: (x[1] - steps) * x[2] + Int(tern_lstm_h) * units, output: 3)
        ]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        let (states, input, kernel) = (inputs[0], inputs[1], inputs[2]), x = input.shape, units = kernel.shape[0]
        let back = Tensor.apply(
            LSTMGradient(hasAllSteps: hasAllSteps), states, kernel.swappingLastTwo(), g, input, kernel)
        let outputs = hasAllSteps ? output : Tensor.apply(LSTMOutput(hasAllSteps: true), states, input, kernel)
        let before = Tensor.concatenated(
            [Tensor.zeros([x[0], 1, units], dtype: g.dtype), outputs[.all, 0..<x[1] - 1]], axis: 1)
        let slope = Tensor.product(
            before.reshaped([x[0] * x[1], units]), back.reshaped([x[0] * x[1], x[2]]), transposesA: true,
            transposesB: false)
        return [nil, back, slope]
    }
}

/// The cotangent of the input, of the states, the kernel's transpose and the outputs' cotangent; input and kernel, of
/// which the states were made, follow.
struct LSTMGradient: Primitive {
    let hasAllSteps: Bool
    var name: String { "gradient of an LSTM" }

    func result(of inputs: [TensorSpec]) -> TensorSpec { inputs[3] }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let isDouble = output.dtype == .float64
        return [
            seriesCall(
                isDouble ? kernels.lstm_back_f64 : kernels.lstm_back_f32, inputs[3],
                [(\.states, 0), (\.kernel, 1), (\.g, 2), (\.result, 5)], hasAllSteps: hasAllSteps)
        ]
    }

    /// That of the same gradient, taken step by step.
    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] {
        let slopes = gradient { (parts: [Tensor]) in
            let slope = gradient { (input: Tensor) in (stepByStep(input, parts[1]) * parts[2]).sum() }
            return (slope(parts[0]) * g).sum()
        }([inputs[3], inputs[4], inputs[2]])
        return [nil, nil, slopes[2], slopes[0], slopes[1]]
    }

    private func stepByStep(_ input: Tensor, _ kernel: Tensor) -> Tensor {
        var outputs: [Tensor] = [], memory: Tensor?
        for t in 0..<input.shape[1] {
            let sum = outputs.last.map { input[.all, t] + matmul($0, kernel) } ?? input[.all, t]
            let gates = sum.split(into: Int(tern_lstm_gates), axis: 1)
            let (i, f, g, o) = (gates[0], gates[1], gates[2], gates[3])
            let new = sigmoid(i) * tanh(g)
            memory = memory.map { sigmoid(f) * $0 + new } ?? new
            outputs.append(sigmoid(o) * tanh(memory!))
        }
        return hasAllSteps ? .stacked(outputs, axis: 1) : outputs.last!
    }
}

private func seriesCall(
    _ kernel: @escaping KernelCall.Kernel, _ input: TensorSpec,
    _ operands: [(path: PartialKeyPath<tern_lstm>, operand: Int)], hasAllSteps: Bool = false, keepsStates: Bool = false
) -> KernelCall {
    let units = input.shape[2] / Int(tern_lstm_gates)
    var arguments = tern_lstm()
    arguments.steps = Int64(input.shape[1])
    arguments.units = Int64(units)
    arguments.has_all_steps = hasAllSteps ? 1 : 0
    arguments.keeps_states = keepsStates ? 1 : 0
    let isDouble = input.dtype == .float64
    return KernelCall(
        kernel, arguments, units: input.shape[0], grain: 4,
        cost: Double(input.count) * (2 * Double(units) / (isDouble ? 50 : 100) + (isDouble ? 2 : 1)),
        fields: operands.map {
            .init($0.path, $0.operand, $0.path == \tern_lstm.kernel ? .whole : .aligned)
        })
}
