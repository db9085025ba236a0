import Synchronization
import TernCore
import TernLearn
import TestSupport
import Testing

/// Cross-validation, searches, curves and inspection beside scikit-learn's (Scripts/fixtures/sklearn_selection.py).
@Suite struct SelectionTests {
    private static let fixture = try! SklearnCases("sklearn_selection")
    private static let logistic = try! SklearnCases("sklearn_logistic")

    private static func splitter(_ c: ParameterValue?) -> (any CrossValidator)? {
        guard let c else { return nil }
        let seed = c["seed"].map { UInt32($0.int) }
        switch c["kind"]!.text {
        case "GroupKFold": return GroupKFold(nSplits: 3)
        case "KFold": return KFold(nSplits: 3, shuffle: true, randomState: seed)
        default: return StratifiedKFold(nSplits: 3, shuffle: true, randomState: seed)
        }
    }

    @Test func logisticRegressionIsScikitLearns() throws {
        for (i, c) in Self.logistic["logistic"].enumerated() {
            let s = c["settings"]!, place = "case \(i): \(c)"
            var model = LogisticRegression(
                C: s["C"]!.double, tol: s["tol"]?.double ?? 1e-4, fitIntercept: s["fit_intercept"]?.bool ?? true,
                maxIter: s["max_iter"]?.int ?? 100)
            if model.C == .infinity { (model.C, model.penalty) = (1, .none) }
            if let weight = s["class_weight"] {
                if case .object(let weights) = weight {
                    model.classWeight = .of(
                        Dictionary(uniqueKeysWithValues: weights.map { (Int($0.key)!, $0.value.double) }))
                } else {
                    model.classWeight = .balanced
                }
            }
            let x = c["x"]!.tensor, y = c["y"]!.tensor, w = c["weight"]?.tensor
            expectSame(c["coef"], place, tolerance: 1e-6, floor: 1) {
                try model.fit(x, y, sampleWeight: w)
                return model.coef
            }
            if c["coef"]!.isRefused { continue }
            if model.fitIntercept {
                expectSame(c["intercept"], "intercept, \(place)", tolerance: 1e-6, floor: 1) { model.intercept }
            }
            #expect(model.nIter == c["n_iter"]!.int, "\(place)")
            let test = c["test"]!.tensor
            expectSame(c["decision"], "decision, \(place)", tolerance: 1e-6, floor: 1) {
                try model.decisionFunction(test)
            }
            expectSame(c["proba"], "probabilities, \(place)", tolerance: 1e-6) { try model.predictProba(test) }
            expectSame(c["prediction"], "predictions, \(place)") { try model.predict(test) }
            expectSame(c["score"], "score, \(place)") { try model.score(x, y, sampleWeight: w) }
            let copy = try #require(EstimatorArchive(model).estimator() as? LogisticRegression)
            #expect(try copy.predictProba(test) == model.predictProba(test))
        }
    }

