// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNOptimizers = [
    Example("TernNN/Optimizers/LearningRate: LearningRate", LearningRate_LearningRate),
    Example("TernNN/Optimizers/Modifiers/GradientAccumulation: accumulatingGradients", GradientAccumulation_accumulatingGradients),
    Example("TernNN/Optimizers/Modifiers/GradientClipping: clipping", GradientClipping_clipping),
    Example("TernNN/Optimizers/Modifiers/MovingAverage: averagingWeights", MovingAverage_averagingWeights),
    Example("TernNN/Optimizers/MultiOptimizer: MultiOptimizer", MultiOptimizer_MultiOptimizer),
    Example("TernNN/Optimizers/Optimizer: Optimizer", Optimizer_Optimizer),
    Example("TernNN/Optimizers/OptimizerState: updated", OptimizerState_updated),
    Example("TernNN/Optimizers/ScheduleFreeAdamW: ScheduleFreeAdamW", ScheduleFreeAdamW_ScheduleFreeAdamW),
]

private func LearningRate_LearningRate() async throws {
    use(Adam(learningRate: 1e-3))
    use(SGD(learningRate: .exponentialDecay(from: 0.1, steps: 1000, rate: 0.96)))
}

private func GradientAccumulation_accumulatingGradients() async throws {
    use(Adam().clipping(.globalNorm(1)).accumulatingGradients(of: 4).averagingWeights())
}

private func GradientClipping_clipping() async throws {
    use(SGD(learningRate: 0.1).clipping(.globalNorm(1)))
}

private func MovingAverage_averagingWeights() async throws {
    use(Adam().averagingWeights(momentum: 0.999))
}

private func MultiOptimizer_MultiOptimizer() async throws {
    let rule = MultiOptimizer(Adam(), ["embedding/.*": Adagrad(learningRate: 0.1), ".*/bias": SGD(learningRate: 0.01)])
    _ = rule
}

private func Optimizer_Optimizer() async throws {
    struct SignDescent: Optimizer {
        var learningRate: LearningRate = 1e-3
        func update(_ step: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
            (step.parameters - step.scalars[0] * sign(step.gradient), [])
        }
    }
}

private func OptimizerState_updated() async throws {
    var w = [Tensor([5.0, -3.0])], state = Adam().initialState(for: w)
    _ = w
    _ = state
    for _ in 0..<100 { w = Adam().updated(w, gradients: [2 * w[0]], state: &state) }
}

private func ScheduleFreeAdamW_ScheduleFreeAdamW() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    use(model.compile(optimizer: ScheduleFreeAdamW(warmUpSteps: 100).decayingWeights(by: 0.004), loss: .meanSquaredError))
}
