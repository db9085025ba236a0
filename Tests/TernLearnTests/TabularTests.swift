import Synchronization
import TernCore
import TernLearn
import TestSupport
import Testing

@Suite struct TabularTests {
    /// Rows of features between −2 and 2.
    private static func features(_ rows: Int, _ width: Int, seed: UInt32) -> Tensor {
        var random = RandomState(seed: seed)
        return Tensor(random.uniform(low: -2, high: 2, count: rows * width), shape: [rows, width])
    }

    private static func noise(_ rows: Int, _ size: Double, seed: UInt32) -> Tensor {
        var random = RandomState(seed: seed)
        return Tensor(random.standardNormal(count: rows)) * size
    }

    /// No straight line comes near it.
    private static func curved(_ x: Tensor) -> Tensor { sin(2 * x[.all, 0]) + x[.all, 1] * x[.all, 2] }

    private static func meanSquare(_ a: Tensor, _ b: Tensor) -> Double { square(a - b).mean().item }

    // MARK: What is learned

    @Test func learnsWhatALineCannot() throws {
        let x = Self.features(300, 3, seed: 1), y = Self.curved(x) + Self.noise(300, 0.1, seed: 2)
        let unseen = Self.features(200, 3, seed: 3), truth = Self.curved(unseen)
        var model = TabularRegressor(randomState: 0), line = Ridge()
        try model.fit(x, y)
        try line.fit(x, y)
        #expect(try line.score(unseen, truth) < 0.3)
        #expect(try model.score(unseen, truth) > 0.9)
        #expect(model.networkShares[0].reduce(0, +) > 0.9)
    }

    @Test func isALineWhereThereIsNothingElse() throws {
        var ours = 0.0, lines = 0.0
        for seed in UInt32(0)..<6 {
            let x = Self.features(60, 3, seed: 10 + seed), unseen = Self.features(500, 3, seed: 20 + seed)
            func target(_ x: Tensor) -> Tensor { 2 * x[.all, 0] - x[.all, 1] + 5 }
            let y = target(x) + Self.noise(60, 1, seed: 30 + seed)
            var model = TabularRegressor(randomState: seed), line = Ridge()
            try model.fit(x, y)
            try line.fit(x, y)
            ours += Self.meanSquare(try model.predict(unseen), target(unseen)) / 6
            lines += Self.meanSquare(try line.predict(unseen), target(unseen)) / 6
        }
        // Both are off by what 60 rows of noise 1 leave open; a network alone would be off by several times that.
        #expect(ours < 1.25 * lines)
        #expect(lines < 0.2)
    }

    @Test func aTrendGoesOnBeyondTheRowsOfASeries() throws {
        let time = Tensor.linearSpace(from: 0, to: 10, count: 240), angle = 2 * Double.pi * time
        func table(_ rows: Range<Int>) -> (x: Tensor, y: Tensor) {
            let x = Tensor.stacked([time, sin(angle), cos(angle)], axis: 1)
            return (x[rows], (3 * time + sin(angle) + 0.5 * square(sin(angle)))[rows])
        }
        let (x, y) = table(0..<180), (later, truth) = table(180..<240)
        var model = TabularRegressor(validation: .blocks, randomState: 0)
        try model.fit(x, y)
        #expect(try model.score(later, truth) > 0.98)
    }

    @Test func learnsClassesThatNoPlaneParts() throws {
        func isInside(_ x: Tensor) -> Tensor { (square(x[.all, 0]) + square(x[.all, 1]) .< 2).cast(to: .float64) }
        let x = Self.features(400, 2, seed: 1), unseen = Self.features(400, 2, seed: 2)
        var model = TabularClassifier(randomState: 0), line = LogisticRegression()
        try model.fit(x, isInside(x))
        try line.fit(x, isInside(x))
        #expect(try line.score(unseen, isInside(unseen)) < 0.75)
        #expect(try model.score(unseen, isInside(unseen)) > 0.93)
        let p = try model.predictProba(unseen)
        #expect(p.shape == [400, 2])
        expectClose(p.sum(axis: 1), Tensor.ones([400], dtype: .float64), 1e-12)
        #expect(try logLoss(isInside(unseen), p) < 0.25)
    }

