import Foundation
import Tern
import TestSupport
import Testing

/// Training that goes on from a file, models made of parts of others, and learning rates that are found.
@Suite struct TransferTests {
    private static let x = Tensor.random([60, 6, 4, 2], in: -1..<1, seed: 1, dtype: .float32)
    private static let y = x.mean(axes: [1, 2, 3]).reshaped([60, 1]) + 0.1

    private static func model(seed: UInt64 = 3) -> Model {
        Sequential(input: [6, 4, 2], seed: seed) {
            Conv2D(3, kernelSize: 3, activation: .relu, name: "patterns")
            BatchNormalization()
            Flatten(name: "features")
            Dense(1)
        }
    }

    private static let optimizers: [@Sendable () -> any Optimizer] = [
        { Adam(learningRate: 0.01) }, { SGD(learningRate: 0.01, momentum: 0.9) },
        { RMSprop(learningRate: .exponentialDecay(from: 0.01, steps: 5, rate: 0.9)) },
        { Adam(learningRate: 0.01).clipping(.globalNorm(1)) }, { Lion() },
    ]

    private static func compile(_ model: Model, _ optimizer: any Optimizer) {
        func compile(_ optimizer: some Optimizer) { model.compile(optimizer: optimizer, loss: .meanSquaredError) }
        compile(optimizer)
    }

    @Test(arguments: optimizers.indices) func trainingGoesOnFromAFileToTheSameBits(_ index: Int) throws {
        let folder = TemporaryFolder(), path = folder.path("m.safetensors"), whole = Self.model(), first = Self.model()
        for model in [whole, first] { Self.compile(model, Self.optimizers[index]()) }
        try whole.fit(Self.x, Self.y, batchSize: 7, epochs: 5, shuffles: false)
        try first.fit(Self.x, Self.y, batchSize: 7, epochs: 2, shuffles: false)
        try first.write(to: path)
        let second = try Model(contentsOf: path)
        Self.compile(second, Self.optimizers[index]())
        try second.fit(Self.x, Self.y, batchSize: 7, epochs: 3, shuffles: false)
        #expect(second.variables.map(\.variable.value) == whole.variables.map(\.variable.value))
        // Without the optimiser's memory, and with another optimiser, it begins anew.
        try first.write(to: path, includesOptimizer: false)
        let anew = try Model(contentsOf: path), other = try Model(contentsOf: path)
        Self.compile(anew, Self.optimizers[index]())
        try anew.fit(Self.x, Self.y, batchSize: 7, epochs: 3, shuffles: false)
        #expect(anew.variables.map(\.variable.value) != whole.variables.map(\.variable.value))
        Self.compile(other, Adagrad())
        try other.fit(Self.x, Self.y)
    }

    @Test func aFileWithADamagedOptimiserSaysSo() throws {
        let folder = TemporaryFolder(), path = folder.path("m.safetensors"), model = Self.model()
        Self.compile(model, Adam())
        try model.fit(Self.x, Self.y)
        try model.write(to: path)
        var file = try Safetensors(contentsOf: path)
        let whole = file
        file.tensors["@optimizer/1"] = nil
        try file.write(to: path)
        let lacking = #expect(throws: DataError.self) { try Model(contentsOf: path) }
        #expect("\(lacking!)".contains("optimiser"))
        file = whole
        file.metadata["optimizer_steps"] = "-3"
        try file.write(to: path)
        let error = #expect(throws: DataError.self) { try Model(contentsOf: path) }
        #expect("\(error!)".contains("optimiser"))
        // Weights alone are read all the same.
        try Self.model(seed: 9).loadWeights(from: path)
    }

