import TernCore

/// Transformers one after the other, and an estimator at the end, as one estimator.
///
/// ```swift
/// var model = Pipeline(StandardScaler(), Ridge(alpha: 0.1))
/// try model.setParameter("ridge__alpha", to: 0.5)
/// try model.fit(Tensor([[0.0], [1], [2]]), Tensor([1.0, 3, 5]))
/// try model.predict(Tensor([[3.0]])).shape            // [1]
/// (model["ridge"] as! Ridge).coef.shape               // [1]
/// ```
///
/// Whatever is learned by scaling and filling is learned from the examples of the fit alone: a pipeline within
/// ``crossValidate(_:_:_:sampleWeight:groups:cv:scoring:returnTrainScore:)`` is honest. Parameters of steps are named
/// `step__parameter`.
///
/// Source: scikit-learn 1.9.1, `sklearn.pipeline.Pipeline`.
public struct Pipeline: Predictor, Transformer {
    /// A step and its name.
    ///
    /// ```swift
    /// Pipeline(StandardScaler(), Ridge()).steps.map(\.name)       // ["standardscaler", "ridge"]
    /// ```
    public struct Step: Codable, Sendable {
        /// Different for each step, without "__".
        public var name: String
        /// A ``Transformer``, or the last step's ``Predictor``.
        public var estimator: any Estimator

        /// A named step.
        public init(_ name: String, _ estimator: any Estimator) {
            self.name = name
            self.estimator = estimator
        }

        private enum CodingKeys: String, CodingKey { case name, estimator }

