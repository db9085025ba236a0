import TernCore
import TernNN
import TestSupport
import Testing

/// Steps of Keras's optimisers (Scripts/fixtures/keras_optimizers.py).
private struct OptimizerFixture: Decodable {
    typealias Array = FixtureArray
    struct Case: Decodable, CustomTestStringConvertible {
        var name: String, steps: [[Array]], last: [Array]
        var testDescription: String { name }
    }
    struct Schedule: Decodable, CustomTestStringConvertible {
        var name: String, values: [Double]
        var testDescription: String { name }
    }
    var first: [Array], gradients: [[Array]], cases: [Case], schedules: [Schedule]
}

private let optimizers: [String: any Optimizer] = [
    "sgd": SGD(), "sgd, momentum": SGD(learningRate: 0.1, momentum: 0.9),
    "sgd, nesterov": SGD(learningRate: 0.1, momentum: 0.9, nesterov: true),
    "rmsprop": RMSprop(), "rmsprop, centered, momentum": RMSprop(learningRate: 0.01, momentum: 0.5, centered: true),
    "adagrad": Adagrad(learningRate: 0.1), "adadelta": Adadelta(learningRate: 1), "adam": Adam(learningRate: 0.01),
    "adam, amsgrad": Adam(learningRate: 0.01, amsgrad: true), "adamw": AdamW(learningRate: 0.01),
    "adamax": Adamax(learningRate: 0.01), "nadam": Nadam(learningRate: 0.01), "ftrl": Ftrl(learningRate: 0.1),
    "ftrl, regularised": Ftrl(learningRate: 0.1, l1: 0.01, l2: 0.02, l2Shrinkage: 0.03, beta: 0.1),
    "ftrl, power": Ftrl(learningRate: 0.1, learningRatePower: -0.7), "lion": Lion(learningRate: 0.01),
    "lamb": LAMB(learningRate: 0.01), "adafactor": Adafactor(learningRate: 0.01),
    "adafactor, large rate": Adafactor(learningRate: 0.9), "muon": Muon(learningRate: 0.01),
    "adam, clipped value": Adam(learningRate: 0.01).clipping(.value(0.3)),
    "sgd, clipped norm": SGD(learningRate: 0.1).clipping(.norm(0.7)),
    "sgd, clipped global norm": SGD(learningRate: 0.1).clipping(.globalNorm(0.7)),
    "sgd, weight decay": SGD(learningRate: 0.1).decayingWeights(by: 0.2),
    "adam, averaged": Adam(learningRate: 0.01).averagingWeights(momentum: 0.8),
    "adam, accumulated": Adam(learningRate: 0.01).accumulatingGradients(of: 2),
    "sgd, schedule": SGD(learningRate: .exponentialDecay(from: 0.1, steps: 2, rate: 0.5)),
]

private let schedules: [String: LearningRate] = [
    "exponential": .exponentialDecay(from: 0.1, steps: 7, rate: 0.9),
    "exponential, stairs": .exponentialDecay(from: 0.1, steps: 7, rate: 0.9, staircase: true),
    "piecewise": .piecewise(boundaries: [5, 20], values: [0.5, 0.1, 0.01]),
    "polynomial": .polynomialDecay(from: 0.1, steps: 20, to: 0.01, power: 2),
    "polynomial, cycle": .polynomialDecay(from: 0.1, steps: 12, to: 0.01, cycle: true),
    "inverse time": .inverseTimeDecay(from: 0.1, steps: 7, rate: 0.5),
    "inverse time, stairs": .inverseTimeDecay(from: 0.1, steps: 7, rate: 0.5, staircase: true),
    "cosine": .cosineDecay(from: 0.1, steps: 20, alpha: 0.1),
    "cosine, warm-up": .cosineDecay(from: 0, steps: 20, warmUpTarget: 0.1, warmUpSteps: 8),
    "cosine, restarts": .cosineDecayRestarts(from: 0.1, steps: 6, lengthFactor: 2, heightFactor: 0.8, alpha: 0.05),
]

@Suite struct OptimizerTests {
    private static let fixture = try! Fixture.decode("keras_optimizers", as: OptimizerFixture.self)

