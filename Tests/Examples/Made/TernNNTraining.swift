// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNTraining = [
    Example("TernNN/Training/DebugNumerics: DebugNumerics", DebugNumerics_DebugNumerics),
    Example("TernNN/Training/History: History", History_History),
    Example("TernNN/Training/LearningRateCurve: LearningRateCurve", LearningRateCurve_LearningRateCurve),
    Example("TernNN/Training/Model+Compile: Compilation", Model_Compile_Compilation),
    Example("TernNN/Training/Model+Compile: OutputMetric", Model_Compile_OutputMetric),
    Example("TernNN/Training/Model+Compile: compile", Model_Compile_compile),
    Example("TernNN/Training/Model+Compile: compile", Model_Compile_compile_2),
    Example("TernNN/Training/Model+Fit: TrainingData", Model_Fit_TrainingData),
    Example("TernNN/Training/Model+Fit: TrainingError", Model_Fit_TrainingError),
    Example("TernNN/Training/Model+Fit: fit", Model_Fit_fit),
    Example("TernNN/Training/Model+Fit: training", Model_Fit_training),
    Example("TernNN/Training/Model+Fit: TrainingEpochs", Model_Fit_TrainingEpochs),
    Example("TernNN/Training/Model+Fit: Epoch", Model_Fit_Epoch),
    Example("TernNN/Training/Model+Fit: Iterator", Model_Fit_Iterator),
    Example("TernNN/Training/TrainingRun: TrainingRun", TrainingRun_TrainingRun),
    Example("TernNN/Training/TrainingSource: TrainingSource", TrainingSource_TrainingSource),
    Example("TernNN/Training/TrainingState: TrainingState", TrainingState_TrainingState),
    Example("TernNN/Training/TrainingState: Progress", TrainingState_Progress),
    Example("TernNN/Training/TrainingState: CallbackProgress", TrainingState_CallbackProgress),
    Example("TernNN/Training/TrainingState: TrainingStateKeeper", TrainingState_TrainingStateKeeper),
    Example("TernNN/Training/TrainingStep: TrainingStep", TrainingStep_TrainingStep),
    Example("TernNN/Training/TrainingStep: Inputs", TrainingStep_Inputs),
    Example("TernNN/Training/TrainingStep: Outcome", TrainingStep_Outcome),
]

private func DebugNumerics_DebugNumerics() async throws {
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    let x = Tensor([[1.0], [.infinity]])
    _ = x
    do {
        try model.fit(x, x, callbacks: [DebugNumerics()])
    } catch let error as TrainingError {
        print(error.isDivergence)           // true
    }
    checkPrinted("true")
}

private func History_History() async throws {
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    let x = Tensor([[1.0], [2], [3], [4]])
    _ = x
    let history = try model.fit(x, 2 * x, epochs: 3, validationSplit: 0.25)
    _ = history
    check("3", history["val_loss"].count)
    check("[0, 1, 2]", history.epochs)
}

private func LearningRateCurve_LearningRateCurve() async throws {
    let x = Tensor.random([64, 4], seed: 0), y = x.sum(axis: 1, keepingDimensions: true)
    _ = x
    _ = y
    let model = Sequential(input: [4]) { Dense(1) }
    _ = model
    use(model.compile(optimizer: SGD(), loss: .meanSquaredError))
    let curve = try model.learningRates(x, y, steps: 40)
    _ = curve
    use(model.compile(optimizer: SGD(learningRate: LearningRate(curve.suggestion ?? 0.01)), loss: .meanSquaredError))
}

private func Model_Compile_Compilation() async throws {
    let model = Sequential(input: [4]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError, metrics: [.meanAbsoluteError]))
    check("[\"mean_absolute_error\"]", model.compilation!.metrics.map(\.name))
}

private func Model_Compile_OutputMetric() async throws {
    let model = Sequential(input: [4]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError, weightedMetrics: [.meanAbsoluteError]))
    check("true", model.compilation!.metrics[0].isWeighted)
}

