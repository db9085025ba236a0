// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNTraining = [
    Example("TernNN/Training/History: History", History_History),
    Example("TernNN/Training/LearningRateCurve: LearningRateCurve", LearningRateCurve_LearningRateCurve),
    Example("TernNN/Training/Model+Compile: compile", Model_Compile_compile),
    Example("TernNN/Training/Model+Fit: fit", Model_Fit_fit),
    Example("TernNN/Training/Model+Fit: fit", Model_Fit_fit_2),
    Example("TernNN/Training/Model+Fit: training", Model_Fit_training),
    Example("TernNN/Training/TrainingSource: TrainingSource", TrainingSource_TrainingSource),
    Example("TernNN/Training/TrainingState: TrainingState", TrainingState_TrainingState),
    Example("TernNN/Training/TrainingStep: TrainingStep", TrainingStep_TrainingStep),
]

private func History_History() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let y = x.sum(axis: 1, keepingDimensions: true)
    let history = try model.fit(x, y, epochs: 30, validationSplit: 0.2)
    _ = history
    use(history["val_loss"].last)
}

private func LearningRateCurve_LearningRateCurve() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let y = x.sum(axis: 1, keepingDimensions: true)
    let curve = try model.learningRates(x, y)
    _ = curve
    use(model.compile(optimizer: Adam(learningRate: curve.suggestion ?? 1e-3), loss: .meanSquaredError))
}

private func Model_Compile_compile() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    use(model.compile(optimizer: Adam(learningRate: 1e-2), loss: .meanSquaredError, metrics: [.meanAbsoluteError]))
}

private func Model_Fit_fit() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let y = x.sum(axis: 1, keepingDimensions: true)
    use(model.compile(loss: .meanSquaredError))
    let history = try model.fit(x, y, batchSize: 128, epochs: 30, validationSplit: 0.2)
    _ = history
}

private func Model_Fit_fit_2() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    let history = try model.fit(files, batchSize: 32, epochs: 10, validationData: kept)
    _ = history
}

private func Model_Fit_training() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let y = x.sum(axis: 1, keepingDimensions: true)
    for try await epoch in try model.training(TrainingData(inputs: [x], targets: [y]), epochs: 10) {
        print(epoch.number, epoch.logs["loss"]!)
    }
}

private func TrainingSource_TrainingSource() async throws {
    struct Files: TrainingSource {
        let paths: [String], chunkSizes: [Int]
        func chunk(_ index: Int) throws -> TrainingData { try read(paths[index]) }
    }
}

private func TrainingState_TrainingState() async throws {
    let state = run.state     // in a callback, after any batch or epoch
    _ = state
    use(try other.restore(state))
}

private func TrainingStep_TrainingStep() async throws {
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let y = x.sum(axis: 1, keepingDimensions: true)
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    let step = TrainingStep(model: line, optimizer: Adam(), data: [x, y]) { model, batch in
        square(model(batch[0]) - batch[1]).mean()
    }
    _ = step
    for _ in 0..<100 { loss = step.run(rows: 0..<32, learningRate: 1e-3) }
    let trained = step.model
    _ = trained
}
