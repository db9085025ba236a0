import TernCore

/// A regressor of transformed targets, whose predictions are brought back.
///
/// ```swift
/// var growth = TransformedTargetRegressor(LinearRegression(), transformer: FunctionTransformer(.log))
/// try growth.fit(Tensor([[0.0], [1], [2]]), Tensor([1.0, 10, 100]))
/// try growth.predict(Tensor([[3.0]]))                 // [1000], up to rounding
/// ```
///
/// Source: scikit-learn 1.9.1, `sklearn.compose.TransformedTargetRegressor`.
public struct TransformedTargetRegressor: Regressor {
    /// Learns transformed targets.
    public private(set) var regressor: any Predictor
    /// Transforms targets, each a feature to it.
    public private(set) var transformer: any Transformer
    /// Whether sample weights go to a transformer that knows them, too; by default, as in scikit-learn, they do not.
    package var weighsTransformer = false
    private var isVector = true, isFitted = false

    /// A regressor that has learned nothing yet.
    public init(_ regressor: any Predictor = LinearRegression(), transformer: any Transformer) {
        self.regressor = regressor
        self.transformer = transformer
    }

    /// Fits the transformer to the targets, each a feature in double precision, and the regressor to what it makes of
    /// them. Sample weights go to the regressor alone.
    ///
    /// - Throws: ``EstimatorError`` where `y` is neither [examples] nor [examples, targets] or is not finite; what both
    ///   throw.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        let targets = try Check.targets(y, like: Tensor.zeros([y.shape.first ?? 0, 1], dtype: .float64), in: Self.kind)
        try wholly { model in
            model.isVector = y.rank == 1
            let (transformer, made) = try fitted(
                model.transformer, to: targets, weight: model.weighsTransformer ? sampleWeight : nil)
            model.transformer = transformer
            try model.regressor.fit(
                x, model.isVector && made.shape[1] == 1 ? made.flattened() : made, sampleWeight: sampleWeight)
            model.isFitted = true
        }
    }

    /// The regressor's predictions, brought back in double precision: [examples] where the targets of the fit were a vector.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where the transformer has no inverse; what both throw.
    public func predict(_ x: Tensor) throws -> Tensor {
        try Check.that(isFitted, "TransformedTargetRegressor: fit it before it predicts")
        // In double precision, as it was learned: single precision does not hold small changes of large targets.
        let made = try regressor.predict(x).cast(to: .float64)
        let back = try transformer.inverseTransform(made.rank == 1 ? made.reshaped([made.count, 1]) : made)
        return isVector && back.shape[1] == 1 ? back.flattened() : back
    }

    private static let names = ["regressor", "transformer"]

    /// A hyperparameter of either, named `regressor__parameter` or `transformer__parameter`.
    ///
    /// - Throws: ``EstimatorError`` where there is none of this name.
    public func parameter(_ name: String) throws -> ParameterValue {
        let (part, rest) = try Pipeline.Step.place(of: name, among: Self.names, in: Self.kind)
        return try part == 0 ? regressor.parameter(rest) : transformer.parameter(rest)
    }

    /// Changes a hyperparameter of either, named as for ``parameter(_:)``. What was learned stays until the next fit.
    ///
    /// - Throws: ``EstimatorError`` where there is none of this name, or the value is of another type.
    public mutating func setParameter(_ name: String, to value: ParameterValue) throws {
        let (part, rest) = try Pipeline.Step.place(of: name, among: Self.names, in: Self.kind)
        if part == 0 {
            try regressor.setParameter(rest, to: value)
        } else {
            try transformer.setParameter(rest, to: value)
        }
    }

    /// Of both, named `regressor__parameter` and `transformer__parameter`.
    public var parameters: [String: ParameterValue] {
        get throws {
            var all: [String: ParameterValue] = [:]
            for (name, value) in try regressor.parameters { all["regressor__\(name)"] = value }
            for (name, value) in try transformer.parameters { all["transformer__\(name)"] = value }
            return all
        }
    }

    private enum CodingKeys: String, CodingKey { case regressor, transformer, weighsTransformer, isVector, isFitted }

    /// Reads both by their ``Registered/kind``.
    ///
    /// - Throws: `DecodingError` where a kind is not known (``EstimatorRegistry``), or cannot stand in its place.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        regressor = try container.decode(RegisteredBox.self, forKey: .regressor).as((any Predictor).self, in: decoder)
        transformer = try container.decode(RegisteredBox.self, forKey: .transformer).as(
            (any Transformer).self, in: decoder)
        weighsTransformer = try container.decodeIfPresent(Bool.self, forKey: .weighsTransformer) ?? false
        isVector = try container.decode(Bool.self, forKey: .isVector)
        isFitted = try container.decode(Bool.self, forKey: .isFitted)
    }

    /// Writes both with their kinds and what they have learned.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(RegisteredBox(regressor), forKey: .regressor)
        try container.encode(RegisteredBox(transformer), forKey: .transformer)
        if weighsTransformer { try container.encode(true, forKey: .weighsTransformer) }
        try container.encode(isVector, forKey: .isVector)
        try container.encode(isFitted, forKey: .isFitted)
    }
}
