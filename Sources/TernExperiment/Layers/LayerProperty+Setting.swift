import Foundation
import Tern

// Settings of layers as a file of YAML gives them.
extension LayerProperty {
    /// What it says in the configuration of a layer over a grid of `rank` dimensions.
    ///
    /// - Throws: ``Mistake`` that says what is wanted.
    func configuration(of value: LayerConfiguration.Setting, rank: Int?) throws -> Any {
        func wanted(_ what: String) -> Mistake {
            let isTooLarge = (value.list ?? [value]).contains { abs($0.number ?? 0) > 0x1p30 }
            return Mistake("wants \(what)\(isTooLarge ? " and at most \(1 << 30)" : ""), found \(value.json.written())")
        }
        func coded(_ value: (some Encodable)?, _ what: String) throws -> Any {
            guard let value else { throw wanted(what) }
            return try JSONSerialization.jsonObject(with: JSONEncoder().encode(value), options: .fragmentsAllowed)
        }
        func named<T: Encodable>(_ what: String, _ find: (String) -> T?) throws -> Any {
            try coded(value.text.flatMap(find), what)
        }

        switch kind {
        case is Int.Type:
            guard let whole = value.whole, isSigned || whole > 0 else {
                throw wanted(isSigned ? "a whole number" : "a whole number above 0")
            }
            return whole
        case is Double.Type:
            guard let number = value.number else { throw wanted("a number") }
            if name.hasSuffix("rate") || name.hasSuffix("dropout"), !(0..<1 ~= number) {
                throw wanted("a share from 0 to below 1")
            }
            return number
        case is Bool.Type:
            guard case .flag(let flag) = value else { throw wanted("true or false") }
            return flag
        case is String.Type: return try coded(value.text, "a text")
        case is [Int].Type, is [Int?].Type: return try coded(value.wholes, "whole numbers")
        case is Axes.Type: return try coded(value.wholes.map(Axes.init), "an axis, or a list of axes")
        case is [Double].Type: return try coded(value.numbers, "numbers")
        case is WindowSize.Type:
            guard let lengths = value.wholes, lengths.allSatisfy({ $0 > 0 }),
                lengths.count == 1 || lengths.count == rank
            else {
                throw wanted("one whole number above 0\(rank.map { $0 > 1 ? " or \($0)" : "" } ?? "")")
            }
            return try coded(WindowSize(lengths), "")
        case is Padding.Type:
            let words: [String: Padding] = ["valid": .valid, "same": .same, "causal": .causal]
            return try named("valid, same or causal") { words[$0] }
        case is Margin.Type: return try coded(value.margin, "a number of cells, or [before, after]")
        case is [Margin].Type:
            guard let margins = value.margin.map({ [$0] }) ?? value.list?.compactMap(\.margin),
                margins.count == 1 || margins.count == rank
            else {
                throw wanted("a number of cells, or [before, after] for each dimension")
            }
            return try coded(margins, "")
        case is Activation.Type: return try named("the name of an activation, such as relu", Activation.named)
        case is Initializer.Type: return try named("the name of an initialiser, such as he_normal", Initializer.named)
        case is Constraint.Type: return try named("the name of a constraint, such as max_norm", Constraint.named)
        case is Regularizer.Type: return try coded(value.regularizer, "l1, l2, or factors such as {l2: 0.001}")
        case is any BoxedLayer.Type:
            guard let inner = try value.layer() else {
                throw wanted("a layer, such as {conv2d: {filters: 4, kernel_size: 3}}")
            }
            return try coded(LayerBox(inner.make()), "")
        default:
            guard let type = kind as? any RawRepresentable.Type, let words = Self.words(of: type) else {
                throw Mistake("cannot be set from a file")
            }
            guard let text = value.text, words.contains(text) else {
                throw wanted("one of \(words.joined(separator: ", "))")
            }
            return text
        }
    }

    /// Whether numbers below 1 mean something.
    private var isSigned: Bool { name == "axis" || name == "groups" }

    /// For editors.
    var schema: JSON? {
        let number: JSON = ["type": "number"], whole: JSON = ["type": "integer"], text: JSON = ["type": "string"]
        func orList(_ schema: JSON) -> JSON { ["anyOf": [schema, ["type": "array", "items": schema]]] }
        return switch kind {
        case is Int.Type: whole
        case is Double.Type: number
        case is Bool.Type: ["type": "boolean"]
        case is String.Type, is Initializer.Type, is Constraint.Type: text
        case is Activation.Type: ["$ref": "#/$defs/activation"]
        case is [Int].Type, is [Int?].Type, is WindowSize.Type, is Axes.Type: orList(whole)
        case is [Double].Type: orList(number)
        case is Margin.Type: orList(whole)
        case is [Margin].Type: ["anyOf": [whole, ["type": "array", "items": orList(whole)]]]
        case is Padding.Type: ["enum": ["valid", "same", "causal"]]
        case is Regularizer.Type:
            [
                "anyOf": [
                    ["enum": ["l1", "l2", "l1_l2"]],
                    ["type": "object", "properties": ["l1": number, "l2": number], "additionalProperties": false],
                ]
            ]
        case is any BoxedLayer.Type: ["$ref": "#/$defs/layer"]
        default:
            (kind as? any RawRepresentable.Type).flatMap { Self.words(of: $0) }.map {
                ["enum": .list($0.map(JSON.text))]
            }
        }
    }
}

/// What is wrong with a setting, to be put behind its place.
struct Mistake: Error {
    let message: String
    init(_ message: String) { self.message = message }
}
