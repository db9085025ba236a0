import Foundation
import TernCore
import TernLearn
import TestSupport
import Testing

/// Random cases by scikit-learn (Scripts/fixtures/sklearn_random_cases.py).
private struct RandomCases: Decodable, Sendable {
    /// Numbers with a shape; text for those that JSON lacks.
    struct Numbers: Decodable, Sendable {
        var shape: [Int], values: [Double]
        private enum CodingKeys: String, CodingKey { case shape, values }
        private enum Value: Decodable {
            case number(Double)
            init(from decoder: any Decoder) throws {
                let value = try decoder.singleValueContainer()
                if let number = try? value.decode(Double.self) {
                    self = .number(number)
                } else {
                    self = .number(Double(try value.decode(String.self))!)
                }
            }
        }
        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            shape = try container.decode([Int].self, forKey: .shape)
            values = try container.decode([Value].self, forKey: .values).map {
                if case .number(let x) = $0 { x } else { .nan }
            }
        }
        var tensor: Tensor { Tensor(values, shape: shape) }
    }
    typealias Given = [String: Numbers]
    struct Linear: Decodable, Sendable {
        var model: String, alpha: Double?, tol: Double?, intercept: Bool, given: Given, result: Given?
    }
    struct Principal: Decodable, Sendable {
        var count: Int?, whiten: Bool, known: [Bool]?, given: Given, result: Given?
    }
    struct Scaler: Decodable, Sendable { var mean: Bool, deviation: Bool, given: Given, result: Given? }
    struct Score: Decodable, Sendable { var given: Given, result: Given }
    struct Split: Decodable, Sendable {
        var n: Int, seed: UInt32?, fraction: Double?, count: Int?, train: [Int]?, test: [Int]?
    }
    indirect enum Covariance: Decodable, Sendable {
        case leaf(String, [Double], Bool), join(String, Covariance, Covariance)
        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            let name = try list.decode(String.self)
            if name == "sum" || name == "product" {
                self = .join(name, try list.decode(Covariance.self), try list.decode(Covariance.self))
            } else {
                self = .leaf(name, try list.decode([Double].self), try list.decode(Bool.self))
            }
        }
        var kernel: Kernel {
            switch self {
            case .join("sum", let a, let b): return a.kernel + b.kernel
            case .join(_, let a, let b): return a.kernel * b.kernel
            case .leaf(let name, let values, let fits):
                let bounds: ClosedRange<Double>? = fits ? 1e-5...1e5 : nil
                switch name {
                case "constant": return .constant(values[0], bounds: bounds)
                case "white": return .white(noise: values[0], bounds: bounds)
                default: return .rbf(lengthScales: values, bounds: bounds)
                }
            }
        }
    }
    struct Process: Decodable, Sendable {
        var kernel: Covariance, fits: Bool, alpha: Double, normalizes: Bool, targets: Int?, draws: Int, seed: UInt32,
            prior: Bool
        var given: Given, result: Given?
    }
    struct Network: Decodable, Sendable {
        var settings: MLPSettings, calls: [String], given: Given, result: Given?
    }
    var linear: [Linear], principal: [Principal], scaler: [Scaler], score: [Score], split: [Split], process: [Process],
        network: [Network]
}

@Suite("scikit-learn's estimators, in random cases")
struct RandomCasesTests {
    private static let fixture = Result { try Fixture.decode("sklearn_random_cases", as: RandomCases.self) }

    /// What a case gives, or none where scikit-learn refuses, for which only an ``EstimatorError`` will do.
    private func check(
        _ expected: RandomCases.Given?, _ tolerance: Double, _ place: String, _ run: () throws -> [String: Tensor]
    ) {
        do {
            let ours = try run()
            guard let expected else {
                Issue.record("\(place): scikit-learn refuses this")
                return
            }
            for (name, theirs) in expected {
                guard let value = ours[name] else {
                    Issue.record("\(place): \(name) is missing")
                    continue
                }
                if value.shape != theirs.shape {
                    Issue.record("\(place): \(name) has the shape \(value.shape), scikit-learn's \(theirs.shape)")
                    continue
                }
                expectClose(
                    value.doubles, theirs.values, tolerance,
                    unit: Closeness.magnitude(theirs.values, atLeast: 1e-3), "\(place): \(name)")
            }
        } catch is EstimatorError {
            if expected != nil { Issue.record("\(place): refused, but scikit-learn takes it") }
        } catch {
            Issue.record("\(place): \(error)")
        }
    }

    @Test func linearModels() throws {
        for (i, c) in try Self.fixture.get().linear.enumerated() {
            check(c.result, 1e-9, "linear \(i): \(c.model), \(c.given.mapValues(\.shape))") {
                let x = c.given["x"]!.tensor, y = c.given["y"]!.tensor, test = c.given["test"]!.tensor,
                    weight = c.given["weight"]?.tensor
                if c.model == "ridge" {
                    var model = Ridge(alpha: c.alpha!, fitIntercept: c.intercept)
                    try model.fit(x, y, sampleWeight: weight)
                    return [
                        "coef": model.coef, "intercept": model.intercept, "prediction": try model.predict(test),
                        "score": Tensor(try model.score(x, y, sampleWeight: weight)),
                    ]
                }
                var model = LinearRegression(fitIntercept: c.intercept, tol: c.tol!)
                try model.fit(x, y, sampleWeight: weight)
                return [
                    "coef": model.coef, "intercept": model.intercept, "prediction": try model.predict(test),
                    "score": Tensor(try model.score(x, y, sampleWeight: weight)), "rank": Tensor(Double(model.rank)),
                    "singular": Tensor(model.singular),
                ]
            }
        }
    }

