import Tern

// article
/// Multiplies each channel by a number that is learned.
final class Scale: UnaryLayer {
    var info = LayerInfo()
    @Weight var factor: Tensor

    func build(_ inputShape: [Int]) { $factor.make("factor", [inputShape.last!], .ones, in: self) }
    func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor }
}
// end

// article
/// Ends training once the loss is small.
final class GoodEnough: Callback {
    let loss: Double
    init(loss: Double) { self.loss = loss }

    func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) throws {
        if logs["loss"]! < loss { run.stops = true }
    }
}
// end

// article
/// Steps of one size along the sign of the gradient.
struct SignDescent: Optimizer {
    var learningRate: LearningRate = 1e-3

    func update(_ step: OptimizerStep) -> (parameters: Tensor, slots: [Tensor]) {
        (step.parameters - step.scalars[0] * sign(step.gradient), [])
    }
}
// end

func yourOwnParts() throws {
    // article
    let y = Scale()(Tensor.ones([8, 3]))
    print(y.shape)
    // end

    // article
    LayerRegistry.register(Scale.self)
    let model = Sequential(input: [3]) {
        Scale()
        Dense(8, activation: .tanh)
        Dense(1)
    }
    try model.write(to: "scaled.safetensors")
    print(try Model(contentsOf: "scaled.safetensors").layers.map { $0.info.name! })
    // end

    // article
    let quartic = Loss("quartic") { target, prediction in power(prediction - target, 4).mean(axis: -1) }
    let bias = Metric("bias") { target, prediction in (prediction - target).mean(axis: -1) }
    // end

    // article
    let x = Tensor.random([256, 3], in: -1..<1, seed: 1, dtype: .float32), target = x.sum(axis: 1)
    model.compile(optimizer: SignDescent(learningRate: 1e-3), loss: quartic, metrics: [bias])
    let history = try model.fit(x, target, epochs: 200, callbacks: [GoodEnough(loss: 0.05)])
    print(history.values.keys.sorted(), history.epochs.count < 200)
    // end
}
