import Foundation
import Tern

// What acts on weights and numbers of a layer, as Keras writes it.

/// Activations: a name, or a layer that does the same with arguments.
enum KerasActivation {
    /// Layers that Keras takes for an activation, and the activation's name.
    private static let layers = ["LeakyReLU": "leaky_relu", "ReLU": "relu", "ELU": "elu", "Softmax": "softmax"]

    static func read(_ value: JSON) throws -> Activation {
        if let name = value.text, let activation = Activation.named(name) { return activation }
        if let object = KerasObject(value) {
            if let name = layers[object.className], object.isKeras {
                var arguments: [String: Double] = [:]
                for member in object.config.members where !["name", "trainable", "dtype"].contains(member.key) {
                    // Null is all axes to Keras, and otherwise the default.
                    if member.value.isNull, member.key != "axis" { continue }
                    let list = member.value.list
                    guard let number = member.value.number ?? (list?.count == 1 ? list![0].number : nil) else {
                        throw KerasComplaint(
                            "is a \(object.className) whose \(member.key) is \(member.value.written().shortened(to: 40)), and no number; make it a layer of its own"
                        )
                    }
                    arguments[member.key] = number
                }
                // The layer's default is not the function's.
                if object.className == "LeakyReLU", arguments["negative_slope"] == nil {
                    arguments["negative_slope"] = 0.3
                }
                if let activation = Activation.named(name, arguments) { return activation }
            }
            if object.className == "function" {
                throw KerasComplaint(
                    "is the function \(object.config.text ?? "of somebody") of Python, which Tern never runs; use one of Keras's activations"
                )
            }
        }
        throw KerasComplaint("is \(value.written().shortened(to: 80)), which is no activation that Tern knows")
    }

    static func json(_ activation: Activation) throws -> JSON {
        guard !activation.isOwn, let standard = Activation.named(activation.name) else {
            throw KerasComplaint("is the activation \(activation.name) of your own, which Keras has not")
        }
        if standard == activation { return .text(activation.name) }
        guard let layer = layers.first(where: { $0.value == activation.name })?.key else {
            throw KerasComplaint(
                "is the activation \(activation.name) with \(activation.arguments), which Keras's files cannot say; use its defaults"
            )
        }
        return KerasObject.json(
            "keras.layers", layer,
            activation.arguments.mapValues(JSON.float).merging(
                activation.arguments["axis"].map { ["axis": JSON(Int($0))] } ?? [:]
            ) { $1 })
    }
}

/// A part of a layer that Keras names, as Tern's configurations have it.
private struct KerasPart<Part: NamedPart> {
    let standard: Part
    var arguments: [String: Double] = [:]
    /// What is said beside numbers.
    var others: [JSON.Member] = []

    /// - Parameters:
    ///   - known: what there is, for the message.
    ///   - takes: whether Tern's takes a setting that is no number of it.
    init(
        _ value: JSON, known: String, ignoring ignored: Set<String> = [], takes: (Part, JSON.Member) -> Bool
    ) throws {
        let object = KerasObject(value)
        guard object?.isKeras ?? true, let name = object?.className ?? value.text, let standard = Part.named(name)
        else { throw KerasComplaint("is \(value.written().shortened(to: 80)), no \(known)") }
        self.standard = standard
        for member in object?.config.members ?? [] where !member.value.isNull && !ignored.contains(member.key) {
            if standard.arguments[member.key] != nil, let number = member.value.number {
                arguments[member.key] = number
            } else if takes(standard, member) {
                others.append(member)
            } else {
                throw KerasComplaint(
                    "is \(standard.name) with \(member.key) \(member.value.written().shortened(to: 40)), which Tern's has not"
                )
            }
        }
    }

    /// With what stands beside the numbers.
    func configuration(_ others: [String: Any]) -> [String: Any] {
        others.merging(["name": standard.name, "arguments": arguments]) { $1 }
    }
}

/// Initialisers.
enum KerasInitializer {
    static func configuration(of value: JSON) throws -> Any {
        let list = Initializer.all.map(\.name).joined(separator: ", ")
        let part = try KerasPart<Initializer>(
            value, known: "initialiser that Tern knows; the initialisers are \(list)", ignoring: ["seed"]
        ) { standard, member in
            guard standard.name == "variance_scaling" else { return false }
            return switch member.key {
            case "scale": (member.value.number ?? 0) > 0
            case "mode", "distribution": member.value.text != nil
            default: false
            }
        }
        guard !part.others.isEmpty, let known = part.standard.scaling else { return part.configuration([:]) }
        var scaling: [String: Any] = [
            "scale": known.scale, "mode": known.mode.rawValue, "distribution": known.distribution.rawValue,
        ]
        for member in part.others {
            scaling[member.key] = member.value.number.map { $0 as Any } ?? member.value.text!
        }
        return part.configuration(["scaling": scaling])
    }

    static func json(_ initializer: Initializer) -> JSON {
        var arguments = initializer.arguments.mapValues(JSON.float)
        if initializer.name == "variance_scaling", let scaling = initializer.scaling {
            arguments["scale"] = .float(scaling.scale)
            arguments["mode"] = .text(scaling.mode.rawValue)
            arguments["distribution"] = .text(scaling.distribution.rawValue)
        }
        return KerasObject.json("keras.initializers", className(initializer.name), arguments)
    }
}

/// Penalties on weights.
enum KerasRegularizer {
    static func configuration(of value: JSON) throws -> Any {
        let part = try KerasPart<Regularizer>(
            value, known: "penalty that Tern knows; there are L1, L2, L1L2 and OrthogonalRegularizer"
        ) { standard, member in standard.mode != nil && member.key == "mode" && member.value.text != nil }
        return part.configuration(part.others.last.map { ["mode": $0.value.text!] } ?? [:])
    }

    static func json(_ regularizer: Regularizer) -> JSON {
        var arguments = regularizer.arguments.mapValues(JSON.float)
        if let mode = regularizer.mode { arguments["mode"] = .text(mode.rawValue) }
        let names = ["l1": "L1", "l2": "L2", "l1_l2": "L1L2"]
        return KerasObject.json("keras.regularizers", names[regularizer.name] ?? className(regularizer.name), arguments)
    }
}

/// What weights are brought back to.
enum KerasConstraint {
    static func configuration(of value: JSON) throws -> Any {
        let part = try KerasPart<Constraint>(
            value, known: "constraint that Tern knows; there are MaxNorm, MinMaxNorm, NonNeg and UnitNorm"
        ) { standard, member in !standard.axes.isEmpty && member.key == "axis" && member.value.modestWholes != nil }
        if !part.standard.axes.isEmpty, let axis = KerasObject(value)?.config["axis"], axis.isNull {
            throw KerasComplaint(
                "is \(part.standard.name) over all axes (axis is null), which Tern's has not; name them, such as [0, 1]"
            )
        }
        return part.configuration(part.others.last.map { ["axes": $0.value.modestWholes!] } ?? [:])
    }

    static func json(_ constraint: Constraint) -> JSON {
        var arguments = constraint.arguments.mapValues(JSON.float)
        // A norm over no axes has no axis either, and yet is no default.
        if constraint != .nonNegative {
            arguments["axis"] =
                constraint.axes.count == 1 ? JSON(constraint.axes[0]) : .list(constraint.axes.map { JSON($0) })
        }
        return KerasObject.json("keras.constraints", className(constraint.name), arguments)
    }
}

/// `glorot_uniform` as `GlorotUniform`.
func className(_ name: String) -> String {
    name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
}