    @Test func labelsAreThoseThatWereGiven() throws {
        let x = Self.features(90, 2, seed: 1)
        let labels = Tensor((0..<90).map { x.doubles[2 * $0] < -0.7 ? -3 : x.doubles[2 * $0] < 0.7 ? 4 : 11 })
        var model = TabularClassifier(maxEpochs: 20, randomState: 0)
        try model.fit(x, labels)
        #expect(model.classes == [-3, 4, 11])
        #expect(try model.predictProba(x).shape == [90, 3])
        #expect(Set(try model.predict(x).doubles) == [-3, 4, 11])
        #expect(try model.score(x, labels) > 0.9)
    }

    @Test func severalTargetsAreLearnedEach() throws {
        let x = Self.features(200, 3, seed: 1)
        let y = Tensor.stacked([Self.curved(x), 100 * x[.all, 0] + 7], axis: 1)
        var model = TabularRegressor(randomState: 0)
        try model.fit(x, y)
        let prediction = try model.predict(x)
        #expect(prediction.shape == [200, 2])
        for target in 0..<2 { #expect(r2Score(y[.all, target], prediction[.all, target]) > 0.9) }
        #expect(model.networkShares.count == 2)
        #expect(model.outOfFold.shape == [200, 2])
    }

    // MARK: What is held out

    @Test func theKeptEpochIsTheBestOfTheCurve() throws {
        let x = Self.features(120, 3, seed: 1)
        var model = TabularRegressor(maxEpochs: 30, randomState: 0)
        try model.fit(x, Self.curved(x))
        #expect(model.validationCurves.count == 2 && model.bestEpochs.count == 2)
        for (curve, epoch) in zip(model.validationCurves, model.bestEpochs) {
            #expect(curve.count > 1 && curve.count <= 31)
            #expect(curve[epoch] == curve.min())
        }
        // Both begin with the line.
        #expect(model.validationCurves[0][0] == model.validationCurves[1][0])
    }

    @Test func predictionsOutOfFoldAreAsGoodAsOfUnseenRows() throws {
        let x = Self.features(300, 3, seed: 1), y = Self.curved(x) + Self.noise(300, 0.5, seed: 2)
        let unseen = Self.features(2000, 3, seed: 3), truth = Self.curved(unseen) + Self.noise(2000, 0.5, seed: 4)
        var model = TabularRegressor(randomState: 0)
        try model.fit(x, y)
        let honest = Self.meanSquare(model.outOfFold.flattened(), y)
        let ratio = honest / Self.meanSquare(try model.predict(unseen), truth)
        #expect(ratio > 0.75 && ratio < 1.5)
        // Rows that were learned from flatter.
        #expect(Self.meanSquare(try model.predict(x), y) < honest)
    }

    /// Each group's target is a number of its own, which a row shows by its features: who holds out single rows knows
    /// it.
    @Test func rowsOfAGroupAreHeldOutTogether() throws {
        let groups = (0..<240).map { $0 % 12 }
        var random = RandomState(seed: 0)
        let places = random.uniform(low: -2, high: 2, count: 24), levels = random.standardNormal(count: 12)
        let x = Tensor(groups.flatMap { [places[2 * $0], places[2 * $0 + 1]] }, shape: [240, 2])
        let y = Tensor(groups.map { levels[$0] })
        var apart = TabularRegressor(randomState: 0), together = TabularRegressor(randomState: 0)
        try apart.fit(x, y)
        try together.fit(x, y, groups: groups)
        #expect(r2Score(y, apart.outOfFold.flattened()) > 0.9)
        #expect(r2Score(y, together.outOfFold.flattened()) < 0.5)
    }

    @Test func theLastRowsAreHeldOutIfWished() throws {
        let x = Self.features(100, 2, seed: 1)
        var model = TabularRegressor(maxEpochs: 5, validation: .last, randomState: 0)
        try model.fit(x, x[.all, 0])
        let said = model.outOfFold.doubles
        #expect(said[..<80].allSatisfy { $0.isNaN })
        #expect(said[80...].allSatisfy { $0.isFinite })
    }

    // MARK: Weights

    @Test func rowsOfWeightNothingSayNothingOfTheTargets() throws {
        let x = Self.features(200, 3, seed: 1), unseen = Self.features(200, 3, seed: 2)
        let wrong = (0..<200).map { $0 % 4 == 0 }
        let y = select(Tensor(wrong), Tensor(1000.0), Self.curved(x))
        var model = TabularRegressor(randomState: 0)
        try model.fit(x, y, sampleWeight: Tensor(wrong.map { $0 ? 0.0 : 1 }))
        #expect(try model.score(unseen, Self.curved(unseen)) > 0.85)

        var classifier = TabularClassifier(randomState: 0)
        let labels = (x[.all, 0] .> 0).cast(to: .float64)
        try classifier.fit(
            x, select(Tensor(wrong), 1 - labels, labels), sampleWeight: Tensor(wrong.map { $0 ? 0.0 : 1 }))
        #expect(try classifier.score(x, labels) > 0.95)
    }

    @Test func weightsThatAreAllAlikeChangeNothing() throws {
        let x = Self.features(80, 3, seed: 1), y = Self.curved(x)
        var plain = TabularRegressor(maxEpochs: 10, randomState: 0), weighted = plain
        try plain.fit(x, y)
        try weighted.fit(x, y, sampleWeight: Tensor(repeating: 3, shape: [80], dtype: .float64))
        expectClose(try weighted.predict(x), try plain.predict(x), 1e-4)
    }

    // MARK: The same bits

    @Test func theNumberOfThreadsChangesNoBit() throws {
        let x = Self.features(150, 4, seed: 1), y = Self.curved(x), labels = (y .> 0).cast(to: .float64)
        func predictions(_ threads: Int) throws -> [Tensor] {
            try ThreadPool.withThreads(threads) {
                var model = TabularRegressor(maxEpochs: 8, randomState: 3)
                var classifier = TabularClassifier(maxEpochs: 8, randomState: 3)
                try model.fit(x, y)
                try classifier.fit(x, labels)
                return [try model.predict(x), model.outOfFold, try classifier.predictProba(x)]
            }
        }
        #expect(try predictions(1) == predictions(2))
    }

    @Test func theSeedDecidesWhatIsLearned() throws {
        let x = Self.features(60, 3, seed: 1), y = Self.curved(x)
        func prediction(_ seed: UInt32) throws -> Tensor {
            var model = TabularRegressor(maxEpochs: 30, randomState: seed)
            try model.fit(x, y)
            return try model.predict(x)
        }
        #expect(try prediction(1) == prediction(1))
        #expect(try prediction(1) != prediction(2))
    }

    @Test func whatIsSavedPredictsTheSameBits() throws {
        let x = Self.features(80, 3, seed: 1), y = Self.curved(x)
        var model = TabularRegressor(maxEpochs: 10, randomState: 0)
        var classifier = TabularClassifier(maxEpochs: 10, randomState: 0)
        try model.fit(x, y)
        try classifier.fit(x, (y .> 0).cast(to: .float64))
        for fitted in [model, classifier] as [any Predictor] {
            let archive = try EstimatorArchive(fitted)
            let again = try EstimatorArchive(text: archive.text, tensors: archive.tensors).estimator()
            let read = try #require(again as? any Predictor)
            #expect(try read.predict(x) == fitted.predict(x))
            #expect(read.classes == fitted.classes)
            if fitted.isClassifier { #expect(try read.predictProba(x) == fitted.predictProba(x)) }
        }
    }

    @Test func aRowIsPredictedAsAmongOthers() throws {
        let x = Self.features(1100, 3, seed: 1)
        var model = TabularRegressor(maxEpochs: 2, randomState: 0)
        try model.fit(x[0..<100], Self.curved(x)[0..<100])
        let all = try model.predict(x)
        #expect(try model.predict(x[1090..<1091]) == all[1090..<1091])
    }

    @Test func singlePrecisionStays() throws {
        let x = Self.features(40, 2, seed: 1).cast(to: .float32)
        var model = TabularRegressor(maxEpochs: 2, randomState: 0)
        try model.fit(x, x[.all, 0])
        #expect(try model.predict(x).dtype == .float32)
        #expect(try model.predict(x.cast(to: .float64)).dtype == .float64)
    }

    // MARK: Odd tables

    @Test func aFeatureOrTargetThatDoesNotVaryDoesNoHarm() throws {
        let x = Tensor.concatenated([Self.features(60, 2, seed: 1), Tensor(repeating: 1e9, shape: [60, 1])], axis: 1)
        var model = TabularRegressor(maxEpochs: 10, randomState: 0)
        try model.fit(x, x[.all, 0])
        #expect(try model.score(x, x[.all, 0]) > 0.99)
        try model.fit(x, Tensor(repeating: 5, shape: [60], dtype: .float64))
        expectClose(try model.predict(x), Tensor(repeating: 5, shape: [60], dtype: .float64), 1e-9)
    }

    @Test func aClassOfOneRowIsAClass() throws {
        let x = Self.features(41, 2, seed: 1)
        let labels = Tensor((0..<41).map { $0 == 40 ? 2 : $0 % 2 })
        var model = TabularClassifier(maxEpochs: 5, randomState: 0)
        try model.fit(x, labels)
        #expect(model.classes == [0, 1, 2])
        #expect(try model.predictProba(x).doubles.allSatisfy { $0 >= 0 && $0 <= 1 })
    }

    @Test func moreFeaturesThanRowsAreTaken() throws {
        let x = Self.features(20, 50, seed: 1)
        var model = TabularRegressor(maxEpochs: 5, randomState: 0)
        try model.fit(x, x[.all, 0])
        #expect(try model.predict(x).doubles.allSatisfy { $0.isFinite })
    }

    // MARK: Parameters and complaints

    @Test func parametersAreSetByName() throws {
        let model = try TabularRegressor().with(["frequencies": 0, "validation": "blocks", "hiddenLayerSizes": [8]])
        #expect(model.frequencies == 0 && model.validation == .blocks && model.hiddenLayerSizes == [8])
        #expect(try TabularClassifier().parameters.keys.sorted() == TabularClassifier.parameterNames.sorted())
        var small = model
        let x = Self.features(40, 2, seed: 1)
        try small.fit(x, x[.all, 0])
        #expect(try small.predict(x).shape == [40])
    }

    @Test func epochsAreReported() throws {
        let seen = Mutex<[Int]>([])
        var model = TabularRegressor(frequencies: 0, maxEpochs: 3, randomState: 0)
        model.onEpoch = { epoch in seen.withLock { $0.append(epoch.number) } }
        let x = Self.features(40, 2, seed: 1)
        try model.fit(x, x[.all, 0])
        #expect(seen.withLock { $0 } == [1, 2, 3])
    }

    @Test(arguments: [
        (TabularRegressor(hiddenLayerSizes: []), "hiddenLayerSizes is []"),
        (.init(frequencies: -1), "frequencies is -1"),
        (.init(frequencyScale: 0), "frequencyScale is 0.0"), (.init(dropout: 1), "dropout is 1.0"),
        (.init(learningRate: 0), "learningRate is 0.0"), (.init(weightDecay: -1), "weightDecay is -1.0"),
        (.init(batchSize: 0), "batchSize is 0"), (.init(maxEpochs: 0), "maxEpochs is 0"),
        (.init(maxEpochs: .max), "maxEpochs is \(Int.max)"),
        (.init(patience: 0), "patience is 0.0"), (.init(folds: 1), "folds is 1"), (.init(repeats: 0), "repeats is 0"),
    ])
    func hyperparametersThatCannotBeUsedAreRefused(_ model: TabularRegressor, _ words: String) {
        let x = Self.features(20, 2, seed: 1)
        var model = model
        #expect(message { try model.fit(x, x[.all, 0]) }.hasPrefix("TabularRegressor: \(words); it must be "))
    }

    @Test func dataThatCannotBeUsedAreRefused() throws {
        let x = Self.features(20, 2, seed: 1), y = x[.all, 0]
        func refusal(_ x: Tensor, _ y: Tensor, _ weight: Tensor? = nil, groups: [Int]? = nil) -> String {
            message {
                var model = TabularRegressor(maxEpochs: 1)
                try model.fit(x, y, sampleWeight: weight, groups: groups)
            }
        }
        func refusal(ofLabels y: Tensor) -> String {
            message {
                var model = TabularClassifier(maxEpochs: 1)
                try model.fit(x, y)
            }
        }
        let gap = select(x .== x.max(), Tensor(Double.nan), x)
        #expect(refusal(gap, y).contains("x contains nan at row"))
        #expect(refusal(x, y / 0).contains("y contains"))
        #expect(refusal(y, y).contains("it must be [examples, features]"))
        #expect(refusal(x, y[0..<3]).contains("x has 20 examples but y has 3"))
        #expect(refusal(x[0..<3], y[0..<3]).contains("x has 3 row(s); it needs 4"))
        #expect(refusal(x, y, Tensor.zeros([20])).contains("sampleWeight is 0 for all examples"))
        #expect(refusal(x, y, y).contains("it must not be negative"))
        let alone = Tensor((0..<20).map { $0 == 7 ? 1.0 : 0 })
        #expect(refusal(x, y, alone).contains("too few rows have a weight above 0"))
        #expect(refusal(x, y * 1e300).contains("y varies too much"))
        #expect(refusal(x, y, groups: [1, 2]).contains("there are 2 groups for 20 rows"))
        #expect(refusal(x, y, groups: Array(repeating: 1, count: 20)).contains("all rows belong to one group"))
        #expect(refusal(ofLabels: y).contains("y holds numbers with fractions"))
        #expect(refusal(ofLabels: Tensor.zeros([20])).contains("all rows are of the class 0.0"))
        #expect(refusal(ofLabels: Tensor.zeros([20, 2])).contains("one class each"))
        #expect(message { _ = try TabularRegressor().predict(x) }.contains("fit the model before it predicts"))
        #expect(message { _ = try TabularClassifier().predict(x) }.contains("fit the model before it predicts"))
        var model = TabularRegressor(maxEpochs: 1)
        try model.fit(x, y)
        #expect(message { _ = try model.predict(x[.all, 0..<1]) }.contains("x has 1 features"))
    }

    @Test func moreRepeatsThanMemoryHoldsAreRefused() {
        let x = Self.features(20, 2, seed: 1)
        var model = TabularRegressor(repeats: .max)
        #expect(message { try model.fit(x, x[.all, 0]) }.contains("repeats of 8 folds of 20 rows"))
    }

    @Test(arguments: [0x1p-600, 0x1p-520]) func numbersTooSmallToBeSquaredAreToldApart(_ size: Double) throws {
        let x = Tensor((0..<60).map { Double($0 * 7 % 31) }, shape: [30, 2]), y = x.sum(axis: 1)
        for (x, y, what) in [(x * size, y, "column 0 of x"), (x, y * size, "column 0 of y")] {
            var model = TabularRegressor(maxEpochs: 2, randomState: 0)
            #expect { try model.fit(x, y, sampleWeight: nil) } throws: {
                "\($0)".contains(what) && "\($0)".contains("smaller units")
            }
        }
    }
}