private func Model_Compile_compile() async throws {
    let model = Sequential(input: [3]) { Dense(1) }
    _ = model
    let bias = Metric("bias") { target, prediction in prediction - target }
    _ = bias
    let fourth = Loss("fourth_power") { target, prediction in power(prediction - target, 4).mean(axis: -1) }
    _ = fourth
    use(model.compile(optimizer: Adam(learningRate: 1e-2), loss: fourth, metrics: [.meanAbsoluteError, bias]))
}

private func Model_Compile_compile_2() async throws {
    let x = Input([3]), rain = Dense(1, name: "rain")(x), wind = Dense(2, name: "wind")(x)
    _ = x
    _ = rain
    _ = wind
    let model = Model(inputs: [x], outputs: [rain, wind])
    _ = model
    let bias = Metric("bias") { target, prediction in prediction - target }
    _ = bias
    use(model.compile(
        losses: [.meanSquaredError, .huber()], lossWeights: [1, 0.5], metrics: [[bias], [bias, .meanAbsoluteError]]))
}

private func Model_Fit_TrainingData() async throws {
    let data = TrainingData(inputs: [Tensor.zeros([5, 3])], targets: [Tensor.ones([5, 1])])
    _ = data
    check("[5]: one chunk of five examples", data.chunkSizes)
}

private func Model_Fit_TrainingError() async throws {
    let model = Sequential(input: [4]) { Dense(1) }
    _ = model
    do {
        try model.fit(Tensor.zeros([5, 4]), Tensor.zeros([5, 1]))
    } catch let error as TrainingError {
        print(error)                        // fit: call compile(loss:) first
    }
    checkPrinted("fit: call compile(loss:) first")
}

private func Model_Fit_fit() async throws {
    let x = Tensor.random([20, 4], seed: 0), y = x.sum(axis: 1, keepingDimensions: true)
    _ = x
    _ = y
    let model = Sequential(input: [4]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    let history = try model.fit(x, y, batchSize: 8, epochs: 3, validationSplit: 0.2)
    _ = history
    check("3", history["loss"].count)
}

private func Model_Fit_training() async throws {
    let x = Tensor.random([20, 4], seed: 0), y = x.sum(axis: 1, keepingDimensions: true)
    _ = x
    _ = y
    let model = Sequential(input: [4]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    for try await epoch in try model.training(TrainingData(inputs: [x], targets: [y]), epochs: 2) {
        print(epoch.number, epoch.logs["loss"]!)
    }
}

private func Model_Fit_TrainingEpochs() async throws {
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    let data = TrainingData(inputs: [Tensor([[1.0]])], targets: [Tensor([[2.0]])])
    _ = data
    var count = 0
    _ = count
    for try await _ in try model.training(data, epochs: 3) { count += 1 }
    check("3", count)
}

private func Model_Fit_Epoch() async throws {
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    let data = TrainingData(inputs: [Tensor([[1.0]])], targets: [Tensor([[2.0]])])
    _ = data
    for try await epoch in try model.training(data) { print(epoch.number) }         // 0
    checkPrinted("0")
}

private func Model_Fit_Iterator() async throws {
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    let data = TrainingData(inputs: [Tensor([[1.0]])], targets: [Tensor([[2.0]])])
    _ = data
    var epochs = try model.training(data, epochs: 2).makeAsyncIterator()
    _ = epochs
    check("0", try await epochs.next()!.number)
    check("1", try await epochs.next()!.number)
    check("true", try await epochs.next() == nil)
}

private func TrainingRun_TrainingRun() async throws {
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    let enough = LambdaCallback { _, logs, run in run.stops = run.history.epochs.count == 2 }
    _ = enough
    check("[0, 1]", try model.fit(Tensor([[1.0]]), Tensor([[2.0]]), epochs: 100, callbacks: [enough]).epochs)
}

private func TrainingSource_TrainingSource() async throws {
    struct Squares: TrainingSource {
        let chunkSizes = [100, 100]
        func chunk(_ index: Int) throws -> TrainingData {       // here a file would be read
            let x = Tensor.random([100, 1], seed: UInt64(index))
            return TrainingData(inputs: [x], targets: [square(x)])
        }
    }
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    check("2", try model.fit(Squares(), batchSize: 50, epochs: 2)["loss"].count)
}

private func TrainingState_TrainingState() async throws {
    final class Keeper: TrainingStateKeeper {
        var kept: TrainingState?
        func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) { kept = run.state }
    }
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    let keeper = Keeper()
    _ = keeper
    use(try model.fit(Tensor([[1.0]]), Tensor([[2.0]]), epochs: 3, callbacks: [keeper]))
    check("3", keeper.kept!.progress.stepCount)
}

private func TrainingState_Progress() async throws {
    final class Keeper: TrainingStateKeeper {
        var kept: TrainingState?
        func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) { kept = run.state }
    }
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    let keeper = Keeper()
    _ = keeper
    use(try model.fit(Tensor([[1.0]]), Tensor([[2.0]]), epochs: 3, callbacks: [keeper]))
    check("3: the next epoch's number", keeper.kept!.progress.epoch)
}

