// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNOptimizers = [
    Example("TernNN/Optimizers/Adadelta: Adadelta", Adadelta_Adadelta),
    Example("TernNN/Optimizers/Adafactor: Adafactor", Adafactor_Adafactor),
    Example("TernNN/Optimizers/Adagrad: Adagrad", Adagrad_Adagrad),
    Example("TernNN/Optimizers/Adam: Adam", Adam_Adam),
    Example("TernNN/Optimizers/Adam: Adamax", Adam_Adamax),
    Example("TernNN/Optimizers/Adam: Nadam", Adam_Nadam),
    Example("TernNN/Optimizers/Ftrl: Ftrl", Ftrl_Ftrl),
    Example("TernNN/Optimizers/LAMB: LAMB", LAMB_LAMB),
    Example("TernNN/Optimizers/LearningRate: LearningRate", LearningRate_LearningRate),
    Example("TernNN/Optimizers/Lion: Lion", Lion_Lion),
    Example("TernNN/Optimizers/Modifiers/GradientAccumulation: accumulatingGradients", GradientAccumulation_accumulatingGradients),
    Example("TernNN/Optimizers/Modifiers/GradientClipping: GradientBound", GradientClipping_GradientBound),
    Example("TernNN/Optimizers/Modifiers/GradientClipping: clipping", GradientClipping_clipping),
    Example("TernNN/Optimizers/Modifiers/MovingAverage: averagingWeights", MovingAverage_averagingWeights),
    Example("TernNN/Optimizers/Modifiers/WeightDecay: decayingWeights", WeightDecay_decayingWeights),
    Example("TernNN/Optimizers/MultiOptimizer: MultiOptimizer", MultiOptimizer_MultiOptimizer),
    Example("TernNN/Optimizers/Muon: Muon", Muon_Muon),
    Example("TernNN/Optimizers/NamedOptimizer: NamedOptimizer", NamedOptimizer_NamedOptimizer),
    Example("TernNN/Optimizers/Optimizer: Optimizer", Optimizer_Optimizer),
    Example("TernNN/Optimizers/Optimizer: OptimizerStep", Optimizer_OptimizerStep),
    Example("TernNN/Optimizers/Optimizer: ParameterLayout", Optimizer_ParameterLayout),
    Example("TernNN/Optimizers/OptimizerState: OptimizerState", OptimizerState_OptimizerState),
    Example("TernNN/Optimizers/OptimizerState: updated", OptimizerState_updated),
    Example("TernNN/Optimizers/RMSprop: RMSprop", RMSprop_RMSprop),
    Example("TernNN/Optimizers/SGD: SGD", SGD_SGD),
    Example("TernNN/Optimizers/ScheduleFreeAdamW: ScheduleFreeAdamW", ScheduleFreeAdamW_ScheduleFreeAdamW),
]

private func Adadelta_Adadelta() async throws {
    let descent = minimise(from: 10, optimizer: Adadelta(learningRate: 1), steps: 20) { x in x * x }
    _ = descent
    check("true: slowly at first, since no steps have been seen", descent.last.value < 100)
}

private func Adafactor_Adafactor() async throws {
    let state = Adafactor().initialState(for: [Tensor.zeros([100, 50])])
    _ = state
    check("[[100], [50]]: 150 numbers beside 5000 weights", state.slots.map(\.shape))
}

private func Adagrad_Adagrad() async throws {
    let descent = minimise(from: 10, optimizer: Adagrad(learningRate: 1), steps: 2) { x in x * x }
    _ = descent
    check("[10, 9.0001..., 8.3312...]: each step is shorter", descent.coordinate(0))
}

private func Adam_Adam() async throws {
    let first = minimise(from: 10, optimizer: Adam(learningRate: 0.1), steps: 1) { x in x * x }
    _ = first
    check("[10.0, 9.9]: the first step is as long as the rate, up to epsilon", first.coordinate(0))
}

private func Adam_Adamax() async throws {
    let descent = minimise(from: 10, optimizer: Adamax(learningRate: 0.5), steps: 1) { x in x * x }
    _ = descent
    check("[9.5], up to epsilon", descent.last.position)
}

private func Adam_Nadam() async throws {
    let descent = minimise(from: 10, optimizer: Nadam(learningRate: 0.1), steps: 5) { x in x * x }
    _ = descent
    check("true", descent.last.value < 100)
}

private func Ftrl_Ftrl() async throws {
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    _ = x
    let target = Tensor([0.1, 5])
    _ = target
    let descent = minimise(from: [0, 0], optimizer: Ftrl(learningRate: 0.5, l1: 1), steps: 3) { x in
        square(x - target).sum()
    }
    _ = descent
    check("0.0: its gradients do not outweigh the penalty", descent.last.position[0])
    check("true", descent.last.position[1] > 0.5)
}

private func LAMB_LAMB() async throws {
    let descent = minimise(from: [3, 4], optimizer: LAMB(learningRate: 0.1), steps: 1) { x in square(x).sum() }
    _ = descent
    let move = zip(descent.points[1].position, [3.0, 4.0]).map { $0 - $1 }
    _ = move
    check("0.25: a tenth of the length 5, squared, up to rounding", move[0] * move[0] + move[1] * move[1])
}

private func LearningRate_LearningRate() async throws {
    let decay = LearningRate.exponentialDecay(from: 0.1, steps: 1000, rate: 0.5)
    _ = decay
    check("0.1", decay(0))
    check("0.025", decay(2000))
    let fixed = SGD(learningRate: 0.01), falling = SGD(learningRate: decay)
    _ = fixed
    _ = falling
}

