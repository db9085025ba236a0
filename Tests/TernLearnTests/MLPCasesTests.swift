import Foundation
import TernCore
import TernLearn
import TestSupport
import Testing

/// MLPRegressor and MLPClassifier of scikit-learn, drawn by seed (Scripts/fixtures/sklearn_mlp_cases.py).
private struct MLPCases: Decodable, Sendable {
    /// One target of each example, or several.
    enum Targets: Decodable, Sendable {
        case numbers([Double]), texts([String]), rows([[Double]])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let numbers = try? value.decode([Double].self) {
                self = .numbers(numbers)
            } else if let texts = try? value.decode([String].self) {
                self = .texts(texts)
            } else {
                self = .rows(try value.decode([[Double]].self))
            }
        }

        subscript(rows: Range<Int>) -> Targets {
            switch self {
            case .numbers(let values): .numbers(Array(values[rows]))
            case .texts(let values): .texts(Array(values[rows]))
            case .rows(let values): .rows(Array(values[rows]))
            }
        }

        var count: Int {
            switch self {
            case .numbers(let values): values.count
            case .texts(let values): values.count
            case .rows(let values): values.count
            }
        }

        /// Numbers; nil for texts.
        var tensor: Tensor? {
            switch self {
            case .numbers(let values): Tensor(values)
            case .rows(let values): Tensor(values)
            case .texts: nil
            }
        }

        /// Texts, or the integers and rows as text.
        var words: [String] {
            switch self {
            case .numbers(let values): values.map { "\(Int($0))" }
            case .texts(let values): values
            case .rows(let values): values.map { "\($0.map { Int($0) })" }
            }
        }
    }
    struct Parameters: Decodable, Sendable {
        var activation: String?, alpha: Double?, batch_size: Int?, beta_1: Double?, beta_2: Double?
        var early_stopping: Bool?, epsilon: Double?, hidden_layer_sizes: [Int]?, learning_rate: String?
        var learning_rate_init: Double?, loss: String?, max_fun: Int?, max_iter: Int?, momentum: Double?
        var n_iter_no_change: Int?, nesterovs_momentum: Bool?, power_t: Double?, random_state: UInt32, shuffle: Bool?
        var solver: String?, tol: Double?, validation_fraction: Double?, warm_start: Bool?
    }
    struct Call: Decodable, Sendable { var call: String, rows: [Int]?, y: Targets?, classes: Targets? }
    struct State: Decodable, Sendable {
        var refused: Bool?, n_iter: Int?, t: Int?, loss: Double?, n_layers: Int?, n_outputs: Int?
        var out_activation: String?, losses: [Double?]?, best_loss: Double?, scores: [Double?]?, best_score: Double?
        var weights: [Double?]?, output: [Double?]?, score: Double?, weighted_score: Double?, warnings: [String]?
        var classes: Targets?, labels: Targets?
    }
    struct Case: Decodable, Sendable {
        var kind: String, parameters: Parameters, x: [[Double]], y: Targets, test: [[Double]], weight: [Double]?
        var calls: [Call], states: [State]
    }
    struct Refusal: Decodable, Sendable { var kind: String, parameters: Parameters, word: String, calls: [Call] }
    var cases: [Case], x: [[Double]], refusals: [Refusal]
}

/// Either network, called as scikit-learn's is.
private enum Network {
    case regressor(MLPRegressor), classifier(MLPClassifier)