    @Test func aNewHeadLearnsOnFrozenFeatures() throws {
        let base = Self.model()
        Self.compile(base, Adam())
        try base.fit(Self.x, Self.y, epochs: 2)
        let before = try base.predict(Self.x)
        for layer in base.layers { layer.info.isTrainable = false }
        let head = Dense(2, name: "head"),
            model = Model(inputs: base.inputs, outputs: [head(base.layer("features").output)], seed: 5)
        Self.compile(model, SGD(learningRate: 0.05))
        let targets = Tensor.concatenated([Self.y, -Self.y], axis: 1)
        let losses = try model.fit(Self.x, targets, epochs: 20)["loss"]
        #expect(losses.last! < 0.6 * losses[0])
        #expect(try base.predict(Self.x) == before)
        #expect(model.layers.map { $0.info.name } == base.layers.dropLast().map { $0.info.name } + ["head"])
    }

    @Test func aModelIsCutAtALayer() throws {
        let base = Self.model(), weights = base.variables.map(\.variable.value)
        let features = base.cut(after: "features")
        #expect(features.outputs[0].shape == [24])
        #expect(base.variables.map(\.variable.value) == weights)
        let dense = base.layers.last!
        #expect(try dense(features.predict(Self.x)) == base.predict(Self.x))
        // Inputs that the part does not need are no longer its inputs.
        let a = Input([2]), b = Input([2]), shared = Dense(2, name: "shared")
        let both = Model(inputs: [a, b], outputs: [Add()(shared(a), Dense(2)(b))])
        #expect(both.cut(after: "shared").inputs.count == 1)
        #expect(shared.output.shape == [2] && shared.uses.count == 1)
        _ = shared(b)
        #expect(shared.uses.count == 1, "a use that belongs to no graph is forgotten")
        let failure = #expect(throws: CaughtFailure.self) { try catchingFailure { base.layer("nowhere") } }
        #expect("\(failure!)".contains("it has patterns, batch_normalization, features, dense"))
        let unused = #expect(throws: CaughtFailure.self) { try catchingFailure { Dense(1, name: "lone").output } }
        #expect("\(unused!)".contains("is in no graph yet"))
    }

    @Test func theRateThatLearnsFastestIsFound() throws {
        let model = Self.model()
        Self.compile(model, SGD())
        try model.fit(Self.x, Self.y, batchSize: 20)
        let before = model.variables.map(\.variable.value)
        let curve = try model.learningRates(Self.x, Self.y, batchSize: 20, from: 1e-6, to: 100, steps: 80)
        #expect(model.variables.map(\.variable.value) == before)
        #expect(curve.rates.first == 1e-6 && zip(curve.rates, curve.rates.dropFirst()).allSatisfy { $1 > $0 })
        #expect(curve.rates.count < 80, "the loss rises at the highest rates")
        let suggestion = try #require(curve.suggestion)
        #expect(suggestion > 1e-5 && suggestion < 10)
        // It learns more than a rate a thousand times smaller, and the search itself changes nothing of what comes.
        func loss(after rate: Double) throws -> Double {
            let model = Self.model()
            Self.compile(model, SGD(learningRate: LearningRate(rate)))
            return try model.fit(Self.x, Self.y, batchSize: 20, epochs: 10)["loss"].last!
        }
        #expect(try loss(after: suggestion) < 0.8 * loss(after: suggestion / 1000))
        #expect(throws: TrainingError.self) { try model.learningRates(Self.x, Self.y, from: 1, to: 0.1) }
        if Figure.canDraw {
            let folder = TemporaryFolder()
            try curve.figure().write(to: folder.path("rates.svg"))
        }
    }

    @Test func aSearchForRatesLeavesTheOptimiserAsItWas() throws {
        let searched = Self.model(), plain = Self.model()
        for model in [searched, plain] {
            Self.compile(model, Adam(learningRate: 0.01))
            try model.fit(Self.x, Self.y, batchSize: 20, shuffles: false)
        }
        _ = try searched.learningRates(Self.x, Self.y)
        for model in [searched, plain] { try model.fit(Self.x, Self.y, batchSize: 20, shuffles: false) }
        #expect(searched.variables.map(\.variable.value) == plain.variables.map(\.variable.value))
    }
}