    @Test func principalComponents() throws {
        for (i, c) in try Self.fixture.get().principal.enumerated() {
            check(c.result, 1e-9, "principal \(i): \(c.count ?? -1) \(c.whiten) \(c.given.mapValues(\.shape))") {
                var model = PCA(nComponents: c.count, whiten: c.whiten)
                try model.fit(c.given["x"]!.tensor)
                let known = Tensor(
                    (c.known ?? []).indices.filter { c.known![$0] }.map(Int64.init),
                    shape: [(c.known ?? []).count { $0 }])
                return [
                    "components": model.components.taking(known), "mean": Tensor(model.mean),
                    "variance": Tensor(model.explainedVariance),
                    "ratio": Tensor(model.explainedVarianceRatio), "singular": square(Tensor(model.singularValues)),
                    "scores": try model.transform(c.given["test"]!.tensor).taking(known, axis: 1),
                ]
            }
        }
    }

    @Test func standardScaler() throws {
        for (i, c) in try Self.fixture.get().scaler.enumerated() {
            check(c.result, 1e-8, "scaler \(i): \(c.given.mapValues(\.shape))") {
                var model = StandardScaler(withMean: c.mean, withStandardDeviation: c.deviation)
                try model.fit(c.given["x"]!.tensor)
                let scaled = try model.transform(c.given["test"]!.tensor)
                return [
                    "mean": Tensor(model.mean), "scale": Tensor(model.scale), "scaled": scaled,
                    "back": try model.inverseTransform(scaled),
                ]
            }
        }
    }

    @Test func metrics() throws {
        for (i, c) in try Self.fixture.get().score.enumerated() {
            check(c.result, 1e-11, "score \(i): \(c.given.mapValues(\.shape))") {
                let truth = c.given["truth"]!.tensor, prediction = c.given["prediction"]!.tensor,
                    weight = c.given["weight"]?.tensor
                let scores: [String: Double] = [
                    "mean_squared_error": meanSquaredError(truth, prediction, sampleWeight: weight),
                    "root_mean_squared_error": rootMeanSquaredError(truth, prediction, sampleWeight: weight),
                    "mean_absolute_error": meanAbsoluteError(truth, prediction, sampleWeight: weight),
                    "max_error": maxError(truth, prediction),
                    "r2_score": r2Score(truth, prediction, sampleWeight: weight),
                    "r2_score_weighted": r2Score(
                        truth, prediction, sampleWeight: weight, multiOutput: .varianceWeighted),
                    "explained_variance_score": explainedVarianceScore(truth, prediction, sampleWeight: weight),
                    "explained_variance_score_weighted": explainedVarianceScore(
                        truth, prediction, sampleWeight: weight, multiOutput: .varianceWeighted),
                ]
                return scores.mapValues { Tensor($0) }
            }
        }
    }

    @Test func splits() throws {
        for (i, c) in try Self.fixture.get().split.enumerated() {
            let size: SplitSize = c.count.map { .count($0) } ?? .fraction(c.fraction ?? 0.25)
            func split() throws -> (train: [Int], test: [Int]) {
                guard let seed = c.seed else { return try trainTestSplit(count: c.n, testSize: size) }
                var random = RandomState(seed: seed)
                return try trainTestSplit(count: c.n, testSize: size, using: &random)
            }
            if let train = c.train, let test = c.test {
                let ours = try split()
                #expect(ours.train == train && ours.test == test, "split \(i) of \(c)")
            } else {
                #expect(throws: EstimatorError.self, "split \(i) of \(c)") { try split() }
            }
        }
    }

    @Test func gaussianProcesses() throws {
        for (i, c) in try Self.fixture.get().process.enumerated() {
            let kernel = c.kernel.kernel
            // Hyperparameters that are fitted agree to six digits, and what follows from them.
            check(
                c.result, c.fits ? 1e-6 : 1e-7,
                "process \(i): \(kernel), prior \(c.prior), fits \(c.fits), \(c.given.mapValues(\.shape))"
            ) {
                var model = GaussianProcessRegressor(
                    kernel: kernel, alpha: c.alpha, optimizes: c.fits, normalizesTargets: c.normalizes,
                    targetCount: c.targets)
                if !c.prior { try model.fit(c.given["x"]!.tensor, c.given["y"]!.tensor) }
                let test = c.given["test"]!.tensor
                let (mean, deviation) = try model.predictWithStandardDeviation(test)
                let theta = model.fittedKernel?.theta ?? []
                return [
                    "mean": mean, "deviation": deviation,
                    "covariance": try model.predictWithCovariance(test).covariance,
                    "sample": try model.sample(test, count: c.draws, randomState: c.seed),
                    "likelihood": Tensor(model.logMarginalLikelihoodValue),
                    "theta": Tensor(theta, shape: [theta.count]),
                ]
            }
        }
    }

    @Test func networks() throws {
        for (i, c) in try Self.fixture.get().network.enumerated() {
            let p = c.settings
            check(c.result, 1e-8, "network \(i): \(p) \(c.calls) \(c.given.mapValues(\.shape))") {
                var model = p.model
                let x = c.given["x"]!.tensor, y = c.given["y"]!.tensor, weight = c.given["weight"]?.tensor
                for call in c.calls {
                    if call == "fit" {
                        try model.fit(x, y, sampleWeight: weight)
                    } else {
                        try model.partialFit(x, y, sampleWeight: weight)
                    }
                }
                return [
                    "iterations": Tensor(Double(model.nIter)), "examples": Tensor(Double(model.t)),
                    "losses": Tensor(model.lossCurve),
                    "scores": Tensor(model.validationScores ?? []),
                    "prediction": try model.predict(c.given["test"]!.tensor),
                    "first": model.coefs[0], "last": model.intercepts.last!,
                ]
            }
        }
    }
}
