import Foundation
import Synchronization
import Tern
import TernStudio
import Testing

/// The network view gives the library's numbers, watched or not.
@Suite struct NetworkTests {
    private func sine(_ count: Int = 30) throws -> NetworkSettings {
        let points = try NetworkDataRequest(.sine, count: count).points()
        var settings = NetworkSettings()
        (settings.x, settings.y, settings.epochs) = (points.x, points.y, 60)
        return settings
    }

    private func classes(_ name: NetworkDataRequest.Name, noise: Double) throws -> NetworkSettings {
        let points = try NetworkDataRequest(name, count: 90, noise: noise).points()
        var settings = NetworkSettings()
        (settings.task, settings.x, settings.y, settings.view) = (.classes, points.x, points.y, [[-2, 2], [-2, 2]])
        settings.epochs = 40
        return settings
    }

    private func train(_ settings: NetworkSettings, watches: Bool = false, speed: Double = 0) throws -> NetworkResult {
        try NetworkResult(
            NetworkTrainRequest(settings, watches: watches, speed: speed), NetworkControl(speed: speed), StudioWork())
    }

    @Test(arguments: ["adam", "sgd", "lbfgs"])
    func aCurveIsTheLibrarysBitForBit(solver: String) throws {
        var settings = try sine()
        settings.solver = solver
        let result = try train(settings, watches: true)
        var model = MLPRegressor(
            hiddenLayerSizes: [8, 8], activation: .tanh, solver: .init(rawValue: solver)!, learningRateInit: 0.01,
            maxIter: 60, randomState: 0)
        try model.fit(settings.features, Tensor(settings.y))
        #expect(result.last.epoch == model.nIter)
        #expect(result.last.loss == model.lastLoss)
        #expect(result.predictions.values == (try model.predict(settings.features)).doubles)
        #expect(result.isScikitLearns)
        if solver != "lbfgs" { #expect(result.last.losses.values == model.lossCurve) }
    }

    @Test(arguments: [NetworkDataRequest.Name.moons, .blobs])
    func classesAreTheLibrarysBitForBit(data: NetworkDataRequest.Name) throws {
        var settings = try classes(data, noise: 0.3)
        (settings.stopping, settings.batch) = (true, 16)
        let result = try train(settings)
        var model = MLPClassifier(
            hiddenLayerSizes: [8, 8], activation: .tanh, batchSize: 16, learningRateInit: 0.01, maxIter: 40,
            randomState: 0, earlyStopping: true, validationFraction: 0.2)
        try model.fit(settings.features, settings.targets)
        #expect(result.last.scores.values == model.validationScores)
        let x = result.last.picture.x.values, y = result.last.picture.y.values
        let places = Tensor(y.flatMap { y in x.flatMap { [$0, y] } }, shape: [x.count * y.count, 2])
        let expected = try model.predictProba(places)
        for (k, values) in result.last.picture.values.enumerated() {
            #expect(zip(values.values, expected[.all, k].doubles).allSatisfy { abs($0 - $1) < 1e-12 })
        }
    }

    @Test func thePointsHeldOutAreThoseThatTheScoreIsOf() throws {
        for data in [NetworkDataRequest.Name.moons, .blobs] {
            var settings = try classes(data, noise: 0.4)
            settings.stopping = true
            let result = try train(settings), held = result.heldOut
            #expect(held.count == 18)
            let right = held.count { result.predictions.values[$0] == settings.y[$0] }
            #expect(abs(Double(right) / 18 - result.last.scores.values.max()!) < 1e-12)
        }
    }

    @Test func earlyStoppingTellsTheLastEpochAndTheBest() throws {
        var settings = try classes(.moons, noise: 0.4)
        (settings.stopping, settings.patience, settings.epochs) = (true, 12, 300)
        let result = try train(settings), scores = result.last.scores.values, losses = result.last.losses.values
        let best = scores.firstIndex(of: scores.max()!)!
        #expect(best + 1 < result.last.epoch)
        #expect(result.outcome.hasPrefix("After \(result.last.epoch) epochs the loss is \(short(losses.last!)) "))
        #expect(
            result.outcome.hasSuffix(
                "Kept are the weights of epoch \(best + 1), which scored best on those points: \(short(scores[best])), with a loss of \(short(losses[best]))."
            ))
    }

