import Foundation
import TernCore

/// How the values of an array lie in its chunks, whichever version describes it.
struct ZarrLayout: Sendable {
    let chunks: [Int]
    let type: ZarrType
    let fill: ZarrFill
    let codecs: ZarrCodecs
    private let chunkKeys: ZarrChunkKeys

    private init(
        _ shape: [Int], chunks: [Int], _ type: ZarrType, fill: Any?, codecs: ZarrCodecs,
        chunkKeys: ZarrChunkKeys
    ) throws {
        (self.chunks, self.type, self.codecs, self.chunkKeys) = (chunks, type, codecs, chunkKeys)
        self.fill = try ZarrFill(fill, type)
        // A text of any length takes as much as a `String` at least.
        let stored = type.storedSize,
            size = max(stored, type.element.size, type == .variableText ? MemoryLayout<String>.size : 1)
        // All bytes of the array are counted somewhere, so that none may overflow; its chunks are read whole.
        guard checkedProduct(shape + [max(8, stored)]) != nil, let chunkBytes = checkedProduct(chunks + [size]) else {
            throw ZarrDamage(description: "no array could have the shape \(shape) and chunks of \(chunks)")
        }
        let read = codecs.shard.map { checkedProduct($0.chunks + [size]) } ?? chunkBytes
        if let complaint = MachineMemory.complaint(about: read) {
            throw ZarrDamage(description: "a chunk of shape \(chunks) cannot be read: \(complaint)")
        }
    }

    /// The key of a chunk under the array's path.
    func key(_ place: [Int]) -> String { chunkKeys.key(place) }

    /// Whether chunks have lengths; of an array without elements these may be 0.
    private static func fits(_ chunks: [Int], _ shape: [Int]) -> Bool {
        chunks.count == shape.count && chunks.allSatisfy { $0 > 0 || $0 == 0 && shape.contains(0) }
    }

    private static func checkSeparator(_ separator: String) throws {
        // It becomes a part of paths.
        guard separator == "." || separator == "/" else {
            throw ZarrDamage(description: "its dimension_separator is neither a dot nor a slash")
        }
    }
}

/// How chunks are named by their numbers.
struct ZarrChunkKeys: Sendable {
    /// What comes before the numbers, or nothing, and what stands between them.
    let prefix: String, separator: String

    /// As versions 2 and 3 name them where nothing else is said.
    static let version2 = ZarrChunkKeys(prefix: "", separator: ".")
    static let version3 = ZarrChunkKeys(prefix: "c", separator: "/")

    func key(_ place: [Int]) -> String {
        let numbers = place.map(String.init)
        return prefix.isEmpty
            ? (numbers.isEmpty ? "0" : numbers.joined(separator: separator))
            : ([prefix] + numbers).joined(separator: separator)
    }
}

// MARK: - Version 2

extension ZarrLayout {
    /// Source: https://zarr-specs.readthedocs.io/en/latest/v2/v2.0.html.
    init(version2 description: [String: Any], _ shape: [Int]) throws {
        guard let chunks = description["chunks"] as? [Int], Self.fits(chunks, shape) else {
            throw ZarrDamage(description: "its .zarray lacks shape and chunks; the store is damaged")
        }
        let separator = description["dimension_separator"] as? String ?? ZarrChunkKeys.version2.separator
        try Self.checkSeparator(separator)
        var filters = try (description["filters"] as? [Any] ?? []).map { filter in
            guard let filter = ZarrExtension(version2: filter) else {
                throw ZarrDamage(description: "one of its filters has no id")
            }
            return filter
        }
        guard let dtype = description["dtype"] as? String else {
            throw ZarrUnknown(
                description: "it holds structures, which Tern does not read; store their parts as arrays of their own")
        }
        let type = try ZarrType(version2: dtype, filters: filters.map(\.name))
        if type == .variableText { filters.removeFirst() }
        var steps = try filters.map { try BytesCodec($0) }
        if let compressor = description["compressor"], !(compressor is NSNull) {
            guard let compressor = ZarrExtension(version2: compressor) else {
                throw ZarrDamage(description: "its compressor has no id")
            }
            steps.append(try BytesCodec(compressor))
        }
        let order = description["order"] as? String ?? "C"
        guard order == "C" || order == "F" else {
            throw ZarrUnknown(
                description: "its order is \"\(order)\", which is neither C nor F; write it in one of them")
        }
        let codecs = ZarrCodecs(
            transposition: order == "F" ? Transposition(shape.indices.reversed()) : nil,
            serializer: type == .variableText ? .texts : .bytes(isBigEndian: dtype.hasPrefix(">")), compressors: steps)
        try self.init(
            shape, chunks: chunks, type, fill: description["fill_value"], codecs: codecs,
            chunkKeys: ZarrChunkKeys(prefix: ZarrChunkKeys.version2.prefix, separator: separator))
    }
}

