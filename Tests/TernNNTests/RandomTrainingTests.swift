import Foundation
import TernCore
import TernNN
import TestSupport
import Testing

/// Random optimisers and trainings (Scripts/fixtures/keras_random_training.py), or those of the file that
/// `TERN_FIXTURE_KERAS_RANDOM_TRAINING` names.
private struct RandomTrainings: Decodable {
    struct OptimizerCase: Decodable, CustomTestStringConvertible {
        var seed: UInt32, optimizer: OptimizerWords, shapes: [[Int]], names: [String], sums: [Double], last: String
        var testDescription: String { "\(seed), \(optimizer.kind)" }
    }
    struct Run: Decodable {
        var count: Int, batch: Int, validation_split: Double?, class_weight: [String: Double]?, sample_weight: Bool?,
            swap: Bool?
    }
    struct Weight: Decodable {
        var path: String, shape: [Int]
        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            path = try container.decode(String.self)
            shape = try container.decode([Int].self)
        }
    }
    struct TrainingCase: Decodable, CustomTestStringConvertible {
        var seed: UInt32, model: ModelWords, run: Run, optimizer: OptimizerWords, weights: [Weight]
        var history: [String: [Double]], last: String, spread: Double?
        var testDescription: String { "\(seed), \(model.layers.map(\.kind).joined(separator: " ")), \(optimizer.kind)" }
    }
    struct RunningCase: Decodable {
        var seed: UInt32, batches: [[[Int]?]], mean: Double, sum: Double
    }
    var running: [RunningCase], optimizers: [OptimizerCase], trainings: [TrainingCase]

    /// In both types, but for cases that a rounding error of float32 leads elsewhere: they say nothing about another
    /// engine's float32.
    var typedTrainings: [(TrainingCase, DType)] {
        trainings.map { ($0, .float64) } + trainings.filter { $0.spread ?? 1 <= 1e-2 }.map { ($0, .float32) }
    }

    static let all: RandomTrainings = {
        var all = try! Fixture.decode("keras_random_training", as: RandomTrainings.self)
        if Fixture.isReplaced("keras_random_training") { return all }
        all.optimizers = try! Fixture.decode("keras_random_optimizers", as: RandomTrainings.self).optimizers
        return all
    }()
}

private func count(_ shape: [Int]) -> Int { shape.reduce(1, *) }

@Suite struct RandomTrainingTests {
    @Test(arguments: RandomTrainings.all.optimizers)
    private func optimizersAreKeras(_ c: RandomTrainings.OptimizerCase) throws {
        let optimizer = c.optimizer.optimizer
        var random = RandomState(seed: c.seed)
        func draw() -> [Tensor] {
            c.shapes.map { Tensor(random.normal(standardDeviation: 0.5, count: count($0)), shape: $0) }
        }
        var parameters = draw()
        var state = optimizer.initialState(for: parameters, names: c.names)
        for (step, theirs) in c.sums.enumerated() {
            parameters = optimizer.updated(parameters, gradients: draw(), names: c.names, state: &state)
            let ours = parameters.reduce(0.0) { sum, part in
                sum + part.doubles.enumerated().reduce(0) { $0 + Double($1.offset + 1) * $1.element }
            }
            try #require(Closeness.distance(ours, theirs) < 1e-9, "step \(step + 1): \(ours), Keras \(theirs)")
        }
        let layout = ParameterLayout(shapes: c.shapes, dtype: .float64)
        let last = optimizer.averagedParameters(slots: state.slots) ?? layout.joined(parameters)
        expectClose(last.doubles, FixtureNumbers(c.last).doubles, 1e-9, "at the end")
    }

    @Test func runningMeansAndSumsAreKeras() {
        for c in RandomTrainings.all.running {
            var random = RandomState(seed: c.seed), mean = Mean(dtype: .float64), sum = Sum(dtype: .float64)
            for batch in c.batches {
                let values = Tensor(random.normal(count: count(batch[0]!)), shape: batch[0]!)
                let weight = batch[1].map { Tensor(random.uniform(low: 0, high: 2, count: count($0)), shape: $0) }
                mean.update(values, sampleWeight: weight)
                sum.update(values, sampleWeight: weight)
            }
            expectClose(mean.result.item, c.mean, 1e-12, "the mean of \(c)")
            expectClose(sum.result.item, c.sum, 1e-12, "the sum of \(c)")
        }
        var mean = Mean()
        mean.update(Tensor([Float(1), 3]))
        mean.reset()
        #expect(mean.result.item == 0)
    }

