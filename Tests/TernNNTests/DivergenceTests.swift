import TernCore
import TernNN
import TestSupport
import Testing

/// A training that breaks down says where, and leaves the last good weights.
@Suite struct DivergenceTests {
    /// Applies a function.
    private final class Function: UnaryLayer {
        var info: LayerInfo
        private var function: (Tensor) -> Tensor = { $0 }
        init(_ name: String, _ function: @escaping (Tensor) -> Tensor) {
            info = LayerInfo(name: name)
            self.function = function
        }
        init(from decoder: any Decoder) throws { fatalError("it is not read") }
        func encode(to encoder: any Encoder) throws {}
        func call(_ x: Tensor, _ context: CallContext) -> Tensor { function(x) }
    }

    /// Raises the rate from step to step, and ends training after so many steps.
    private final class Raising: Callback {
        let factor: Double, last: Int
        private var steps = 0
        init(by factor: Double, last: Int = .max) { (self.factor, self.last) = (factor, last) }
        func batchEnds(_ batch: Int, loss: Double, _ run: TrainingRun) {
            steps += 1
            run.learningRate *= factor
            run.stops = steps == last
        }
    }

    private static let x = Tensor.random([50, 3], in: -1..<1, seed: 1, dtype: .float32),
        y = Tensor.random([50, 1], seed: 2, dtype: .float32)

