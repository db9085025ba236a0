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
                    if member.value.isNull { continue }
                    guard let number = member.value.number ?? member.value.list?.first?.number else {
                        throw KerasComplaint("is a \(object.className) whose \(member.key) is no number")
                    }
                    arguments[member.key] = number
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
        guard let standard = Activation.named(activation.name) else {
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

/// Initialisers.
enum KerasInitializer {
    static func configuration(of value: JSON) throws -> Any {
        let object = KerasObject(value), name = object?.className ?? value.text
        guard object?.isKeras ?? true, let name, let standard = Initializer.named(name) else {
            throw KerasComplaint(
                "is \(value.written().shortened(to: 80)), no initialiser that Tern knows; the initialisers are \(Initializer.all.map(\.name).joined(separator: ", "))"
            )
        }
        var arguments: [String: Double] = [:], scaling: [String: Any] = [:]
        for member in object?.config.members ?? [] where !member.value.isNull && member.key != "seed" {
            if standard.arguments[member.key] != nil, let number = member.value.number {
                arguments[member.key] = number
            } else if standard.name == "variance_scaling", member.key == "scale", let scale = member.value.number,
                scale > 0
            {
                scaling["scale"] = scale
            } else if standard.name == "variance_scaling", ["mode", "distribution"].contains(member.key),
                let word = member.value.text
            {
                scaling[member.key] = word
            } else {
                throw KerasComplaint(
                    "is \(standard.name) with \(member.key) \(member.value.written().shortened(to: 40)), which Tern's has not"
                )
            }
        }
        var configuration: [String: Any] = ["name": standard.name, "arguments": arguments]
        if !scaling.isEmpty {
            let known = standard.scaling!
            configuration["scaling"] = [
                "scale": known.scale, "mode": known.mode.rawValue, "distribution": known.distribution.rawValue,
            ].merging(scaling) { $1 }
        }
        return configuration
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
        let object = KerasObject(value), name = object?.className ?? value.text
        guard object?.isKeras ?? true, let name, let standard = Regularizer.named(name) else {
            throw KerasComplaint(
                "is \(value.written().shortened(to: 80)), no penalty that Tern knows; there are L1, L2, L1L2 and OrthogonalRegularizer"
            )
        }
        var arguments: [String: Double] = [:], configuration: [String: Any] = ["name": standard.name]
        for member in object?.config.members ?? [] where !member.value.isNull {
            if standard.arguments[member.key] != nil, let number = member.value.number {
                arguments[member.key] = number
            } else if standard.mode != nil, member.key == "mode", let word = member.value.text {
                configuration["mode"] = word
            } else {
                throw KerasComplaint("is \(standard.name) with \(member.key), which Tern's has not")
            }
        }
        configuration["arguments"] = arguments
        return configuration
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
        let object = KerasObject(value), name = object?.className ?? value.text
        guard object?.isKeras ?? true, let name, let standard = Constraint.named(name) else {
            throw KerasComplaint(
                "is \(value.written().shortened(to: 80)), no constraint that Tern knows; there are MaxNorm, MinMaxNorm, NonNeg and UnitNorm"
            )
        }
        var arguments: [String: Double] = [:], configuration: [String: Any] = ["name": standard.name]
        for member in object?.config.members ?? [] where !member.value.isNull {
            if standard.arguments[member.key] != nil, let number = member.value.number {
                arguments[member.key] = number
            } else if !standard.axes.isEmpty, member.key == "axis", let axes = member.value.modestWholes {
                configuration["axes"] = axes
            } else {
                throw KerasComplaint("is \(standard.name) with \(member.key), which Tern's has not")
            }
        }
        configuration["arguments"] = arguments
        return configuration
    }

    static func json(_ constraint: Constraint) -> JSON {
        var arguments = constraint.arguments.mapValues(JSON.float)
        if !constraint.axes.isEmpty {
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