    /// In `float64` all is as in Keras but for rounding; in `float32` as far off as Keras itself in `float32`, but for
    /// a factor.
    @Test(arguments: RandomTrainings.all.typedTrainings)
    private func trainingsAreKeras(_ c: RandomTrainings.TrainingCase, _ dtype: DType) throws {
        let spread = c.spread ?? 1
        // Keras on PyTorch computes normalisations and areas under curves in float32 whatever the type.
        let isSingle =
            c.model.layers.contains { $0.kind.hasSuffix("Normalization") }
            || c.history.keys.contains { $0.hasSuffix("auc") }
        let tolerance = dtype == .float32 ? 1e-5 + 20 * spread : isSingle ? 1e-7 + 10 * spread : 1e-9 + 1e-6 * spread
        let model = c.model.model(dtype)
        var random = RandomState(seed: c.seed)
        let examples = c.run.count
        let x = c.model.inputs.map {
            Tensor(random.normal(count: examples * count($0)), shape: [examples] + $0).cast(to: dtype)
        }
        let y = c.model.outputs.map { output -> Tensor in
            switch output.goal {
            case "number":
                return Tensor(
                    random.normal(mean: 0.5, count: examples * output.units), shape: [examples, output.units]
                ).cast(to: dtype)
            case "yes":
                let yes = random.uniform(count: examples * output.units).map { $0 < 0.5 ? 1.0 : 0 }
                return Tensor(yes, shape: [examples, output.units]).cast(to: dtype)
            default:
                let classes = Tensor(random.integers(in: 0..<3, count: examples).map(Int64.init))
                return output.goal == "class"
                    ? classes
                    : (classes.reshaped([examples, 1]) .== Tensor.range(0..<3).reshaped([1, 3])).cast(to: dtype)
            }
        }
        let sampleWeight =
            c.run.sample_weight == true
            ? Tensor(random.uniform(low: 0.1, high: 2, count: examples)).cast(to: dtype) : nil
        let variables = Dictionary(uniqueKeysWithValues: model.variables.map { ($0.path, $0.variable) })
        #expect(variables.count == c.weights.count, "\(variables.keys.sorted())")
        for weight in c.weights {
            let variable = try #require(variables[weight.path], "no \(weight.path) in \(variables.keys.sorted())")
            try #require(variable.shape == weight.shape)
            let drawn =
                weight.path.hasSuffix("moving_variance") || weight.path.hasSuffix("gamma")
                ? random.uniform(low: 0.5, high: 1.5, count: count(weight.shape))
                : random.normal(standardDeviation: 0.4, count: count(weight.shape))
            variable.value = Tensor(drawn, shape: weight.shape).cast(to: dtype)
        }
        func compile(_ optimizer: some Optimizer) throws {
            func metrics(_ names: [String]) throws -> [Metric] {
                try names.map { try #require(Metric.named($0), "there is no metric \($0)") }
            }
            model.compile(
                optimizer: optimizer, losses: try c.model.outputs.map { try #require(Loss.named($0.loss)) },
                lossWeights: c.model.loss_weights,
                metrics: try c.model.outputs.map { try metrics($0.metrics) },
                weightedMetrics: try c.model.outputs.map { try metrics($0.weighted_metrics) })
        }
        try compile(c.optimizer.optimizer)
        let history = try model.fit(
            TrainingData(inputs: x, targets: y, sampleWeight: sampleWeight), batchSize: c.run.batch, epochs: 3,
            validationSplit: c.run.validation_split ?? 0, shuffles: false,
            classWeight: c.run.class_weight.map {
                Dictionary(uniqueKeysWithValues: $0.map { (Int($0.key)!, $0.value) })
            },
            callbacks: c.run.swap.map { [SwapEMAWeights(swapsOnEpoch: $0)] } ?? [])
        #expect(Set(history.values.keys) == Set(c.history.keys), "reported \(history.values.keys.sorted())")
        var off: [String: Double] = [:]
        for (name, theirs) in c.history {
            try #require(history[name].count == theirs.count, "\(name)")
            off[name] = zip(history[name], theirs).map { Closeness.distance($0, $1) }.max()!
        }
        var last = FixtureNumbers(c.last).doubles[...]
        for weight in c.weights {
            let theirs = last.prefix(count(weight.shape))
            last = last.dropFirst(theirs.count)
            off[weight.path] =
                zip(variables[weight.path]!.value.doubles, theirs).map { Closeness.distance($0, $1) }.max() ?? 0
        }
        let wrong = off.filter { !($0.value < tolerance) }.sorted { $0.value > $1.value }.map {
            "\($0.key) by \($0.value)"
        }
        #expect(wrong.isEmpty, "more than \(tolerance) off Keras: \(wrong.joined(separator: ", "))")
    }
}