    @Test func partsOfTheLastHiddenUnitsAddUpToTheFunction() throws {
        var settings = try sine()
        (settings.units, settings.activations) = ([5, 3], [.relu, .logistic])
        let picture = try train(settings).last.picture
        for i in [0, 77, 240] {
            let sum = picture.units[1].reduce(picture.biases[2].values[0]) { $0 + $1.values[i] }
            #expect(abs(sum - picture.values[0].values[i]) < 1e-12)
        }
    }

    @Test func layersMayHaveActivationsOfTheirOwn() throws {
        var settings = try sine()
        let same = try train(settings)
        settings.activations = [.relu, .tanh]
        let mixed = try train(settings)
        #expect(!mixed.isScikitLearns)
        #expect(mixed.last.loss != same.last.loss)
        // By hand, at one place: h1 = relu(x W1 + b1), h2 = tanh(h1 W2 + b2).
        let p = mixed.last.picture, w = p.weights.map(\.values), b = p.biases.map(\.values)
        let x = settings.x[0][4]
        func sum(_ inputs: [Double], _ layer: Int, _ unit: Int, of units: Int) -> Double {
            var z = b[layer][unit]
            for (i, input) in inputs.enumerated() { z += input * w[layer][i * units + unit] }
            return z
        }
        let h1 = (0..<8).map { max(0, sum([x], 0, $0, of: 8)) }
        let h2 = (0..<8).map { tanh(sum(h1, 1, $0, of: 8)) }
        let out = sum(h2, 2, 0, of: 1)
        #expect(abs(out - mixed.predictions.values[4]) < 1e-12)
    }

    @Test func optimisersThatScikitLearnLacksAreTheLibrarys() throws {
        var settings = try sine()
        settings.solver = "nadam"
        var model = MLPRegressor(
            hiddenLayerSizes: [8, 8], activation: .tanh, maxIter: 60, randomState: 0,
            optimizer: Nadam(learningRate: 0.01))
        try model.fit(settings.features, Tensor(settings.y))
        let result = try train(settings)
        #expect(result.last.loss == model.lastLoss)
        #expect(!result.isScikitLearns)
    }

    // MARK: While it trains

    /// The page's request, paused at an epoch.
    private func begin(_ page: TestPage, at epoch: Int = 1) throws {
        let settings = try sine(8)
        page.send(
            "train",
            """
            {"run": 5, "watches": true, "paused": true, "at": \(epoch), "speed": 0, "isSine": true,
            "settings": {"x": \(settings.x), "y": \(settings.y), "epochs": 30}}
            """, view: "network")
    }

    private func change(_ page: TestPage, id: Int, _ change: String) async throws -> Bool {
        try await page.ask("change", "{\"run\": 5, \(change)}", view: "network", id: id)["isDone"] as! Bool
    }

    @Test func aRunIsPausedSteppedAndGoesOnToTheSameEnd() async throws {
        let page = TestPage()
        try begin(page)
        let first = try await page.wait(for: "part", id: 1) as! [String: Any]
        #expect(first["epoch"] as? Int == 1)
        #expect(try await change(page, id: 2, "\"step\": 2"))
        #expect(try await change(page, id: 3, "\"paused\": false"))
        let end = try await page.wait(for: "result", id: 1) as! [String: Any]
        var settings = try sine(8)
        settings.epochs = 30
        let expected = try train(settings)
        #expect(end["predictions"] as? [Double] == expected.predictions.values)
        #expect(try await change(page, id: 4, "\"paused\": true") == false)
    }

