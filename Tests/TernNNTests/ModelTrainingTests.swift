import Foundation
import TernCore
import TernNN
import TestSupport
import Testing

/// Models trained by Keras (Scripts/fixtures/keras_training.py).
private struct TrainingFixture: Decodable {
    typealias Array = FixtureArray
    struct Case: Decodable, CustomTestStringConvertible {
        var name: String, x: Array, y: Array, sampleWeight: Array?, batchSize: Int, epochs: Int, validationSplit: Double
        var first: [Array], last: [Array], history: [String: [Double]], prediction: Array
        var testDescription: String { name }
    }
    var cases: [Case]
}

private func dense(regularizer: Regularizer? = nil, constraint: Constraint? = nil) -> Model {
    Sequential(input: [3]) {
        Dense(5, activation: .tanh, kernel: .init(regularizer: regularizer, constraint: constraint))
        Dense(1)
    }
}

@Suite struct ModelTrainingTests {
    private static let fixture = try! Fixture.decode("keras_training", as: TrainingFixture.self)

    private static func model(_ name: String) -> Model {
        let model: Model
        var optimizer: any Optimizer = Adam(learningRate: 0.01)
        switch name {
        case "sgd with momentum, validation split":
            model = dense()
            optimizer = SGD(learningRate: 0.05, momentum: 0.9)
        case "l2, weighted examples": model = dense(regularizer: .l2(0.01))
        case "constraint":
            model = dense(constraint: .maxNorm(0.5))
            optimizer = SGD(learningRate: 0.1)
        case "convolutions and batch normalization":
            model = Sequential(input: [6, 5, 2]) {
                Conv2D(4, kernelSize: 3, padding: .same, usesBias: false)
                BatchNormalization(momentum: 0.8)
                ActivationLayer(.relu)
                MaxPooling2D(2)
                Flatten()
                Dense(1)
            }
        default: model = dense()
        }
        func compile(_ optimizer: some Optimizer) {
            model.compile(optimizer: optimizer, loss: .meanSquaredError, metrics: [.meanAbsoluteError])
        }
        compile(optimizer)
        return model
    }

    @Test(arguments: fixture.cases)
    private func trainsAsKeras(_ c: TrainingFixture.Case) throws {
        let model = Self.model(c.name)
        for (variable, weight) in zip(model.variables, c.first) { variable.variable.value = weight.tensor }
        let history = try model.fit(
            c.x.tensor, c.y.tensor, batchSize: c.batchSize, epochs: c.epochs, validationSplit: c.validationSplit,
            shuffles: false,
            sampleWeight: c.sampleWeight?.tensor)
        for (name, values) in c.history {
            expectClose(history[name], values, 2e-5, "\(name) of \(history.values.keys.sorted())")
        }
        for ((path, variable), last) in zip(model.variables, c.last) {
            expectClose(variable.value, last.tensor, 2e-5, path)
        }
        expectClose(try model.predict(c.x.tensor), c.prediction.tensor, 2e-5, "predictions")
    }

    private static let x = TestStream.tensor(5, [40, 3], .float32)
    private static var y: Tensor { sin(x.sum(axis: 1, keepingDimensions: true)) }

    @Test func theNumberOfThreadsDoesNotChangeABit() throws {
        let models = try [1, 3].map { threads in
            try ThreadPool.withThreads(threads) {
                let model = Self.model("convolutions and batch normalization")
                var stream = TestStream(1)
                let x = stream.tensor([30, 6, 5, 2]).cast(to: .float32)
                try model.fit(x, x.mean(axes: [1, 2, 3]).reshaped([30, 1]), batchSize: 8, epochs: 2)
                return model
            }
        }
        #expect(models[0].variables.map(\.variable.value) == models[1].variables.map(\.variable.value))
    }

    @Test func frozenLayersStay() throws {
        let model = Self.model("adam")
        model.layers[0].info.isTrainable = false
        let before = model.variables.map(\.variable.value)
        try model.fit(Self.x, Self.y, epochs: 2)
        let after = model.variables.map(\.variable.value)
        #expect(before[..<2] == after[..<2])
        #expect(before[2] != after[2])
    }

    @Test func earlyStoppingRestoresTheBestWeights() throws {
        let model = Self.model("adam")
        // A rate that soon is too large.
        let stopping = EarlyStopping(monitor: "loss", patience: 2, restoresBestWeights: true)
        let schedule = LearningRateScheduler { epoch, _ in epoch < 3 ? 0.01 : 100 }
        var weights: [[Tensor]] = []
        let remember = LambdaCallback { _, _, run in weights.append(run.model.variables.map(\.variable.value)) }
        let history = try model.fit(
            Self.x, Self.y, batchSize: 40, epochs: 20, callbacks: [schedule, remember, stopping])
        // The loss of epoch 3 is of the weights before its step, so the best is 3.
        #expect(stopping.bestEpoch == 3)
        #expect(history.epochs.count == 6)
        #expect(stopping.stoppedEpoch == 5)
        #expect(model.variables.map(\.variable.value) == weights[3])
    }

