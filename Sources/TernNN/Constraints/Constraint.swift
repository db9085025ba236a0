import TernCore

/// What weights are brought back to after each step of an optimiser.
///
/// ```swift
/// let w = Tensor([[3.0], [4]])
/// Constraint.unitNorm()(w)                // [[0.6], [0.8]], up to 1e-8
/// Constraint.maxNorm(2.5)(w)              // [[1.5], [2]]
/// Constraint.nonNegative(-w)              // [[0], [0]]
/// ```
///
/// Names, formulas and defaults are Keras's (`keras.constraints`). Norms are Euclidean, over `axes`: [0] for a dense
/// kernel [inputs, outputs], [0, 1, 2] for a kernel of a convolution. Numbers are finite and not negative; others end
/// the program.
public struct Constraint: Sendable, Codable, Hashable, CustomStringConvertible, NamedPart {
    package static let what = "constraint"

    /// Keras's name, such as `max_norm`.
    public let name: String
    package let arguments: [String: Double]
    package let axes: [Int]

    private init(_ name: String, _ arguments: [String: Double] = [:], axes: [Int] = []) {
        if let wrong = Self.complaint(about: arguments) { fail("\(name): \(wrong)") }
        self.name = name
        self.arguments = arguments
        self.axes = axes
    }

    package static func complaint(about arguments: [String: Double]) -> String? {
        // A greatest norm may be none.
        let bounds = arguments.filter { $0.key != "max_value" || $0.value != .infinity }
        if let wrong = numbersComplaint(bounds) { return wrong }
        if let low = arguments["min_value"], let high = arguments["max_value"], low > high {
            return "min_value \(low) is above max_value \(high)"
        }
        return nil
    }

    /// Throws `DecodingError` for a name that no constraint has, and for numbers and axes that it does not take.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let (standard, arguments) = try Constraint.read(container, name: .name, arguments: .arguments)
        let axes = try container.decodeIfPresent([Int].self, forKey: .axes)
        guard axes?.isEmpty != false || !standard.axes.isEmpty else {
            throw DecodingError.dataCorruptedError(
                forKey: .axes, in: container, debugDescription: "\(standard.name) has no axes")
        }
        self.init(standard.name, arguments, axes: axes ?? standard.axes)
    }

    /// Norms of `maxValue` at most.
    public static func maxNorm(_ maxValue: Double = 2, axes: [Int] = [0]) -> Constraint {
        Constraint("max_norm", ["max_value": maxValue], axes: axes)
    }

    /// Norms between `min` and `max`, which is no less; a `rate` below 1 goes only that share of the way.
    public static func minMaxNorm(min: Double = 0, max: Double = 1, rate: Double = 1, axes: [Int] = [0]) -> Constraint {
        Constraint("min_max_norm", ["min_value": min, "max_value": max, "rate": rate], axes: axes)
    }

    /// Negative weights become 0.
    public static let nonNegative = Constraint("non_neg")

    /// Norms of 1.
    public static func unitNorm(axes: [Int] = [0]) -> Constraint { Constraint("unit_norm", axes: axes) }

    /// The nearest weights that the constraint allows, in the same shape; norms are taken as 10⁻⁷ longer, as in Keras,
    /// so that zeros stay zeros.
    public func callAsFunction(_ weights: Tensor) -> Tensor {
        if name == "non_neg" { return maximum(weights, 0) }
        let norm = sqrt(square(weights).sum(axes: axes, keepingDimensions: true))
        let wanted: Tensor
        switch name {
        case "max_norm": wanted = clip(norm, 0, arguments["max_value"]!)
        case "min_max_norm":
            let rate = arguments["rate"]!
            wanted = rate * clip(norm, arguments["min_value"]!, arguments["max_value"]!) + (1 - rate) * norm
        default: return weights / (smallNumber + norm)
        }
        return weights * (wanted / (smallNumber + norm))
    }

    /// The constraint of Keras's name (`max_norm` or `MaxNorm`) with its defaults, nil where there is none.
    public static func named(_ name: String) -> Constraint? {
        switch KerasName.canonical(name) {
        case "max_norm": .maxNorm()
        case "min_max_norm": .minMaxNorm()
        case "non_neg": .nonNegative
        case "unit_norm": .unitNorm()
        default: nil
        }
    }

    /// The name with its arguments and axes.
    public var description: String { described(with: axes.isEmpty ? [] : ["axes: \(axes)"]) }
}