    @Test(arguments: fixture.cases)
    private func stepsAreKeras(_ c: OptimizerFixture.Case) throws {
        let optimizer = try #require(optimizers[c.name])
        var parameters = Self.fixture.first.map(\.tensor)
        var state = optimizer.initialState(for: parameters)
        func expect(_ theirs: [OptimizerFixture.Array], _ step: String) {
            for (ours, theirs) in zip(parameters, theirs) { expectClose(ours, theirs.tensor, 1e-6, "step \(step)") }
        }
        for (i, gradients) in Self.fixture.gradients.enumerated() {
            parameters = optimizer.updated(parameters, gradients: gradients.map(\.tensor), state: &state)
            expect(c.steps[i], "\(i + 1)")
        }
        let layout = ParameterLayout(shapes: parameters.map(\.shape), dtype: .float32)
        if let average = optimizer.averagedParameters(slots: state.slots) { parameters = layout.parts(of: average) }
        expect(c.last, "last")
    }

    @Test(arguments: fixture.schedules)
    private func schedulesAreKeras(_ c: OptimizerFixture.Schedule) throws {
        let schedule = try #require(schedules[c.name])
        expectClose(c.values.indices.map { schedule($0) }, c.values, 1e-6, unit: 0.01)
    }

    @Test func oneCycleRisesAndFallsToNextToNothing() {
        let schedule = LearningRate.oneCycle(to: 1, steps: 101)
        #expect(abs(schedule(0) - 0.04) < 1e-12)
        #expect(abs((0...100).map { schedule($0) }.max()! - 1) < 1e-3)
        #expect(abs(schedule(100) - 4e-6) < 1e-12)
    }

    @Test(arguments: [(10, 0.1), (10, 0.0), (1, 0.3), (2, 1.0), (5, 0.25)])
    func oneCycleHasARateAtEachStep(steps: Int, warmUp: Double) {
        let schedule = LearningRate.oneCycle(to: 0.1, steps: steps, warmUp: warmUp)
        let rates = (0..<steps).map { schedule($0) }
        #expect(rates.allSatisfy { $0 > 0 && $0 <= 0.1 }, "\(rates)")
    }

    @Test func eachOfSeveralOptimisersMovesItsOwnWeights() {
        let rules: [any Optimizer] = [
            Adam(learningRate: .exponentialDecay(from: 0.1, steps: 2, rate: 0.5)).clipping(.globalNorm(0.5)),
            SGD(learningRate: 0.2, momentum: 0.9).accumulatingGradients(of: 2), Adafactor(learningRate: 0.3),
        ]
        let names = ["a/kernel", "a/bias", "b/kernel", "b/bias"], owners = [0, 1, 2, 1],
            shapes = [[2, 3], [3], [3, 2], [2]]
        let all = MultiOptimizer(rules[0], [".*/bias": rules[1], "b/kernel": rules[2], "c/kernel": SGD()])
        var stream = TestStream(6)
        func draw() -> [Tensor] { shapes.map { stream.tensor($0) } }
        let first = draw(), gradients = (0..<5).map { _ in draw() }
        func run(_ optimizer: any Optimizer, _ places: [Int]) -> [Tensor] {
            let own = places.map { names[$0] }
            var weights = places.map { first[$0] }, state = optimizer.initialState(for: weights, names: own)
            for gradient in gradients {
                weights = optimizer.updated(weights, gradients: places.map { gradient[$0] }, names: own, state: &state)
            }
            return weights
        }
        let together = run(all, [0, 1, 2, 3])
        for (owner, rule) in rules.enumerated() {
            let places = owners.indices.filter { owners[$0] == owner }
            #expect(run(rule, places) == places.map { together[$0] }, "rule \(owner)")
        }
    }

    @Test func weightsThatAreNamedKeepTheirSize() {
        let optimizer = SGD(learningRate: 0.1).decayingWeights(by: 0.5, except: ["bias"])
        let weights = [Tensor([Float(1)]), Tensor([Float(1)])]
        var state = optimizer.initialState(for: weights)
        let moved = optimizer.updated(
            weights, gradients: [Tensor([Float(0)]), Tensor([Float(0)])], names: ["dense/kernel", "dense/bias"],
            state: &state)
        #expect(moved.map { $0.item } == [Double(Float(0.95)), 1])
    }

