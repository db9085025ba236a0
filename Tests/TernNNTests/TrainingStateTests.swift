import Foundation
import TernCore
import TernNN
import TestSupport
import Testing

/// Remembers where a run stands after every batch and every epoch.
private final class Recorder: TrainingStateKeeper {
    var states: [TrainingState] = []
    func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) { states.append(run.state) }
    func epochEnds(_ epoch: Int, _ logs: [String: Double], _ run: TrainingRun) { states.append(run.state) }
}

/// Takes a run to where another stood.
private final class Restorer: TrainingStateKeeper {
    let state: TrainingState
    init(_ state: TrainingState) { self.state = state }
    func trainingBegins(_ run: TrainingRun) throws { try run.restore(state) }
}

@Suite struct TrainingStateTests {
    private static let x = TestStream.tensor(8, [23, 3], .float32)
    private static let y = sin(x.sum(axis: 1, keepingDimensions: true))
    /// With all that a run depends on: noise, running means, several arrays of the optimiser, accumulated gradients,
    /// averages.
    private static func model(seed: UInt64 = 1) -> Model {
        let model = Sequential(input: [3], seed: seed) {
            Dense(5, activation: .tanh, kernel: .init(constraint: .maxNorm(1)))
            BatchNormalization(momentum: 0.8)
            Dropout(0.3)
            GaussianNoise(0.1)
            Dense(1)
        }
        model.compile(
            optimizer: Nadam(learningRate: 0.05).accumulatingGradients(of: 3).averagingWeights(),
            loss: .meanSquaredError, metrics: [.meanAbsoluteError])
        return model
    }
    private static func callbacks() -> [any Callback] {
        // Monitored values never improve enough, so that patience runs out and rates fall in all runs alike.
        [
            SwapEMAWeights(swapsOnEpoch: true),
            ReduceLROnPlateau(monitor: "loss", factor: 0.5, patience: 1, minDelta: 10),
            EarlyStopping(monitor: "val_loss", patience: 3, restoresBestWeights: true),
        ]
    }

    private func run(_ model: Model, _ source: any TrainingSource, _ callbacks: [any Callback]) throws -> History {
        func fit(_ source: some TrainingSource) throws -> History {
            try model.fit(
                source, batchSize: 4, epochs: 5, validationData: TrainingData(inputs: [Self.x], targets: [Self.y]),
                seed: 3,
                callbacks: callbacks)
        }
        return try fit(source)
    }