    @Test func theBestEpochIsKnownWhereWeightsAreNotKept() throws {
        let stopping = EarlyStopping(monitor: "loss", patience: 2)
        let schedule = LearningRateScheduler { epoch, _ in epoch < 3 ? 0.01 : 100 }
        try Self.model("adam").fit(Self.x, Self.y, batchSize: 40, epochs: 20, callbacks: [schedule, stopping])
        #expect(stopping.bestEpoch == 3 && stopping.stoppedEpoch == 5)
    }

    @Test func aTableOfTheHistoryHasEachValueInItsEpoch() {
        var history = History()
        history.add(0, ["loss": 1])
        history.add(1, ["loss": 0.5, "val_loss": 0.7])
        #expect(history["val_loss"] == [0.7])
        #expect(history.csv == "epoch,loss,val_loss\n0,1.0,\n1,0.5,0.7\n")
        var named = History()
        named.add(0, ["bias, in K": 2])
        #expect(named.csv == "epoch,\"bias, in K\"\n0,2.0\n")
    }

    @Test(arguments: [
        #"{"loss": [0]}"#, #"{"loss": [0, 0]}"#, #"{"loss": [0, 2]}"#, #"{"loss": [-1, 0]}"#,
        #"{"loss": [0, 1], "val_loss": [0]}"#, "{}",
    ])
    func aHistoryWhoseValuesHaveNoEpochsIsNotRead(_ places: String) throws {
        let json = #"{"epochs": [0, 1], "values": {"loss": [1, 0.5]}, "places": PLACES}"#
        func read(_ places: String) throws -> History {
            try JSONDecoder().decode(
                History.self, from: Data(json.replacingOccurrences(of: "PLACES", with: places).utf8))
        }
        #expect(try read(#"{"loss": [0, 1]}"#).csv == "epoch,loss\n0,1.0\n1,0.5\n")
        #expect(throws: DecodingError.self) { try read(places) }
    }

    @Test func plateausLowerTheRate() throws {
        let model = Self.model("adam")
        var rates: [Double] = []
        let reduce = ReduceLROnPlateau(monitor: "loss", factor: 0.5, patience: 1, minDelta: 1e9, cooldown: 2)
        try model.fit(
            Self.x, Self.y, epochs: 6,
            callbacks: [reduce, LambdaCallback { _, _, run in rates.append(run.learningRate) }])
        #expect(rates == [0.01, 0.005, 0.005, 0.0025, 0.0025, 0.00125])
    }

    private static func several() -> Model {
        let model = Sequential(input: [1]) { Dense(1) }
        model.compile(
            optimizer: MultiOptimizer(SGD(learningRate: 0.1), [".*/bias": SGD(learningRate: 0.02)]),
            loss: .meanSquaredError)
        return model
    }

    /// Keras 3.15.1: ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1, min_delta=1e9, min_lr=0.015), and
    /// LearningRateScheduler(lambda epoch, rate: rate * 0.5), on a MultiOptimizer of SGD(0.1) and SGD(0.02).
    @Test func callbacksChangeTheRateOfEachOptimiser() throws {
        let plateau = ReduceLROnPlateau(
            monitor: "loss", factor: 0.5, patience: 1, minDelta: -1e9, minRate: 0.015)
        #expect(plateau.minDelta == 1e9)
        let wanted: [(any Callback, [[Double]])] = [
            (plateau, [[0.1, 0.02], [0.05, 0.015], [0.025, 0.015], [0.015, 0.015], [0.015, 0.015]]),
            (LearningRateScheduler { $1 * 0.5 }, [[0.05, 0.01], [0.025, 0.005], [0.0125, 0.0025]]),
        ]
        let x = Tensor.ones([2, 1])
        for (callback, expected) in wanted {
            let model = Self.several()
            var rates: [[Double]] = [], weights = [model.variables.map { $0.variable.value.item }]
            let look = LambdaCallback { _, _, run in
                rates.append([run.learningRate, run.state.progress.otherRates![0] ?? 0.02])
                weights.append(run.model.variables.map { $0.variable.value.item })
            }
            try model.fit(x, 5 * x, epochs: expected.count, callbacks: [callback, look])
            #expect(rates == expected)
            // Both have one gradient, so that their steps are as their rates: in the last epoch those before its end.
            let moves = zip(weights[expected.count], weights[expected.count - 1]).map { $0 - $1 }
            let used = callback is ReduceLROnPlateau ? expected[expected.count - 2] : expected[expected.count - 1]
            expectClose(moves[1] / moves[0], used[1] / used[0], 1e-3)
        }
    }

