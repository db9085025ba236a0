import TernCore

extension Optimizer {
    /// The optimiser with a moving average of the weights, which takes their place when training ends.
    ///
    /// Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", SIAM J. Control Optim. 30, 1992.
    public func averagingWeights(momentum: Double = 0.99) -> some Optimizer { MovingAverage(base: self, momentum: momentum) }
}

struct MovingAverage: OptimizerModifier {
    let base: any Optimizer
    let momentum: Double

    func initialSlots(for layout: ParameterLayout) -> [Tensor] { base.initialSlots(for: layout) + [layout.filled()] }

    /// The first average is the weights themselves.
    func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        base.scalars(atStep: step, learningRate: learningRate, emit)
        emit(step == 1 ? 0 : momentum)
    }

    func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        var s = s
        let share = s.scalars.removeLast(), average = s.slots.removeLast()
        let moved = base.update(s)
        return (moved.parameters, moved.slots + [share * average + (1 - share) * moved.parameters])
    }

    func finalParameters(_ parameters: Tensor, slots: [Tensor], layout: ParameterLayout) -> Tensor { slots.last! }
}
