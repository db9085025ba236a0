import TernCore
import TernNN
import TestSupport
import Testing

/// Keras's metrics after each of three batches (Scripts/fixtures/keras_losses.py).
private struct MetricFixture: Decodable {
    struct Case: Decodable {
        var name: String, keras: String, numbers: [String: [Double]], words: [String: String]
        var targetShape: [Int], predictionShape: [Int]
        var targets: [[Double]], predictions: [[Double]], weights: [[Double]]?, results: [[Double?]]
    }
    var metrics: [Case]
}

@Suite struct MetricTests {
    private static let fixture = try! Fixture.decode("keras_metrics", as: MetricFixture.self)

    private static func metric(_ c: MetricFixture.Case) -> Metric? {
        func number(_ key: String) -> Double? { c.numbers[key]?.first }
        func integer(_ key: String) -> Int? { number(key).map { Int($0) } }
        let thresholds = c.numbers["thresholds"]
        let average = c.words["average"].flatMap(ClassAverage.init) ?? .none
        let classes = integer("classes") ?? 0, targets = c.numbers["targets"]?.map { Int($0) } ?? []
        switch c.name {
        case "meanSquaredError": return .meanSquaredError
        case "meanAbsoluteError": return .meanAbsoluteError
        case "rootMeanSquaredError": return .rootMeanSquaredError
        case "cosineSimilarity": return .cosineSimilarity()
        case "meanAbsolutePercentageError": return .meanAbsolutePercentageError
        case "meanSquaredLogarithmicError": return .meanSquaredLogarithmicError
        case "logCosh": return .logCosh
        case "r2Score":
            return .r2Score(
                aggregation: c.words["aggregation"].flatMap(R2Aggregation.init) ?? .uniformAverage,
                regressors: integer("regressors") ?? 0)
        case "pearsonCorrelation": return .pearsonCorrelation(axis: integer("axis") ?? -1)
        case "concordanceCorrelation": return .concordanceCorrelation()
        case "klDivergence": return .klDivergence
        case "poisson": return .poisson
        case "hinge": return .hinge
        case "squaredHinge": return .squaredHinge
        case "categoricalHinge": return .categoricalHinge
        case "binaryCrossentropy": return .binaryCrossentropy()
        case "categoricalCrossentropy": return .categoricalCrossentropy()
        case "sparseCategoricalCrossentropy":
            return .sparseCategoricalCrossentropy(
                fromLogits: integer("ignoreClass") != nil, ignoreClass: integer("ignoreClass"))
        case "accuracy": return .accuracy
        case "binaryAccuracy": return .binaryAccuracy(threshold: number("threshold") ?? 0.5)
        case "categoricalAccuracy": return .categoricalAccuracy
        case "sparseCategoricalAccuracy": return .sparseCategoricalAccuracy
        case "topKCategoricalAccuracy": return .topKCategoricalAccuracy(k: integer("k")!)
        case "sparseTopKCategoricalAccuracy": return .sparseTopKCategoricalAccuracy(k: integer("k")!)
        case "truePositives": return .truePositives(thresholds: thresholds)
        case "trueNegatives": return .trueNegatives(thresholds: thresholds)
        case "falsePositives": return .falsePositives(thresholds: thresholds)
        case "falseNegatives": return .falseNegatives(thresholds: thresholds)
        case "precision": return .precision(thresholds: thresholds, topK: integer("topK"), classID: integer("classID"))
        case "recall": return .recall(thresholds: thresholds, topK: integer("topK"), classID: integer("classID"))
        case "sensitivityAtSpecificity":
            return .sensitivityAtSpecificity(
                number("value")!, thresholds: integer("count") ?? 200, classID: integer("classID"))
        case "specificityAtSensitivity":
            return .specificityAtSensitivity(
                number("value")!, thresholds: integer("count") ?? 200, classID: integer("classID"))
        case "precisionAtRecall":
            return .precisionAtRecall(
                number("value")!, thresholds: integer("count") ?? 200, classID: integer("classID"))
        case "recallAtPrecision":
            return .recallAtPrecision(
                number("value")!, thresholds: integer("count") ?? 200, classID: integer("classID"))
        case "auc":
            return .auc(
                thresholds: integer("count") ?? 200, curve: c.words["curve"].flatMap(AUCCurve.init) ?? .roc,
                summation: c.words["summation"].flatMap(AUCSummation.init) ?? .interpolation, limits: thresholds,
                byLabel: number("byLabel") == 1, labelWeights: c.numbers["labelWeights"],
                fromLogits: number("fromLogits") == 1)
        case "fBetaScore": return .fBetaScore(average: average, beta: number("beta")!)
        case "f1Score": return .f1Score(average: average, threshold: number("threshold"))
        case "iou": return .iou(classes: classes, targetClasses: targets)
        case "meanIoU": return .meanIoU(classes: classes, ignoreClass: integer("ignoreClass"))
        case "binaryIoU": return .binaryIoU(threshold: number("threshold")!)
        case "oneHotIoU": return .oneHotIoU(classes: classes, targetClasses: targets)
        case "oneHotMeanIoU": return .oneHotMeanIoU(classes: classes)
        default: return nil
        }
    }

