import TernCore

/// An optimiser that changes what another one sees or does; all else is the other's.
package protocol OptimizerModifier: Optimizer {
    /// The one that it changes.
    var base: any Optimizer { get set }
}

extension OptimizerModifier {
    package var learningRate: LearningRate { base.learningRate }
    package func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        base.initialSlots(for: layout, at: parameters)
    }
    package func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        base.scalars(atStep: step, learningRate: learningRate, emit)
    }
    package func updateCount(inSteps steps: Int) -> Int { base.updateCount(inSteps: steps) }
    package func averagedParameters(slots: [Tensor]) -> Tensor? { base.averagedParameters(slots: slots) }
}

extension Optimizer {
    /// The ``MultiOptimizer`` in it; nil where there is none.
    var several: MultiOptimizer? { (self as? MultiOptimizer) ?? (self as? any OptimizerModifier)?.base.several }

    /// The same with a change of the ``MultiOptimizer`` in it, where there is one.
    func changingSeveral(_ change: (inout MultiOptimizer) -> Void) -> any Optimizer {
        if var several = self as? MultiOptimizer {
            change(&several)
            return several
        }
        guard var modifier = self as? any OptimizerModifier else { return self }
        modifier.base = modifier.base.changingSeveral(change)
        return modifier
    }
}
