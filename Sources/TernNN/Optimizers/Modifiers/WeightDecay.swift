import TernCore

extension Optimizer {
    /// The optimiser on weights that shrink by `share` times the learning rate in each step, apart from the gradient:
    /// Keras's `weight_decay`.
    ///
    /// ```swift
    /// let rule = SGD(learningRate: 0.5).decayingWeights(by: 0.2)
    /// let descent = minimise(from: 10, optimizer: rule, steps: 1) { x in x }
    /// descent.last.position                   // [8.5]: 1 of decay, 0.5 of gradient
    /// ```
    ///
    /// - Parameters:
    ///   - share: 0 or more.
    ///   - excluded: parameters whose names contain one of these keep their size, such as `bias`; without names all
    ///     shrink.
    public func decayingWeights(by share: Double, except excluded: [String] = []) -> some Optimizer {
        ArgumentRange.notNegative.check("decayingWeights", ["share": share])
        return WeightDecay(base: self, share: share, excluded: excluded)
    }
}

package struct WeightDecay: OptimizerModifier {
    package var base: any Optimizer
    package let share: Double
    package let excluded: [String]

    package func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        base.scalars(atStep: step, learningRate: learningRate, emit)
        emit(share * learningRate)
    }

    package func update(_ s: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        var s = s
        let part = s.scalars.removeLast()
        // Without names nothing is excluded.
        if excluded.isEmpty || s.layout.names.isEmpty {
            s.parameters = s.parameters - s.parameters * part
        } else {
            s.parameters = s.layout.joined(
                zip(s.layout.names, s.layout.parts(of: s.parameters)).map { name, own in
                    excluded.contains { name.contains($0) } ? own : own - own * part
                })
        }
        return base.update(s)
    }
}
