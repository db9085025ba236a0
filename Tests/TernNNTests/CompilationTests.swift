import AllocationCounter
import TernCore
import TernNN
import TestSupport
import Testing

/// What `compile` asks for, and what a run then reports.
@Suite(.serialized) struct CompilationTests {
    @Test func severalOutputsReportUnderTheirNames() throws {
        let x = Input([3])
        let model = Model(inputs: [x], outputs: [Dense(1, name: "rain")(x), Dense(2, name: "wind")(x)])
        model.compile(
            losses: [.meanSquaredError, .meanAbsoluteError], lossWeights: [1, 0.5],
            metrics: [[], [Metric.meanSquaredError]])
        let data = TrainingData(
            inputs: [TestStream.tensor(1, [8, 3], .float32)],
            targets: [TestStream.tensor(2, [8, 1], .float32), TestStream.tensor(3, [8, 2], .float32)])
        let logs = try model.evaluate(data, batchSize: 3)
        #expect(logs.keys.sorted() == ["loss", "rain_loss", "wind_loss", "wind_mean_squared_error"])
        #expect(abs(logs["loss"]! - logs["rain_loss"]! - 0.5 * logs["wind_loss"]!) < 1e-6)
        let history = try model.fit(data, batchSize: 8, epochs: 1, shuffles: false)
        // One batch: the losses are of the weights before its step.
        for (name, value) in logs { #expect(abs(history[name][0] - value) < 1e-6, "\(name)") }
    }

    /// Keras reports the last one's alone.
    @Test func outputsOfOneLayerHaveLossesOfTheirOwn() throws {
        let x = Input([3, 2]), states = LSTM(2, returnsState: true, name: "lstm")([x])
        let model = Model(inputs: [x], outputs: [states[0], states[2], Dense(1, name: "rain")(states[0])])
        model.compile(
            losses: [.meanSquaredError, .meanAbsoluteError, .meanSquaredError],
            metrics: [[.meanAbsoluteError], [.meanAbsoluteError]])
        let data = TrainingData(
            inputs: [TestStream.tensor(1, [4, 3, 2], .float32)],
            targets: [
                TestStream.tensor(2, [4, 2], .float32), TestStream.tensor(3, [4, 2], .float32),
                TestStream.tensor(4, [4, 1], .float32),
            ])
        let logs = try model.evaluate(data)
        #expect(
            logs.keys.sorted() == [
                "loss", "lstm_loss", "lstm_loss_1", "lstm_mean_absolute_error", "lstm_mean_absolute_error_1",
                "rain_loss",
            ])
        #expect(abs(logs["loss"]! - logs["lstm_loss"]! - logs["lstm_loss_1"]! - logs["rain_loss"]!) < 1e-5)
        #expect(abs(logs["lstm_loss_1"]! - logs["lstm_mean_absolute_error_1"]!) < 1e-6)
    }

    @Test func sampleWeightsCountInWeightedMetricsOnly() throws {
        let model = Sequential(input: [1]) { Dense(1, kernel: .init(.ones)) }
        model.compile(loss: .meanSquaredError, metrics: [.meanAbsoluteError], weightedMetrics: [.meanSquaredError])
        let x = Tensor([1.0, 2, 3].map(Float.init), shape: [3, 1])
        let logs = try model.evaluate(x, Tensor.zeros([3, 1]), sampleWeight: Tensor([Float(1), 0, 2]))
        #expect(logs["mean_absolute_error"] == 2)
        #expect(abs(logs["mean_squared_error"]! - (1 + 2 * 9) / 3) < 1e-6)
    }

