import TernCore
import TernLearn
import TestSupport
import Testing

/// Rankings, reports and counts over thresholds beside scikit-learn's (Scripts/fixtures/sklearn_ranking.py).
@Suite struct RankingTests {
    private static let fixture = try! SklearnCases("sklearn_ranking")

    @Test func rankings() {
        for (i, c) in Self.fixture["ranking"].enumerated() {
            let t = c["truth"]!.tensor, worth = c["worth"]!.tensor, s = c["score"]!.tensor, w = c["weight"]?.tensor
            let k = c["k"]?.int, ties = c["ties"]!.bool
            func expect(_ name: String, _ ours: () throws -> Double) {
                // scikit-learn refuses tables of which no example has more than one value.
                if c["scores"]![name]?.isRefused == true, name != "ndcg" { return }
                expectSame(c["scores"]![name], "\(name), case \(i): \(c)", ours)
            }
            expect("coverage") { try coverageError(t, s, sampleWeight: w) }
            expect("precision") { try labelRankingAveragePrecisionScore(t, s, sampleWeight: w) }
            expect("loss") { try labelRankingLoss(t, s, sampleWeight: w) }
            expect("dcg") {
                try dcgScore(worth, s, k: k, logBase: c["base"]!.double, sampleWeight: w, ignoresTies: ties)
            }
            expect("ndcg") { try ndcgScore(worth, s, k: k, sampleWeight: w, ignoresTies: ties) }
        }
    }

    @Test func reportsAreScikitLearnsText() throws {
        for (i, c) in Self.fixture["report"].enumerated() {
            func report() throws -> ClassificationReport {
                try ClassificationReport(
                    c["truth"]!.tensor, c["prediction"]!.tensor, labels: c["labels"]?.doubles,
                    names: c["names"]?.list.map(\.text), sampleWeight: c["weight"]?.tensor, digits: c["digits"]!.int,
                    zeroDivision: c["zero"]!.double)
            }
            if c["text"]!.isRefused {
                #expect(throws: EstimatorError.self, "case \(i): \(c)") { try report() }
                continue
            }
            // Names are for labels that are there; scikit-learn leaves out those that are too many.
            if let names = c["names"]?.list.count, let labels = c["labels"]?.list.count, names != labels { continue }
            let ours = try report()
            #expect(ours.description == c["text"]!.text, "case \(i)")
            let rows = (ours.labels + ours.averages).map { [$0.precision, $0.recall, $0.f1Score, $0.support] }
            let theirs = c["table"]!.list
            expectSame(.list(theirs.filter { if case .list = $0 { true } else { false } }), "table \(i): \(c)") {
                Tensor(rows)
            }
            let accuracy = theirs.first { if case .list = $0 { false } else { true } }
            #expect((ours.accuracy == nil) == (accuracy == nil), "case \(i)")
            if let ours = ours.accuracy { expectSame(accuracy, "accuracy \(i)") { ours } }
        }
    }

    @Test func likelihoodRatiosAndTables() {
        for (i, c) in Self.fixture["report"].enumerated() {
            let t = c["truth"]!.tensor, p = c["prediction"]!.tensor, w = c["weight"]?.tensor
            let labels = c["labels"]?.doubles
            expectSame(c["ratios"], "ratios \(i): \(c)") {
                let undefined = c["undefined"]?.doubles ?? [.nan, .nan]
                let ratios = try classLikelihoodRatios(
                    t, p, labels: labels?.count == 2 ? labels : nil, sampleWeight: w,
                    undefined: (undefined[0], undefined[1]))
                return Tensor([ratios.positive, ratios.negative])
            }
            expectSame(c["tables"], "tables \(i): \(c)", tolerance: 1e-9) {
                try multilabelConfusionMatrix(t, p, labels: labels, sampleWeight: w, byExample: c["by_example"]!.bool)
            }
        }
    }

    @Test func countsOverThresholds() {
        for (i, c) in Self.fixture["thresholds"].enumerated() {
            let t = c["truth"]!.tensor, s = c["score"]!.tensor, w = c["weight"]?.tensor
            func expect(_ name: String, _ ours: () throws -> [[Double]]) {
                expectSameLists(c["scores"]![name], "\(name), case \(i): \(c)", ours)
            }
            expect("counts") {
                let counts = try confusionMatrixAtThresholds(
                    t, s, positiveLabel: c["positive"]?.double, sampleWeight: w)
                return [
                    counts.trueNegatives, counts.falsePositives, counts.falseNegatives, counts.truePositives,
                    counts.thresholds,
                ]
            }
            expect("accuracy") {
                let accuracy = try metricAtThresholds(t, s, sampleWeight: w) {
                    try accuracyScore($0, $1, sampleWeight: $2)
                }
                return [accuracy.values, accuracy.thresholds]
            }
        }
    }

