import Foundation
import Tern
import TestSupport
import Testing

/// Metrics and losses of a user's own stand beside the built-in ones everywhere.
@Suite struct OwnMetricTests {
    private static let bias = Metric("bias") { target, prediction in prediction - target }
    private static let correlation = Metric("correlation", sums: 6, isBetterWhenLarger: true) { t, p, w in
        [w, w * t, w * p, w * t * t, w * p * p, w * t * p].map { $0.sum() }
    } result: { s in
        (s[0] * s[5] - s[1] * s[2]) / sqrt((s[0] * s[3] - s[1] * s[1]) * (s[0] * s[4] - s[2] * s[2]))
    }
    private static let largest = Metric("largest", isBetterWhenLarger: false) { _, prediction in
        [.zeros([], dtype: prediction.dtype)]
    } update: { state, t, p, w in
        [maximum(state[0], (w * abs(p - t)).max())]
    } result: {
        $0[0]
    }
    private static let all = [bias, correlation, largest]

    private static let x = Tensor.random([50, 3], in: -1..<1, seed: 1, dtype: .float32)
    private static let y = sin(2 * x.sum(axis: 1, keepingDimensions: true))

    private static func model(dtype: DType = .float32) -> Model {
        let hidden = Dense(6, activation: .tanh), last = Dense(1)
        let model = Sequential(input: [3], dtype: dtype, seed: 3) {
            hidden
            last
        }
        for layer in [hidden, last, model] as [any Layer] { layer.info.dtype = dtype }
        return model
    }