    @Test(arguments: fixture.metrics.indices)
    func equalsKeras(_ index: Int) throws {
        let c = Self.fixture.metrics[index]
        let metric = try #require(Self.metric(c), "no metric \(c.name)")
        // Keras tells several objects of one class apart by a number.
        #expect(c.keras == metric.name || c.keras.hasPrefix(metric.name + "_"), "\(c.keras) \(metric.name)")
        func tensor(_ values: [Double], _ shape: [Int]) -> Tensor { Tensor(values.map { Float($0) }, shape: shape) }
        var state: [Tensor]?, planned: [Tensor]?
        let isWeighted = c.weights != nil
        let update = compile { (state: [Tensor], batch: [Tensor]) in
            metric.updated(state, target: batch[0], prediction: batch[1], sampleWeight: isWeighted ? batch[2] : nil)
        }
        let finish = compile { (state: [Tensor]) in metric.result(state) }
        for batch in c.targets.indices {
            let t = tensor(c.targets[batch], c.targetShape), p = tensor(c.predictions[batch], c.predictionShape)
            let w = c.weights.map { Tensor($0[batch].map { Float($0) }) }
            let initial = metric.initialState(target: t.spec, prediction: p.spec)
            state = metric.updated(state ?? initial, target: t, prediction: p, sampleWeight: w)
            planned = update(planned ?? initial, [t, p] + (w.map { [$0] } ?? []))
            #expect(state!.map(\.spec) == initial.map(\.spec))
            for result in [metric.result(state!), finish(planned!)] {
                expectClose(
                    result.doubles, c.results[batch].map { $0 ?? .nan }, 2e-5, unit: 0.1,
                    "\(c.name) \(c.numbers) \(c.words) batch \(batch)")
            }
        }
    }

