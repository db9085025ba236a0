import TernCore
import TernNN
import TestSupport
import Testing

/// Targets and predictions of different ranks are brought together or refused, never broadcast.
@Suite struct MatchingShapesTests {
    private static let squares = Loss("squares") { t, p in square(p - t).mean(axis: -1) }

    /// A metric of a user's own, which sums over elements.
    private static let squaredErrors = Metric("squared_errors", sums: 2) { target, prediction, weight in
        [(weight * square(prediction - target)).sum(), weight.sum()]
    } result: {
        $0[0] / $0[1]
    }

    @Test(arguments: [1, 2, 5, 32]) func aLossOfOnesOwnSeesOneShape(_ n: Int) {
        let column = Tensor.random([n, 1], seed: 1), p = Tensor.random([n, 1], seed: 2)
        let expected = Loss.meanSquaredError(column, p).item
        for (t, p) in [
            (column, p), (column.flattened(), p), (column, p.flattened()), (column.flattened(), p.flattened()),
        ] {
            // Of two vectors the mean over the last axis is one value for all.
            #expect(abs(Self.squares(t, p).item - expected) < 1e-12, "\(t.shape), \(p.shape)")
            #expect(abs(Loss.meanSquaredError(t, p).item - expected) < 1e-12, "\(t.shape), \(p.shape)")
            let metric = Metric("squares") { t, p in square(p - t) }
            #expect(abs(metric(t, p).item - expected) < 1e-12, "\(t.shape), \(p.shape)")
        }
    }

    @Test func aLossOfOnesOwnLearnsWhatKerasDoes() throws {
        let x = Tensor.random([40, 1], in: -1..<1, seed: 3, dtype: .float32), y = (2 * x + 1).flattened()
        var histories: [History] = []
        for loss in [Self.squares, .meanSquaredError] {
            let model = Sequential(input: [1], seed: 1) { Dense(1) }
            model.compile(optimizer: SGD(learningRate: 0.1), losses: [loss], metrics: [[Self.squaredErrors]])
            histories.append(try model.fit(x, y, batchSize: 7, epochs: 60))
        }
        #expect(histories[0]["loss"] == histories[1]["loss"])
        #expect(histories[0]["loss"].last! < 1e-6)
        expectClose(histories[0]["squared_errors"], histories[0]["loss"], 1e-5, unit: 1e-7)
    }

    private static let shapes: [([Int], [Int])] = [
        ([4], [4, 3]), ([4, 1], [4, 3]), ([4, 3], [4, 1]), ([1, 3], [4, 3]), ([4, 3], [3]), ([4, 2, 3], [4, 3]),
        ([4, 1, 3], [4, 2, 3]), ([3], [4]),
    ]

    /// All but those that take classes beside probabilities, or labels beside vectors.
    private static let matchingLosses = Loss.all.filter {
        !["sparse_categorical_crossentropy", "categorical_generalized_cross_entropy", "circle"].contains($0.name)
    }

