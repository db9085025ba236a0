import Foundation

/// A hyperparameter of any estimator, as text files and searches name it.
///
/// ```swift
/// let values: [ParameterValue] = [0.1, 1, "relu", true, [50, 20], nil]
/// values.map(\.description)       // ["0.1", "1", "relu", "true", "[50, 20]", "nil"]
/// ```
public enum ParameterValue: Codable, Sendable, Hashable {
    /// Nothing: nil.
    case null
    /// A truth.
    case bool(Bool)
    /// A whole number.
    case integer(Int)
    /// Any other number.
    case number(Double)
    /// A word, such as the name of a solver.
    case text(String)
    /// Several in order.
    case list([ParameterValue])
    /// Several by name, such as a kernel or an estimator within another.
    case object([String: ParameterValue])

    /// Takes the first case that fits, in their order. JSON has 2 for 2.0, which so becomes ``integer(_:)``.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([ParameterValue].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: ParameterValue].self))
        }
    }

    /// Writes the value alone, without the name of its case.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// The number, whole or not; nil for all else.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}

extension ParameterValue: CustomStringConvertible {
    /// As Swift writes it.
    public var description: String {
        switch self {
        case .null: "nil"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let value): value
        case .list(let values): "[\(values.map(\.description).joined(separator: ", "))]"
        case .object(let values):
            "{\(values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
        }
    }
}

extension ParameterValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral
{
    /// ``null``.
    public init(nilLiteral: ()) { self = .null }
    /// ``bool(_:)``.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// ``integer(_:)``; ``number`` gives it as a `Double`.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// ``number(_:)``, also of a whole number such as 1.0.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// ``text(_:)``.
    public init(stringLiteral value: String) { self = .text(value) }
    /// ``list(_:)``.
    public init(arrayLiteral elements: ParameterValue...) { self = .list(elements) }
}
