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
    /// - Throws: `EstimatorError` that names the parameter.
    mutating func setScikitLearnParameters(_ parameters: [String: ParameterValue]) throws {
        try setOwnParameters(
            Dictionary(parameters.map { (ScikitLearnNames.own($0), $1) }, uniquingKeysWith: { first, _ in first }))
    }
}
