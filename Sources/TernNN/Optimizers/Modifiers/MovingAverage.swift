import TernCore

extension Optimizer {
    /// The optimiser with a moving average of the weights, which takes their place when training ends: Keras's
    /// `use_ema`.
    ///
    /// ```swift
    /// let model = Sequential(input: [1]) { Dense(1) }
    /// model.compile(optimizer: Adam().averagingWeights(momentum: 0.999), loss: .meanSquaredError)
    /// try model.fit(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]), epochs: 2)        // the model has the average then
    /// ```
    ///
    /// After each batch: average ← momentum · average + (1 − momentum) · weights. Said after
    /// ``accumulatingGradients(of:)`` the average begins anew with every batch until the weights have moved once, and
    /// then takes in every batch, as in Keras. It is of the weights as the rule leaves them, before their constraints.
    /// ``SwapEMAWeights`` validates with the average.
    ///
    /// - Parameters:
    ///   - momentum: from 0 to 1.
    ///   - overwriteFrequency: after so many moves of the weights the average takes their place, and training goes on
    ///     from there; nil: at the end alone.
    ///
    /// Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", SIAM J. Control Optim. 30,
    /// 1992, doi:10.1137/0330046.
    public func averagingWeights(momentum: Double = 0.99, overwriteFrequency: Int? = nil) -> some Optimizer {
        ArgumentRange.share.check("averagingWeights", ["momentum": momentum])
        guard overwriteFrequency ?? 1 > 0 else {
            fail("averagingWeights: weights overwritten after \(overwriteFrequency!) moves; say 1 or more")
        }
        return MovingAverage(base: self, momentum: momentum, overwriteFrequency: overwriteFrequency)
    }
}

package struct MovingAverage: OptimizerModifier {
    package var base: any Optimizer
    package let momentum: Double
    package let overwriteFrequency: Int?

    package func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        base.initialSlots(for: layout, at: parameters) + [layout.filled()]
    }

    /// Until the weights have moved, the average is the weights themselves.
    package func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        base.scalars(atStep: step, learningRate: learningRate, emit)
        let moves = base.updateCount(inSteps: step - 1)
        emit(moves == 0 ? 0 : momentum)
        if let overwriteFrequency { emit((moves + 1) % overwriteFrequency == 0 ? 1 : 0) }
    }

    package func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        var s = s
        let overwrites = overwriteFrequency.map { _ in s.scalars.removeLast() .> 0.5 }
        let share = s.scalars.removeLast(), old = s.slots.removeLast()
        let moved = base.update(s)
        let average = share * old + (1 - share) * moved.parameters
        return (overwrites.map { select($0, average, moved.parameters) } ?? moved.parameters, moved.slots + [average])
    }

    package func averagedParameters(slots: [Tensor]) -> Tensor? { slots.last! }
}
