// In a configuration an activation is its name and arguments, as Keras spells them.
extension Activation: Codable, Equatable {
    private enum CodingKeys: String, CodingKey { case name, arguments }

    /// Whether names and arguments are the same, and both are Keras's or both of somebody's own; functions are not
    /// compared.
    public static func == (a: Activation, b: Activation) -> Bool {
        a.name == b.name && a.arguments == b.arguments && a.isOwn == b.isOwn
    }

    /// Writes the name, and the arguments where there are some.
    ///
    /// - Throws: `EncodingError` for an activation of your own, whose function cannot be written.
    public func encode(to encoder: any Encoder) throws {
        if isOwn {
            throw EncodingError.invalidValue(
                self,
                .init(
                    codingPath: encoder.codingPath,
                    debugDescription:
                        "the activation \"\(name)\" is a function of your own and cannot be written; use a layer type of your own"
                ))
        }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        if !arguments.isEmpty { try container.encode(arguments, forKey: .arguments) }
    }

    /// Throws `DecodingError` for a name that no activation has.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decode(String.self, forKey: .name)
        let arguments = try container.decodeIfPresent([String: Double].self, forKey: .arguments) ?? [:]
        guard let activation = Activation.named(name, arguments) else {
            throw DecodingError.dataCorruptedError(
                forKey: .name, in: container,
                debugDescription:
                    "there is no activation named \"\(name)\"\(arguments.isEmpty ? "" : " with the arguments \(arguments)")"
            )
        }
        self = activation
    }

    /// The activation of this name with some arguments other than their defaults, by Keras's names of them
    /// (`negative_slope`, `axis`); nil where there is no such activation, it does not take one of the arguments, or an axis
    /// is no whole number.
    public static func named(_ name: String, _ arguments: [String: Double]) -> Activation? {
        func a(_ key: String, _ standard: Double) -> Double { arguments[key] ?? standard }
        guard let axis = Int(exactly: a("axis", -1)) else { return nil }
        let made: Activation? =
            switch name {
            case "relu" where !arguments.isEmpty:
                .relu(
                    negativeSlope: a("negative_slope", 0), maxValue: arguments["max_value"],
                    threshold: a("threshold", 0))
            case "leaky_relu": .leakyReLU(negativeSlope: a("negative_slope", 0.2))
            case "hard_shrink": .hardShrink(threshold: a("threshold", 0.5))
            case "soft_shrink": .softShrink(threshold: a("threshold", 0.5))
            case "threshold": .threshold(a("threshold", 0), defaultValue: a("default_value", 0))
            case "elu": .elu(alpha: a("alpha", 1))
            case "celu": .celu(alpha: a("alpha", 1))
            case "gelu": .gelu(approximate: a("approximate", 0) != 0)
            case "squareplus": .squareplus(b: a("b", 4))
            case "softmax": .softmax(axis: axis)
            case "log_softmax": .logSoftmax(axis: axis)
            case "glu": .glu(axis: axis)
            case "sparsemax": .sparsemax(axis: axis)
            default: named(name)
            }
        // What it was made with is among its own arguments, or it did not look at it.
        return made.flatMap { made in arguments.keys.allSatisfy { made.arguments[$0] != nil } ? made : nil }
    }
}
