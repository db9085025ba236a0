import Foundation
import Tern

/// An estimator, whose parameters and state are spoken of in scikit-learn's words.
final class ServedEstimator: ServedModel, @unchecked Sendable {
    /// What ``call(_:_:)`` does.
    static let functions = [
        "fit", "partial_fit", "set_parameters", "archive", "transform", "inverse_transform", "predict", "sample_y",
        "log_marginal_likelihood", "predict_proba", "predict_log_proba", "decision_function",
    ]

    /// Those of small calls that throw whatever is wrong, and need no thread on which to end.
    static let checkedFunctions: Set = [
        "predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "inverse_transform",
        "set_parameters", "archive",
    ]

    private var estimator: any Estimator
    private var madePlans: PredictionPlans?
    private var ports: (inputs: [Port], outputs: [Port])
    /// Whether a listener is told of an epoch, while what is learned is not here yet.
    private var isTelling = false

    init(_ estimator: any Estimator) {
        self.estimator = estimator
        ports = ([Port("x", .float64, nil)], [Port("y", .float64, nil)])
        super.init()
        learn()
    }

    override var inputs: [Port] { ports.inputs }
    override var outputs: [Port] { ports.outputs }
    override var plans: PredictionPlans? { madePlans }

    /// Takes over what was learned.
    private func learn() {
        madePlans = nil
        if let network = estimator as? any PlannedPredictor, let planned = network.planned {
            ports.inputs = [Port("x", planned.dtype, [planned.featureCount])]
            ports.outputs = zip(["y", "probability"], planned.outputs).map { Port($0, $1.dtype, $1.shape) }
            madePlans = PredictionPlans(ports.inputs, ports.outputs) { planned.function($0[0]) }
        } else if let classifier = estimator as? any Classifier {
            ports.inputs = [Port("x", .float64, nil)]
            ports.outputs = [
                Port("y", .float64, nil),
                Port("probability", .float64, classifier.classes.isEmpty ? nil : [classifier.classes.count]),
            ]
        }
    }

    override var description: [String: ParameterValue] {
        var described: [String: ParameterValue] = [
            "kind": .text(type(of: estimator).kind), "parameters": .object(estimator.scikitLearnParameters),
        ]
        if let classes = (estimator as? any Predictor)?.classes, !classes.isEmpty {
            described["classes"] = .list(classes.map(ParameterValue.number))
        }
        return described
    }

    /// - Throws: ``ArgumentError`` within a fit, which knows nothing of what is done to the estimator, nor it of the fit.
    private func checkIsNotTrained() throws {
        guard !isTelling else {
            throw ArgumentError("the \(type(of: estimator).kind) is being fitted; ask it when that has ended")
        }
    }

    override func predict(_ inputs: [Tensor], count: Int) throws -> [Tensor] {
        try checkIsNotTrained()
        guard let predictor = estimator as? any Predictor else {
            throw ArgumentError("a \(type(of: estimator).kind) does not predict; call \"transform\"")
        }
        let answer = try predictor.predict(inputs[0])
        return count < 2 ? [answer] : [answer, try predictor.predictProba(inputs[0])]
    }

    override func fit(
        _ inputs: [Tensor], _ targets: [Tensor], weights: Tensor?, more: Bool,
        tell: Training.Listener?
    ) throws {
        guard inputs.count == 1, targets.count <= 1 else {
            throw ArgumentError("an estimator learns from one array of features and one of targets")
        }
        try fit(inputs[0], targets.first, weights: weights, more: more, classes: nil, tell: tell)
    }

