// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNCallbacks = [
    Example("TernNN/Callbacks/Callback: Callback", Callback_Callback),
    Example("TernNN/Callbacks/Callback: CallbackState", Callback_CallbackState),
    Example("TernNN/Callbacks/Callback: MonitorMode", Callback_MonitorMode),
    Example("TernNN/Callbacks/LambdaCallback: LambdaCallback", LambdaCallback_LambdaCallback),
    Example("TernNN/Callbacks/LearningRates: LearningRateScheduler", LearningRates_LearningRateScheduler),
    Example("TernNN/Callbacks/LearningRates: ReduceLROnPlateau", LearningRates_ReduceLROnPlateau),
    Example("TernNN/Callbacks/Stopping: EarlyStopping", Stopping_EarlyStopping),
    Example("TernNN/Callbacks/Stopping: TerminateOnNaN", Stopping_TerminateOnNaN),
    Example("TernNN/Callbacks/SwapEMAWeights: SwapEMAWeights", SwapEMAWeights_SwapEMAWeights),
]

private func Callback_Callback() async throws {
    final class EpochCounter: Callback {
        var count = 0
        func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) { count += 1 }
    }
    let x = Tensor.random([8, 2], seed: 0), y = x.sum(axis: 1, keepingDimensions: true)
    _ = x
    _ = y
    let model = Sequential(input: [2]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    let counter = EpochCounter()
    _ = counter
    use(try model.fit(x, y, epochs: 3, callbacks: [counter]))
    check("3", counter.count)
}

private func Callback_CallbackState() async throws {
    let state = CallbackState(numbers: ["best": 0.25, "wait": 3])
    _ = state
    check("3.0", state.numbers["wait"])
}

private func Callback_MonitorMode() async throws {
    check("\"max\", Keras's name", EarlyStopping(monitor: "val_r2_score", mode: .max).mode.rawValue)
}

private func LambdaCallback_LambdaCallback() async throws {
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    let printing = LambdaCallback { epoch, logs, _ in print(epoch, logs["loss"]!) }
    _ = printing
    use(try model.fit(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]), epochs: 2, callbacks: [printing]))
}

private func LearningRates_LearningRateScheduler() async throws {
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError))
    let schedule = LearningRateScheduler { epoch, rate in epoch < 1 ? rate : rate / 2 }
    _ = schedule
    use(try model.fit(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]), epochs: 3, callbacks: [schedule]))
}

private func LearningRates_ReduceLROnPlateau() async throws {
    let plateau = ReduceLROnPlateau(monitor: "loss", factor: 0.5, patience: 2)
    _ = plateau
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(optimizer: SGD(learningRate: 0.01), loss: .meanSquaredError))
    check("[0, 1, 2]", try model.fit(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]), epochs: 3, callbacks: [plateau]).epochs)
}

private func Stopping_EarlyStopping() async throws {
    let stopping = EarlyStopping(monitor: "loss", patience: 1, restoresBestWeights: true)
    _ = stopping
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(optimizer: SGD(learningRate: 0), loss: .meanSquaredError))
    let history = try model.fit(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]), epochs: 9, callbacks: [stopping])
    _ = history
    check("[0, 1]", history.epochs)
    check("1", stopping.stoppedEpoch)
}

private func Stopping_TerminateOnNaN() async throws {
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    let x = Tensor([[Double.nan]])
    _ = x
    check("[0]", try model.fit(x, x, epochs: 5, callbacks: [TerminateOnNaN()]).epochs)
}

private func SwapEMAWeights_SwapEMAWeights() async throws {
    let x = Tensor.random([10, 2], seed: 0), y = x.sum(axis: 1, keepingDimensions: true)
    _ = x
    _ = y
    let model = Sequential(input: [2]) { Dense(1) }
    _ = model
    use(model.compile(optimizer: Adam().averagingWeights(), loss: .meanSquaredError))
    let history = try model.fit(x, y, epochs: 2, validationSplit: 0.2, callbacks: [SwapEMAWeights()])
    _ = history
    check("2, with the average", history["val_loss"].count)
}