// MARK: - Version 3

extension ZarrLayout {
    /// Source: https://zarr-specs.readthedocs.io/en/latest/v3/core/.
    init(version3 description: [String: Any], _ shape: [Int]) throws {
        guard let grid = ZarrExtension(description["chunk_grid"]) else {
            throw ZarrDamage(description: "its chunk_grid is missing")
        }
        guard grid.name == "regular" else {
            throw ZarrUnknown(
                description: "its chunk_grid \"\(grid.name)\" is unknown to Tern; write it with regular chunks")
        }
        guard let chunks = grid.settings["chunk_shape"] as? [Int], Self.fits(chunks, shape) else {
            throw ZarrDamage(description: "its chunk_shape does not fit its shape")
        }
        guard (description["storage_transformers"] as? [Any] ?? []).isEmpty else {
            throw ZarrUnknown(description: "its storage_transformers are unknown to Tern; write it without")
        }
        guard let encoding = ZarrExtension(description["chunk_key_encoding"]) else {
            throw ZarrDamage(description: "its chunk_key_encoding is missing")
        }
        guard let usual = ["default": ZarrChunkKeys.version3, "v2": .version2][encoding.name] else {
            throw ZarrUnknown(
                description:
                    "its chunk_key_encoding \"\(encoding.name)\" is unknown to Tern; write it with the default one")
        }
        let separator = encoding.settings["separator"] as? String ?? usual.separator
        try Self.checkSeparator(separator)
        let type = try ZarrType(version3: description["data_type"])
        let codecs = try ZarrCodecs(version3: description["codecs"], shape: chunks, type)
        try self.init(
            shape, chunks: chunks, type, fill: description["fill_value"], codecs: codecs,
            chunkKeys: ZarrChunkKeys(prefix: usual.prefix, separator: separator))
    }
}

extension ZarrCodecs {
    /// - Parameters:
    ///   - shape: of a chunk.
    ///   - depth: of how many shards within each other it is a chunk.
    init(version3 value: Any?, shape: [Int], _ type: ZarrType, depth: Int = 0) throws {
        guard let list = value as? [Any], !list.isEmpty else { throw ZarrDamage(description: "its codecs are missing") }
        var transposition: Transposition?, serializer: Serializer?, steps: [BytesCodec] = []
        for item in list {
            guard let codec = ZarrExtension(item) else {
                throw ZarrDamage(description: "one of its codecs has no name")
            }
            switch codec.name {
            case "transpose":
                guard serializer == nil else {
                    throw ZarrDamage(description: "its codec transpose comes after its bytes")
                }
                guard steps.isEmpty else {
                    throw ZarrUnknown(
                        description:
                            "its codec transpose comes after a filter, which Tern does not read; write it without filters"
                    )
                }
                guard let order = codec.settings["order"] as? [Int], order.sorted() == Array(shape.indices) else {
                    throw ZarrDamage(
                        description: "its codec transpose has an order that fits no array of \(shape.count) dimensions")
                }
                if let next = Transposition(order) { transposition = next.after(transposition) }
            case "bytes", "endian":
                let endian = codec.settings["endian"] as? String
                guard endian == nil && type.wordSize == 1 || endian == "little" || endian == "big" else {
                    throw ZarrUnknown(
                        description: "its codec bytes names no order of bytes; write it with the endian \"little\"")
                }
                guard serializer == nil, type != .variableText, endian != "big" || steps.isEmpty else {
                    throw ZarrDamage(description: "its codec bytes does not fit its type or its other codecs")
                }
                serializer = .bytes(isBigEndian: endian == "big")
            case "vlen-utf8", "vlen-bytes":
                guard serializer == nil, type == .variableText else {
                    throw ZarrDamage(description: "its codec \(codec.name) does not fit its type")
                }
                serializer = .texts
            case "sharding_indexed":
                guard serializer == nil, steps.isEmpty else {
                    throw ZarrDamage(description: "its codec sharding_indexed does not fit its other codecs")
                }
                serializer = .shard(
                    try Shard(codec.settings, of: transposition?.stored(shape) ?? shape, type, depth: depth))
            default:
                // Filters of numbers come before the bytes, which, the lowest first, are the numbers themselves.
                let step = try BytesCodec(codec)
                let isFilter =
                    switch step {
                    case .numbers, .rounded: true;
                    default: false
                    }
                guard isFilter == (serializer == nil) else {
                    throw ZarrDamage(
                        description: "its codec \"\(codec.name)\" comes \(isFilter ? "after" : "before") its bytes")
                }
                steps.append(step)
            }
        }
        guard let serializer else { throw ZarrDamage(description: "none of its codecs makes bytes") }
        self.init(transposition: transposition, serializer: serializer, compressors: steps)
    }
}