    @Test func crossValidationIsScikitLearns() throws {
        for (i, c) in Self.logistic["crossed"].enumerated() {
            let place = "case \(i): \(c)", isLabelled = c["classes"]!.int > 0, strength = c["C"]!.double
            let model: any Predictor = isLabelled ? LogisticRegression(C: strength) : Ridge(alpha: strength)
            let x = c["x"]!.tensor, y = c["y"]!.tensor, cv = Self.splitter(c["cv"]), groups = c["groups"]?.ints
            guard case .object(let test) = c["test"]!, case .object(let train) = c["train"]! else { continue }
            let scoring = try test.keys.sorted().map { try #require(Scoring(rawValue: $0), "\($0)") }
            let result = try crossValidate(
                model, x, y, sampleWeight: c["weight"]?.tensor, groups: groups, cv: cv, scoring: scoring,
                returnTrainScore: true)
            for (name, scores) in test {
                expectSame(scores, "\(name), \(place)", tolerance: 1e-6) { Tensor(result.testScores[name]!) }
                expectSame(train[name], "\(name) of training, \(place)", tolerance: 1e-6) {
                    Tensor(result.trainScores[name]!)
                }
            }
            expectSame(c["own"], "own score, \(place)", tolerance: 1e-6) {
                Tensor(try crossValidate(model, x, y, groups: groups, cv: cv).testScores["score"]!)
            }
            expectSame(c["predicted"], "predictions, \(place)", tolerance: 1e-6) {
                try crossValPredict(model, x, y, groups: groups, cv: cv)
            }
            expectSame(c["proba"], "probabilities, \(place)", tolerance: 1e-5) {
                try crossValPredict(model, x, y, groups: groups, cv: cv, method: .predictProba)
            }
        }
    }

    @Test func candidatesAreScikitLearns() throws {
        for (i, c) in Self.fixture["grids"].enumerated() {
            var values: [String: [ParameterValue]] = [:]
            if case .object(let grid) = c["grid"]! { values = grid.mapValues(\.list) }
            let theirs = c["candidates"]!.list.map { candidate -> [String: ParameterValue] in
                if case .object(let values) = candidate { values } else { [:] }
            }
            #expect(try ParameterGrid(values).candidates == theirs, "grid \(i): \(c)")
        }
        for (i, c) in Self.fixture["samplers"].enumerated() {
            guard case .object(let spaces) = c["spaces"]! else { continue }
            let distributions = spaces.mapValues { space -> ParameterDistribution in
                let values = space["values"]!
                switch space["kind"]!.text {
                case "uniform": return .uniform(values[0].double...values[1].double)
                case "log": return .logUniform(values[0].double...values[1].double)
                case "integers": return .integers(values[0].int..<values[1].int)
                default: return .values(values.list)
                }
            }
            let drawn = try ParameterSampler(
                distributions, count: c["count"]!.int, randomState: UInt32(c["seed"]!.int)
            ).candidates()
            #expect(drawn.count == c["candidates"]!.list.count, "sampler \(i): \(c)")
            for (ours, theirs) in zip(drawn, c["candidates"]!.list) {
                for (name, value) in ours {
                    let expected = theirs[name]!
                    if let number = value.number {
                        #expect(abs(number - expected.double) <= 1e-12 * abs(number), "sampler \(i): \(name)")
                    } else {
                        #expect(value == expected, "sampler \(i): \(name)")
                    }
                }
            }
        }
    }

    @Test func searchesAreScikitLearns() throws {
        for (i, c) in Self.fixture["searches"].enumerated() {
            let place = "case \(i): \(c)", model = Pipeline(PolynomialFeatures(), StandardScaler(), Ridge())
            let x = c["x"]!.tensor, y = c["y"]!.tensor, cv = Self.splitter(c["cv"])
            let scoring = c["scoring"].map { Scoring(rawValue: $0.text)! }
            var search: any ParameterSearch =
                c["kind"]! == "grid"
                ? try GridSearch(
                    model, ["polynomialfeatures__degree": [1, 2, 3], "ridge__alpha": c["alphas"]!.list], cv: cv,
                    scoring: scoring, returnTrainScore: true)
                : RandomizedSearch(
                    model,
                    ["polynomialfeatures__degree": .values([1, 2, 3]), "ridge__alpha": .logUniform(1e-3...100)],
                    count: 5, cv: cv, scoring: scoring, returnTrainScore: true, randomState: UInt32(c["seed"]!.int))
            try search.fit(x, y)
            #expect(search.results.count == c["params"]!.list.count, "\(place)")
            for (result, theirs) in zip(search.results, c["params"]!.list) {
                for (name, value) in result.parameters {
                    #expect(abs(value.number! - theirs[name]!.double) <= 1e-12 * value.number!, "\(place)")
                }
            }
            expectSame(c["mean"], "means, \(place)") { Tensor(search.results.map(\.meanTestScore)) }
            expectSame(c["std"], "deviations, \(place)", floor: 0.1) {
                Tensor(search.results.map(\.testScoreDeviation))
            }
            expectSame(c["train"], "training, \(place)") {
                Tensor(search.results.map { $0.trainScores.reduce(0, +) / Double($0.trainScores.count) })
            }
            #expect(search.results.map(\.rank) == c["rank"]!.ints, "\(place)")
            #expect(search.bestIndex == c["best"]!.int, "\(place)")
            expectSame(c["prediction"], "predictions, \(place)") { try search.predict(x.sliced(0..<3)) }
            expectSame(c["score"], "score, \(place)") { try search.score(x, y) }
            let copy = try #require(EstimatorArchive(search).estimator() as? any ParameterSearch)
            #expect(try copy.predict(x) == search.predict(x))
            #expect(copy.bestScore == search.bestScore)
        }
    }

    @Test func halvingSearchesAreScikitLearns() throws {
        #expect(Self.fixture["halving"].count >= 10)
        for (i, c) in Self.fixture["halving"].enumerated() {
            let place = "case \(i): \(c)", name = c["name"]!.text
            let model: any Predictor = c["classes"]!.int > 0 ? LogisticRegression() : Ridge()
            let cv = Self.splitter(c["cv"]), seed = UInt32(c["seed"]!.int), factor = c["factor"]!.double
            let least: HalvingSearch.Least =
                switch c["least"]! {
                case "exhaust": .exhaust
                case "smallest": .smallest
                default: .count(c["least"]!.int)
                }
            let isResource = c["kind"]! == "resource"
            var search =
                c["kind"]! == "random"
                ? HalvingSearch(
                    model, distributions: [name: .logUniform(1e-3...100)], count: c["n_candidates"]?.int,
                    factor: factor, minResources: least, aggressiveElimination: c["aggressive"]!.bool, cv: cv,
                    randomState: seed)
                : try HalvingSearch(
                    model, [name: c["alphas"]!.list], factor: factor, resource: isResource ? "maxIter" : nil,
                    maxResources: isResource ? 30 : nil, minResources: least,
                    aggressiveElimination: c["aggressive"]!.bool, cv: cv, randomState: seed)
            try search.fit(c["x"]!.tensor, c["y"]!.tensor)
            #expect(search.candidateCounts == c["n_candidates_"]!.ints, "\(place)")
            #expect(search.resourceCounts == c["n_resources"]!.ints, "\(place)")
            #expect(search.results.map { $0.round! } == c["iter"]!.ints, "\(place)")
            #expect(search.results.map { $0.resources! } == c["resources"]!.ints, "\(place)")
            expectSame(c["values"], "candidates, \(place)") {
                Tensor(search.results.map { $0.parameters[name]!.number! })
            }
            expectSame(c["mean"], "means, \(place)", tolerance: 1e-6) { Tensor(search.results.map(\.meanTestScore)) }
            #expect(search.bestIndex == c["best"]!.int, "\(place)")
        }
    }

    @Test func curvesAreScikitLearns() throws {
        for (i, c) in Self.fixture["curves"].enumerated() {
            let place = "case \(i): \(c)", x = c["x"]!.tensor, y = c["y"]!.tensor, cv = Self.splitter(c["cv"])
            let curve = try learningCurve(
                Ridge(), x, y,
                sizes: c["sizes"]?.list.map {
                    if case .integer(let n) = $0, n > 1 { .count(n) } else { .fraction($0.double) }
                }, cv: cv, shuffle: c["shuffle"]!.bool, randomState: UInt32(c["seed"]!.int))
            #expect(curve.values.map(\.int) == c["counts"]!.ints, "\(place)")
            expectSame(c["train"], "training, \(place)") { curve.trainScores }
            expectSame(c["test"], "test, \(place)") { curve.testScores }
            let validation = try validationCurve(
                Ridge(), x, y, parameter: "alpha", values: [0.1, 1, 10], cv: cv, scoring: .negMeanSquaredError)
            expectSame(c["validation_train"], "training, \(place)") { validation.trainScores }
            expectSame(c["validation_test"], "test, \(place)") { validation.testScores }
        }
    }

    @Test func inspectionIsScikitLearns() throws {
        for (i, c) in Self.fixture["inspected"].enumerated() {
            let place = "case \(i): \(c)", x = c["x"]!.tensor, y = c["y"]!.tensor, w = c["weight"]?.tensor
            var model: any Predictor = c["classes"]!.int > 0 ? LogisticRegression() : LinearRegression()
            try model.fit(x, y)
            expectSame(c["falls"], "importance, \(place)", tolerance: 1e-8) {
                Tensor(
                    try permutationImportance(
                        model, x, y, repeats: c["repeats"]!.int, sampleWeight: w, maxSamples: c["most"]?.size,
                        randomState: UInt32(c["seed"]!.int)
                    ).falls)
            }
            let dependence = try partialDependence(
                model, x, features: c["features"]!.ints, sampleWeight: w,
                percentiles: c["percentiles"]![0].double...c["percentiles"]![1].double,
                gridResolution: c["resolution"]!.int)
            for (ours, theirs) in zip(dependence.grid, c["grid"]!.list) {
                expectSame(theirs, "grid, \(place)") { Tensor(ours) }
            }
            expectSame(c["average"], "average, \(place)", tolerance: 1e-6) { dependence.average }
            expectSame(c["individual"], "individual, \(place)", tolerance: 1e-6) { dependence.individual }
        }
    }

    @Test func aSearchTellsHowFarItIs() throws {
        let x = Tensor((0..<20).map { Double($0 % 7) }, shape: [20, 1]), y = x.flattened() * 2
        var search = try GridSearch(Ridge(), ["alpha": [0.1, 1, 10]])
        let seen = Counter()
        search.onProgress = { progress in
            #expect(progress.fits == 15)
            seen.add()
        }
        try search.fit(x, y)
        #expect(seen.count == 15)
        #expect(search.bestParameters == ["alpha": 0.1])
        search = try GridSearch(Ridge(), ["alfa": [1]])
        #expect { try search.fit(x, y) } throws: { "\($0)".contains("alfa") }
        #expect { try GridSearch(Ridge(), ["alpha": []]) } throws: { "\($0)".contains("no values") }
    }

    /// A tabular network holds out whole groups in each fit of a search, as in one by itself.
    @Test func aSearchGivesEachFitItsGroups() throws {
        var random = RandomState(seed: 1)
        let x = Tensor(random.uniform(low: -2, high: 2, count: 120), shape: [60, 2]), y = sin(2 * x[.all, 0])
        let groups = (0..<60).map { $0 / 10 }
        var network = TabularRegressor(hiddenLayerSizes: [8], maxEpochs: 5, repeats: 1, randomState: 0)
        var search = try GridSearch(network, ["maxEpochs": [5]], cv: GroupKFold(nSplits: 2))
        try search.fit(x, y, sampleWeight: nil, groups: groups)
        let splits = try GroupKFold(nSplits: 2).splits(count: 60, groups: groups)
        for (score, split) in zip(search.results[0].testScores, splits) {
            let train = Tensor(split.train, shape: [30]), test = Tensor(split.test, shape: [30])
            try network.fit(x.taking(train), y.taking(train), groups: split.train.map { groups[$0] })
            #expect(try network.score(x.taking(test), y.taking(test)) == score)
        }
        try network.fit(x, y, groups: groups)
        #expect((search.bestEstimator as? TabularRegressor)?.outOfFold == network.outOfFold)
        #expect { try search.fit(x, y, sampleWeight: nil, groups: [1, 2]) } throws: {
            "\($0)".contains("there are 2 groups for 60 examples")
        }
    }

