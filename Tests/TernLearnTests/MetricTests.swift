import TernCore
import TernLearn
import TestSupport
import Testing

/// Metrics beside scikit-learn's (Scripts/fixtures/sklearn_metrics.py).
@Suite struct MetricTests {
    private static let fixture = try! SklearnCases("sklearn_metrics")
    private static let curves = try! SklearnCases("sklearn_curves")

    @Test func scoresOfNumbers() {
        for (i, c) in Self.fixture["regression"].enumerated() {
            let t = c["truth"]!.tensor, p = c["prediction"]!.tensor, w = c["weight"]?.tensor
            let multi: MultiOutput =
                switch c["multi"]! {
                case "uniform_average": .uniformAverage
                case "variance_weighted": .varianceWeighted
                default: .weighted(c["multi"]!.doubles)
                }
            let alpha = c["alpha"]!.double, power = c["power"]!.double
            func expect(_ name: String, _ ours: () throws -> Double) {
                expectSame(c["scores"]![name], "\(name), case \(i): \(c)", ours)
            }
            expect("mean_squared_error") { meanSquaredError(t, p, sampleWeight: w, multiOutput: multi) }
            expect("root_mean_squared_error") { rootMeanSquaredError(t, p, sampleWeight: w, multiOutput: multi) }
            expect("mean_absolute_error") { meanAbsoluteError(t, p, sampleWeight: w, multiOutput: multi) }
            expect("median_absolute_error") { medianAbsoluteError(t, p, sampleWeight: w, multiOutput: multi) }
            expect("mean_absolute_percentage_error") {
                meanAbsolutePercentageError(t, p, sampleWeight: w, multiOutput: multi)
            }
            expect("mean_squared_log_error") { try meanSquaredLogError(t, p, sampleWeight: w, multiOutput: multi) }
            expect("root_mean_squared_log_error") {
                try rootMeanSquaredLogError(t, p, sampleWeight: w, multiOutput: multi)
            }
            expect("mean_pinball_loss") { meanPinballLoss(t, p, sampleWeight: w, alpha: alpha, multiOutput: multi) }
            expect("r2_score") { r2Score(t, p, sampleWeight: w, multiOutput: multi) }
            expect("explained_variance_score") { explainedVarianceScore(t, p, sampleWeight: w, multiOutput: multi) }
            expect("d2_absolute_error_score") { d2AbsoluteErrorScore(t, p, sampleWeight: w, multiOutput: multi) }
            expect("d2_pinball_score") { d2PinballScore(t, p, sampleWeight: w, alpha: alpha, multiOutput: multi) }
            expect("max_error") { maxError(t, p) }
            expect("mean_tweedie_deviance") { try meanTweedieDeviance(t, p, sampleWeight: w, power: power) }
            expect("mean_poisson_deviance") { try meanPoissonDeviance(t, p, sampleWeight: w) }
            expect("mean_gamma_deviance") { try meanGammaDeviance(t, p, sampleWeight: w) }
            expect("d2_tweedie_score") { try d2TweedieScore(t, p, sampleWeight: w, power: power) }
        }
    }

    @Test func scoresOfLabels() {
        for (i, c) in Self.fixture["labels"].enumerated() {
            let t = c["truth"]!.tensor, p = c["prediction"]!.tensor, w = c["weight"]?.tensor
            let labels = c["labels"]?.doubles, average = Average(rawValue: c["average"]!.text)!
            let zero = c["zero"]!.double, beta = c["beta"]!.double, positive = c["positive"]!.double
            func expect(_ name: String, _ ours: () throws -> Double) {
                expectSame(c["scores"]![name], "\(name), case \(i): \(c)", ours)
            }
            expect("accuracy") { try accuracyScore(t, p, sampleWeight: w) }
            expect("accuracy_count") { try accuracyScore(t, p, normalize: false, sampleWeight: w) }
            expect("zero_one_loss") { try zeroOneLoss(t, p, sampleWeight: w) }
            expect("hamming_loss") { try hammingLoss(t, p, sampleWeight: w) }
            expect("precision") {
                try precisionScore(
                    t, p, labels: labels, positiveLabel: positive, average: average, sampleWeight: w, zeroDivision: zero
                )
            }
            expect("recall") {
                try recallScore(
                    t, p, labels: labels, positiveLabel: positive, average: average, sampleWeight: w, zeroDivision: zero
                )
            }
            expect("f1") {
                try f1Score(
                    t, p, labels: labels, positiveLabel: positive, average: average, sampleWeight: w, zeroDivision: zero
                )
            }
            expect("fbeta") {
                try fBetaScore(
                    t, p, beta: beta, labels: labels, positiveLabel: positive, average: average, sampleWeight: w,
                    zeroDivision: zero)
            }
            expect("jaccard") {
                try jaccardScore(
                    t, p, labels: labels, positiveLabel: positive, average: average, sampleWeight: w,
                    zeroDivision: zero.isNaN ? 0 : zero)
            }
            expectSame(c["scores"]!["each"], "each label, case \(i): \(c)") {
                let each = try LabelScores(t, p, beta: beta, labels: labels, sampleWeight: w, zeroDivision: zero)
                return Tensor([each.precision, each.recall, each.fScore, each.support])
            }
            expect("balanced_accuracy") {
                try balancedAccuracyScore(t, p, sampleWeight: w, adjusted: c["adjusted"]!.bool)
            }
            expectSame(c["scores"]!["confusion"], "confusion, case \(i): \(c)") {
                try confusionMatrix(
                    t, p, labels: labels, sampleWeight: w,
                    normalize: c["normalize"].map { ConfusionNormalization(rawValue: $0.text)! })
            }
            expect("kappa") {
                try cohenKappaScore(
                    t, p, labels: labels, weights: c["weights"].map { KappaWeights(rawValue: $0.text)! },
                    sampleWeight: w)
            }
            expect("matthews") { try matthewsCorrcoef(t, p, sampleWeight: w) }
        }
    }

