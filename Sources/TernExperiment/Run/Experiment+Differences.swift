import Tern
import TernText

extension Experiment {
    /// The keys in which experiments differ, as `--set` takes them, with the value of each experiment; "-" where it has
    /// none.
    public static func differences(_ experiments: [Experiment]) throws -> [(key: String, values: [String])] {
        let leaves = experiments.map { $0.json.leaves }
        let keys = leaves.joined().map(\.key).distinct
        return keys.compactMap { key in
            let values = leaves.map { $0.first { $0.key == key }?.value ?? "-" }
            return Set(values).count > 1 ? (key, values) : nil
        }
    }
}

extension JSON {
    /// What holds no further objects, by its path.
    fileprivate var leaves: [(key: String, value: String)] {
        func below(_ key: String, _ value: JSON) -> [(key: String, value: String)] {
            value.leaves.map { ($0.key.isEmpty ? key : "\(key).\($0.key)", $0.value) }
        }
        switch self {
        case .object(let members): return members.flatMap { below($0.key, $0.value) }
        case .list(let values) where !values.allSatisfy(\.isScalar):
            return values.enumerated().flatMap { below("\($0)", $1) }
        default: return [("", written())]
        }
    }
}
