import TernCore

/// The arrays that an optimiser keeps, and how many steps it has done.
///
/// ```swift
/// let state = Adam().initialState(for: [Tensor.zeros([3, 2])])
/// state.slots.map(\.shape)                // [[6], [6]]: both means, of all parameters end to end
/// state.stepCount                         // 0
/// ```
public struct OptimizerState: Sendable {
    /// The arrays, in the optimiser's own order.
    public var slots: [Tensor]
    /// The steps done, each of which is a batch.
    public var stepCount: Int

    /// A state that was kept elsewhere.
    public init(slots: [Tensor], stepCount: Int) {
        self.slots = slots
        self.stepCount = stepCount
    }
}

extension Optimizer {
    /// The state before the first step on these parameters, at least one, of one floating type.
    ///
    /// - Parameter names: the parameters' paths, for optimisers that tell them apart.
    public func initialState(for parameters: [Tensor], names: [String] = []) -> OptimizerState {
        let layout = ParameterLayout(shapes: parameters.map(\.shape), names: names, dtype: parameters[0].dtype)
        return OptimizerState(slots: initialSlots(for: layout, at: layout.joined(parameters)), stepCount: 0)
    }

    /// The parameters after one step along gradients that you computed.
    ///
    /// ```swift
    /// var w = [Tensor([5.0, -3.0])]
    /// let adam = Adam(learningRate: 0.1)
    /// var state = adam.initialState(for: w)
    /// for _ in 0..<200 { w = adam.updated(w, gradients: [2 * w[0]], state: &state) }
    /// abs(w[0]).max().item < 0.1              // true
    /// ```
    ///
    /// ``TrainingStep`` does the same by a plan, without allocating.
    ///
    /// - Parameters:
    ///   - gradients: one in the shape of each parameter.
    ///   - names: the parameters' paths, the same in each step.
    ///   - learningRate: nil: the optimiser's own.
    public func updated(
        _ parameters: [Tensor], gradients: [Tensor], names: [String] = [], state: inout OptimizerState,
        learningRate: Double? = nil
    ) -> [Tensor] {
        let layout = ParameterLayout(shapes: parameters.map(\.shape), names: names, dtype: parameters[0].dtype)
        let rate = learningRate ?? self.learningRate(state.stepCount)
        state.stepCount += 1
        var numbers: [Tensor] = []
        scalars(atStep: state.stepCount, learningRate: rate) {
            numbers.append(Tensor(repeating: $0, shape: [], dtype: layout.dtype))
        }
        let moved = update(
            OptimizerStep(
                parameters: layout.joined(parameters), gradient: layout.joined(gradients), slots: state.slots,
                scalars: numbers,
                layout: layout))
        state.slots = moved.slots
        return layout.parts(of: moved.parameters)
    }
}