    @Test func scoresOfProbabilities() {
        for (i, c) in Self.curves["probabilities"].enumerated() {
            let t = c["truth"]!.tensor, p = c["probability"]!.tensor, w = c["weight"]?.tensor
            let labels = c["labels"]?.doubles, positive = c["positive"]?.double
            let half: Bool? = c["half"]! == "auto" ? nil : c["half"]! == "True"
            func expect(_ name: String, _ ours: () throws -> Double) {
                expectSame(c["scores"]![name], "\(name), case \(i): \(c)", ours)
            }
            expect("log_loss") { try logLoss(t, p, sampleWeight: w, labels: labels) }
            expect("log_loss_sum") { try logLoss(t, p, normalize: false, sampleWeight: w, labels: labels) }
            expect("d2_log_loss") { try d2LogLossScore(t, p, sampleWeight: w, labels: labels) }
            expect("brier") {
                try brierScoreLoss(t, p, sampleWeight: w, positiveLabel: positive, labels: labels, scaleByHalf: half)
            }
            expect("d2_brier") { try d2BrierScore(t, p, sampleWeight: w, positiveLabel: positive, labels: labels) }
            expect("hinge") { try hingeLoss(t, c["decision"]!.tensor, labels: labels, sampleWeight: w) }
            expect("top_k") {
                try topKAccuracyScore(t, c["score"]!.tensor, k: c["k"]!.int, sampleWeight: w, labels: labels)
            }
        }
    }

    @Test func curvesOverThresholds() {
        for (i, c) in Self.curves["curves"].enumerated() {
            let t = c["truth"]!.tensor, s = c["score"]!.tensor, w = c["weight"]?.tensor, scores = c["scores"]!
            let positive = c["positive"]?.double, drop = c["drop"]!.bool
            func expect(_ name: String, _ ours: () throws -> [[Double]]) {
                expectSameLists(scores[name], "\(name), case \(i): \(c)", ours)
            }
            expect("roc") {
                let curve = try rocCurve(t, s, positiveLabel: positive, sampleWeight: w, dropIntermediate: drop)
                return [curve.falsePositiveRate, curve.truePositiveRate, curve.thresholds]
            }
            expect("pr") {
                let curve = try precisionRecallCurve(
                    t, s, positiveLabel: positive, sampleWeight: w, dropIntermediate: drop)
                return [curve.precision, curve.recall, curve.thresholds]
            }
            expect("det") {
                let curve = try detCurve(t, s, positiveLabel: positive, sampleWeight: w, dropIntermediate: drop)
                return [curve.falsePositiveRate, curve.falseNegativeRate, curve.thresholds]
            }
            expect("calibration") {
                let curve = try calibrationCurve(
                    t, s, positiveLabel: positive, bins: c["bins"]!.int, byQuantiles: c["quantile"]!.bool)
                return [curve.frequency, curve.probability]
            }
            expectSame(scores["auc"], "auc, case \(i): \(c)") {
                try rocAUCScore(t, s, sampleWeight: w, maxFPR: c["max_fpr"]?.double)
            }
            expectSame(scores["ap"], "average precision, case \(i): \(c)") {
                try averagePrecisionScore(t, s, positiveLabel: positive ?? 1, sampleWeight: w)
            }
        }
    }

