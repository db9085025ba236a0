import TernCore
import TernLearn
import TestSupport
import Testing

/// What is not compared number by number in MLPCasesTests.
@Suite struct MLPClassifierTests {
    private let x = Tensor((0..<24).map { Double($0) / 8 }, shape: [24, 1])
    private let words = (0..<24).map { ["calm", "windy", "storm"][$0 / 8] }

    @Test func textsAreLearnedAsTheirPlaces() throws {
        var byWord = MLPClassifier(hiddenLayerSizes: [6], solver: .lbfgs, randomState: 1), byPlace = byWord
        try byWord.fit(x, words)
        #expect(byWord.classNames == ["calm", "storm", "windy"] && byWord.classes == [0, 1, 2])
        try byPlace.fit(x, Tensor(words.map { Int64(byWord.classNames.firstIndex(of: $0)!) }))
        #expect(byWord.coefs == byPlace.coefs)
        #expect(try byWord.predictNames(x) == byPlace.predict(x).doubles.map { byWord.classNames[Int($0)] })
        #expect(try byWord.score(x, words) == 1)
        #expect(try byPlace.predict(x).dtype == .int64)
    }

    @Test func labelsOfAnyNumberTypeAreTheSame() throws {
        let labels = Tensor((0..<24).map { Int64($0 / 12) })
        let fits = try [labels, labels.cast(to: .float32), labels.cast(to: .bool), labels.reshaped([24, 1])].map {
            var model = MLPClassifier(hiddenLayerSizes: [4], maxIter: 3, randomState: 1)
            try model.fit(x, $0)
            return model
        }
        for other in fits.dropFirst() {
            #expect(other.coefs == fits[0].coefs && other.classes == [0, 1])
            #expect(try other.score(x, labels) == fits[0].score(x, labels))
        }
    }

    @Test func singlePrecisionStaysExceptWithLBFGS() throws {
        var model = MLPClassifier(hiddenLayerSizes: [4], maxIter: 3, randomState: 1)
        try model.fit(x.cast(to: .float32), words)
        #expect(try model.predictProba(x).dtype == .float32 && model.coefs[0].dtype == .float32)
        model.solver = .lbfgs
        try model.fit(x.cast(to: .float32), words)
        #expect(model.coefs[0].dtype == .float64)
        // x has few digits, so that only the weights at the start differ.
        var double = model
        try double.fit(x, words)
        #expect(abs(model.lastLoss - double.lastLoss) < 1e-4 * (1 + double.lastLoss))
    }

    @Test func probabilitiesAddUpToOne() throws {
        for labels in [words, words.map { $0 == "calm" ? "calm" : "rough" }] {
            var model = MLPClassifier(hiddenLayerSizes: [5], maxIter: 5, randomState: 2)
            try model.fit(x, labels)
            let sums = try model.predictProba(x).sum(axis: 1)
            #expect(abs(sums - 1).max().item < 1e-12)
            #expect(abs(exp(try model.predictLogProba(x)) - (try model.predictProba(x))).max().item < 1e-12)
        }
    }

    @Test func aFitThatFailsLeavesWhatWasLearned() throws {
        var model = MLPClassifier(hiddenLayerSizes: [5], maxIter: 2, randomState: 2)
        try model.fit(x, words)
        let before = model
        #expect(throws: EstimatorError.self) { try model.fit(x, Tensor((0..<24).map { Double($0) + 0.5 })) }
        #expect(throws: EstimatorError.self) { try model.partialFit(x, words.map { $0 + "?" }) }
        #expect(throws: EstimatorError.self) { try model.fit(x, ["one"] + words.dropFirst(2)) }
        #expect(model.coefs == before.coefs && model.classNames == before.classNames)
    }

    @Test func whatIsNotFittedDoesNotPredict() {
        #expect(throws: EstimatorError.self) { try MLPClassifier().predict(x) }
        #expect(throws: EstimatorError.self) { try MLPClassifier().predictNames(x) }
        #expect(throws: EstimatorError.self) { try MLPClassifier().predictProba(x) }
        #expect(MLPClassifier().classes.isEmpty && MLPClassifier().nOutputs == 0)
    }

    @Test func severalLabelsHaveNoOneName() throws {
        let labels = Tensor((0..<24).map { (i: Int) -> [Double] in [Double(i % 2), Double(i / 12)] })
        var model = MLPClassifier(hiddenLayerSizes: [5], maxIter: 2, randomState: 2)
        try model.fit(x, labels)
        #expect(model.classes == [0, 1] && model.outActivation == "logistic")
        #expect(try model.predict(x).shape == [24, 2])
        #expect(throws: EstimatorError.self) { try model.predictNames(x) }
    }

    @Test func trainsTheSameBitsOnAnyNumberOfThreads() throws {
        var random = RandomState(seed: 3)
        let x = Tensor(random.standardNormal(count: 2050 * 7), shape: [2050, 7])
        let labels = (sin(x.sum(axis: 1)) .> 0).cast(to: .int64) + (x[.all, 0] .> 0.5).cast(to: .int64)
        for solver in [MLPRegressor.Solver.adam, .lbfgs] {
            let fits = try [1, 2, 5].map { threads in
                try ThreadPool.withThreads(threads) {
                    var model = MLPClassifier(hiddenLayerSizes: [40, 30], solver: solver, maxIter: 3, randomState: 1)
                    try model.fit(x, labels)
                    return model
                }
            }
            for other in fits.dropFirst() {
                #expect(other.coefs == fits[0].coefs && other.lastLoss == fits[0].lastLoss)
            }
        }
    }

    @Test func iterationsOfLBFGSAreReported() throws {
        let log = Log()
        var model = MLPClassifier(hiddenLayerSizes: [4], solver: .lbfgs, maxIter: 5, randomState: 0)
        model.onEpoch = { log.epochs.append($0) }
        try model.fit(x, words)
        #expect(log.epochs.map(\.number) == [1, 2, 3, 4, 5] && log.epochs.last!.loss == model.lastLoss)
        #expect(!model.didConverge && model.warnings.count == 1)
        model.maxIter = 2000
        try model.fit(x, words)
        #expect(model.didConverge && model.warnings.isEmpty)
    }

    @Test func weightsOfAScoreOfTextsAreChecked() throws {
        var model = MLPClassifier(hiddenLayerSizes: [5], maxIter: 2, randomState: 2)
        try model.fit(x, words)
        #expect(try model.score(x, words, sampleWeight: .ones([24])) == model.score(x, words))
        for weight in [Tensor.ones([3]), .zeros([24])] {
            #expect(message { try model.score(x, words, sampleWeight: weight) }.contains("sampleWeight"))
        }
    }

    /// Beyond 2⁵³ double precision no longer tells integers apart.
    @Test(arguments: [1e300, 0x1p54, -0x1p60]) func classesThatAreNoIntegersOfTheirOwnAreRefused(_ label: Double) {
        var model = MLPClassifier(hiddenLayerSizes: [2], maxIter: 2, randomState: 2)
        let labels = Tensor((0..<24).map { $0 % 2 == 0 ? 0 : label })
        #expect(message { try model.fit(x, labels) }.contains("up to 2^53"))
        #expect(message { try model.partialFit(x, labels, classes: [0, 1]) }.contains("up to 2^53"))
        #expect(
            message { try model.partialFit(x, labels .> 1, classes: [0, .max, .max - 1]) }.contains("up to 2^53"))
    }
}

private final class Log: @unchecked Sendable {
    var epochs: [MLPRegressor.Epoch] = []
}