    @Test(arguments: [[23], [9, 2, 12]])
    func aRunGoesOnFromAnyBatchToTheSameBits(_ chunkSizes: [Int]) throws {
        let source = Chunks(x: Self.x, y: Self.y, chunkSizes: chunkSizes), recorder = Recorder()
        let whole = Self.model(), history = try run(whole, source, Self.callbacks() + [recorder])
        let expected = whole.variables.map(\.variable.value)
        #expect(recorder.states.count > 20)
        for (i, state) in recorder.states.enumerated() {
            // Another seed: weights and noise come from the state.
            let other = Self.model(seed: 99)
            let rest = try run(other, source, Self.callbacks() + [Restorer(state)])
            #expect(
                rest == history,
                "the history from state \(i), epoch \(state.progress.epoch), batch \(state.progress.batch)")
            #expect(other.variables.map(\.variable.value) == expected, "weights from state \(i)")
        }
    }

    @Test func aStateOfSomethingElseIsAnError() throws {
        let source = TrainingData(inputs: [Self.x], targets: [Self.y]), recorder = Recorder()
        _ = try run(Self.model(), source, [recorder])
        let state = recorder.states[0]
        let narrow = Sequential(input: [3]) { Dense(1) }
        narrow.compile(optimizer: SGD(), loss: .meanSquaredError)
        #expect(throws: TrainingError.self) { try run(narrow, source, [Restorer(state)]) }
        #expect(throws: TrainingError.self) {
            try Self.model().fit(Self.x, Self.y, batchSize: 5, epochs: 2, callbacks: [Restorer(state)])
        }
        #expect(throws: TrainingError.self) {
            try Self.model().fit(
                Self.x.sliced(0..<22), Self.y.sliced(0..<22), batchSize: 4, epochs: 2, callbacks: [Restorer(state)])
        }
    }

    /// Numbers that count nothing, weights of another model, and steps that cannot be counted on.
    @Test func aDamagedStateIsAnError() throws {
        let source = TrainingData(inputs: [Self.x], targets: [Self.y]), recorder = Recorder()
        _ = try run(Self.model(), source, Self.callbacks() + [recorder])
        let state = recorder.states.last { $0.progress.batch == 0 && $0.progress.epoch == 2 }!
        let plateau = 1, stopping = 2
        #expect(state.progress.callbacks[stopping].tensorCount > 0)
        var damaged: [(String, TrainingState)] = []
        func damage(_ what: String, _ change: (inout TrainingState) -> Void) {
            var other = state
            change(&other)
            damaged.append((what, other))
        }
        for number in [1e300, .nan, 0.5, -1] {
            damage("wait \(number)") { $0.progress.callbacks[stopping].numbers["wait"] = number }
            damage("stopped_epoch \(number)") { $0.progress.callbacks[stopping].numbers["stopped_epoch"] = number }
            damage("cooling \(number)") { $0.progress.callbacks[plateau].numbers["cooling"] = number }
        }
        damage("fewer best weights") { $0.progress.callbacks[stopping].tensorCount -= 1 }
        damage("other best weights") { $0.tensors["callbacks/\(stopping)/0"] = .zeros([7, 7]) }
        damage("the last epoch") { $0.progress.epoch = .max }
        damage("the last step") { $0.progress.stepCount = .max }
        damage("a batch too many") { $0.progress.batch = 7 }
        for (what, state) in damaged {
            #expect(throws: TrainingError.self, "\(what)") {
                try run(Self.model(), source, Self.callbacks() + [Restorer(state)])
            }
        }
        _ = try run(Self.model(), source, Self.callbacks() + [Restorer(state)])
    }

    @Test func swappedWeightsAreSeenWhereTheyShould() throws {
        let model = Self.model()
        var shown: [[Tensor]] = []
        let look = LambdaCallback { _, _, run in shown.append(run.model.variables.map(\.variable.value)) }
        let history = try model.fit(
            Self.x, Self.y, batchSize: 4, epochs: 3, validationData: (Self.x, Self.y),
            callbacks: [SwapEMAWeights(swapsOnEpoch: true), look])
        // What follows in the list sees the average, with which training ends and the last validation was done.
        #expect(shown.last! == model.variables.map(\.variable.value))
        #expect(try abs(model.evaluate(Self.x, Self.y, batchSize: 4)["loss"]! - history["val_loss"].last!) < 1e-6)
        let plain = Sequential(input: [3]) { Dense(1) }
        plain.compile(optimizer: Adam(), loss: .meanSquaredError)
        #expect(throws: TrainingError.self) { try plain.fit(Self.x, Self.y, callbacks: [SwapEMAWeights()]) }
    }

    private static func line(_ optimizer: any Optimizer, _ loss: Loss = .meanSquaredError, _ metrics: [Metric] = [])
        -> Model
    {
        let model = Sequential(input: [3], seed: 2) { Dense(1) }
        func compile(_ optimizer: some Optimizer) { model.compile(optimizer: optimizer, loss: loss, metrics: metrics) }
        compile(optimizer)
        return model
    }

    private func fit(_ model: Model, _ callbacks: [any Callback]) throws -> History {
        try model.fit(Self.x, Self.y, batchSize: 8, epochs: 3, seed: 3, callbacks: callbacks)
    }

    /// Arrays and sums of one shape, which hold something else.
    @Test func aStateOfAnotherOptimiserLossOrMetricIsAnError() throws {
        let recorder = Recorder()
        let history = try fit(Self.line(Adam()), [recorder])
        var state = recorder.states[1], summed = Loss.meanSquaredError
        summed.reduction = .sum
        let others: [(Model, String)] = [
            (Self.line(Adamax()), "other optimisers: Adam, not Adamax"),
            (Self.line(Adam(), .meanAbsoluteError), "other losses: mean_squared_error, not mean_absolute_error"),
            (Self.line(Adam(), summed), "not mean_squared_error reduced as sum;"),
            (
                Self.line(Adam(), .meanSquaredError.ignoringMissing()),
                "not mean_squared_error without missing targets;"
            ),
            (
                Self.line(Adam(), .meanSquaredError.masked(where: Tensor([true]))),
                "not mean_squared_error of 1 positions of [1];"
            ),
            (
                Self.line(Adam(), .meanSquaredError, [.meanAbsoluteError]),
                "other metrics: none, not mean_absolute_error"
            ),
        ]
        for (model, words) in others {
            let text = message { try fit(model, [Restorer(state)]) }
            #expect(text.contains(words), "\(text)")
        }
        // States of before say nothing of it.
        (state.progress.optimizer, state.progress.losses, state.progress.metrics) = (nil, nil, nil)
        state.progress.otherRates = nil
        #expect(try fit(Self.line(Adam()), [Restorer(state)]) == history)
        let old = try JSONEncoder().encode(state.progress)
        #expect(!String(decoding: old, as: UTF8.self).contains("otherRates"))
        #expect(try JSONDecoder().decode(TrainingState.Progress.self, from: old).stepCount == state.progress.stepCount)
    }

    @Test func ratesOfSeveralOptimisersAreRestored() throws {
        func model() -> Model {
            Self.line(MultiOptimizer(SGD(learningRate: 0.1), [".*/bias": SGD(learningRate: 0.05)]))
        }
        func plateau() -> ReduceLROnPlateau {
            ReduceLROnPlateau(monitor: "loss", factor: 0.5, patience: 1, minDelta: 10)
        }
        let recorder = Recorder(), whole = model()
        let history = try fit(whole, [plateau(), recorder])
        for (i, state) in recorder.states.enumerated() {
            let other = model()
            #expect(try fit(other, [plateau(), Restorer(state)]) == history, "from state \(i)")
            #expect(other.variables.map(\.variable.value) == whole.variables.map(\.variable.value), "from state \(i)")
        }
        var odd = recorder.states[0]
        odd.progress.otherRates = [0.1, 0.1]
        #expect(throws: TrainingError.self) { try fit(model(), [plateau(), Restorer(odd)]) }
    }

    @Test func aValidationThatThrowsLeavesTheTrainedWeights() {
        let broken = Chunks(x: Self.x, y: Self.y, chunkSizes: [23], broken: 0)
        func trained(_ callbacks: [any Callback]) -> [Tensor] {
            let model = Self.line(SGD(learningRate: 0.1).averagingWeights())
            let source = TrainingData(inputs: [Self.x], targets: [Self.y])
            #expect(throws: Chunks.Broken.self) {
                try model.fit(source, batchSize: 8, validationData: broken, seed: 3, callbacks: callbacks)
            }
            return model.variables.map(\.variable.value)
        }
        #expect(trained([SwapEMAWeights()]) == trained([]))
    }
}
