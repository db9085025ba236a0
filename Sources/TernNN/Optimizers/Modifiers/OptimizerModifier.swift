import TernCore

/// An optimiser that changes what another one sees or does; all else is the other's.
package protocol OptimizerModifier: Optimizer {
    /// The one that it changes.
    var base: any Optimizer { get }
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