    init(_ kind: String, _ p: MLPCases.Parameters) {
        if kind == "regressor" || kind == "counts" {
            var model = MLPRegressor(loss: p.loss.map { .init(rawValue: $0)! } ?? .squaredError)
            if let value = p.activation { model.activation = .init(rawValue: value)! }
            if let value = p.solver { model.solver = .init(rawValue: value)! }
            if let value = p.learning_rate { model.learningRate = .init(rawValue: value)! }
            if let value = p.alpha { model.alpha = value }
            if let value = p.batch_size { model.batchSize = value }
            if let value = p.beta_1 { model.beta1 = value }
            if let value = p.beta_2 { model.beta2 = value }
            if let value = p.early_stopping { model.earlyStopping = value }
            if let value = p.epsilon { model.epsilon = value }
            if let value = p.hidden_layer_sizes { model.hiddenLayerSizes = value }
            if let value = p.learning_rate_init { model.learningRateInit = value }
            if let value = p.max_fun { model.maxFun = value }
            if let value = p.max_iter { model.maxIter = value }
            if let value = p.momentum { model.momentum = value }
            if let value = p.n_iter_no_change { model.nIterNoChange = value }
            if let value = p.nesterovs_momentum { model.nesterovsMomentum = value }
            if let value = p.power_t { model.powerT = value }
            if let value = p.shuffle { model.shuffle = value }
            if let value = p.tol { model.tol = value }
            if let value = p.validation_fraction { model.validationFraction = value }
            if let value = p.warm_start { model.warmStart = value }
            model.randomState = p.random_state
            self = .regressor(model)
        } else {
            self = .classifier(
                MLPClassifier(
                    hiddenLayerSizes: p.hidden_layer_sizes ?? [100],
                    activation: p.activation.map { .init(rawValue: $0)! } ?? .relu,
                    solver: p.solver.map { .init(rawValue: $0)! } ?? .adam, alpha: p.alpha ?? 1e-4,
                    batchSize: p.batch_size, learningRate: p.learning_rate.map { .init(rawValue: $0)! } ?? .constant,
                    learningRateInit: p.learning_rate_init ?? 1e-3, powerT: p.power_t ?? 0.5,
                    maxIter: p.max_iter ?? 200, shuffle: p.shuffle ?? true, randomState: p.random_state,
                    tol: p.tol ?? 1e-4, warmStart: p.warm_start ?? false, momentum: p.momentum ?? 0.9,
                    nesterovsMomentum: p.nesterovs_momentum ?? true, earlyStopping: p.early_stopping ?? false,
                    validationFraction: p.validation_fraction ?? 0.1, beta1: p.beta_1 ?? 0.9,
                    beta2: p.beta_2 ?? 0.999, epsilon: p.epsilon ?? 1e-8, nIterNoChange: p.n_iter_no_change ?? 10,
                    maxFun: p.max_fun ?? 15000))
        }
    }

    mutating func learn(_ call: MLPCases.Call, _ x: Tensor, _ y: MLPCases.Targets, _ weight: Tensor?) throws {
        switch (self, y, call.call) {
        case (.regressor(var model), _, "fit"):
            try model.fit(x, y.tensor!, sampleWeight: weight)
            self = .regressor(model)
        case (.regressor(var model), _, _):
            try model.partialFit(x, y.tensor!, sampleWeight: weight)
            self = .regressor(model)
        case (.classifier(var model), .texts(let texts), "fit"):
            try model.fit(x, texts, sampleWeight: weight)
            self = .classifier(model)
        case (.classifier(var model), _, "fit"):
            try model.fit(x, y.tensor!, sampleWeight: weight)
            self = .classifier(model)
        case (.classifier(var model), .texts(let texts), _):
            try model.partialFit(x, texts, classes: call.classes?.words, sampleWeight: weight)
            self = .classifier(model)
        case (.classifier(var model), _, _):
            try model.partialFit(x, y.tensor!, classes: call.classes?.words.map { Int($0)! }, sampleWeight: weight)
            self = .classifier(model)
        }
    }

    /// Everything of a state that is a number, in the same names.
    func numbers(_ test: Tensor, _ x: Tensor, _ y: MLPCases.Targets, _ weight: Tensor?) throws -> [String: [Double?]] {
        func collected(
            _ coefs: [Tensor], _ intercepts: [Tensor], _ losses: [Double], _ best: Double?, _ scores: [Double]?,
            _ bestScore: Double?, _ counts: [Int], _ last: Double
        ) -> [String: [Double?]] {
            let weights = (coefs + intercepts).flatMap(\.doubles)
            return [
                "losses": losses, "best_loss": [best], "scores": scores ?? [], "best_score": [bestScore],
                "counts": counts.map { Double($0) }, "loss": [last],
                "weights": [
                    weights.reduce(0, +), weights.reduce(0) { $0 + abs($1) },
                    weights.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element },
                ],
            ]
        }
        switch self {
        case .regressor(let m):
            var seen = collected(
                m.coefs, m.intercepts, m.lossCurve, m.bestLoss, m.validationScores, m.bestValidationScore,
                [m.nIter, m.t, m.nLayers, m.nOutputs], m.lastLoss)
            seen["output"] = try m.predict(test).doubles
            seen["score"] = [try m.score(x, y.tensor!)]
            if let weight { seen["weighted_score"] = [try m.score(x, y.tensor!, sampleWeight: weight)] }
            return seen
        case .classifier(let m):
            var seen = collected(
                m.coefs, m.intercepts, m.lossCurve, m.bestLoss, m.validationScores, m.bestValidationScore,
                [m.nIter, m.t, m.nLayers, m.nOutputs], m.lastLoss)
            seen["output"] = try m.predictProba(test).doubles
            seen["logarithms"] = try m.predictLogProba(test).doubles
            func score(_ weight: Tensor?) throws -> Double {
                if case .texts(let texts) = y { return try m.score(x, texts, sampleWeight: weight) }
                return try m.score(x, y.tensor!, sampleWeight: weight)
            }
            seen["score"] = [try score(nil)]
            if let weight { seen["weighted_score"] = [try score(weight)] }
            return seen
        }
    }

    var warnings: [String] {
        switch self {
        case .regressor(let model): model.warnings
        case .classifier(let model): model.warnings
        }
    }

    var outActivation: String {
        switch self {
        case .regressor(let model): model.outActivation
        case .classifier(let model): model.outActivation
        }
    }
}