    @Test func logisticRegressionSaysWhatItCannotLearnFrom() {
        var model = LogisticRegression()
        #expect { try model.fit(Tensor([[0.0], [1]]), Tensor([1, 1])) } throws: { "\($0)".contains("needs two") }
        #expect { try model.fit(Tensor([[0.0], [1]]), Tensor([0.5, 1])) } throws: { "\($0)".contains("whole numbers") }
        model.C = 0
        #expect { try model.fit(Tensor([[0.0], [1]]), Tensor([0, 1])) } throws: { "\($0)".contains("C is 0") }
        #expect { try LinearRegression().predictProba(Tensor([[0.0]])) } throws: {
            "\($0)".contains("no probabilities")
        }
    }

    /// What asks the work to end is bound to the task that searches; its threads see it too.
    @Test func aSearchHeedsWhoAsksItToEnd() throws {
        let x = Tensor((0..<20).map { Double($0 % 7) }, shape: [20, 1]), y = x.flattened() * 2
        var search = try GridSearch(Ridge(), ["alpha": [0.1, 1, 10]])
        let stop = FitStop()
        try FitWork.$stop.withValue(stop) { try search.fit(x, y) }
        let before = try search.predict(x)
        stop.ask()
        #expect(throws: CancellationError.self) { try FitWork.$stop.withValue(stop) { try search.fit(x, y * 3) } }
        #expect(try search.predict(x) == before)
    }

    @Test func predictionsOfSeveralLabelsHaveAColumnForEach() throws {
        let x = Tensor((0..<24).map { Double($0 % 7) }, shape: [24, 1])
        let numbers = (0..<24).map { i -> [Double] in [i % 2 == 0 ? 0 : 1, i < 12 ? 0 : 1, i % 3 == 2 ? 1 : 0] }
        let y = Tensor(numbers)
        let model = MLPClassifier(hiddenLayerSizes: [3], maxIter: 2, randomState: 0)
        let p = try crossValPredict(model, x, y, cv: KFold(nSplits: 2), method: .predictProba)
        #expect(p.shape == [24, 3])
    }

    @Test func dependenceOnIntegersIsAtTheValuesThatAreTold() throws {
        let x = Tensor((0..<20).flatMap { i -> [Int64] in [i, 0] }, shape: [20, 2])
        var line = LinearRegression()
        try line.fit(x, x[.all, 0])
        let dependence = try partialDependence(line, x, features: [0], gridResolution: 4)
        #expect(dependence.grid[0].contains { $0 != $0.rounded() })
        expectClose(dependence.average.doubles, dependence.grid[0], 1e-9)
        let gap = Tensor([[0.0, 1], [.nan, 2]])
        #expect(message { try partialDependence(line, gap, features: [0]) }.contains("NaN at row 1"))
    }
}

