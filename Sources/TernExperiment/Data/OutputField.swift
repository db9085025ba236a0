import Tern

/// What predictions.nc holds of each target: `precip`, `precip_predicted`, `precip_baseline`.
package enum OutputField: CaseIterable, Sendable {
    case truth, prediction, baseline

    package func name(of target: String) -> String {
        switch self {
        case .truth: target
        case .prediction: target + "_predicted"
        case .baseline: target + "_baseline"
        }
    }

    private var words: String? {
        switch self {
        case .truth: nil
        case .prediction: "predicted by the network"
        case .baseline: "predicted by ridge regression on EOFs"
        }
    }

    /// The fields of all targets under their names in the file, target by target.
    static func fields(truths: [Field], predictions: [Field], baselines: [Field]) -> [Field] {
        truths.indices.flatMap { k in
            zip(allCases, [truths[k], predictions[k], baselines[k]]).map { $0.of($1, named: truths[k]) }
        }
    }

    /// A field under its name in the file.
    private func of(_ field: Field, named target: Field) -> Field {
        var field = field
        field.name = name(of: target.name)
        if let words {
            field.attributes["long_name"] = .text("\(target.attributes["long_name"]?.text ?? target.name), \(words)")
        }
        return field
    }
}