        /// Reads the estimator by its ``Registered/kind``.
        ///
        /// - Throws: `DecodingError` where the kind is not known (``EstimatorRegistry``) or is no estimator's.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            estimator = try container.decode(RegisteredBox.self, forKey: .estimator).as(
                (any Estimator).self, in: decoder)
        }

        /// Writes the name, and the estimator with its kind and what it has learned.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(RegisteredBox(estimator), forKey: .estimator)
        }
    }

    /// In their order.
    public private(set) var steps: [Step]
    /// Whether sample weights go to the scalers that know them, too; by default, as in scikit-learn, they do not.
    package var weighsTransformers: Bool {
        get { weighs ?? false }
        set { weighs = newValue ? true : nil }
    }
    /// Files hold it where it is true.
    private var weighs: Bool?
    private var isFitted = false

    private enum CodingKeys: String, CodingKey { case steps, isFitted, weighs = "weighsTransformers" }

    /// Steps with names of one's own; they are checked by the fit.
    public init(steps: [Step]) { self.steps = steps }

    /// Steps named after their types in lower case, with a number where a type comes more than once: scikit-learn's
    /// `make_pipeline`.
    public init(_ estimators: any Estimator...) {
        self.init(steps: Step.named(estimators))
    }

    /// The step of a name, fitted after the fit; nil where there is none.
    public subscript(name: String) -> (any Estimator)? { steps.first { $0.name == name }?.estimator }

    private func checkSteps() throws {
        try Check.that(!steps.isEmpty, "Pipeline: it has no steps")
        try Step.check(steps.map(\.name), in: Self.kind)
        for step in steps.dropLast() where !(step.estimator is any Transformer) {
            throw EstimatorError(
                "Pipeline: \(step.name) is no transformer; only the last step may be any other estimator")
        }
    }

    /// The last step, where it predicts.
    private func predictor() throws -> any Predictor {
        guard let last = steps.last?.estimator as? any Predictor else {
            throw EstimatorError("Pipeline: the last step, \(steps.last?.name ?? "none"), does not predict")
        }
        return last
    }

    /// Fits the transformers but for the last step, and gives what they make of `x`.
    private mutating func fitHead(_ x: Tensor, _ sampleWeight: Tensor? = nil) throws -> Tensor {
        try checkSteps()
        var x = x
        for i in steps.indices.dropLast() {
            guard let transformer = steps[i].estimator as? any Transformer else { continue }
            (steps[i].estimator, x) = try fitted(transformer, to: x, weight: weighsTransformers ? sampleWeight : nil)
        }
        return x
    }

    private func head(_ x: Tensor) throws -> Tensor {
        try Check.that(isFitted, "Pipeline: fit it first")
        return try steps.dropLast().reduce(x) { x, step in
            guard let transformer = step.estimator as? any Transformer else { return x }
            return try transformer.transform(x)
        }
    }

    /// Fits each step to what the ones before make of the examples. Sample weights go to the last step alone.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        try wholly { pipeline in
            let x = try pipeline.fitHead(x, sampleWeight), place = pipeline.steps.count - 1
            if var last = pipeline.steps[place].estimator as? any Predictor {
                try last.fit(x, y, sampleWeight: sampleWeight)
                pipeline.steps[place].estimator = last
            } else if var last = pipeline.steps[place].estimator as? any Transformer {
                try last.fit(x)
                pipeline.steps[place].estimator = last
            }
            pipeline.isFitted = true
        }
    }

    /// Fits a pipeline of transformers alone.
    public mutating func fit(_ x: Tensor) throws {
        try wholly { pipeline in
            let x = try pipeline.fitHead(x), place = pipeline.steps.count - 1
            guard var last = pipeline.steps[place].estimator as? any Transformer else {
                throw EstimatorError("Pipeline: the last step, \(pipeline.steps[place].name), needs targets: fit(x, y)")
            }
            try last.fit(x)
            pipeline.steps[place].estimator = last
            pipeline.isFitted = true
        }
    }

    /// What the last step predicts of the examples that the steps before have transformed.
    ///
    /// - Throws: ``EstimatorError`` before the fit and where the last step does not predict; what the steps throw.
    public func predict(_ x: Tensor) throws -> Tensor { try predictor().predict(head(x)) }
    /// The last step's probabilities, [examples, classes].
    ///
    /// - Throws: ``EstimatorError`` as ``predict(_:)``, and where the last step is no classifier.
    public func predictProba(_ x: Tensor) throws -> Tensor { try predictor().predictProba(head(x)) }
    /// The last step's sums, where it has any.
    ///
    /// - Throws: ``EstimatorError`` as ``predict(_:)``.
    public func decision(_ x: Tensor) throws -> Tensor? { try predictor().decision(head(x)) }

    /// The last step's score.
    public func score(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws -> Double {
        try predictor().score(head(x), y, sampleWeight: sampleWeight)
    }

    /// Whether the last step is a classifier; false where it does not predict.
    public var isClassifier: Bool { (steps.last?.estimator as? any Predictor)?.isClassifier ?? false }
    /// The labels that the last step has learned, in ascending order; empty where it is no classifier.
    public var classes: [Double] { (steps.last?.estimator as? any Predictor)?.classes ?? [] }

    /// What all transformers make of `x`; the last step must be one.
    public func transform(_ x: Tensor) throws -> Tensor {
        let x = try head(x)
        guard let last = steps.last?.estimator as? any Transformer else {
            throw EstimatorError("Pipeline: the last step, \(steps.last?.name ?? "none"), is no transformer")
        }
        return try last.transform(x)
    }

    /// The way back through all steps, the last first.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where a step is no transformer or has no inverse.
    public func inverseTransform(_ x: Tensor) throws -> Tensor {
        try Check.that(isFitted, "Pipeline: fit it first")
        return try steps.reversed().reduce(x) { x, step in
            guard let transformer = step.estimator as? any Transformer else {
                throw EstimatorError("Pipeline: \(step.name) is no transformer and has no inverse")
            }
            return try transformer.inverseTransform(x)
        }
    }

    /// The names that come out of the last transformer; a predictor at the end leaves them as they are.
    public func featureNames(from names: [String]) -> [String] {
        steps.reduce(names) { names, step in (step.estimator as? any Transformer)?.featureNames(from: names) ?? names }
    }

    /// A hyperparameter of a step, named `step__parameter`.
    ///
    /// - Throws: ``EstimatorError`` where no step has that name, or it has no such parameter.
    public func parameter(_ name: String) throws -> ParameterValue {
        let (step, rest) = try Step.place(of: name, among: steps.map(\.name), in: Self.kind)
        return try steps[step].estimator.parameter(rest)
    }

    /// Changes a hyperparameter of a step, named `step__parameter`. What was learned stays until the next fit.
    ///
    /// - Throws: ``EstimatorError`` as ``parameter(_:)``, and where the value is of another type.
    public mutating func setParameter(_ name: String, to value: ParameterValue) throws {
        let (step, rest) = try Step.place(of: name, among: steps.map(\.name), in: Self.kind)
        try steps[step].estimator.setParameter(rest, to: value)
    }

    /// Of all steps, each named `step__parameter`.
    public var parameters: [String: ParameterValue] {
        get throws {
            try steps.reduce(into: [:]) { all, step in
                for (name, value) in try step.estimator.parameters { all["\(step.name)__\(name)"] = value }
            }
        }
    }
}

extension Pipeline.Step {
    static func named(_ estimators: [any Estimator]) -> [Self] {
        let kinds = estimators.map { type(of: $0).kind.lowercased() }
        return zip(kinds, estimators).enumerated().map { i, pair in
            let count = kinds.count { $0 == pair.0 }
            let name = count > 1 ? "\(pair.0)-\(kinds[...i].count { $0 == pair.0 })" : pair.0
            return Self(name, pair.1)
        }
    }

    static func check(_ names: [String], in kind: String) throws {
        try Check.that(Set(names).count == names.count, "\(kind): two steps have one name, of \(names)")
        if let wrong = names.first(where: { $0.isEmpty || $0.contains("__") }) {
            throw EstimatorError("\(kind): a step cannot be named \"\(wrong)\"; take a name without \"__\"")
        }
    }

    /// The step that a name begins with, and what follows.
    static func place(of name: String, among names: [String], in kind: String) throws -> (Int, String) {
        for (i, step) in names.enumerated() where name.hasPrefix(step + "__") {
            return (i, String(name.dropFirst(step.count + 2)))
        }
        throw EstimatorError(
            "\(kind): there is no parameter \"\(name)\"; they are named step__parameter, with the steps \(names.joined(separator: ", "))"
        )
    }
}