    @Test func namesAreKeras() {
        for metric in Metric.all { #expect(Metric.named(metric.name)?.name == metric.name) }
        for (short, long) in [
            ("mae", "mean_absolute_error"), ("RMSE", "root_mean_squared_error"), ("AUC", "auc"),
            ("MeanSquaredError", "mean_squared_error"), ("R2Score", "r2_score"), ("KLDivergence", "kl_divergence"),
        ] {
            #expect(Metric.named(short)?.name == long)
        }
        #expect(Metric.named("no such metric") == nil)
    }

    @Test func classesMayComeSortedByLikelihood() {
        let t = Tensor([2, 0, 1] as [Float]), p = Tensor([[2.0, 1, 0], [1, 2, 0], [0, 2, 1]])
        #expect(abs(Metric.sparseTopKCategoricalAccuracy(k: 1, fromSortedIDs: true)(t, p).item - 1.0 / 3) < 1e-6)
        #expect(Metric.sparseTopKCategoricalAccuracy(k: 3, fromSortedIDs: true)(t, p).item == 1)
    }

    /// Of logits all below 0 too, among which a missing one would be the largest.
    @Test(arguments: [Double.nan, 9, -1], [1, 5]) func aLabelThatIsNoClassIsNoHit(_ odd: Double, _ k: Int) {
        let t = Tensor([odd, 1]), p = Tensor([[-0.2, -0.3, -0.5], [0.2, 0.6, 0.2]])
        #expect(Metric.sparseTopKCategoricalAccuracy(k: k)(t, p).item == 0.5)
    }

    @Test func countsWithoutThresholdsAreRefused() {
        let makers: [([Double]) -> Metric] = [
            { .precision(thresholds: $0) }, { .recall(thresholds: $0, topK: 2) }, { .truePositives(thresholds: $0) },
        ]
        for make in makers {
            let failure = #expect(throws: CaughtFailure.self) { try catchingFailure { make([]) } }
            #expect(failure?.description.contains("there is no threshold") == true)
        }
    }

    @Test func listsReadWell() {
        let metrics: [Metric] = [.meanAbsoluteError, .rootMeanSquaredError, .auc()]
        #expect(metrics.map(\.name) == ["mean_absolute_error", "root_mean_squared_error", "auc"])
    }

    @Test func brokenPredictionsAreNotPositive() {
        let t = Tensor([1, 0, 1] as [Float]), p = Tensor([.nan, .infinity, 0.7] as [Float])
        #expect(Metric.truePositives(thresholds: [0, 0.5, 1])(t, p).doubles == [1, 1, 0])
        #expect(Metric.auc()(t, p).item.isFinite)
    }

    /// In float32 one more than 2^24 is 2^24: counts of large fields, as integers in Keras.
    @Test func countsGoOnBeyondWhatFloatsCount() {
        let ones = 4000, large = Float(1 << 24)
        let t = Tensor([0, 1] + [Float](repeating: 0, count: ones)), p = Tensor.zeros([ones + 2], dtype: .float32)
        let weight = Tensor([large, large / 4] + [Float](repeating: 1, count: ones))
        let hits = Double(large) + Double(ones)
        expectClose(
            Metric.iou(classes: 2, targetClasses: [0])(t, p, sampleWeight: weight).item,
            hits / (hits + Double(large / 4)), 5e-7)
    }

    /// What Keras 3.15.1 refuses too, but `k` and `topK` of 0, which it takes for a metric that is always 0.
    @Test func argumentsOutOfTheirRangeAreRefused() {
        let makers: [(String, () -> Metric)] = [
            ("a threshold is 50", { .precision(thresholds: [50]) }),
            ("a threshold is -0.1", { .recall(thresholds: [-0.1]) }),
            ("a threshold is 2", { .falsePositives(thresholds: [0.5, 2]) }), ("topK is 0", { .precision(topK: 0) }),
            ("beta is -2", { .fBetaScore(beta: -2) }), ("beta is 0", { .fBetaScore(beta: 0) }),
            ("the threshold is 0", { .f1Score(threshold: 0) }), ("the threshold is 1.5", { .f1Score(threshold: 1.5) }),
            ("regressors is -3", { .r2Score(regressors: -3) }), ("k is 0", { .topKCategoricalAccuracy(k: 0) }),
            ("k is 0", { .sparseTopKCategoricalAccuracy(k: 0) }),
        ]
        for (words, make) in makers {
            let text = message { try catchingFailure(make) }
            #expect(text.contains(words), "\(text), not \(words)")
        }
        #expect(Metric.precision(thresholds: [0, 1]).name == "precision")
        #expect(Metric.f1Score(threshold: 1).name == "f1_score")
    }

    /// keras.metrics.SparseCategoricalCrossentropy(ignore_class=0) of [0, 1] and two halves: 0.3466.
    @Test func classesThatAreIgnoredCountAsZero() {
        let metric = Metric.sparseCategoricalCrossentropy(ignoreClass: 0)
        expectClose(metric(Tensor([0, 1]), Tensor([[0.5, 0.5], [0.5, 0.5]])).item, 0.34657359, 1e-6)
        #expect(metric.kerasForm?.arguments.keys.contains("ignore_class") == true)
    }

    /// keras.metrics.F1Score(average=...) of Keras 3.15.1 with sample_weight [1, 2, 3, 4].
    @Test(arguments: [[4], [4, 1]]) func fScoresCountExamplesByTheirWeights(_ shape: [Int]) {
        let t = Tensor([[1.0, 0], [0, 1], [0, 1], [1, 0]]),
            p = Tensor([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.4, 0.6]])
        let weight = Tensor([1.0, 2, 3, 4], shape: shape)
        let wanted: [(ClassAverage, [Double])] = [
            (.none, [0.25, 0.5]), (.micro, [0.4]), (.macro, [0.375]), (.weighted, [0.375]),
        ]
        for (average, scores) in wanted {
            let found = Metric.f1Score(average: average)(t, p, sampleWeight: weight)
            expectClose(found.doubles, scores, 1e-6, "\(average)")
        }
        let words = message { try catchingFailure { Metric.f1Score()(t, p, sampleWeight: .ones([4, 2])) } }
        #expect(words.contains("weights of shape [4, 2]") && words.contains("one for each example"), "\(words)")
    }

    /// Keras lays one weight out over three labels: the area is 3.
    @Test func areasWantAWeightForEachLabel() {
        let t = Tensor([[1.0, 0, 1], [0, 1, 0]]), p = Tensor([[0.9, 0.2, 0.8], [0.1, 0.9, 0.2]])
        for byLabel in [true, false] {
            let words = message { try catchingFailure { Metric.auc(byLabel: byLabel, labelWeights: [1])(t, p) } }
            #expect(words.contains("1 weights of labels beside 3"), "\(words)")
        }
        let words = message {
            try catchingFailure { Metric.auc(labelWeights: [1, 2])(Tensor([0.0, 1]), Tensor([0.1, 0.9])) }
        }
        #expect(words.contains("2 weights of labels beside 1"), "\(words)")
    }

    @Test func aStateByCellFitsTargetsWithoutTheLastAxis() {
        let errors = Metric("errors") { _, prediction in
            [.zeros(Array(prediction.shape.dropFirst()), dtype: prediction.dtype)]
        } update: { state, target, prediction, weight in
            [state[0] + (weight * abs(prediction - target)).sum(axes: [0])]
        } result: {
            $0[0]
        }
        #expect(errors(.ones([2, 3, 3]), .zeros([2, 3, 3, 1])) == 2 * Tensor.ones([3, 3]))
        #expect(errors(.ones([2]), .zeros([2, 1])) == 2 * Tensor.ones([1]))
    }
}
