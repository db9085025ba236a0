import TernCore

/// An optimiser that changes what another one sees or does; all else is the other's.
protocol OptimizerModifier: Optimizer {
    var base: any Optimizer { get }
}

extension OptimizerModifier {
    var learningRate: LearningRate { base.learningRate }
    func initialSlots(for layout: ParameterLayout, at parameters: Tensor) -> [Tensor] {
        base.initialSlots(for: layout, at: parameters)
    }
    func scalars(atStep step: Int, learningRate: Double, _ emit: (Double) -> Void) {
        base.scalars(atStep: step, learningRate: learningRate, emit)
    }
    func updateCount(inSteps steps: Int) -> Int { base.updateCount(inSteps: steps) }
    func averagedParameters(slots: [Tensor]) -> Tensor? { base.averagedParameters(slots: slots) }
}
