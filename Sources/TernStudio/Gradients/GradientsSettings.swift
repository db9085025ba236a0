import Foundation
import TernCore
import TernNN

/// What the view of vanishing gradients is asked: a chain of layers, and how it is trained.
package struct GradientsSettings: Decodable, Sendable, Equatable {
    /// How the chain is trained.
    package enum Method: String, Codable, Sendable, CaseIterable { case sgd, adam }

    package var depth = 20, width = 32
    /// Keras's name.
    package var activation = "sigmoid"
    /// Keras's name.
    package var initializer = "glorot_uniform"
    /// Whether batch normalisation stands before each activation, and whether each layer's result is added to its input.
    package var normalizes = false, skips = false
    package var seed: UInt32 = 0
    package var optimizer = Method.sgd
    package var rate = 0.1
    package var steps = 100

    package init() {}

    private enum Keys: String, CodingKey {
        case depth, width, activation, initializer, normalizes, skips, seed, optimizer, rate, steps
    }

    /// Those that are not said are as above.
    package init(from decoder: any Decoder) throws {
        let given = try Given<Keys>(decoder)
        try given.read(.depth, &depth)
        try given.read(.width, &width)
        try given.read(.activation, &activation)
        try given.read(.initializer, &initializer)
        try given.read(.normalizes, &normalizes)
        try given.read(.skips, &skips)
        try given.read(.seed, &seed)
        try given.read(.optimizer, &optimizer)
        try given.read(.rate, &rate)
        try given.read(.steps, &steps)
    }

    static let activations = [
        "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "linear",
    ]
    static let initializers = [
        "glorot_uniform", "glorot_normal", "he_normal", "he_uniform", "lecun_normal", "lecun_uniform", "random_normal",
        "orthogonal",
    ]
    /// How many examples the chain sees.
    static let examples = 64

    /// The chain.
    ///
    /// - Throws: `StudioMistake` where a number is out of bounds or a name is unknown.
    package func chain() throws -> DeepChain {
        try StudioMistake.check("depth", Double(depth), in: 1...60)
        try StudioMistake.check("width", Double(width), in: 2...64)
        try StudioMistake.check("rate", rate, in: 1e-6...100)
        try StudioMistake.check("steps", Double(steps), in: 1...1000)
        guard Self.activations.contains(activation), let function = Activation.named(activation) else {
            throw StudioMistake(
                "there is no activation \"\(activation.prefix(40))\" here; there are \(Self.activations.joined(separator: ", "))",
                argument: "activation")
        }
        guard Self.initializers.contains(initializer), let drawing = Initializer.named(initializer) else {
            throw StudioMistake(
                "there is no initialiser \"\(initializer.prefix(40))\" here; there are \(Self.initializers.joined(separator: ", "))",
                argument: "initializer")
        }
        return DeepChain(
            depth: depth, width: width, activation: function, normalizes: normalizes, hasSkips: skips,
            initializer: drawing, seed: UInt64(seed))
    }
}