    /// Whatever they are called: none takes another's place in the reports.
    @Test func metricsHaveNamesOfTheirOwn() async throws {
        func constant(_ name: String, _ value: Double) -> Metric {
            Metric(name) { target, _ in target * 0 + value }
        }
        let model = Sequential(input: [1]) { Dense(1) }
        model.compile(
            loss: .meanSquaredError, metrics: [constant("a", 1), constant("a", 2), constant("a_1", 3)],
            weightedMetrics: [constant("b", 4), constant("a", 5)])
        let logs = try model.evaluate(Tensor.zeros([3, 1]), Tensor.zeros([3, 1]))
        #expect(logs.filter { $0.key != "loss" } == ["a": 1, "a_1": 2, "a_1_1": 3, "b": 4, "a_2": 5])
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let model = Sequential(input: [1]) { Dense(1) }
            model.compile(loss: .meanSquaredError, metrics: [Metric("val_loss") { target, _ in target }])
        }
        #expect(message(result).contains("\"val_loss\" would be two quantities"))
    }

    @Test func outputsHaveWeightsOfTheirOwn() throws {
        let x = Input([1]), one = WeightSettings(.ones)
        let model = Model(
            inputs: [x], outputs: [Dense(1, kernel: one, name: "a")(x), Dense(1, kernel: one, name: "b")(x)])
        model.compile(
            losses: [.meanSquaredError, .meanSquaredError],
            weightedMetrics: [[.meanAbsoluteError], [.meanAbsoluteError]])
        let values = Tensor([1.0, 2, 3].map(Float.init), shape: [3, 1]), zeros = Tensor.zeros([3, 1])
        var data = TrainingData(
            inputs: [values], targets: [zeros, zeros], outputWeights: [Tensor([Float(1), 0, 2]), nil])
        let logs = try model.evaluate(data)
        #expect(abs(logs["a_loss"]! - 19.0 / 3) < 1e-6 && abs(logs["b_loss"]! - 14.0 / 3) < 1e-6)
        #expect(abs(logs["a_mean_absolute_error"]! - 7.0 / 3) < 1e-6 && logs["b_mean_absolute_error"] == 2)
        // Weights of all outputs count beside them, in training too.
        data.sampleWeight = Tensor([Float(0), 1, 1])
        let history = try model.fit(data, batchSize: 3, shuffles: false)
        #expect(abs(history["a_loss"][0] - 18.0 / 3) < 1e-6 && abs(history["b_loss"][0] - 13.0 / 3) < 1e-6)
        data.outputWeights = [nil]
        #expect(throws: TrainingError.self) { try model.evaluate(data) }
    }

    @Test func stepsThatAreMaskedDoNotCountInTheLoss() throws {
        let model = Sequential(input: [4, 1]) {
            Masking()
            TimeDistributed(Dense(1, kernel: .init(.ones)))
        }
        model.compile(loss: .meanSquaredError)
        let x = Tensor([1, 2, 0, 0].map(Float.init), shape: [1, 4, 1])
        // Steps 2 and 3 are padding, whatever their target.
        #expect(try model.evaluate(x, Tensor([0, 0, 50, 50].map(Float.init), shape: [1, 4, 1]))["loss"] == 2.5)
    }

    @Test func trainingGoesOnWhereItEnded() throws {
        func model() -> Model {
            let model = Sequential(input: [3]) {
                Dense(4, activation: .tanh); Dense(1)
            }
            model.compile(optimizer: Adam(learningRate: 0.01), loss: .meanSquaredError)
            return model
        }
        let (x, y) = (TestStream.tensor(1, [16, 3], .float32), TestStream.tensor(2, [16, 1], .float32)),
            (once, twice) = (model(), model())
        try once.fit(x, y, epochs: 4, shuffles: false)
        try twice.fit(x, y, epochs: 2, shuffles: false)
        try twice.fit(x, y, epochs: 2, shuffles: false)
        #expect(once.variables.map(\.variable.value) == twice.variables.map(\.variable.value))
    }

    /// Counts what is allocated between the ends of two batches.
    private final class Counter: Callback {
        var last = 0, fewest = Int.max
        func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) {
            let now = Int(allocation_count())
            if batch > 1 { fewest = min(fewest, now - last) }
            last = Int(allocation_count())
        }
    }

    @Test func aStepOfAConvolutionalNetworkAllocatesNothing() throws {
        let model = Sequential(input: [10, 12, 2]) {
            Conv2D(4, kernelSize: 3, padding: .same, activation: .relu)
            BatchNormalization()
            Conv2D(6, kernelSize: 3, strides: 2)
            MaxPooling2D(2)
            Flatten()
            Dropout(0.2)
            Dense(1)
        }
        model.compile(loss: .meanSquaredError, metrics: [.meanAbsoluteError])
        let counter = Counter()
        // Other tests allocate at the same time: one quiet batch is proof.
        try model.fit(
            TestStream.tensor(1, [256, 10, 12, 2], .float32), TestStream.tensor(2, [256, 1], .float32), batchSize: 8,
            epochs: 20, callbacks: [counter])
        #expect(counter.fewest == 0, "a step made \(counter.fewest) allocations")
    }

    /// Whether it is that of the validation or the metric's own name.
    @Test func theDirectionOfAMetricIsFoundByItsName() throws {
        let model = Sequential(input: [1]) { Dense(1) }
        model.compile(
            loss: .meanSquaredError,
            metrics: [
                Metric("val_skill", isBetterWhenLarger: true) { $1 - $0 },
                Metric("hits", isBetterWhenLarger: true) { $1 - $0 },
            ])
        for monitor in ["val_skill", "val_val_skill", "hits", "val_hits"] {
            #expect(try MonitorMode.auto.resolved(monitor, of: model) == .max, "\(monitor)")
        }
        #expect(try MonitorMode.auto.resolved("val_loss", of: model) == .min)
    }
}