    /// Keras 3.15.1: model.optimizer.learning_rate is 0.025 after fit(epochs=3) and after another fit.
    @Test func aRateThatWasSetStaysUntilTheModelIsCompiled() throws {
        let model = Self.several(), x = Tensor.ones([2, 1])
        let plateau = ReduceLROnPlateau(monitor: "loss", factor: 0.5, patience: 1, minDelta: 1e9)
        var rates: [[Double?]] = []
        let look = LambdaCallback { _, _, run in rates.append([run.learningRate] + run.state.progress.otherRates!) }
        try model.fit(x, x, epochs: 3, callbacks: [plateau])
        _ = try model.learningRates(x, x, steps: 3)
        try model.fit(x, x, callbacks: [look])
        model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError)
        try model.fit(x, x, callbacks: [look])
        #expect(rates == [[0.025, 0.005], [0.1]])
    }

    /// Where it is put into the compilation, which goes on otherwise.
    @Test func anotherOptimiserBeginsWithItsOwnRate() throws {
        let model = Self.several(), x = Tensor.ones([2, 1])
        var rates: [[Double?]] = [], steps: [Int] = []
        let look = LambdaCallback { _, _, run in
            rates.append([run.learningRate] + (run.state.progress.otherRates ?? []))
            steps.append(run.state.progress.stepCount)
        }
        try model.fit(x, x, epochs: 2, callbacks: [LearningRateScheduler { $1 / 4 }])
        model.compilation!.metrics = []
        try model.fit(x, x, callbacks: [look])
        model.compilation!.optimizer = MultiOptimizer(
            SGD(learningRate: 0.5), [".*/bias": SGD(), "none/kernel": SGD()])
        try model.fit(x, x, callbacks: [look])
        // What was gathered is that of one of the same kind alone; both have two arrays of one shape.
        let others: [any Optimizer] = [Adam(learningRate: 0.5), Adam(learningRate: 0.25), LAMB(learningRate: 0.125)]
        for other in others {
            model.compilation!.optimizer = other
            try model.fit(x, x, callbacks: [look])
        }
        let wanted: [[Double?]] = [[0.00625, 0.00125], [0.5, nil, nil], [0.5], [0.25], [0.125]]
        #expect(rates == wanted)
        #expect(steps == [3, 1, 1, 2, 1])
    }

    /// As in Keras, whose optimiser has no rate to set then.
    @Test func aRateThatGoesByAScheduleIsNotSet() throws {
        let model = Sequential(input: [1]) { Dense(1) }, x = Tensor.ones([2, 1])
        let falling = SGD(learningRate: .cosineDecay(from: 0.1, steps: 10))
        let rules: [any Optimizer] = [falling.clipping(.value(1)), MultiOptimizer(SGD(), [".*/bias": falling])]
        for rule in rules {
            func compile(_ rule: some Optimizer) { model.compile(optimizer: rule, loss: .meanSquaredError) }
            compile(rule)
            let atOnce = ReduceLROnPlateau(monitor: "loss", patience: 1, minDelta: 1e9)
            for callback in [atOnce, LearningRateScheduler { $1 }] as [any Callback] {
                let words = message { try model.fit(x, x, epochs: 2, callbacks: [callback]) }
                #expect(words.contains("schedule cosineDecay") && words.contains("\(type(of: callback))"), "\(words)")
            }
        }
    }

    @Test(arguments: [-0.01, Double.nan, .infinity]) func aRateThatIsNoneEndsTraining(_ rate: Double) throws {
        let model = Self.model("adam")
        let before = model.variables.map(\.variable.value)
        /// One of a user's own.
        final class Setter: Callback {
            let rate: Double
            init(_ rate: Double) { self.rate = rate }
            func epochBegins(_ epoch: Int, _ run: TrainingRun) { run.learningRate = rate }
        }
        for callback in [LearningRateScheduler { _, _ in rate }, Setter(rate)] as [any Callback] {
            let words = message { try model.fit(Self.x, Self.y, callbacks: [callback]) }
            #expect(words.contains("the learning rate is \(rate)"), "\(words)")
            #expect(model.variables.map(\.variable.value) == before)
        }
        try model.fit(Self.x, Self.y)
        let own = SGD(learningRate: LearningRate("own") { _ in rate })
        model.compile(optimizer: own, loss: .meanSquaredError)
        #expect(throws: TrainingError.self) { try model.fit(Self.x, Self.y) }
        model.compile(optimizer: MultiOptimizer(SGD(), [".*/bias": own]), loss: .meanSquaredError)
        let words = message { try model.fit(Self.x, Self.y) }
        #expect(words.contains("the learning rate is \(rate)"), "\(words)")
    }

    @Test func aHistoryOfNothingHasATable() throws {
        let read = try JSONDecoder().decode(
            History.self, from: Data(#"{"epochs": [], "values": {"loss": []}, "places": {}}"#.utf8))
        #expect(read.csv == "epoch,loss\n")
    }

    @Test func lossesWithoutRatesSuggestNothing() {
        #expect(LearningRateCurve(rates: [1], losses: [3, 2, 1, 0.5]).suggestion == nil)
        #expect(LearningRateCurve(rates: [1, 2, 3, 4], losses: [3, 2]).suggestion == nil)
    }

    @Test func aGraphWithSharedLayersAndSkipsSurvivesItsConfiguration() throws {
        let a = Input([4]), b = Input([4])
        let shared = Dense(6, activation: .relu)
        let (left, right) = (shared(a), shared(b))
        let sum = Add()(left, right), both = Concatenate()(sum, a)
        let model = Model(inputs: [a, b], outputs: [Dense(1)(both), Dense(2)(sum)])
        #expect(model.variables.count == 6)
        var stream = TestStream(2)
        let x = (0..<2).map { _ in stream.tensor([20, 4]).cast(to: .float32) }
        model.compile(losses: [.meanSquaredError, .meanAbsoluteError], lossWeights: [1, 0.5])
        let data = TrainingData(inputs: x, targets: [x[0].sum(axis: 1, keepingDimensions: true), x[1][.all, 0..<2]])
        let history = try model.fit(data, batchSize: 5, epochs: 5)
        #expect(history["loss"].last! < history["loss"][0])
        let copy = try JSONDecoder().decode(Model.self, from: JSONEncoder().encode(model))
        #expect(copy.variables.map(\.path) == model.variables.map(\.path))
        for (new, old) in zip(copy.variables, model.variables) { new.variable.value = old.variable.value }
        #expect(try copy.predict(x) == model.predict(x))
    }

    @Test func trainingIsASequenceOfEpochsThatCanBeCancelled() async throws {
        let model = Self.model("adam")
        let task = Task { @Sendable in
            // The model is made where it is used.
            let model = Self.model("adam")
            var count = 0
            do {
                for try await _ in try model.training(
                    TrainingData(inputs: [Self.x], targets: [Self.y]), epochs: 1_000_000)
                {
                    count += 1
                    if count == 3 { withUnsafeCurrentTask { $0?.cancel() } }
                }
            } catch is CancellationError { return count }
            return -1
        }
        #expect(try await task.value == 3)
        var losses: [Double] = []
        for try await epoch in try model.training(TrainingData(inputs: [Self.x], targets: [Self.y]), epochs: 3) {
            losses.append(epoch.logs["loss"]!)
        }
        #expect(losses.count == 3 && losses[2] < losses[0])
    }

    @Test func theSummaryIsKeras() {
        let model = Sequential(input: [14, 19, 1], name: "sst") {
            Conv2D(4, kernelSize: [3, 2], activation: .relu)
            MaxPooling2D(2)
            Conv2D(8, kernelSize: [3, 2], activation: .relu)
            MaxPooling2D(2)
            Flatten()
            Dense(32, activation: .relu)
            Dropout(0.1)
            Dense(16, activation: .relu)
            Dense(1)
        }
        let summary = model.summary()
        #expect(summary.contains("Total params: 2,853 (11.14 KB)"))
        #expect(summary.contains("│ max_pooling2d_1 (MaxPooling2D) │ (None, 2, 4, 8)   │"))
        #expect(summary.contains("Model: \"sst\""))
    }

    @Test func wrongDataIsAnErrorThatSaysWhatIsWanted() {
        let model = Self.model("adam")
        #expect(throws: TrainingError.self) { try model.fit(Tensor.zeros([4, 2]), Tensor.zeros([4, 1])) }
        #expect(throws: TrainingError.self) { try model.fit(Tensor.zeros([4, 3]), Tensor.zeros([5, 1])) }
        #expect(throws: TrainingError.self) {
            try model.fit(Self.x, Self.y, callbacks: [EarlyStopping(monitor: "val_los")])
        }
    }
}