    @Test(arguments: matchingLosses.indices) func lossesNameShapesThatDoNotFit(_ index: Int) {
        let loss = Self.matchingLosses[index]
        for (t, p) in Self.shapes {
            let failure = #expect(throws: CaughtFailure.self, "\(loss.name) of \(t) and \(p)") {
                try catchingFailure { loss(Tensor.random(t, seed: 1), Tensor.random(p, seed: 2)) }
            }
            #expect(
                failure.map { "\($0)".contains("\(t)") && "\($0)".contains("\(p)") && "\($0)".contains(loss.name) }
                    == true, "\(failure as Any)")
        }
    }

    @Test func metricsNameShapesThatDoNotFit() {
        for metric in Metric.all where !metric.name.contains("categorical") && metric.name != "binary_io_u" {
            for (t, p) in Self.shapes {
                let failure = #expect(throws: CaughtFailure.self, "\(metric.name) of \(t) and \(p)") {
                    try catchingFailure { metric(Tensor.random(t, seed: 1), Tensor.random(p, seed: 2)) }
                }
                #expect(
                    failure.map { "\($0)".contains("\(t)") && "\($0)".contains("\(p)") } == true,
                    "\(metric.name): \(failure as Any)")
            }
        }
    }

    @Test func classesThatDoNotFitProbabilitiesAreRefused() throws {
        let p = Tensor.random([4, 3], seed: 1), loss = Loss.sparseCategoricalCrossentropy()
        #expect(loss(Tensor([0, 1, 2, 0]), p).item == loss(Tensor([0, 1, 2, 0], shape: [4, 1]), p).item)
        for shape in [[1], [3], [4, 3], [4, 1, 1]] {
            #expect(throws: CaughtFailure.self, "\(shape)") {
                try catchingFailure { loss(Tensor.zeros(shape, dtype: .int64), p) }
            }
        }
    }

    @Test func aFunctionThatTakesOtherShapesSaysSo() {
        let quantiles = Tensor([0.1, 0.5, 0.9])
        let pinball = Loss("pinball", matchesShapes: false) { t, p in
            let error = t - p
            return maximum(quantiles * error, (quantiles - 1) * error).mean(axis: -1)
        }
        let t = Tensor.random([5, 1], seed: 1), p = Tensor.random([5, 3], seed: 2)
        var expected = 0.0
        for i in 0..<5 {
            for j in 0..<3 {
                let error = t.doubles[i] - p.doubles[i * 3 + j], q = quantiles.doubles[j]
                expected += max(q * error, (q - 1) * error) / 15
            }
        }
        #expect(abs(pinball(t, p).item - expected) < 1e-12)
    }

    @Test func oneValueForAllIsNeitherWeightedNorMasked() throws {
        let loss = Loss("all") { t, p in square(t - p).mean() }, t = Tensor.random([4, 1], seed: 1),
            p = Tensor.random([4, 1], seed: 2)
        #expect(abs(loss(t, p).item - Loss.meanSquaredError(t, p).item) < 1e-12)
        #expect(throws: CaughtFailure.self) {
            try catchingFailure { loss(t, p, sampleWeight: Tensor([1.0, 2, 3, 4])) }
        }
        #expect(throws: CaughtFailure.self) { try catchingFailure { loss.ignoringMissing()(t, p) } }
        #expect(throws: CaughtFailure.self) {
            try catchingFailure { loss(t, p, mask: Tensor([true, false, true, true])) }
        }
        let odd = Loss("odd") { t, p in square(t - p).sum(axis: 0) }
        let failure = #expect(throws: CaughtFailure.self) { try catchingFailure { odd(t, p) } }
        #expect("\(failure!)".contains("the first axis is to be that of the examples"))
    }

    /// A function that keeps the last axis, where masks and areas lie along the first ones.
    @Test func masksOfAFunctionByElementLieAlongTheFirstAxes() {
        let elements = Loss("elements") { t, p in square(t - p) }
        let p = Tensor.random([2, 3, 3, 1], seed: 2)
        var values = Tensor.random([2, 3, 3, 1], seed: 1).doubles
        values[4] = .nan
        values[11] = .nan
        let t = Tensor(values, shape: [2, 3, 3, 1])
        for build: (Loss) -> Loss in [
            { $0.ignoringMissing() }, { $0.ignoringMissing().weighted(byLatitude: [0, 30, 60], axis: 1) },
            { $0.ignoringMissing().masked(where: Tensor([true, false, true])) },
        ] {
            #expect(abs(build(elements)(t, p).item - build(.meanSquaredError)(t, p).item) < 1e-12)
        }
    }

    /// As many weights for each element as there are examples would lie along the wrong axis.
    @Test(arguments: [([2, 2], [2, 2]), ([2, 3], [2, 3]), ([3, 4], [2, 2])])
    func weightsAreNotBroadcastBeyondTheValues(_ shape: [Int], _ weight: [Int]) {
        let p = Tensor.ones(shape, dtype: .float64)
        let failure = #expect(throws: CaughtFailure.self) {
            try catchingFailure { Loss.meanSquaredError(2 * p, p, sampleWeight: .ones(weight, dtype: .float64)) }
        }
        #expect("\(failure!)".contains("weights of shape \(weight)"), "\(failure!)")
    }

    @Test func weightsOfClassesAndExamplesMeetByExample() throws {
        let x = Tensor.random([4, 1], seed: 1, dtype: .float32), y = Tensor([0, 1, 1, 0], shape: [4, 1])
        let losses = try [[4], [4, 1]].map { shape in
            let model = Sequential(input: [1], seed: 2) { Dense(1, activation: .sigmoid) }
            model.compile(loss: .binaryCrossentropy())
            return try model.fit(
                x, y, batchSize: 4, epochs: 2, shuffles: false, classWeight: [0: 1, 1: 10],
                sampleWeight: Tensor([1.0, 2, 3, 4]).reshaped(shape))["loss"]
        }
        #expect(losses[0] == losses[1])
    }
}
