import TernCore

extension Optimizer {
    /// The optimiser on the mean gradient of so many batches, with which it moves the weights once.
    ///
    /// ```swift
    /// // As Keras's Adam with global_clipnorm=1, gradient_accumulation_steps=4 and use_ema=True.
    /// let rule = Adam().clipping(.globalNorm(1)).accumulatingGradients(of: 4).averagingWeights()
    /// rule.updateCount(inSteps: 10)           // 2 moves of the weights
    /// ```
    ///
    /// As in Keras, schedules of the learning rate count batches, while what the optimiser itself counts (Adam's
    /// corrections, warm-up of ``ScheduleFreeAdamW``) are moves of the weights. Clipping and decay said before see the
    /// mean gradient and its moves; clipping said after clips each batch's gradient. Batches that are left at the end
    /// of an epoch go on counting in the next.
    ///
    /// - Parameter steps: 1 or more.
    public func accumulatingGradients(of steps: Int) -> some Optimizer {
        guard steps > 0 else { fail("accumulatingGradients: the mean of \(steps) gradients; say 1 or more") }
        // Weights move with the last of so many batches, by the rates of that one.
        return GradientAccumulation(base: changingSeveral { $0.batchesPerMove *= steps }, steps: steps)
    }
}

package struct GradientAccumulation: OptimizerModifier {
    package var base: any Optimizer
    package let steps: Int

    package func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        base.initialSlots(for: layout, at: parameters) + [layout.filled()]
    }

    package func updateCount(inSteps steps: Int) -> Int { base.updateCount(inSteps: steps / self.steps) }

    package func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        base.scalars(atStep: (step - 1) / steps + 1, learningRate: learningRate, emit)
        emit(step % steps == 0 ? 1 : 0)
    }

    package func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        var s = s
        let moves = s.scalars.removeLast() .> 0.5, sum = s.slots.removeLast() + s.gradient
        s.gradient = sum / Double(steps)
        let moved = base.update(s)
        func chosen(_ new: Tensor, _ old: Tensor) -> Tensor { select(moves, new, old) }
        return (
            chosen(moved.parameters, s.parameters),
            zip(moved.slots, s.slots).map(chosen) + [
                chosen(Tensor(repeating: 0, shape: sum.shape, dtype: sum.dtype), sum)
            ]
        )
    }

    package func averagedParameters(slots: [Tensor]) -> Tensor? { base.averagedParameters(slots: slots.dropLast()) }
}
