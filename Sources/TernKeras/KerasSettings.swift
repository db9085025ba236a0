import Foundation
import Tern

// Values of settings, from Keras's spelling to that of a layer's configuration.
extension LayerProperty {
    /// Keras's name of the setting, where it differs from that in YAML.
    func kerasName(of kind: String) -> String { kind == "Embedding" && name == "units" ? "output_dim" : name }

    /// What Keras's value is in the layer's own configuration.
    ///
    /// - Parameter rank: how many dimensions the layer's grid has; nil where it has none.
    /// - Throws: ``KerasComplaint`` that says what is wanted.
    func configuration(ofKeras value: JSON, rank: Int?) throws -> Any {
        func coded(_ own: (some Encodable)?, _ wanted: String) throws -> Any {
            guard let own else { throw found(wanted) }
            return try JSONSerialization.jsonObject(with: JSONEncoder().encode(own), options: .fragmentsAllowed)
        }
        func found(_ wanted: String) -> KerasComplaint { KerasComplaint("wants \(wanted), found \(shown(value))") }
        if value.isNull {
            // No axes in particular.
            if kind == [Int].self { return [Int]() }
            guard kind != type else { throw found("a value") }
            return NSNull()
        }
        switch kind {
        case is Int.Type:
            // Also where Keras makes a shape of one length of it.
            return try coded(
                value.modestWhole ?? (value.modestWholes?.count == 1 ? value.modestWholes![0] : nil), "a whole number")
        case is Double.Type:
            guard let number = value.number, number.isFinite else { throw found("one number") }
            return number
        case is Bool.Type: return try coded(value.truth, "true or false")
        case is String.Type: return try coded(value.text, "a text")
        case is [Int].Type: return try coded(value.modestWholes, "whole numbers")
        case is [Int?].Type:
            let lengths = (value.list ?? [value]).map { $0.isNull ? Int?.none : $0.modestWhole }
            guard (value.list ?? [value]).allSatisfy({ $0.isNull || $0.modestWhole != nil }) else {
                throw found("whole numbers, or null")
            }
            return try coded(lengths, "")
        case is Axes.Type: return try coded(value.modestWholes.map(Axes.init), "an axis, or a list of axes")
        case is [Double].Type:
            let numbers = (value.list ?? [value]).compactMap(\.number)
            guard numbers.count == value.list?.count ?? 1 else { throw found("numbers") }
            return numbers
        case is WindowSize.Type:
            let least = name == "output_padding" ? 0 : 1
            guard let lengths = value.modestWholes, lengths.allSatisfy({ $0 >= least }),
                lengths.count == 1 || lengths.count == rank
            else { throw found("whole numbers from \(least) on") }
            return try coded(WindowSize(lengths), "")
        case is Padding.Type:
            let words: [String: Padding] = ["valid": .valid, "same": .same, "causal": .causal]
            return try coded(value.text.flatMap { words[$0] }, "valid, same or causal")
        case is [Margin].Type:
            // Of one dimension, [before, after] is one margin.
            let given = rank == 1 ? [value] : value.list ?? [value]
            let margins = given.compactMap(\.margin)
            guard margins.count == given.count, margins.count == 1 || margins.count == rank else {
                throw found("[before, after] for each dimension")
            }
            return try coded(margins, "")
        case is Activation.Type: return try coded(KerasActivation.read(value), "")
        case is Initializer.Type: return try KerasInitializer.configuration(of: value)
        case is Regularizer.Type: return try KerasRegularizer.configuration(of: value)
        case is Constraint.Type: return try KerasConstraint.configuration(of: value)
        default:
            guard let type = kind as? any RawRepresentable.Type, let words = Self.words(of: type) else {
                throw KerasComplaint("cannot be read")
            }
            guard let text = value.text, words.contains(text) else {
                throw found("one of \(words.joined(separator: ", "))")
            }
            return text
        }
    }

    private func shown(_ value: JSON) -> String { value.written().shortened(to: 80) }

    /// What Keras's configuration says for the value that the layer has.
    ///
    /// - Throws: ``KerasComplaint`` where Keras has no word for it.
    func keras(rank: Int?) throws -> JSON {
        switch Self.unwrapped(value) {
        case nil: return .null
        case let value as Int: return JSON(value)
        case let value as Double: return .float(value)
        case let value as Bool: return .flag(value)
        case let value as String: return .text(value)
        case let value as [Int]: return .list(value.map { JSON($0) })
        case let value as [Int?]: return .list(value.map { $0.map { JSON($0) } ?? .null })
        case let value as [Double]: return .list(value.map(JSON.float))
        case let value as Axes:
            return value.numbers.count == 1 ? JSON(value.numbers[0]) : .list(value.numbers.map { JSON($0) })
        case let value as WindowSize:
            let lengths =
                value.lengths.count == 1 ? Array(repeating: value.lengths[0], count: rank ?? 1) : value.lengths
            return .list(lengths.map { JSON($0) })
        case let value as Padding:
            switch value {
            case .valid: return "valid"
            case .same: return "same"
            case .causal: return "causal"
            case .explicit:
                throw KerasComplaint(
                    "is a number of cells, which Keras does not take; put a ZeroPadding layer before it")
            }
        case let value as [Margin]:
            let pairs = value.map { JSON.list([JSON($0.before), JSON($0.after)]) }
            if rank == 1 { return pairs[0] }
            return .list(pairs.count == 1 ? Array(repeating: pairs[0], count: rank ?? 1) : pairs)
        case let value as Activation: return try KerasActivation.json(value)
        case let value as Initializer: return KerasInitializer.json(value)
        case let value as Regularizer: return KerasRegularizer.json(value)
        case let value as Constraint: return KerasConstraint.json(value)
        case let value as any RawRepresentable<String>: return .text(value.rawValue)
        default: throw KerasComplaint("cannot be written")
        }
    }

    /// What an optional holds, also within `Any`.
    private static func unwrapped(_ value: Any) -> Any? {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .optional else { return value }
        return mirror.children.first.flatMap { unwrapped($0.value) }
    }
}

extension JSON {
    /// Shapes are made of products of two or three of them.
    var modestWhole: Int? { whole.flatMap { $0.magnitude <= 1 << 30 ? $0 : nil } }

    /// A list of whole numbers; a single one is a list.
    var modestWholes: [Int]? {
        let values = (list ?? [self]).map(\.modestWhole)
        return values.contains(nil) ? nil : values.compactMap { $0 }
    }

    /// `1` or `[before, after]`.
    fileprivate var margin: Margin? {
        guard let wholes = modestWholes, wholes.allSatisfy({ $0 >= 0 }), wholes.count == 2 || list == nil else {
            return nil
        }
        return Margin(before: wholes[0], after: wholes.last!)
    }
}
