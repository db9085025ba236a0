import Foundation
import Tern
import Yams

extension TableSearch {
    /// The search that a YAML file describes:
    ///
    /// ```yaml
    /// method: random            # or grid, which takes all combinations
    /// count: 20                 # how many a random search draws
    /// folds: 5
    /// scoring: neg_root_mean_squared_error
    /// parameters:
    ///   alpha: {log_uniform: [1e-5, 1]}
    ///   hiddenLayerSizes: [[32], [64, 64]]
    ///   learningRateInit: [0.001, 0.01]
    /// ```
    ///
    /// Only `parameters` is needed. A list holds values; `uniform`, `log_uniform` and `integers` take the least and the
    /// greatest.
    ///
    /// - Parameters:
    ///   - folds: how training rows are parted; the file's number of folds takes the place of its own.
    ///   - seed: of the draws.
    /// - Throws: `DataError` with the line of what is not understood.
    public init(contentsOf path: String, folds: TableFolds, seed: UInt32 = 0) throws {
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw DataError(file: path, "the file cannot be read: \(error.localizedDescription)")
        }
        let document = try Document(text, file: path)
        self.init([:], folds: folds, seed: seed)
        func failure(_ node: Node, _ message: String) -> DataError {
            DataError(file: path, line: node.mark?.line, message)
        }
        guard case .mapping(let keys) = document.root else {
            throw DataError(file: path, "a search is keys and values, such as parameters: {alpha: [0.1, 1]}")
        }
        var isRandom = false, count: Int?
        for (key, value) in keys {
            let name = key.scalar?.string ?? ""
            switch name {
            case "method":
                guard let word = value.scalar?.string, ["grid", "random"].contains(word) else {
                    throw failure(value, "method is grid or random")
                }
                isRandom = word == "random"
            case "count":
                guard let number = value.int, number >= 1 else { throw failure(value, "count is a number from 1 on") }
                count = number
            case "folds":
                guard let number = value.int, number >= 2 else { throw failure(value, "folds is a number from 2 on") }
                self.folds.count = number
            case "scoring":
                guard let word = value.scalar?.string, let scoring = Scoring(rawValue: word) else {
                    throw failure(
                        value,
                        "there is no such score; there are \(Scoring.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                self.scoring = scoring
            case "parameters":
                guard case .mapping(let own) = value else {
                    throw failure(value, "parameters are names and values, such as alpha: [0.1, 1]")
                }
                for (name, values) in own {
                    parameters[name.scalar?.string ?? ""] = try Self.distribution(values, failure)
                }
            default:
                throw failure(
                    key, "there is no key \"\(name)\"; there are method, count, folds, scoring and parameters")
            }
        }
        guard !parameters.isEmpty else {
            throw DataError(file: path, "there are no parameters to search for, such as parameters: {alpha: [0.1, 1]}")
        }
        if !isRandom, count != nil {
            throw DataError(file: path, "count is for method: random; a grid takes all combinations")
        }
        drawnCount = isRandom ? count ?? 10 : nil
    }

    private static func distribution(_ node: Node, _ failure: (Node, String) -> DataError) throws
        -> ParameterDistribution
    {
        if case .sequence(let values) = node { return .values(values.map(Self.value)) }
        guard case .mapping(let mapping) = node, mapping.count == 1, let (kind, ends) = mapping.first.map({ ($0, $1) }),
            case .sequence(let bounds) = ends, bounds.count == 2,
            let low = bounds[0].float ?? bounds[0].int.map(Double.init),
            let high = bounds[1].float ?? bounds[1].int.map(Double.init)
        else {
            throw failure(
                node,
                "a parameter wants a list of values, or {uniform: [0, 1]}, {log_uniform: [0.001, 1]}, {integers: [1, 9]}"
            )
        }
        guard low <= high else {
            throw failure(ends, "the lower bound of a range stands first; here it is the larger one")
        }
        switch kind.scalar?.string {
        case "uniform": return .uniform(low...high)
        case "log_uniform":
            guard low > 0 else { throw failure(ends, "log_uniform wants bounds above 0") }
            return .logUniform(low...high)
        case "integers":
            guard let first = Int(exactly: low), let last = Int(exactly: high) else {
                throw failure(ends, "integers wants whole numbers")
            }
            return .integers(first..<(last + 1))
        default: throw failure(kind, "there is uniform, log_uniform and integers")
        }
    }

    private static func value(_ node: Node) -> ParameterValue {
        switch node {
        case .sequence(let values): .list(values.map(value))
        case .mapping(let values):
            .object(Dictionary(values.map { ($0.scalar?.string ?? "", value($1)) }) { first, _ in first })
        default:
            if let number = node.int {
                .integer(number)
            } else if let number = node.float {
                .number(number)
            } else if let truth = node.bool {
                .bool(truth)
            } else if node.null != nil {
                .null
            } else {
                .text(node.scalar?.string ?? "")
            }
        }
    }
}