    @Test func areasOfSeveralClasses() {
        for (i, c) in Self.curves["areas"].enumerated() {
            let t = c["truth"]!.tensor, s = c["score"]!.tensor, w = c["weight"]?.tensor
            let average = Average(rawValue: c["average"]!.text)!
            expectSame(c["scores"]!["auc"], "auc, case \(i): \(c)") {
                try rocAUCScore(
                    t, s, average: average, sampleWeight: w,
                    multiClass: c["multi"].map { MultiClass(rawValue: $0.text)! }, labels: c["labels"]?.doubles)
            }
            expectSame(c["scores"]!["ap"], "average precision, case \(i): \(c)") {
                try averagePrecisionScore(t, s, average: average, sampleWeight: w)
            }
        }
    }

    @Test func scoresThatDoNotFitAreTold() {
        #expect { try accuracyScore(Tensor([0, 1]), Tensor([0.2, 0.7])) } throws: { "\($0)".contains("probabilities") }
        #expect { try f1Score(Tensor([0, 1, 2]), Tensor([0, 1, 2])) } throws: { "\($0)".contains("another average") }
        #expect { try meanPoissonDeviance(Tensor([1.0]), Tensor([0.0])) } throws: { "\($0)".contains("above 0") }
        #expect { try rocAUCScore(Tensor([0, 1, 2]), Tensor.ones([3, 3]) / 3) } throws: {
            "\($0)".contains("multiClass")
        }
    }

    /// An order in which NaN stands is none, and a decision that is NaN is not the best.
    @Test(arguments: 0..<3) func aGapIsNoGoodPrediction(_ place: Int) {
        var values = [5.0, 2, 3]
        values[place] = .nan
        let gap = Tensor(values), whole = Tensor([1.0, 2, 4])
        for (truth, prediction) in [(whole, gap), (gap, whole)] {
            for error in [
                maxError(truth, prediction), medianAbsoluteError(truth, prediction),
                d2PinballScore(truth, prediction), d2AbsoluteErrorScore(truth, prediction),
                meanAbsoluteError(truth, prediction), r2Score(truth, prediction),
            ] { #expect(error.isNaN) }
        }
        let labels = Tensor([0, 1, 1])
        #expect(message { try hingeLoss(labels, gap) }.contains("NaN"))
        #expect(message { try topKAccuracyScore(labels, gap, k: 1) }.contains("NaN"))
    }

    /// Scores that may throw do, where no example counts.
    @Test func weightsOfWhichAllAreZeroAreRefused() throws {
        let truth = Tensor([0, 1, 1]), found = Tensor([0, 1, 0]), share = Tensor([0.1, 0.9, 0.4]),
            none = Tensor.zeros([3])
        var line = LinearRegression()
        let x = Tensor([[0.0], [1], [2]])
        try line.fit(x, truth)
        let model = line
        let scores: [() throws -> Double] = [
            { try accuracyScore(truth, found, sampleWeight: none) },
            { try f1Score(truth, found, sampleWeight: none) },
            { try balancedAccuracyScore(truth, found, sampleWeight: none) },
            { try matthewsCorrcoef(truth, found, sampleWeight: none) },
            { try logLoss(truth, share, sampleWeight: none) },
            { try hingeLoss(truth, share, sampleWeight: none) },
            { try rocAUCScore(truth, share, sampleWeight: none) },
            { try topKAccuracyScore(truth, share, sampleWeight: none) },
            { try model.score(x, truth, sampleWeight: none) },
            { try Scoring.negMeanSquaredError.score(model, x, truth, sampleWeight: none) },
        ]
        for (i, score) in scores.enumerated() {
            #expect(message { try score() }.contains("is 0 for all"), "score \(i)")
        }
        #expect(message { try model.score(x, truth, sampleWeight: .ones([2])) }.contains("sampleWeight"))
        #expect(
            message { try Scoring.negMaxError.score(model, x, truth, sampleWeight: .ones([3])) }.contains("no weights"))
    }

    @Test(arguments: [3.0, -1, 0.5]) func averagesOverExamplesAreOfLabelsThatThereAre(_ label: Double) {
        let truth = Tensor([[0, 1, 1], [1, 0, 0]]), found = Tensor([[0, 1, 0], [1, 0, 0]])
        for average in [Average.samples, .macro] {
            #expect(
                message { try precisionScore(truth, found, labels: [label], average: average) }.contains(
                    "numbers from 0 to 2"))
        }
    }

    /// 0.1 + 0.1 + 0.1 is not three times 0.1; `scipy.stats.pearsonr` gives NaN.
    @Test func aConstantSeriesHasNoCorrelation() {
        let constant = Tensor([0.1, 0.1, 0.1])
        #expect(correlation(constant, constant).isNaN)
        #expect(correlation(constant, Tensor([1.0, 2, 4])).isNaN && correlation(Tensor([1.0, 2, 4]), constant).isNaN)
    }

    /// Of a constant target nothing is explained, but NaN is no score of 0.
    @Test func aGapIsNoPredictionOfAConstant() {
        let truth = Tensor([1.0, 1, 1]), gap = Tensor([.nan, 1.0, 1])
        for score in [
            r2Score(truth, gap), explainedVarianceScore(truth, gap), d2AbsoluteErrorScore(truth, gap),
            d2PinballScore(truth, gap),
        ] { #expect(score.isNaN) }
        #expect(r2Score(truth, Tensor([2.0, 1, 1])) == 0)
    }

    @Test(arguments: Average.allCases.filter { $0 != .binary }) func scoresOfSeveralLabelsAreFinite(_ average: Average)
    {
        let truth = Tensor([[0, 1], [1, 0], [1, 1], [0, 0]])
        for odd in [Double.nan, .infinity] {
            let score = Tensor([[0.1, odd], [0.4, 0.2], [0.5, 0.6], [0.2, 0.1]])
            #expect(message { try rocAUCScore(truth, score, average: average) }.contains("must be finite"))
            #expect(message { try averagePrecisionScore(truth, score, average: average) }.contains("must be finite"))
        }
    }

    /// scikit-learn warns that they do not sum to one.
    @Test func rowsOfProbabilitiesSumToOne() throws {
        let truth = Tensor([0, 1, 2]), p = Tensor([Double](repeating: 0.9, count: 9), shape: [3, 3])
        let scores: [() throws -> Double] = [
            { try logLoss(truth, p) }, { try d2LogLossScore(truth, p) }, { try brierScoreLoss(truth, p) },
            { try d2BrierScore(truth, p) }, { try rocAUCScore(truth, p, multiClass: .oneVersusRest) },
        ]
        for (i, score) in scores.enumerated() { #expect(message(score).contains("row 0 sums to 2.7"), "score \(i)") }
        let thirds = Tensor([Double](repeating: 0.333, count: 9), shape: [3, 3])
        expectClose(try logLoss(truth, thirds), 1.0996, 1e-4)
    }

    /// Columns that are meant in another order than the labels' would be taken for others without a word.
    @Test(arguments: [[2.0, 1, 0], [0, 1, 1, 2]]) func labelsOfColumnsAscend(_ labels: [Double]) {
        let truth = Tensor([0, 1, 2]), p = Tensor.ones([3, labels.count]) / Double(labels.count)
        let scores: [() throws -> Double] = [
            { try logLoss(truth, p, labels: labels) }, { try d2LogLossScore(truth, p, labels: labels) },
            { try brierScoreLoss(truth, p, labels: labels) }, { try d2BrierScore(truth, p, labels: labels) },
            { try topKAccuracyScore(truth, p, labels: labels) },
            { try rocAUCScore(truth, p, multiClass: .oneVersusRest, labels: labels) },
        ]
        for (i, score) in scores.enumerated() { #expect(message(score).contains("ascending order"), "score \(i)") }
    }

    /// scikit-learn's `jaccard_score` refuses it, too.
    @Test func aJaccardIndexOfNothingIsZeroOrOne() {
        #expect(message { try jaccardScore(Tensor([0, 1]), Tensor([0, 1]), zeroDivision: .nan) }.contains("0 or 1"))
    }

    @Test(arguments: [0, -1, Int.max]) func binsThatCannotBe(_ bins: Int) {
        #expect(message { try calibrationCurve(Tensor([0, 1]), Tensor([0.2, 0.7]), bins: bins) }.contains("bins"))
    }

    /// `log_loss([1, 1], [[1, 0], [0, 1]], labels=[0, 1])`, by the least difference from 1 that the type knows.
    @Test(arguments: [(DType.float32, 7.971192359924316), (.float64, 18.021826694558577)])
    func certainProbabilitiesCountByTheirType(_ dtype: DType, _ loss: Double) throws {
        let p = Tensor([[1.0, 0], [0, 1]]).cast(to: dtype)
        expectClose(try logLoss(Tensor([1, 1]), p, labels: [0, 1]), loss, 1e-6)
    }
}