    @Test func withoutNamesAllWeightsShrink() {
        func last(_ rule: some Optimizer) -> [Double] {
            minimise(from: [1, 2], optimizer: rule, steps: 2) { x in square(x).sum() }.last.position
        }
        #expect(last(SGD().decayingWeights(by: 0.1, except: ["bias"])) == last(SGD().decayingWeights(by: 0.1)))
    }

    /// Which of them gathered what another goes on with.
    @Test func kindsTellWhatArraysHold() {
        let centered = RMSprop(centered: true), moving = RMSprop(momentum: 0.9)
        #expect(Model.kind(of: centered) != Model.kind(of: moving))
        #expect(Model.kind(of: centered.clipping(.value(1))) != Model.kind(of: moving.clipping(.value(1))))
        #expect(Model.kind(of: centered) == Model.kind(of: RMSprop(rho: 0.5, centered: true)))
        // Files of before go on.
        #expect(Model.kind(of: RMSprop()) == "RMSprop" && Model.kind(of: Adam(amsgrad: true)) == "Adam")
        #expect(Model.kind(of: Muon()) == "Muon" && Model.kind(of: Muon(excluded: [])) != "Muon")
        let kinds = ["a/kernel", "b/kernel"].map { Model.kind(of: MultiOptimizer(SGD(), [$0: Adam()])) }
        #expect(kinds[0] != kinds[1])
    }

    /// A schedule of the first and one of another count alike: the eighth batch is the second move.
    @Test func schedulesOfSeveralOptimisersCountBatches() {
        let decay = LearningRate("decay") { 1 / Double(1 + $0) }
        let several = MultiOptimizer(SGD(learningRate: decay), [".*/bias": SGD(learningRate: decay)])
        func numbers(_ rule: some Optimizer) -> [Double] {
            var numbers: [Double] = []
            rule.scalars(atStep: 8, learningRate: rule.learningRate(7)) { numbers.append($0) }
            return numbers
        }
        #expect(numbers(several) == [0.125, 0.125])
        #expect(numbers(several.accumulatingGradients(of: 4)) == [0.125, 0.125, 1])
        #expect(numbers(several.clipping(.value(1)).accumulatingGradients(of: 4)) == [0.125, 0.125, 1])
    }

    @Test func optimisersOfOptimisersAreOneDeep() {
        let words = message {
            try catchingFailure { MultiOptimizer(MultiOptimizer(SGD(), [:]).clipping(.value(1)), ["a": SGD()]) }
        }
        #expect(words.contains("one within another"), "\(words)")
    }

    @Test func schedulesOfNegativeRatesAreRefused() {
        let makers: [() -> LearningRate] = [
            { .piecewise(boundaries: [2], values: [0.1, -0.1]) }, { .exponentialDecay(from: 0.1, steps: 2, rate: -1) },
            { .inverseTimeDecay(from: 0.1, steps: 2, rate: -1) }, { .cosineDecay(from: 0.1, steps: 2, alpha: -1) },
            { .cosineDecayRestarts(from: 0.1, steps: 2, heightFactor: -1) },
        ]
        for make in makers { #expect(message { try catchingFailure(make) }.contains("it is 0 or more")) }
    }
}

@Test func optimisersRefuseArgumentsOutOfTheirRange() async {
    await #expect(processExitsWith: .failure) { _ = Adam(beta1: 1) }
    await #expect(processExitsWith: .failure) { _ = Adam(learningRate: LearningRate(.nan)) }
    await #expect(processExitsWith: .failure) { _ = SGD(momentum: 1.5) }
    await #expect(processExitsWith: .failure) { _ = Ftrl(l1: -1) }
    await #expect(processExitsWith: .failure) { _ = AdamW(weightDecay: -0.1) }
    await #expect(processExitsWith: .failure) { _ = LearningRate.cosineDecay(from: 0.1, steps: 0) }
    await #expect(processExitsWith: .failure) { _ = ReduceLROnPlateau(factor: 1) }
    await #expect(processExitsWith: .failure) { _ = BatchNormalization(momentum: 1.5) }
}
