import Foundation

/// The types of layers by kind, so that a configuration can be read back.
///
/// ```swift
/// LayerRegistry.register(Scale.self)      // a layer of your own
/// ```
public enum LayerRegistry {
    private static let lock = NSLock()
    nonisolated(unsafe) private static var prototypes: [String: LayerPrototype] =
        Dictionary(uniqueKeysWithValues: LayerPrototype.standard.map { ($0.type.kind, $0) })

    /// Makes a type of layer known under its ``Layer/kind``.
    public static func register(_ type: any Layer.Type) { register(LayerPrototype(type)) }

    /// Makes a type of layer known with its defaults, so that experiments may name it.
    public static func register(_ prototype: LayerPrototype) { lock.withLock { prototypes[prototype.type.kind] = prototype } }

    /// The type of this kind, nil where none is registered.
    public static func type(of kind: String) -> (any Layer.Type)? { prototype(of: kind)?.type }

    /// The type of this kind with its defaults.
    public static func prototype(of kind: String) -> LayerPrototype? { lock.withLock { prototypes[kind] } }

    /// All kinds, in alphabetical order.
    public static var kinds: [String] { lock.withLock { prototypes.keys.sorted() } }
}

/// A layer of any type as part of a configuration: its kind, and its own configuration.
public struct LayerBox: Codable {
    public let layer: any Layer

    public init(_ layer: any Layer) { self.layer = layer }

    private enum CodingKeys: String, CodingKey { case kind, config }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type(of: layer).kind, forKey: .kind)
        try layer.encode(to: container.superEncoder(forKey: .config))
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try container.decode(String.self, forKey: .kind)
        guard let type = LayerRegistry.type(of: kind) else {
            throw DecodingError.dataCorruptedError(
                forKey: .kind, in: container,
                debugDescription: "there is no layer of the kind \"\(kind)\"; a layer of your own is made known by LayerRegistry.register")
        }
        layer = try type.init(from: container.superDecoder(forKey: .config))
    }
}