private func TrainingState_CallbackProgress() async throws {
    final class Keeper: TrainingStateKeeper {
        var kept: TrainingState?
        func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) { kept = run.state }
    }
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    let keeper = Keeper(), stopping = EarlyStopping(monitor: "loss", patience: 5)
    _ = keeper
    _ = stopping
    use(try model.fit(Tensor([[1.0]]), Tensor([[2.0]]), epochs: 2, callbacks: [stopping, keeper]))
    check("\"EarlyStopping\"", keeper.kept!.progress.callbacks[0].kind)
}

private func TrainingState_TrainingStateKeeper() async throws {
    final class StepCounter: TrainingStateKeeper {
        var steps = 0
        func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) { steps = run.state.progress.stepCount }
    }
    let model = Sequential(input: [1]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError))
    let counter = StepCounter()
    _ = counter
    use(try model.fit(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]), batchSize: 1, epochs: 2, callbacks: [counter]))
    check("4", counter.steps)
}

private func TrainingStep_TrainingStep() async throws {
    struct Line: TensorStructure {
        var slope: Tensor, offset: Tensor
        mutating func visitTensors(_ visitor: inout TensorVisitor) {
            visitor.visit("slope", &slope)
            visitor.visit("offset", &offset)
        }
    }
    let x = Tensor((0..<32).map { Double($0) / 32 }), y = 2 * x + 1
    _ = x
    _ = y
    let line = Line(slope: Tensor(0.0), offset: Tensor(0.0))
    _ = line
    let step = TrainingStep(model: line, optimizer: SGD(learningRate: 0.5), data: [x, y]) { line, batch in
        square(line.slope * batch[0] + line.offset - batch[1]).mean()
    }
    _ = step
    for _ in 0..<500 { _ = step.run(rows: 0..<32) }
    check("2, up to rounding", step.model.slope)
}

private func TrainingStep_Inputs() async throws {
    let data = Tensor([1.0, 2, 3]), model = [Tensor(0.0)]
    _ = data
    _ = model
    let step = TrainingStep(model: model, optimizer: SGD(), data: [data], state: [Tensor(0.0)]) { model, seen in
        let loss = square(model[0] - seen.batch[0]).mean()
        return .init(objective: loss, reported: loss, state: [seen.state[0] + 1])
    }
    _ = step
    _ = step.run(rows: [0, 2])
    check("1", step.state[0])
}

private func TrainingStep_Outcome() async throws {
    let loss = Tensor(0.5)
    _ = loss
    check("true", TrainingStep<[Tensor]>.Outcome(objective: loss, reported: loss, state: []).parameters == nil)
}
