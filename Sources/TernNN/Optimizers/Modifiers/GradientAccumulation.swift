import TernCore

extension Optimizer {
    /// The optimiser on the mean gradient of so many batches: it moves the weights after each of them only.
    public func accumulatingGradients(of steps: Int) -> some Optimizer { GradientAccumulation(base: self, steps: steps) }
}

struct GradientAccumulation: OptimizerModifier {
    let base: any Optimizer
    let steps: Int

    func initialSlots(for layout: ParameterLayout) -> [Tensor] { base.initialSlots(for: layout) + [layout.filled()] }

    func updateCount(inSteps steps: Int) -> Int { base.updateCount(inSteps: steps / self.steps) }

    func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        base.scalars(atStep: (step - 1) / steps + 1, learningRate: learningRate, emit)
        emit(step % steps == 0 ? 1 : 0)
    }

    func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        var s = s
        let moves = s.scalars.removeLast() .> 0.5, sum = s.slots.removeLast() + s.gradient
        s.gradient = sum / Double(steps)
        let moved = base.update(s)
        func chosen(_ new: Tensor, _ old: Tensor) -> Tensor { select(moves, new, old) }
        return (
            chosen(moved.parameters, s.parameters),
            zip(moved.slots, s.slots).map(chosen) + [chosen(Tensor(repeating: 0, shape: sum.shape, dtype: sum.dtype), sum)]
        )
    }

    func finalParameters(_ parameters: Tensor, slots: [Tensor], layout: ParameterLayout) -> Tensor {
        base.finalParameters(parameters, slots: Array(slots.dropLast()), layout: layout)
    }
}