    private func fit(
        _ x: Tensor, _ y: Tensor?, weights: Tensor?, more: Bool, classes: [Int]?, tell: Training.Listener?
    ) throws {
        try checkIsNotTrained()
        let kind = type(of: estimator).kind
        @Sendable func told(_ epoch: MLPRegressor.Epoch) {
            (isTelling, madePlans) = (true, nil)
            defer { isTelling = false }
            tell?.tell(
                EpochNews(
                    epoch: epoch.number, epochs: epoch.maxIter, loss: epoch.loss,
                    validation: epoch.validationScore ?? .nan))
        }
        func targets() throws -> Tensor {
            guard let y else { throw ArgumentError("\(kind) learns from targets, and none are given") }
            return y
        }
        func unweighted() throws {
            guard weights == nil else { throw ArgumentError("\(kind) does not weight examples") }
        }
        defer { learn() }
        switch estimator {
        case var network as MLPRegressor:
            if tell != nil { network.onEpoch = { told($0) } }
            defer {
                network.onEpoch = nil
                estimator = network
            }
            if more {
                try network.partialFit(x, targets(), sampleWeight: weights)
            } else {
                try network.fit(x, targets(), sampleWeight: weights)
            }
        case var network as MLPClassifier:
            if tell != nil { network.onEpoch = { told($0) } }
            defer {
                network.onEpoch = nil
                estimator = network
            }
            if more {
                try network.partialFit(x, targets(), classes: classes, sampleWeight: weights)
            } else {
                try network.fit(x, targets(), sampleWeight: weights)
            }
        case var predictor as any Predictor:
            guard !more else { throw ArgumentError("\(kind) cannot go on learning; fit it anew") }
            try predictor.fit(x, targets(), sampleWeight: weights)
            estimator = predictor
        case var scaler as StandardScaler:
            defer { estimator = scaler }
            if more {
                try scaler.partialFit(x, sampleWeight: weights)
            } else {
                try scaler.fit(x, sampleWeight: weights)
            }
        case var scaler as MinMaxScaler where more:
            try unweighted()
            try scaler.partialFit(x)
            estimator = scaler
        case var scaler as MaxAbsScaler where more:
            try unweighted()
            try scaler.partialFit(x)
            estimator = scaler
        case var transformer as any Transformer:
            guard !more else { throw ArgumentError("\(kind) cannot go on learning; fit it anew") }
            try unweighted()
            try transformer.fit(x)
            estimator = transformer
        default: throw ArgumentError("\(kind) does not learn from arrays")
        }
    }

    override func save(to path: String) throws {
        try checkIsNotTrained()
        try estimator.write(to: path)
    }

    override func call(_ function: String, _ arguments: CallArguments) throws -> CallResult? {
        try checkIsNotTrained()
        switch function {
        case "fit", "partial_fit":
            try fit(
                arguments.array("x"), arguments.arrays["y"], weights: arguments.arrays["sample_weight"],
                more: function == "partial_fit", classes: arguments.integers("classes"), tell: arguments.tell)
            return CallResult()
        case "set_parameters":
            try estimator.setScikitLearnParameters(arguments.object("parameters"))
            learn()
            return CallResult()
        case "archive":
            let archive = try EstimatorArchive(estimator, keepsProgress: true)
            return CallResult(text: archive.text, arrays: archive.tensors)
        case "transform", "inverse_transform":
            guard let transformer = estimator as? any Transformer else { return nil }
            let x = try arguments.array("x")
            return CallResult(
                arrays: [
                    "result": try function == "transform" ? transformer.transform(x) : transformer.inverseTransform(x)
                ])
        case "predict":
            let x = try arguments.array("x")
            guard let process = estimator as? GaussianProcessRegressor else {
                return CallResult(arrays: ["result": try predict([x], count: 1)[0]])
            }
            if try arguments.isTrue("return_std") {
                let (mean, deviation, negatives) = try process.predictCountingNegatives(x)
                return try CallResult(
                    ["negative_variances": .integer(negatives)], arrays: ["result": mean, "std": deviation])
            }
            if try arguments.isTrue("return_cov") {
                let (mean, covariance) = try process.predictWithCovariance(x)
                return CallResult(arrays: ["result": mean, "cov": covariance])
            }
            return CallResult(arrays: ["result": try process.predict(x)])
        case "sample_y":
            guard let process = estimator as? GaussianProcessRegressor else { return nil }
            let number = try arguments.integer("random_state") ?? 0
            guard let seed = UInt32(exactly: number) else {
                throw ArgumentError("random_state is \(number); it is to be from 0 to \(UInt32.max)")
            }
            return CallResult(
                arrays: [
                    "result": try process.sample(
                        arguments.array("x"), count: arguments.integer("count") ?? 1, randomState: seed)
                ])
        case "log_marginal_likelihood":
            guard let process = estimator as? GaussianProcessRegressor else { return nil }
            let found = process.logMarginalLikelihood(
                theta: try arguments.numbers("theta"), try arguments.array("x"), try arguments.array("y"))
            return CallResult(arrays: ["value": Tensor(found.value), "gradient": Tensor(found.gradient)])
        case "predict_proba", "predict_log_proba":
            guard let classifier = estimator as? any Classifier else { return nil }
            let x = try arguments.array("x")
            return CallResult(
                arrays: [
                    "result": try function == "predict_proba"
                        ? classifier.predictProba(x) : classifier.predictLogProba(x)
                ])
        case "decision_function":
            guard let classifier = estimator as? LogisticRegression else { return nil }
            return CallResult(arrays: ["result": try classifier.decisionFunction(arguments.array("x"))])
        default: return nil
        }
    }
}
