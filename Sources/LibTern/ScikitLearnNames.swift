import Tern

/// Parameters of estimators by scikit-learn's names; most are the own ones in another spelling.
enum ScikitLearnNames {
    private static let exceptions = [
        "with_std": "withStandardDeviation", "n_restarts_optimizer": "restartCount",
        "normalize_y": "normalizesTargets", "n_targets": "targetCount", "missing_values": "missingValue",
        "C": "C", "nesterovs_momentum": "nesterovsMomentum",
    ]
    private static let names = Dictionary(uniqueKeysWithValues: exceptions.map { ($1, $0) })

    /// `hidden_layer_sizes` as `hiddenLayerSizes`, `beta_1` as `beta1`.
    static func own(_ name: String) -> String {
        if let known = exceptions[name] { return known }
        let parts = name.split(separator: "_")
        return parts.dropFirst().reduce(String(parts.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }

    /// A value as it is written here: of all classes alike, a single layer.
    static func own(_ name: String, _ value: ParameterValue) -> ParameterValue {
        switch (name, value) {
        case ("class_weight", .text("balanced")): .object(["balanced": .object([:])])
        case ("hidden_layer_sizes", .integer): .list([value])
        default: value
        }
    }

    /// `hiddenLayerSizes` as `hidden_layer_sizes`, `beta1` as `beta_1`.
    static func name(of own: String) -> String {
        if let known = names[own] { return known }
        return own.reduce(into: "") { text, letter in
            if letter.isUppercase || letter.isNumber, !text.isEmpty, text.last?.isNumber != true { text += "_" }
            text += letter.lowercased()
        }
    }
}

extension Estimator {
    /// The parameters that can be told, by scikit-learn's names.
    var scikitLearnParameters: [String: ParameterValue] {
        Dictionary(
            uniqueKeysWithValues: ((try? parameters) ?? [:]).map { (ScikitLearnNames.name(of: $0.key), $0.value) })
    }

    /// - Throws: `EstimatorError` that names the parameter.
    mutating func setScikitLearnParameters(_ parameters: [String: ParameterValue]) throws {
        let known = Self.parameterNames.map(ScikitLearnNames.name)
        if let odd = parameters.keys.sorted().first(where: { !known.contains($0) }) {
            throw EstimatorError(
                "\(Self.kind): there is no parameter \"\(odd)\"; it has \(known.joined(separator: ", "))")
        }
        try setOwnParameters(
            Dictionary(
                uniqueKeysWithValues: parameters.map { (ScikitLearnNames.own($0), ScikitLearnNames.own($0, $1)) }))
    }
}