    @Test func aRunIsPausedAtTheEpochThatALinkNames() async throws {
        let page = TestPage()
        try begin(page, at: 17)
        var found: [String: Any] = [:]
        for _ in 0..<1000 where found["epoch"] as? Int != 17 {
            try await Task.sleep(for: .milliseconds(10))
            found = page.parts(id: 1).last as? [String: Any] ?? [:]
        }
        #expect(found["epoch"] as? Int == 17)
        var shorter = try sine(8)
        shorter.epochs = 17
        #expect(found["losses"] as? [Double] == (try train(shorter)).last.losses.values)
        #expect(try await change(page, id: 2, "\"paused\": false"))
        let end = try await page.wait(for: "result", id: 1) as! [String: Any]
        #expect((end["last"] as! [String: Any])["epoch"] as? Int == 30)
    }

    @Test func theRateIsChangedWhileItTrains() async throws {
        let page = TestPage()
        try begin(page)
        _ = try await page.wait(for: "part", id: 1)
        #expect(try await change(page, id: 2, "\"rate\": 0.2"))
        #expect(try await change(page, id: 3, "\"paused\": false"))
        let end = try await page.wait(for: "result", id: 1) as! [String: Any]
        #expect(end["rates"] as? [[Double]] == [[1, 0.01], [2, 0.2]])
        #expect(end["isScikitLearns"] as? Bool == false)
        // No address can bring this run back.
        let warnings = end["warnings"] as! [String]
        #expect(warnings.contains { $0.hasPrefix("The link holds one rate and not when it was changed") })
        #expect(try train(sine(8)).warnings.contains { $0.contains("link") } == false)
        // As `partial_fit` goes on with another rate: here a schedule that changes after the first step.
        let settings = try sine(8)
        var model = MLPRegressor(
            hiddenLayerSizes: [8, 8], activation: .tanh, maxIter: 30, randomState: 0,
            optimizer: Adam(learningRate: .piecewise(boundaries: [0], values: [0.01, 0.2]), epsilon: 1e-8))
        try model.fit(settings.features, Tensor(settings.y))
        let found = end["predictions"] as! [Double], expected = try model.predict(settings.features).doubles
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-9 })
    }

    @Test func aRunIsAbandoned() async throws {
        let page = TestPage()
        try begin(page)
        _ = try await page.wait(for: "part", id: 1)
        page.connection.receive(text: #"{"id": 0, "action": "cancel", "of": 1}"#)
        let mistake = try await page.wait(for: "error", id: 1) as! [String: Any]
        #expect(mistake["description"] as? String == "abandoned")
    }

    // MARK: What is beside it

    @Test func theProcessIsTheLibrarys() throws {
        let settings = try sine(12)
        let found = try NetworkProcess(
            NetworkProcessRequest(x: settings.x[0], y: settings.y, view: [[-6, 6]], kernel: .matern, isSine: true))
        var process = GaussianProcessRegressor(kernel: .constant(1) * .matern(lengthScale: 1) + .white(noise: 0.1))
        try process.fit(settings.features, Tensor(settings.y))
        let (mean, deviation) = try process.predictWithStandardDeviation(Tensor(found.x.values, shape: [241, 1]))
        #expect(found.mean.values == mean.doubles)
        #expect(found.deviation.values == deviation.doubles)
        #expect(found.kernel == process.fittedKernel!.description)
    }

    @Test func aKernelThatThereIsNotIsToldInASentence() async throws {
        let complaint = try await TestPage().complaint(
            #"{"id": 1, "view": "network", "action": "process", "arguments": {"x": [0, 1], "y": [0, 1], "view": [[0, 1]], "kernel": "foo", "white": true, "isSine": false}}"#
        )
        #expect(complaint == "there is no kernel \"foo\"; there are rbf, matern, rationalquadratic")
    }

    @Test func aProcessThatNobodyWaitsForIsAbandoned() throws {
        let settings = try sine(12), work = StudioWork()
        work.abandon()
        #expect(throws: CancellationError.self) {
            try NetworkProcess(NetworkProcessRequest(x: settings.x[0], y: settings.y, view: [[-6, 6]]), work)
        }
        // It is asked before each value of the likelihood, not once.
        let asked = Mutex(0)
        var process = GaussianProcessRegressor(kernel: .constant(1) * .rbf(lengthScale: 1) + .white(noise: 0.1))
        process.watch = {
            let count = asked.withLock { count -> Int in
                count += 1
                return count
            }
            if count == 4 { throw CancellationError() }
        }
        #expect(throws: CancellationError.self) { try process.fit(settings.features, Tensor(settings.y)) }
        #expect(asked.withLock { $0 } == 4 && process.fittedKernel == nil)
    }

    @Test(arguments: [
        ("network", #"{"task": "classes", "x": [[0, 1], [0, 1]], "y": [1, 1], "view": [[0, 1], [0, 1]]}"#, "one class"),
        ("network", #"{"x": [[0, 1]], "y": [0, 1], "solver": "lbfgs", "stopping": true}"#, "cannot stop early"),
        ("network", #"{"x": [[0, 1]], "y": [0]}"#, "as many of each"),
        ("network", #"{"x": [[0]], "y": [0]}"#, "two and more"),
        ("network", #"{"x": [[0, 1]], "y": [0, 1], "solver": "magic"}"#, "no optimiser magic"),
        ("network", #"{"x": [[0, 1]], "y": [0, 1], "units": [8], "activations": []}"#, "1 layers and 0 activations"),
        ("network", #"{"x": [[0, 1]], "y": [0, 1], "units": [9999, 8]}"#, "layers is 9999"),
        ("network", #"{"x": [[0, 1e300]], "y": [0, 1]}"#, "beyond a million"),
    ])
    func whatCannotBeTrainedIsRefusedInASentence(view: String, settings: String, says: String) async throws {
        let complaint = try await TestPage().complaint(
            "{\"id\": 1, \"view\": \"\(view)\", \"action\": \"train\", \"arguments\": {\"run\": 1, \"watches\": false, \"paused\": false, \"speed\": 0, \"isSine\": false, \"settings\": \(settings)}}"
        )
        #expect(complaint.contains(says))
    }

    /// As it is copied, with the schedule that the reader made.
    @Test(arguments: ["adam", "sgd", "rmsprop"])
    func aRateThatWasChangedIsCopiedAsASchedule(solver: String) throws {
        var settings = try sine(12)
        (settings.solver, settings.batch, settings.stopping) = (solver, 4, true)
        let request = NetworkCopies.Request(settings, rates: [[1, 0.01], [3, 0.2]])
        let copies = try NetworkCopies(request)
        // Nine points in three batches: the sixth step is the last of the second epoch.
        #expect(copies.swift.contains("learningRate: .piecewise(boundaries: [5], values: [0.01, 0.2])"))
        #expect(copies.python.contains("PiecewiseConstantDecay([5], [0.01, 0.2])"))
        // Keras's tanh is in single precision, in which a high rate leads to other digits.
        #expect(copies.python.contains("Dense(8, activation=jax.numpy.tanh)") && !copies.python.contains("\"tanh\""))
        #expect(throws: StudioMistake.self) { try NetworkCopies(.init(settings, rates: [[1, 0.01], [.nan, 0.2]])) }
        #expect(throws: StudioMistake.self) { try NetworkCopies(.init(settings, rates: [[1], []])) }
    }

    /// The program that the view hands out stands in CopiedNetwork.swift, where it is compiled and run.
    @Test func theSwiftCopiedIsAProgramThatGivesTheNumbersShown() throws {
        var settings = try sine(12)
        (settings.units, settings.activations, settings.solver) = ([6], [.logistic], "sgd")
        (settings.stopping, settings.batch, settings.epochs) = (true, 5, 40)
        let data = NetworkDataRequest(.sine, count: 12)
        try expectCopied(
            NetworkCopies(.init(settings, data: data, process: .rbf)).swift, in: "CopiedNetwork.swift")
        let result = try train(settings), (model, process) = try copiedNetwork()
        #expect(model.nIter == result.last.epoch)
        #expect(model.lastLoss == result.last.loss)
        let beside = try NetworkProcess(NetworkProcessRequest(x: settings.x[0], y: settings.y, view: [[-6, 6]]))
        #expect(process.logMarginalLikelihoodValue == beside.likelihood)
    }
}
