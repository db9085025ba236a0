import Foundation
import Tern
import TestSupport
import Testing

/// A layer whose class inherits weights, and which holds others in a dictionary and in lists of lists.
private class Stretched: UnaryLayer {
    var info = LayerInfo()
    @Weight var factor: Tensor
    init() {}
    required init(from decoder: any Decoder) throws {}
    func encode(to encoder: any Encoder) throws {}
    func build(_ inputShape: [Int]) { $factor.make("factor", [inputShape.last!], .ones, in: self) }
    func call(_ x: Tensor, _ context: CallContext) -> Tensor { x * factor }
}

private final class Moved: Stretched {
    @Weight var shift: Tensor
    var named = ["b": Dense(3), "a": Dense(3)]
    var lists = [[Dense(3)], [Dense(3), Dense(3)]]
    override func build(_ inputShape: [Int]) {
        super.build(inputShape)
        $shift.make("shift", [inputShape.last!], .zeros, in: self)
    }
    override func call(_ x: Tensor, _ context: CallContext) -> Tensor {
        let inner = [named["a"]!, named["b"]!] + lists.flatMap { $0 }
        return inner.reduce(super.call(x, context) + shift) { $1($0, context) }
    }
}

/// What belongs to a model, who it is, and what stays as it was.
@Suite struct ModelIdentityTests {
    private static let x = Tensor.random([24, 3], in: -1..<1, seed: 1, dtype: .float32),
        y = x.mean(axes: [1]).reshaped([24, 1]) + 0.2