    /// Its features are the probabilities of its classes.
    private struct Given: Classifier {
        var classes: [Double]
        mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) {}
        func predict(_ x: Tensor) -> Tensor { x.argmax(axis: 1) }
        func predictProba(_ x: Tensor) -> Tensor { x }
    }
    /// Its feature is what it predicts.
    private struct Line: Regressor {
        mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) {}
        func predict(_ x: Tensor) -> Tensor { x.flattened() }
    }

    @Test func scorersAreScikitLearns() throws {
        var seen: Set<String> = []
        for (i, c) in Self.fixture["scorers"].enumerated() {
            let k = c["classes"]!.int, y = c["y"]!.tensor, weight = c["weight"]?.tensor
            let model: any Predictor = k == 1 ? Line() : Given(classes: (0..<k).map(Double.init))
            guard case .object(let scores) = c["scores"]! else { continue }
            for (name, theirs) in scores {
                let scoring = try #require(Scoring(rawValue: name), "\(name)")
                seen.insert(name)
                expectSame(theirs, "\(name), case \(i): \(c)") {
                    try scoring.score(model, c["x"]!.tensor, y, sampleWeight: weight)
                }
            }
        }
        let unseen = Set(Scoring.allCases.map(\.rawValue)).subtracting(seen)
        #expect(unseen.allSatisfy { $0.hasSuffix("_samples") }, "\(unseen)")
    }

    @Test func scoresOfEachTarget() {
        for (i, c) in Self.fixture["targets"].enumerated() {
            let t = c["truth"]!.tensor, p = c["prediction"]!.tensor, w = c["weight"]?.tensor
            func expect(_ name: String, _ metric: (Tensor, Tensor) -> Double) {
                expectSame(c["scores"]![name], "\(name), case \(i): \(c)") { Tensor(scoreOfEachTarget(t, p, metric)) }
            }
            expect("mean_squared_error") { meanSquaredError($0, $1, sampleWeight: w) }
            expect("root_mean_squared_error") { rootMeanSquaredError($0, $1, sampleWeight: w) }
            expect("median_absolute_error") { medianAbsoluteError($0, $1, sampleWeight: w) }
            expect("r2_score") { r2Score($0, $1, sampleWeight: w) }
            expect("d2_absolute_error_score") { d2AbsoluteErrorScore($0, $1, sampleWeight: w) }
        }
    }

    /// Of labels 1 and 2, label 1 is the smaller. `get_scorer(name)` of a classifier with these probabilities.
    @Test(arguments: [([1.0, 2], 0.8333333333333333), ([0, 1], 0.9166666666666665), ([-1, 1], 0.9166666666666665)])
    func whatIsOfOneLabelIsOfLabelOne(_ classes: [Double], _ precision: Double) throws {
        let first = Tensor([0.9, 0.2, 0.6, 0.5, 0.1]), x = Tensor.stacked([first, 1 - first], axis: 1)
        let y = Tensor([0, 1, 1, 0, 1].map { classes[$0] }), model = Given(classes: classes)
        expectClose(try Scoring.averagePrecision.score(model, x, y), precision)
        expectClose(try Scoring.rocAUC.score(model, x, y), 0.8333333333333333)
        expectClose(try Scoring.negBrierScore.score(model, x, y), -0.134)
    }

    @Test func anAveragePrecisionNeedsALabelOne() {
        let x = Tensor([[0.9, 0.1], [0.2, 0.8]]), y = Tensor([0.0, 2])
        #expect(
            message { try Scoring.averagePrecision.score(Given(classes: [0, 2]), x, y) }.contains("label 1.0"))
    }

    /// Probabilities of sums beyond 37 are all 1: ties. `get_scorer(name)` of `LogisticRegression().fit(x, y)`.
    @Test(arguments: [(0.0, 0.95), (1, 0.8333333333333333)])
    func examplesAreRankedByTheirSums(_ low: Double, _ precision: Double) throws {
        let x = Tensor([[-3.0], [-2], [-1], [1], [2], [3]]), y = Tensor([0.0, 0, 0, 1, 1, 1]) + low
        let far = Tensor([[-10.0], [50], [60], [80], [120], [6]]), truth = Tensor([0.0, 0, 1, 1, 1, 1]) + low
        let models: [any Predictor] = [
            LogisticRegression(), Pipeline(LogisticRegression()),
            try GridSearch(LogisticRegression(), ["C": [1.0]], cv: StratifiedKFold(nSplits: 3)),
        ]
        for var model in models {
            try model.fit(x, y)
            expectClose(try Scoring.rocAUC.score(model, far, truth), 0.875)
            expectClose(try Scoring.averagePrecision.score(model, far, truth), precision)
            expectClose(try Scoring.topKAccuracy.score(model, far, truth), 1)
        }
        #expect(try Given(classes: [0, 1]).decision(x) == nil)
    }
}