/// Counts on all threads.
private final class Counter: Sendable {
    private let value = Mutex(0)
    func add() { value.withLock { $0 += 1 } }
    var count: Int { value.withLock { $0 } }

    /// `ParameterSampler({c: range(10) for c in "abcdefgh"}, 4, random_state=3)`: no list of all 10^8 is made.
    @Test func aFewOfManyCombinationsAreDrawn() throws {
        func drawn(_ names: String, _ values: Int, _ count: Int, _ seed: UInt32) throws -> [[Int]] {
            let lists = Dictionary(
                uniqueKeysWithValues: names.map {
                    ("\($0)", ParameterDistribution.values((0..<values).map { .integer($0) }))
                })
            return try ParameterSampler(lists, count: count, randomState: seed).candidates().map { candidate in
                names.map { candidate["\($0)"]!.int }
            }
        }
        #expect(
            try drawn("abcdefgh", 10, 4, 3) == [
                [8, 3, 9, 5, 7, 6, 1, 0], [3, 5, 3, 2, 5, 5, 9, 2], [8, 8, 6, 8, 1, 7, 2, 1], [4, 1, 4, 6, 6, 8, 0, 8],
            ])
        #expect(try drawn("abc", 7, 3, 1) == [[0, 5, 2], [4, 5, 4], [1, 3, 2]])
        #expect(
            try drawn("abc", 100_000, 3, 5) == [[15325, 75550, 19982], [8789, 14863, 3933], [99824, 64511, 8982]])
    }

    @Test func moreCombinationsThanMemoryHolds() {
        func lists(_ count: Int) -> [String: [ParameterValue]] {
            Dictionary(uniqueKeysWithValues: (0..<count).map { ("p\($0)", (0..<10).map { .integer($0) }) })
        }
        #expect(message { try ParameterGrid(lists(16)) }.contains("too many"))
        #expect(message { try GridSearch(Ridge(), lists(30)) }.contains("more than 2^63"))
        let sampler = ParameterSampler(lists(30).mapValues { .values($0) }, count: 2, randomState: 0)
        #expect(message { try sampler.candidates() }.contains("more than 2^63"))
        let many = ParameterSampler(["alpha": .uniform(0...1)], count: .max, randomState: 0)
        #expect(message { try many.candidates() }.contains("too many"))
    }

    private static let line = (
        x: Tensor((0..<12).map(Double.init), shape: [12, 1]), y: Tensor((0..<12).map(Double.init))
    )

    /// Rows are taken from weights on threads, where there is no way to throw.
    @Test(arguments: [11, 13]) func weightsOfOtherNumbersThanExamplesAreRefused(_ count: Int) throws {
        let (x, y) = Self.line, weight = Tensor.ones([count])
        var grid = try GridSearch(Ridge(), ["alpha": [1]])
        var drawn = RandomizedSearch(Ridge(), ["alpha": .values([1])], count: 1)
        var halving = try HalvingSearch(Ridge(), ["alpha": [1, 2, 3]], minResources: .count(10))
        let calls: [() throws -> Void] = [
            { _ = try crossValidate(Ridge(), x, y, sampleWeight: weight) },
            { _ = try crossValPredict(Ridge(), x, y, sampleWeight: weight) },
            { try grid.fit(x, y, sampleWeight: weight) }, { try drawn.fit(x, y, sampleWeight: weight) },
            { try halving.fit(x, y, sampleWeight: weight) },
        ]
        for (i, call) in calls.enumerated() {
            #expect(message(call).contains("sampleWeight has the shape [\(count)]; it must be [12]"), "call \(i)")
        }
    }

    /// R2 of a single row is no number.
    @Test func aSearchWithoutScoresHasNoBest() throws {
        let (x, y) = Self.line, cv = KFold(nSplits: 12)
        var grid = try GridSearch(Ridge(), ["alpha": [1000, 0.1]], cv: cv)
        #expect(message { try grid.fit(x, y) }.contains("GridSearch: no candidate"))
        var halving = try HalvingSearch(Ridge(), ["alpha": [1, 2, 3]], minResources: .count(12), cv: cv)
        #expect(message { try halving.fit(x, y) }.contains("HalvingSearch: no candidate"))
        grid = try GridSearch(Ridge(), ["alpha": [1000, 0.1]], cv: cv, scoring: .negMeanSquaredError)
        try grid.fit(x, y)
        #expect(grid.bestParameters == ["alpha": 0.1])
    }

    /// scikit-learn cannot sample so many either.
    @Test func aHalvingSearchHasNoMoreExamplesThanThereAre() throws {
        var search = try HalvingSearch(Ridge(), ["alpha": [1, 2, 3]], maxResources: 40)
        #expect(message { try search.fit(Self.line.x, Self.line.y) }.contains("maxResources is 40"))
    }

    @Test func aSearchWeighsScoresAfterAFileToo() throws {
        var search = try GridSearch(Ridge(), ["alpha": [1]])
        #expect(try !EstimatorArchive(search).text.contains("weighs"))
        search.weighsScores = true
        let again = try #require(EstimatorArchive(search).estimator() as? GridSearch)
        #expect(again.weighsScores)
    }

    @Test(arguments: [
        (Tensor([2.0]), "must be [12]"), (Tensor.ones([11]), "must be [12]"), (Tensor.zeros([12]), "is 0 for all"),
        (Tensor(repeating: .nan, shape: [12], dtype: .float64), "must be finite"),
    ]) func weightsOfAPartialDependence(_ weight: Tensor, _ words: String) throws {
        var model = LinearRegression()
        try model.fit(Self.line.x, Self.line.y)
        #expect(
            message { try partialDependence(model, Self.line.x, features: [0], sampleWeight: weight) }.contains(words))
    }

    @Test func aPartialDependenceOfNothingOrTooMuch() throws {
        var model = LinearRegression()
        try model.fit(Self.line.x, Self.line.y)
        #expect(message { try partialDependence(model, .zeros([0, 1]), features: [0]) }.contains("holds no data"))
        let many = Tensor((0..<40).map(Double.init), shape: [40, 1]), features = [Int](repeating: 0, count: 12)
        #expect(message { try partialDependence(model, many, features: features) }.contains("too many"))
    }

    /// A network that has seen a single class gives two columns, of its class and of none.
    @Test func probabilitiesOfAClassThatWasNotSeenAreZero() throws {
        let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([0, 0, 1, 1])
        let network = MLPClassifier(hiddenLayerSizes: [3], solver: .lbfgs, randomState: 0)
        let p = try crossValPredict(network, x, y, cv: KFold(nSplits: 2), method: .predictProba)
        // The first fold was trained on class 1 alone, the second on class 0.
        expectClose(p, Tensor([[0.0, 1], [0, 1], [1, 0], [1, 0]]), 0.1)
        #expect([0, 2, 5, 7].allSatisfy { p.doubles[$0] == 0 })
    }

    /// Of one example a million targets; more are not to be asked for.
    private struct Wide: Regressor {
        mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) {}
        func predict(_ x: Tensor) throws -> Tensor {
            try #require(x.shape[0] == 1)
            return .zeros([1, 1_000_000])
        }
    }

    @Test func aPartialDependenceCountsTheMemoryOfAllOutputs() {
        let x = Tensor((0..<10_000).map(Double.init), shape: [10_000, 1])
        #expect(message { try partialDependence(Wide(), x, features: [0]) }.contains("too many"))
    }
}