private func Lion_Lion() async throws {
    let descent = minimise(from: 3, optimizer: Lion(learningRate: 1), steps: 2) { x in x * x }
    _ = descent
    check("[3.0, 2.0, 1.0]", descent.coordinate(0))
}

private func GradientAccumulation_accumulatingGradients() async throws {
    let rule = Adam().clipping(.globalNorm(1)).accumulatingGradients(of: 4).averagingWeights()
    _ = rule
    check("2 moves of the weights", rule.updateCount(inSteps: 10))
}

private func GradientClipping_GradientBound() async throws {
    let rule = SGD(learningRate: 1).clipping(.value(2))
    _ = rule
    check("[10.0, 8.0, 6.0]", minimise(from: 10, optimizer: rule, steps: 2) { x in x * x }.coordinate(0))
}

private func GradientClipping_clipping() async throws {
    let rule = SGD(learningRate: 1).clipping(.globalNorm(5))
    _ = rule
    let descent = minimise(from: [3, 4], optimizer: rule, steps: 1) { x in square(x).sum() }
    _ = descent
    check("[0.0, 0.0]: the gradient [6, 8] became [3, 4]", descent.last.position)
}

private func MovingAverage_averagingWeights() async throws {
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(optimizer: Adam().averagingWeights(momentum: 0.999), loss: .meanSquaredError))
    use(try model.fit(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]), epochs: 2))
}

private func WeightDecay_decayingWeights() async throws {
    let rule = SGD(learningRate: 0.5).decayingWeights(by: 0.2)
    _ = rule
    let descent = minimise(from: 10, optimizer: rule, steps: 1) { x in x }
    _ = descent
    check("[8.5]: 1 of decay, 0.5 of gradient", descent.last.position)
}

private func MultiOptimizer_MultiOptimizer() async throws {
    let rule = MultiOptimizer(SGD(learningRate: 0.1), [".*/bias": SGD(learningRate: 0)])
    _ = rule
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(optimizer: rule, loss: .meanSquaredError))
    use(try model.fit(Tensor([[1.0]]), Tensor([[5.0]])))
    check("[0]: the bias stayed", model.variables[1].variable.value)
}

private func Muon_Muon() async throws {
    let model = Sequential(input: [4]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    _ = model
    use(model.compile(optimizer: Muon(learningRate: 0.01), loss: .meanSquaredError))
    let x = Tensor.random([16, 4], seed: 0), y = x.sum(axis: 1, keepingDimensions: true)
    _ = x
    _ = y
    let loss = try model.fit(x, y, epochs: 20)["loss"]
    _ = loss
    check("true", loss[19] < loss[0])
}

private func NamedOptimizer_NamedOptimizer() async throws {
    let rule = NamedOptimizer(rawValue: "adam")!(0.01)
    _ = rule
    check("0.01", rule.learningRate(0))
    check("0.01, its own", NamedOptimizer.sgd().learningRate(0))
}

private func Optimizer_Optimizer() async throws {
    struct SignDescent: Optimizer {
        var learningRate: LearningRate = 1
        func update(_ step: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
            (step.parameters - step.scalars[0] * sign(step.gradient), [])
        }
    }
    check("[3.0, 2.0, 1.0, 0.0]", minimise(from: 3, optimizer: SignDescent(), steps: 3) { x in x * x }.coordinate(0))
}

private func Optimizer_OptimizerStep() async throws {
    let layout = ParameterLayout(shapes: [[2]], dtype: .float64)
    _ = layout
    let step = OptimizerStep(
        parameters: Tensor([1.0, 2]), gradient: Tensor([1.0, 1]), slots: [], scalars: [Tensor(0.5)], layout: layout)
    _ = step
    check("[0.5, 1.5]", SGD().update(step).parameters)
}

private func Optimizer_ParameterLayout() async throws {
    let layout = ParameterLayout(shapes: [[2, 3], [3]], names: ["dense/kernel", "dense/bias"], dtype: .float32)
    _ = layout
    check("9", layout.count)
    check("[0..<6, 6..<9]", layout.ranges)
    check("[[2, 3], [3]]", layout.parts(of: layout.filled()).map(\.shape))
}

private func OptimizerState_OptimizerState() async throws {
    let state = Adam().initialState(for: [Tensor.zeros([3, 2])])
    _ = state
    check("[[6], [6]]: both means, of all parameters end to end", state.slots.map(\.shape))
    check("0", state.stepCount)
}

private func OptimizerState_updated() async throws {
    var w = [Tensor([5.0, -3.0])]
    _ = w
    let adam = Adam(learningRate: 0.1)
    _ = adam
    var state = adam.initialState(for: w)
    _ = state
    for _ in 0..<200 { w = adam.updated(w, gradients: [2 * w[0]], state: &state) }
    check("true", abs(w[0]).max().item < 0.1)
}

private func RMSprop_RMSprop() async throws {
    let descent = minimise(from: 10, optimizer: RMSprop(learningRate: 0.1), steps: 50) { x in x * x }
    _ = descent
    check("true", descent.last.value < 50)
}

private func SGD_SGD() async throws {
    let descent = minimise(from: 10, optimizer: SGD(learningRate: 0.25), steps: 2) { x in x * x }
    _ = descent
    check("[10.0, 5.0, 2.5]", descent.coordinate(0))
}

private func ScheduleFreeAdamW_ScheduleFreeAdamW() async throws {
    let rule = ScheduleFreeAdamW(learningRate: 0.5)
    _ = rule
    let descent = minimise(from: 10, optimizer: rule, steps: 100) { x in x * x }
    _ = descent
    check("true", descent.last.value < 1)
}
