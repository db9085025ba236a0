import Foundation
import TernCore
import TernText

/// The types of layers by kind, so that a configuration can be read back.
///
/// ```swift
/// final class Halving: UnaryLayer {   // a layer of your own
///     var info = LayerInfo()
///     func call(_ x: Tensor, _ context: CallContext) -> Tensor { x / 2 }
/// }
/// LayerRegistry.register(Halving.self)
/// let isKnown = LayerRegistry.kinds.contains("Halving")   // true
/// ```
public enum LayerRegistry {
    private static let lock = NSLock()
    private static let standard = Dictionary(uniqueKeysWithValues: LayerPrototype.standard.map { ($0.type.kind, $0) })
    nonisolated(unsafe) private static var prototypes = standard

    /// Makes a type of layer known under its ``Layer/kind``.
    public static func register(_ type: any Layer.Type) { register(LayerPrototype(type)) }

    /// Makes a type of layer known with its defaults, so that experiments may name it.
    ///
    /// Kinds of Tern's own layers are taken.
    public static func register(_ prototype: LayerPrototype) {
        let kind = prototype.type.kind
        if let own = standard[kind], own.type != prototype.type {
            fail(
                "LayerRegistry: \"\(kind)\" is a layer of Tern's; give yours another name, or another `static var kind`"
            )
        }
        lock.withLock { prototypes[kind] = prototype }
    }

    /// Makes the type of a layer that is written known, so that it can be read again in this process.
    static func learn(_ type: any Layer.Type) throws {
        if let known = self.type(of: type.kind) {
            guard known != type else { return }
            throw TrainingError(
                description:
                    "two types of layers are called \"\(type.kind)\", \(known) and \(type): a file could not tell them apart; give one another `static var kind`"
            )
        }
        register(type)
    }

    package static func isStandard(_ type: any Layer.Type) -> Bool { standard[type.kind]?.type == type }

    /// The type of this kind, nil where none is registered.
    public static func type(of kind: String) -> (any Layer.Type)? { prototype(of: kind)?.type }

    /// The type of this kind with its defaults.
    public static func prototype(of kind: String) -> LayerPrototype? { lock.withLock { prototypes[kind] } }

    /// All kinds, in alphabetical order.
    public static var kinds: [String] { lock.withLock { prototypes.keys.sorted() } }
}

/// A layer of any type as part of a configuration: its kind, and its own configuration.
///
/// ```swift
/// final class Twice: UnaryLayer {   // a layer of your own that holds another, of any type
///     var info = LayerInfo()
///     private let box: LayerBox
///     init(_ layer: any Layer) { box = LayerBox(layer) }
///     var children: [(name: String, layer: any Layer)] { [("layer", box.layer)] }
///     func call(_ x: Tensor, _ context: CallContext) -> Tensor { box.layer(box.layer(x, context), context) }
/// }
/// let y = Twice(Dense(3))(Tensor.ones([2, 3]))   // [2, 3]
/// ```
public struct LayerBox: BoxedLayer {
    /// The layer.
    public let layer: any Layer

    /// A layer to be written, or one that was read.
    public init(_ layer: any Layer) { self.layer = layer }

    private enum CodingKeys: String, CodingKey { case kind, config, infos }

    /// Writes the kind and the layer's own configuration.
    ///
    /// - Throws: ``TrainingError`` where another type of layer has the same kind.
    public func encode(to encoder: any Encoder) throws {
        try LayerRegistry.learn(type(of: layer))
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type(of: layer).kind, forKey: .kind)
        try layer.encode(to: container.superEncoder(forKey: .config))
        // What a layer of the user's carries may be a constant to its decoder: `let info = LayerInfo()`.
        if !LayerRegistry.isStandard(type(of: layer)) { try container.encode(Self.infos(of: layer), forKey: .infos) }
    }

    /// What a layer and those in it carry, by path.
    private static func infos(of layer: any Layer, at path: String = "") -> [String: LayerInfo] {
        layer.children.reduce(into: [path: layer.info]) {
            $0.merge(infos(of: $1.layer, at: path + "/" + $1.name)) { first, _ in first }
        }
    }

    /// Reads what ``encode(to:)`` wrote.
    ///
    /// - Throws: `DecodingError` where nobody has registered the kind, or the configuration is not one of it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try container.decode(String.self, forKey: .kind)
        guard let type = LayerRegistry.type(of: kind) else {
            throw DecodingError.dataCorruptedError(
                forKey: .kind, in: container,
                debugDescription:
                    "there is no layer of the kind \"\(kind)\"; a layer of your own is made known by LayerRegistry.register"
            )
        }
        layer = try type.init(from: container.superDecoder(forKey: .config))
        guard let infos = try container.decodeIfPresent([String: LayerInfo].self, forKey: .infos) else { return }
        for (path, info) in Self.infos(of: layer) {
            guard let read = infos[path] else { continue }
            (info.name, info.isTrainable, info.dtype) = (read.name, read.isTrainable, read.dtype)
        }
    }
}

/// A layer within the configuration of another.
package protocol BoxedLayer: Codable {}

extension LayerBox {
    /// A layer that must be of some kind.
    ///
    /// - Parameter complaint: what one of another kind is not.
    static func layer<Kind>(from decoder: any Decoder, else complaint: String) throws -> Kind {
        let read = try LayerBox(from: decoder).layer
        guard let layer = read as? Kind else {
            throw decoder.refusal("a layer of the kind \"\(type(of: read).kind)\" \(complaint)")
        }
        return layer
    }
}
