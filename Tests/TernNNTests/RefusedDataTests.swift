import TernCore
import TernNN
import TestSupport
import Testing

/// What does not fit a model is an error that a program can catch, after which the model works as before.
/// Tells the loss of each batch.
private final class BatchLosses: Callback {
    private let tell: (Double) -> Void
    init(_ tell: @escaping (Double) -> Void) { self.tell = tell }
    func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) { tell(loss) }
}

@Suite struct RefusedDataTests {
    /// A layer of a user's own that fails for some shapes.
    private final class Halves: UnaryLayer {
        var info = LayerInfo()
        func call(_ x: Tensor, _ context: CallContext) -> Tensor {
            context.isTraining ? matmul(x, Tensor.ones([x.shape[1] + 1, 1], dtype: x.dtype)) : x.sliced(0..<1, axis: 1)
        }
    }

    private static func model() -> Model {
        let model = Sequential(input: [3]) {
            Dense(4, activation: .relu)
            Dense(1)
        }
        model.compile(loss: .meanSquaredError, metrics: [.meanAbsoluteError])
        return model
    }

    private static let x = Tensor.random([10, 3], seed: 1, dtype: .float32),
        y = Tensor.random([10, 1], seed: 2, dtype: .float32)

    private func expectRefusal(
        _ parts: String..., of work: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: TrainingError.self, sourceLocation: sourceLocation) { try work() }
        for part in parts {
            #expect(
                error.map { "\($0)".contains(part) } == true, "\(error.map { "\($0)" } ?? "nothing thrown")",
                sourceLocation: sourceLocation)
        }
    }

    @Test func predictionsRefuseWhatDoesNotFit() throws {
        let model = Self.model(), before = try model.predict(Self.x)
        expectRefusal("input 0 has the shape [10, 4]", "[3]") {
            _ = try model.predict(Tensor.zeros([10, 4], dtype: .float32))
        }
        expectRefusal("input 0 has the shape [3]") { _ = try model.predict(Tensor.zeros([3], dtype: .float32)) }
        expectRefusal("the shape []") { _ = try model.predict(Tensor(Float(1))) }
        expectRefusal("1 input(s), given are 2") { _ = try model.predict([Self.x, Self.x]) }
        expectRefusal("batches of 0") { _ = try model.predict(Self.x, batchSize: 0) }
        #expect(try model.predict(Self.x) == before)
        #expect(try model.predict(Self.x.sliced(0..<0)).shape == [0, 1])
    }

    /// Whose predictions would be joined to as many as there are batches, or end the program.
    @Test func outputsWithoutExamplesAreRefused() {
        let functions: [(Tensor) -> Tensor] = [{ $0.mean(axis: 0) }, { $0.sum() }]
        for function in functions {
            let model = Sequential(input: [3]) { Lambda("reduced") { (x: Tensor) in function(x) } }
            expectRefusal("predict: output 0 has the shape [", "for 8 examples") {
                _ = try model.predict(Self.x, batchSize: 8)
            }
        }
        let flat = Sequential(input: [3]) {
            Lambda("sum") { (x: Tensor) in x.sum() }
            Flatten()
            Dense(1)
        }
        expectRefusal("layer flatten: it got a single number") { _ = try flat.predict(Self.x) }
    }

    @Test func trainingRefusesWhatDoesNotFit() throws {
        let model = Self.model(), before = try model.predict(Self.x)
        expectRefusal("targets of shape", "[10, 2]", "[10, 1]") {
            try model.fit(Self.x, .zeros([10, 2], dtype: .float32), batchSize: 10)
        }
        expectRefusal("9 examples stand beside 10") { try model.fit(Self.x, Self.y.sliced(0..<9)) }
        expectRefusal("batches of -1") { try model.fit(Self.x, Self.y, batchSize: -1) }
        expectRefusal("-1 epochs") { try model.fit(Self.x, Self.y, epochs: -1) }
        expectRefusal("targets of shape") { _ = try model.evaluate(Self.x, .zeros([10, 1, 3], dtype: .float32)) }
        expectRefusal("batches of 0") { _ = try model.evaluate(Self.x, Self.y, batchSize: 0) }
        #expect(try model.predict(Self.x) == before)
        try model.fit(Self.x, Self.y)
    }

    @Test(arguments: [Double.nan, .infinity, 1e300])
    func classWeightsRefuseATargetThatIsNoClass(_ odd: Double) {
        let model = Sequential(input: [1]) { Dense(1) }
        model.compile(loss: .meanSquaredError)
        expectRefusal("the target of example 2", "no class") {
            try model.fit(Tensor.ones([3, 1]), Tensor([0, 1, odd], shape: [3, 1]), classWeight: [1: 2])
        }
    }

    @Test func aLayerThatFailsLeavesTheModelAsItWas() throws {
        let model = Sequential(input: [3]) {
            Dense(4)
            Halves()
        }
        model.compile(loss: .meanSquaredError)
        let before = try model.predict(Self.x)
        expectRefusal("fit: matmul") { try model.fit(Self.x, Self.y) }
        #expect(try model.predict(Self.x) == before)
    }

    @Test(arguments: [1, 2, 5]) func anIndexOutOfRangeIsToldFromAnyThread(_ threads: Int) throws {
        try ThreadPool.withThreads(threads) {
            let model = Sequential(input: [50]) {
                Embedding(20, 16)
                Flatten()
                Dense(1)
            }
            model.compile(loss: .meanSquaredError)
            var words = (0..<10_000).map { Int64($0 % 20) }
            let good = Tensor(words, shape: [200, 50]), y = Tensor.zeros([200, 1], dtype: .float32)
            let before = try model.predict(good, batchSize: 200)
            words[7_777] = 20
            let bad = Tensor(words, shape: [200, 50])
            for _ in 0..<3 {
                expectRefusal("predict: layer embedding: category 20 is out of range; there are 20, 0 to 19") {
                    _ = try model.predict(bad, batchSize: 200)
                }
                expectRefusal("in epoch 1, batch", "layer embedding: category 20 is out of range") {
                    try model.fit(bad, y, batchSize: 100, shuffles: false)
                }
            }
            _ = before
            try model.fit(good, y, batchSize: 100)
            #expect(try model.predict(good, batchSize: 200).doubles.allSatisfy(\.isFinite))
        }
    }

    @Test(arguments: [3, -1, Int64.max]) func aCategoryThatAnEmbeddingLacksIsToldWithTheLayer(_ category: Int64) throws
    {
        let words = "layer months: category \(category) is out of range; there are 3, 0 to 2"
        let bad = Tensor([0, category], shape: [2, 1]), y = Tensor.zeros([2, 1], dtype: .float32)
        let failure = #expect(throws: CaughtFailure.self) {
            try catchingFailure { Embedding(3, 2, name: "months")(bad) }
        }
        #expect(failure?.description == words)
        let model = Sequential(input: [1]) {
            Embedding(3, 2, name: "months")
            Flatten()
            Dense(1)
        }
        model.compile(loss: .meanSquaredError)
        expectRefusal("predict: \(words)") { _ = try model.predict(bad) }
        expectRefusal("evaluate: \(words)") { _ = try model.evaluate(bad, y) }
        expectRefusal("fit: ", words) { try model.fit(bad, y) }
        let good = Tensor([2, 0] as [Int64], shape: [2, 1])
        #expect(try model.predict(good).shape == [2, 1])
    }

    /// In a later batch too, whose shapes have been seen to fit.
    @Test(arguments: [7, 0]) func aTargetThatIsNoClassIsTold(_ place: Int) throws {
        let model = Sequential(input: [3]) { Dense(4, activation: .softmax()) }
        model.compile(loss: .sparseCategoricalCrossentropy())
        var classes = (0..<10).map { Int64($0 % 4) }
        let good = Tensor(classes)
        try model.fit(Self.x, good, batchSize: 4)
        classes[place] = 4
        let bad = Tensor(classes)
        expectRefusal("fit: in epoch 1, batch \(place / 4 + 1): ", "the number of no class") {
            try model.fit(Self.x, bad, batchSize: 4, shuffles: false)
        }
        expectRefusal("fit: in epoch 1, batch \(place / 4 + 1): ", "the number of no class") {
            try model.fit(Self.x, bad, batchSize: 4, shuffles: false, callbacks: [DebugNumerics()])
        }
        expectRefusal("evaluate: ", "the number of no class") { _ = try model.evaluate(Self.x, bad, batchSize: 4) }
        #expect(try model.evaluate(Self.x, good, batchSize: 4)["loss"]!.isFinite)
    }

    @Test func numbersThatAreNoneEndTrainingAndAreNamed() throws {
        var values = Self.x.doubles
        values[3 * 7 + 1] = .nan
        let gap = Tensor(values, shape: [10, 3]).cast(to: .float32)
        expectRefusal("in epoch 1, batch 2", "NaN", "input 0 holds NaN in example 7") {
            try Self.model().fit(gap, Self.y, batchSize: 5, epochs: 3, shuffles: false)
        }
        var targets = Self.y.doubles
        targets[2] = .infinity
        expectRefusal("infinite", "target 0 holds inf in example 2") {
            try Self.model().fit(Self.x, Tensor(targets, shape: [10, 1]))
        }
        targets[2] = .nan
        expectRefusal("target 0 holds NaN in example 2", "ignoringMissing()") {
            try Self.model().fit(Self.x, Tensor(targets, shape: [10, 1]))
        }
        let wild = Self.model()
        wild.compile(optimizer: SGD(learningRate: 1e12), loss: .meanSquaredError)
        expectRefusal("lower the learning rate") { try wild.fit(Self.x, Self.y, epochs: 100) }
    }

    /// As in Keras: the batch is the last, its epoch is reported, and the weights are those that it left.
    @Test func terminateOnNaNEndsTrainingWithoutAnError() throws {
        let wild = Self.model()
        wild.compile(optimizer: SGD(learningRate: 1e12), loss: .meanSquaredError)
        var losses: [Double] = []
        let watch = BatchLosses { losses.append($0) }
        let history = try wild.fit(Self.x, Self.y, batchSize: 5, epochs: 100, callbacks: [TerminateOnNaN(), watch])
        #expect(losses.count > 1 && losses.dropLast().allSatisfy(\.isFinite) && !losses.last!.isFinite)
        #expect(history.epochs.count == (losses.count + 1) / 2 && !history["loss"].last!.isFinite)
        let tame = Self.model()
        #expect(try tame.fit(Self.x, Self.y, epochs: 3, callbacks: [TerminateOnNaN()]).epochs == [0, 1, 2])
    }

    /// Metrics of gappy targets are those of the targets that are there.
    @Test func metricsLeaveOutWhatTheLossLeavesOut() throws {
        let model = Self.model(), kept = [0, 1, 3, 4, 6, 7, 8]
        var targets = Self.y.doubles
        for i in targets.indices where !kept.contains(i) { targets[i] = .nan }
        let rows = Tensor(kept)
        let metrics: [Metric] = [
            .meanSquaredError, .rootMeanSquaredError, .meanAbsoluteError, .logCosh, .r2Score(),
            .binaryAccuracy(threshold: 0.3), .auc(),
        ]
        model.compile(loss: .meanSquaredError.ignoringMissing(), metrics: metrics, weightedMetrics: [.loss(.huber())])
        // Batches have two or three targets, of which each counts once.
        let gappy = try model.evaluate(Self.x, Tensor(targets, shape: [10, 1]), batchSize: 4)
        model.compile(loss: .meanSquaredError, metrics: metrics, weightedMetrics: [.loss(.huber())])
        let whole = try model.evaluate(Self.x.taking(rows), Self.y.taking(rows), batchSize: 10)
        for (name, value) in whole {
            expectClose(gappy[name]!, value, 1e-5, name)
        }
        #expect(gappy.count == whole.count && whole.count == 9)
    }

    /// A batch of which nothing was observed counts nothing, and another as much as was.
    @Test func theLossOfAnEpochIsThatOfAllThatWasObserved() throws {
        let input = Input([1]), one = WeightSettings(.ones)
        let a = Dense(1, kernel: one, name: "a")(input)
        let b = Dense(1, kernel: .init(.ones, regularizer: .l2(0.5)), name: "b")(input)
        let model = Model(inputs: [input], outputs: [a, b])
        model.compile(
            optimizer: SGD(learningRate: 0), losses: [.meanSquaredError.ignoringMissing(), .meanSquaredError],
            lossWeights: [2, 1])
        let targets: [Float] = [-1, .nan, .nan, -1, -1, .nan, .nan, .nan]
        let x = Tensor.ones([8, 1]), gappy = Tensor(targets, shape: [8, 1])
        let data = TrainingData(inputs: [x], targets: [gappy, Tensor.zeros([8, 1])])
        // Errors are 2 and 1, the penalty 0.5.
        for size in [2, 3, 8] {
            let found = [
                try model.evaluate(data, batchSize: size),
                try model.fit(data, batchSize: size, shuffles: false).values.mapValues { $0[0] },
            ]
            for logs in found {
                expectClose(
                    [logs["a_loss"]!, logs["b_loss"]!, logs["loss"]!], [4, 1, 2 * 4 + 1 + 0.5], 1e-6, "\(size)")
            }
        }
    }
}