    private func error(
        _ model: Model, _ x: Tensor = x, _ y: Tensor = y, epochs: Int = 1, callbacks: [any Callback] = []
    )
        -> String
    {
        let error = #expect(throws: TrainingError.self) {
            try model.fit(x, y, batchSize: 8, epochs: epochs, callbacks: callbacks)
        }
        #expect(error?.isDivergence == true)
        return "\(error.map { $0.description } ?? "")"
    }

    private static func values(_ model: Model) -> [[Double]] { model.variables.map(\.variable.value.doubles) }

    @Test func theLayerWhoseOutputOverflowsIsNamed() {
        let model = Sequential(input: [3]) {
            Function("large") { 1000 * $0 }
            Function("power") { exp($0) }
            Dense(1)
        }
        model.compile(loss: .meanSquaredError)
        let text = error(model)
        #expect(text.hasPrefix("fit: in epoch 1, batch 1 (step 1), the loss became"), "\(text)")
        #expect(text.contains("the output of layer power became infinite (inputs up to 9"), "\(text)")
    }

    @Test func aLayerWithinAnotherIsNamedByItsPath() {
        let inner = Sequential(input: [3], name: "inner") {
            Dense(2, name: "first")
            Function("power") { exp(1000 * abs($0)) }
        }
        let input = Input([3]), model = Model(inputs: [input], outputs: [Dense(1)(inner(input))])
        model.compile(loss: .meanSquaredError)
        let text = error(model)
        #expect(text.contains("layer inner/power"), "\(text)")
    }

    @Test func theGradientThatIsNoNumberIsNamed() {
        let model = Sequential(input: [3]) {
            Dense(2, name: "first")
            Function("root") { sqrt(0 * $0) }
            Dense(1)
        }
        model.compile(loss: .meanSquaredError)
        let before = Self.values(model), text = error(model)
        #expect(text.contains("batch 1 (step 1), the gradient at the output of layer first became NaN"), "\(text)")
        #expect(text.contains("the weights before that step") && Self.values(model) == before, "\(text)")
    }

    @Test func aLossThatOverflowsByItselfIsTold() {
        let model = Sequential(input: [3]) { Dense(1) }
        model.compile(loss: .meanSquaredError)
        let text = error(model, Self.x, 1e30 * Self.y)
        #expect(text.contains("all layers' outputs are finite") && text.contains("targets up to 8.8"), "\(text)")
    }

    @Test func aStepThatOverflowsIsTold() {
        let model = Sequential(input: [3]) { Dense(1, name: "only") }
        model.compile(optimizer: SGD(learningRate: 1e39), loss: .meanSquaredError)
        let text = error(model)
        #expect(
            text.contains("batch 1 (step 1), the weight only/kernel became") && text.contains("by the step"), "\(text)")
    }

    @Test func targetsThatMayBeMissingAreNotBlamed() {
        var targets = Self.y.doubles
        targets[3] = .nan
        let model = Sequential(input: [3]) {
            Function("large") { 1000 * $0 }
            Function("power") { exp($0) }
            Dense(1)
        }
        model.compile(loss: .meanSquaredError.ignoringMissing())
        let text = error(model, Self.x, Tensor(targets, shape: [50, 1]).cast(to: .float32))
        #expect(text.contains("layer power") && !text.contains("target"), "\(text)")
    }

    /// The weights, and what batch normalisation keeps, are to the bit those of a training of one step less; with
    /// dropout, and a rate that rises from step to step.
    @Test(arguments: [1.2, 1.35, 2])
    func theWeightsBeforeTheStepAreKept(factor: Double) throws {
        func model() -> Model {
            let model = Sequential(input: [3], seed: 3) {
                Dense(8, activation: .gelu())
                BatchNormalization()
                Dropout(0.2)
                Dense(1)
            }
            model.compile(optimizer: SGD(learningRate: 1e-4, momentum: 0.5), loss: .meanSquaredError)
            return model
        }
        let broken = model(), text = error(broken, epochs: 10_000, callbacks: [Raising(by: factor)])
        let number = text.split(separator: "(step ").last?.prefix { $0.isNumber } ?? ""
        let step = try #require(Int(number))
        #expect(step > 10 && step < 1000, "\(text)")
        let epoch = (step - 1) / 7 + 1
        #expect(text.contains("in epoch \(epoch), batch \((step - 1) % 7 + 1) "), "\(text)")
        let whole = model()
        try whole.fit(Self.x, Self.y, batchSize: 8, epochs: epoch, callbacks: [Raising(by: factor, last: step - 1)])
        #expect(Self.values(broken) == Self.values(whole))
        let numbers = Self.values(broken).flatMap { $0 }
        #expect(numbers.allSatisfy { $0.isFinite })
    }

    @Test func whatNeverReachesTheLossIsFoundByDebugNumerics() throws {
        func model() -> Model {
            let model = Sequential(input: [3], seed: 3) {
                Function("power") { exp(1000 * $0) }
                Function("bounded") { tanh($0) }
                Dense(1)
            }
            model.compile(loss: .meanSquaredError)
            return model
        }
        try model().fit(Self.x, Self.y)
        let text = error(model(), callbacks: [DebugNumerics()])
        #expect(text.contains("in epoch 1, batch 1 (step 1), the output of layer power became infinite"), "\(text)")
    }

    @Test func debugNumericsChangesNoBit() throws {
        func trained(_ callbacks: [any Callback]) throws -> [[Double]] {
            let model = Sequential(input: [3], seed: 3) {
                Dense(8, activation: .relu)
                BatchNormalization()
                Dropout(0.2)
                Dense(1)
            }
            model.compile(loss: .meanSquaredError)
            try model.fit(Self.x, Self.y, batchSize: 8, epochs: 15, callbacks: callbacks)
            return Self.values(model)
        }
        let (plain, watched) = (try trained([]), try trained([DebugNumerics()]))
        #expect(plain == watched)
    }

    /// Chunks of a source are looked through as well, each with its own examples.
    @Test func theStepIsFoundInChunks() {
        struct Source: TrainingSource {
            let chunkSizes = [16, 16, 8]
            func chunk(_ index: Int) -> TrainingData {
                var x = [Double](repeating: Double(index), count: 3 * chunkSizes[index])
                if index == 2 { x[4] = .infinity }
                return TrainingData(
                    inputs: [Tensor(x, shape: [chunkSizes[index], 3]).cast(to: .float32)],
                    targets: [Tensor.ones([chunkSizes[index], 1], dtype: .float32)])
            }
        }
        let model = Sequential(input: [3]) { Dense(1) }
        model.compile(loss: .meanSquaredError)
        let error = #expect(throws: TrainingError.self) {
            try model.fit(Source(), batchSize: 4, epochs: 2, shuffles: false)
        }
        let text = error?.description ?? ""
        #expect(
            text.contains("in epoch 1, batch 9 (step 9)") && text.contains("input 0 holds inf in example 1;"), "\(text)"
        )
    }

    /// By the last step of an epoch, after which a callback sets the rates of several optimisers; the weights stay
    /// where they are, as m / √∞ is 0.
    @Test func aMemoryThatOverflowsIsFoundThoughRatesAreSetAnew() {
        let steep = Loss("steep") { _, prediction in (1e21 * prediction).mean(axis: -1) }
        let model = Sequential(input: [3]) { Dense(1, name: "only") }
        model.compile(optimizer: MultiOptimizer(Adam(), [".*/bias": Adam()]), loss: steep)
        let text = error(
            model, Self.x.sliced(0..<8), Self.y.sliced(0..<8), epochs: 2,
            callbacks: [LearningRateScheduler { $1 / 2 }])
        #expect(text.contains("in epoch 1, batch 1 ") && text.contains("what the optimiser keeps"), "\(text)")
    }
}