@Suite("scikit-learn's networks, in random cases") struct MLPCasesTests {
    private static let fixture = Result { try Fixture.decode("sklearn_mlp_cases", as: MLPCases.self) }

    private func compare(_ name: String, _ ours: [Double?], _ theirs: [Double?], _ tolerance: Double, _ place: String) {
        let scale = theirs.compactMap { $0.map { abs($0) } }.max() ?? 0
        let equal = zip(ours, theirs).allSatisfy { a, b in
            guard let b else { return a.map { !$0.isFinite } ?? true }
            return a.map { abs($0 - b) <= tolerance * max(scale, 1e-3) } ?? false
        }
        #expect(ours.count == theirs.count && equal, "\(place): \(name) is \(ours), scikit-learn's \(theirs)")
    }

    @Test func networksLearnWhatScikitLearnsDo() throws {
        for (number, c) in try Self.fixture.get().cases.enumerated() {
            var model = Network(c.kind, c.parameters)
            let x = Tensor(c.x), test = Tensor(c.test), weight = c.weight.map { Tensor($0) }
            let tolerance = c.parameters.solver == "lbfgs" ? 1e-6 : 1e-9
            for (call, state) in zip(c.calls, c.states) {
                let place = "case \(number), \(c.kind), \(call), \(c.parameters)"
                let rows = call.rows![0]..<call.rows![1]
                do {
                    try model.learn(call, x[rows], c.y[rows], weight.map { $0[rows] })
                } catch {
                    #expect(error is EstimatorError && state.refused == true, "\(place): \(error)")
                    break
                }
                #expect(state.refused == nil, "\(place): scikit-learn refuses this")
                let ours = try model.numbers(test, x, c.y, weight)
                var theirs = [
                    "losses": state.losses!, "best_loss": [state.best_loss], "scores": state.scores!,
                    "best_score": [state.best_score], "weights": state.weights!, "output": state.output!,
                    "loss": [state.loss], "score": [state.score],
                    "counts": [state.n_iter!, state.t!, state.n_layers!, state.n_outputs!].map { Double($0) },
                ]
                if c.kind != "regressor" && c.kind != "counts" {
                    theirs["logarithms"] = state.output!.map { $0.flatMap { $0 > 0 ? log($0) : nil } }
                }
                if let score = state.weighted_score { theirs["weighted_score"] = [score] }
                for (name, values) in theirs { compare(name, ours[name] ?? [], values, tolerance, place) }
                #expect(model.outActivation == state.out_activation, "\(place)")
                let warnings = model.warnings
                #expect(
                    warnings.count == state.warnings!.count
                        && zip(warnings, state.warnings!).allSatisfy { $0.contains($1) },
                    "\(place): warns \(warnings), scikit-learn of \(state.warnings!)")
                if case .classifier(let classifier) = model {
                    #expect(classifier.classNames == state.classes!.words, "\(place)")
                    if case .texts = c.y {
                        #expect(try classifier.predictNames(test) == state.labels!.words, "\(place)")
                    } else {
                        let labels = try classifier.predict(test)
                        #expect(labels.doubles == state.labels!.tensor!.doubles, "\(place)")
                        #expect(labels.shape == state.labels!.tensor!.shape, "\(place)")
                    }
                }
            }
        }
    }

    @Test func whatScikitLearnRefusesIsToldByItsParameter() throws {
        let fixture = try Self.fixture.get()
        let x = Tensor(fixture.x)
        for refusal in fixture.refusals {
            var model = Network(refusal.kind, refusal.parameters)
            for call in refusal.calls.dropLast() { try model.learn(call, x, call.y!, nil) }
            var message = "nothing"
            do { try model.learn(refusal.calls.last!, x, refusal.calls.last!.y!, nil) } catch let error
                as EstimatorError
            {
                message = error.description
            }
            #expect(message.contains(refusal.word), "\(refusal): told \(message)")
        }
    }
}
