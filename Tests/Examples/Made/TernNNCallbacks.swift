// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNCallbacks = [
    Example("TernNN/Callbacks/Callback: Callback", Callback_Callback),
    Example("TernNN/Callbacks/LearningRates: LearningRateScheduler", LearningRates_LearningRateScheduler),
    Example("TernNN/Callbacks/Stopping: EarlyStopping", Stopping_EarlyStopping),
    Example("TernNN/Callbacks/SwapEMAWeights: SwapEMAWeights", SwapEMAWeights_SwapEMAWeights),
]

private func Callback_Callback() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let y = x.sum(axis: 1, keepingDimensions: true)
    use(try model.fit(x, y, epochs: 200, validationSplit: 0.2, callbacks: [EarlyStopping(patience: 10, restoresBestWeights: true)]))
}

private func LearningRates_LearningRateScheduler() async throws {
    use(LearningRateScheduler { epoch, rate in epoch < 10 ? rate : rate * 0.9 })
}

private func Stopping_EarlyStopping() async throws {
    use(EarlyStopping(monitor: "val_loss", patience: 10, restoresBestWeights: true))
}

private func SwapEMAWeights_SwapEMAWeights() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let y = x.sum(axis: 1, keepingDimensions: true)
    use(model.compile(optimizer: Adam().averagingWeights(), loss: .meanSquaredError))
    use(try model.fit(x, y, epochs: 30, validationSplit: 0.2, callbacks: [SwapEMAWeights()]))
}