    /// The three metrics of plain numbers.
    private static func values(_ t: [Double], _ p: [Double], _ w: [Double]? = nil) -> [String: Double] {
        let w = w ?? t.map { _ in 1 }, n = w.reduce(0, +)
        func mean(_ values: [Double]) -> Double { zip(w, values).reduce(0) { $0 + $1.0 * $1.1 } / n }
        func times(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 * $1 } }
        let (mt, mp) = (mean(t), mean(p))
        let covariance = mean(times(t, p)) - mt * mp
        let spread = ((mean(times(t, t)) - mt * mt) * (mean(times(p, p)) - mp * mp)).squareRoot()
        return [
            "bias": mp - mt, "correlation": covariance / spread,
            "largest": zip(w, zip(t, p)).map { $0 * abs($1.0 - $1.1) }.max()!,
        ]
    }

    private func expect(
        _ found: [String: Double], _ wanted: [String: Double], _ prefix: String = "", _ tolerance: Double = 1e-5,
        at place: SourceLocation = #_sourceLocation
    ) {
        for (name, value) in wanted {
            expectClose(found[prefix + name] ?? .nan, value, tolerance, unit: 0.1, prefix + name, at: place)
        }
    }

    @Test(arguments: [1, 7, 50]) func batchesAddUp(batchSize: Int) throws {
        let model = Self.model()
        model.compile(loss: .meanSquaredError, metrics: Self.all)
        let found = try model.evaluate(Self.x, Self.y, batchSize: batchSize)
        expect(found, Self.values(Self.y.doubles, try model.predict(Self.x).doubles))
        #expect(found.count == 4)
    }

    @Test func trainingAndValidationReportThem() throws {
        let model = Self.model(), folder = TemporaryFolder(), log = folder.path("log.csv")
        model.compile(optimizer: Adam(learningRate: 0.05), loss: .meanSquaredError, metrics: Self.all)
        let before = try model.predict(Self.x).doubles
        let history = try model.fit(
            Self.x, Self.y, batchSize: 40, epochs: 3, validationSplit: 0.2, shuffles: false, callbacks: [CSVLogger(log)]
        )
        // The first epoch is one batch, seen with the weights before its step.
        expect(
            history.values.mapValues { $0[0] },
            Self.values(Array(Self.y.doubles[..<40]), Array(before[..<40])))
        let after = try model.predict(Self.x).doubles
        expect(
            history.values.mapValues { $0[2] },
            Self.values(Array(Self.y.doubles[40...]), Array(after[40...])), "val_")
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        #expect(
            lines[0] == "epoch,bias,correlation,largest,loss,val_bias,val_correlation,val_largest,val_loss"
                && lines.count == 4)
    }

    @Test func sampleWeightsCountAsInBuiltInMeans() throws {
        let model = Self.model(), weights = Tensor.random([50], in: 0..<2, seed: 4, dtype: .float32)
        model.compile(loss: .meanSquaredError, metrics: Self.all, weightedMetrics: Self.all)
        let found = try model.evaluate(Self.x, Self.y, batchSize: 8, sampleWeight: weights)
        let p = try model.predict(Self.x).doubles
        expect(found, Self.values(Self.y.doubles, p))
        expect(found, Self.values(Self.y.doubles, p, weights.doubles), "weighted_")
    }

    @Test func missingTargetsAreLeftOut() throws {
        let model = Self.model(), kept = (0..<50).filter { $0 % 3 != 1 }
        var targets = Self.y.doubles
        for i in targets.indices where i % 3 == 1 { targets[i] = .nan }
        model.compile(loss: .meanSquaredError.ignoringMissing(), metrics: Self.all)
        let found = try model.evaluate(Self.x, Tensor(targets, shape: [50, 1]), batchSize: 8)
        let p = try model.predict(Self.x).doubles
        expect(found, Self.values(kept.map { targets[$0] }, kept.map { p[$0] }))
    }

    @Test func maskedStepsAreLeftOut() throws {
        var x = Tensor.random([4, 5, 2], in: 1..<2, seed: 1, dtype: .float32)
        x[0..<2, 3...] = Tensor.zeros([2, 2, 2])
        let model = Sequential(input: [5, 2], seed: 2) {
            Masking()
            LSTM(1, returnsSequences: true)
        }
        let y = Tensor.random([4, 5, 1], in: -1..<1, seed: 3, dtype: .float32)
        model.compile(loss: .meanSquaredError, metrics: Self.all)
        let found = try model.evaluate(x, y, batchSize: 3)
        let p = try model.predict(x).doubles, kept = (0..<20).filter { $0 >= 10 || $0 % 5 < 3 }
        expect(found, Self.values(kept.map { y.doubles[$0] }, kept.map { p[$0] }))
    }

    @Test func eachOutputHasItsOwn() throws {
        let input = Input([3])
        let model = Model(inputs: [input], outputs: [Dense(1, name: "rain")(input), Dense(1, name: "wind")(input)])
        let fourth = Loss("fourth_power") { target, prediction in power(prediction - target, 4).mean(axis: -1) }
        model.compile(
            losses: [fourth, .meanAbsoluteError], lossWeights: [2, 0.5],
            metrics: [[Self.bias], [Self.correlation, .meanAbsoluteError]])
        let data = TrainingData(inputs: [Self.x], targets: [Self.y, 2 * Self.y])
        let found = try model.evaluate(data, batchSize: 9), p = try model.predict([Self.x])
        #expect(
            found.keys.sorted() == [
                "loss", "rain_bias", "rain_loss", "wind_correlation", "wind_loss", "wind_mean_absolute_error",
            ])
        let (rain, wind) = (
            Self.values(Self.y.doubles, p[0].doubles), Self.values((2 * Self.y).doubles, p[1].doubles)
        )
        expect(found, ["rain_bias": rain["bias"]!, "wind_correlation": wind["correlation"]!])
        expectClose(found["rain_loss"]!, power(p[0] - Self.y, 4).mean().item, 1e-5)
        expectClose(found["loss"]!, 2 * found["rain_loss"]! + 0.5 * found["wind_loss"]!, 1e-5)
        // Both losses are trained, as in Keras by their weights.
        let history = try model.fit(data, batchSize: 50, epochs: 60)
        #expect(history["rain_loss"].last! < history["rain_loss"][0])
        #expect(history["wind_loss"].last! < history["wind_loss"][0])
    }

    @Test func callbacksWatchThem() throws {
        let model = Self.model(),
            stopping = EarlyStopping(monitor: "val_correlation", patience: 3, restoresBestWeights: true)
        model.compile(optimizer: Adam(learningRate: 0.3), loss: .meanSquaredError, metrics: Self.all)
        let history = try model.fit(
            Self.x, Self.y, batchSize: 10, epochs: 100, validationSplit: 0.3, callbacks: [stopping])
        let values = history["val_correlation"]
        #expect(values.count < 100 && stopping.stoppedEpoch == values.count - 1)
        // It rises: the best is the largest.
        #expect(values[stopping.bestEpoch] == values.max() && stopping.bestEpoch == values.count - 4)
        let again = try model.evaluate(Self.x[35...], Self.y[35...])
        expectClose(again["correlation"]!, values.max()!, 1e-5)
    }

    @Test func aDirectionThatNobodyKnowsIsAskedFor() throws {
        let model = Self.model()
        model.compile(loss: .meanSquaredError, metrics: [Self.bias])
        let error = #expect(throws: TrainingError.self) {
            try model.fit(
                Self.x, Self.y, epochs: 2, validationSplit: 0.3, callbacks: [EarlyStopping(monitor: "val_bias")])
        }
        #expect(
            "\(error!)".contains("whether \"val_bias\" is to rise or to fall is not known; give mode: .max or .min"))
        let history = try model.fit(
            Self.x, Self.y, epochs: 2, validationSplit: 0.3, callbacks: [EarlyStopping(monitor: "val_bias", mode: .min)]
        )
        #expect(history.epochs == [0, 1])
    }

    /// As Keras has it in its `_direction`.
    @Test func builtInMetricsKnowTheirDirection() {
        let rising = Set(Metric.all.filter { $0.isBetterWhenLarger == true }.map(\.name))
        let falling = Set(Metric.all.filter { $0.isBetterWhenLarger == false }.map(\.name))
        #expect(rising.union(falling).count == Metric.all.count)
        #expect(
            rising == [
                "accuracy", "auc", "binary_accuracy", "binary_io_u", "categorical_accuracy", "concordance_correlation",
                "cosine_similarity", "f1_score", "fbeta_score", "pearson_correlation", "precision", "r2_score",
                "recall",
                "sparse_categorical_accuracy", "sparse_top_k_categorical_accuracy", "top_k_categorical_accuracy",
                "true_negatives", "true_positives",
            ])
    }

    @Test(arguments: [DType.float32, .float64]) func typesAreThoseOfTheModel(_ dtype: DType) throws {
        let model = Self.model(dtype: dtype)
        model.compile(loss: .meanSquaredError, metrics: Self.all)
        let found = try model.evaluate(Self.x, Self.y, batchSize: 8)
        let x = Self.x.cast(to: dtype), p = try model.predict(x).doubles
        expect(found, Self.values(Self.y.doubles, p), "", dtype == .float64 ? 1e-12 : 1e-5)
    }

    @Test func whatAFunctionGivesIsChecked() throws {
        let t = Tensor.random([4, 1], seed: 1), p = Tensor.random([4, 1], seed: 2)
        func message(_ metric: Metric) -> String {
            TestSupport.message { try catchingFailure { metric(t, p) } }
        }
        #expect(
            message(Metric("odd") { t, p in (t - p).sum() }).contains(
                "metric odd: its function gives values of shape [] for predictions of shape [4, 1]"))
        let few = Metric("few", sums: 2) { t, p, w in
            [(w * (t - p)).sum()]
        } result: {
            $0[0]
        }
        #expect(message(few).contains("metric few: a batch makes 1 of 2 parts"))
        let rows = Metric("rows", sums: 1) { t, p, w in
            [(w * (t - p)).sum(axis: 1)]
        } result: {
            $0[0]
        }
        #expect(message(rows).contains("metric rows: a batch makes a part of shape [4] of one of shape []"))
        let model = Self.model()
        model.compile(loss: .meanSquaredError, metrics: [few])
        #expect(throws: TrainingError.self) { try model.fit(Self.x, Self.y) }
    }
}