    @Test func inheritedAndHeldWeightsAreTrained() throws {
        let own = Moved(),
            model = Sequential(input: [3]) {
                own
                Dense(1)
            }
        #expect(model.variables.count == 2 + 5 * 2 + 2)
        let before = model.variables.map(\.variable.value)
        model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError)
        try model.fit(Self.x, Self.y)
        #expect(zip(model.variables, before).allSatisfy { $0.variable.value != $1 })
        #expect(model.variables[0].path == "moved/factor")
    }

    /// As in Keras 3.15.1, where `trainable` goes down to what is within.
    @Test func whatIsWithinAFrozenLayerLearnsNothingOfTheBatch() throws {
        let bn = BatchNormalization(),
            base = Sequential(input: [3]) {
                Dense(3)
                bn
            }
        let inner = BatchNormalization(), steps = TimeDistributed(inner)
        for layer: any Layer in [base, steps] { layer.info.isTrainable = false }
        let i = Input([3]), j = Input([2, 3])
        let model = Model(inputs: [i, j], outputs: [Dense(1)(Concatenate()(base(i), Flatten()(steps(j))))])
        let before = [bn.movingMean, inner.movingMean]
        model.compile(loss: .meanSquaredError)
        try model.fit(
            TrainingData(
                inputs: [Self.x, .concatenated([Self.x, Self.x], axis: 1).reshaped([24, 2, 3])], targets: [Self.y]),
            epochs: 3)
        #expect([bn.movingMean, inner.movingMean] == before)
        for layer: any Layer in [base, steps] { layer.info.isTrainable = true }
        try model.fit(
            TrainingData(
                inputs: [Self.x, .concatenated([Self.x, Self.x], axis: 1).reshaped([24, 2, 3])], targets: [Self.y]))
        #expect(bn.movingMean != before[0] && inner.movingMean != before[1])
    }

    @Test(arguments: [DType.int32, .int64, .bool, .float64]) func numbersOfAnyTypeAreInputs(_ dtype: DType) throws {
        let whole = Tensor((0..<72).map { Float($0 % 2) }, shape: [24, 3])
        func trained(_ x: Tensor) throws -> Tensor {
            let model = Sequential(input: [3], seed: 4) {
                Dense(2, activation: .tanh)
                Dense(1)
            }
            model.compile(optimizer: SGD(learningRate: 0.1), loss: .meanSquaredError)
            try model.fit(x, Self.y, epochs: 2)
            return try model.predict(x)
        }
        let typed = try trained(whole.cast(to: dtype))
        #expect(try typed.dtype == .float32 && typed == trained(whole))
    }

    @Test func layersOfOneNameAreToldBeforeTheyMeetInAFile() {
        let failure = #expect(throws: CaughtFailure.self) {
            try catchingFailure {
                Sequential(input: [4]) { [Dense(4, name: "a"), Dense(4, name: "a")] as [any Layer] }
            }
        }
        #expect("\(failure!)".contains("two of its layers are called \"a\""))
    }

    @Test func firstWeightsAreThoseOfTheFirstModelsSeed() throws {
        func twice() -> Tensor {
            let i = Input([2]), dense = Dense(2)
            _ = Model(inputs: [i], outputs: [dense(dense(i))], seed: 3)
            return dense.kernel
        }
        #expect(twice() == twice())
        let base = Sequential(input: [3], seed: 5) {
            Dense(4)
            Dense(1)
        }
        let before = try base.predict(Self.x)
        _ = Model(inputs: base.inputs, outputs: [Dense(2)(base.layers[0].output)], seed: 9)
        #expect(try base.predict(Self.x) == before)
    }

    @Test func aModelsTypeAndFreedomAreInItsFile() throws {
        let folder = TemporaryFolder(), model = Sequential(input: [3], dtype: .float64) { Dense(1) }
        model.info.dtype = .float64
        model.info.isTrainable = false
        try model.write(to: folder.path("m.safetensors"))
        let same = try Model(contentsOf: folder.path("m.safetensors"))
        #expect(same.info.dtype == .float64 && !same.info.isTrainable)
        let x = Self.x.cast(to: .float64) / 3
        #expect(try same.predict(x) == model.predict(x))
    }

    @Test func anOptimisersMemoryStaysWithItsWeights() throws {
        func model() -> Model {
            Sequential(input: [3], seed: 2) {
                Dense(3, name: "a")
                Dense(3, name: "b")
                Dense(1, name: "c")
            }
        }
        func move(_ model: Model, _ first: String, then second: String?) throws -> Tensor {
            model.compile(optimizer: SGD(learningRate: 0.01, momentum: 0.9), loss: .meanSquaredError)
            model.layer(first).info.isTrainable = false
            try model.fit(Self.x, Self.y, batchSize: 24, epochs: second == nil ? 1 : 5)
            guard let second else { return model.variables.first { $0.path == "b/kernel" }!.variable.value }
            model.layer(first).info.isTrainable = true
            model.layer(second).info.isTrainable = false
            try model.fit(Self.x, Self.y, batchSize: 24)
            return model.variables.first { $0.path == "b/kernel" }!.variable.value
        }
        // b's first step, after a was trained: that of an optimiser without memory.
        let trained = model()
        let moved = try move(trained, "b", then: "a")
        let fresh = model()
        for (to, path) in fresh.variables.map({ ($0.variable, $0.path) }) where path != "b/kernel" && path != "b/bias" {
            to.value = trained.variables.first { $0.path == path }!.variable.value
        }
        let step = abs(moved - (model().variables.first { $0.path == "b/kernel" }!.variable.value)).max().item
        #expect(step < 0.02, "a step with momentum of others is far longer: \(step)")
    }

    @Test func metricsOfOneNameAreToldApart() throws {
        let model = Sequential(input: [3]) { Dense(1) }
        model.compile(
            loss: .meanSquaredError,
            metrics: [Metric("x") { t, p in abs(t - p) }, Metric("x") { t, p in square(t - p) }],
            weightedMetrics: [.meanAbsoluteError])
        let found = try model.evaluate(Self.x, Self.y)
        #expect(abs(found["x_1"]! - found["loss"]!) < 1e-6 && abs(found["x"]! - found["mean_absolute_error"]!) < 1e-6)
        #expect(throws: CaughtFailure.self) {
            try catchingFailure { model.compile(loss: .meanSquaredError, metrics: [Metric("loss") { t, _ in t }]) }
        }
    }

    @Test func aStepReportsOneNumberOfItsParametersType() throws {
        let data = [Tensor([1.0, 2, 3, 4, 5, 6], shape: [2, 3])]
        let step = TrainingStep(model: [Tensor.ones([3], dtype: .float32)], optimizer: SGD(), data: data) { m, b in
            square(b[0] * m[0].cast(to: .float64)).sum()
        }
        #expect(step.run(rows: 0..<2) == 91)
        let counting = TrainingStep(model: [Tensor.ones([3])], optimizer: SGD(), data: data) { m, b in
            ((b[0] * m[0]).sum(), (b[0] .> 2).cast(to: .int64).sum())
        }
        #expect(counting.run(rows: 0..<2) == 4)
        #expect(throws: CaughtFailure.self) {
            try catchingFailure {
                TrainingStep(model: [Tensor.ones([3])], optimizer: SGD(), data: data) { m, b in
                    ((b[0] * m[0]).sum(), b[0])
                }.run(rows: 0..<2)
            }
        }
    }

    @Test func oddSettingsOfTrainingAreRefused() throws {
        let model = Sequential(input: [3]) { Dense(1) }
        model.compile(loss: .meanSquaredError)
        #expect(throws: TrainingError.self) { try model.fit(Self.x, Self.y, validationSplit: -0.5) }
        #expect(throws: TrainingError.self) { try model.fit(Self.x, Self.y, validationSplit: .nan) }
        #expect(throws: TrainingError.self) { try model.fit(Self.x, Self.y, classWeight: [0: -1]) }
        let error = #expect(throws: TrainingError.self) {
            try model.fit(Self.x, Self.y, validationData: (Self.x, .concatenated([Self.y, Self.y], axis: 1)))
        }
        #expect("\(error!)".contains("fit (validation): target 0 has the shape [24, 2], that of training [24, 1]"))
    }
}
