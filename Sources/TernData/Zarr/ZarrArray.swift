import Foundation
import Synchronization
import TernCore

/// One array of a store: its description and its chunks.
struct ZarrArray: Sendable {
    let name: String
    let keys: any KeyStore
    let path: String
    let shape: [Int]
    let layout: ZarrLayout

    func failure(_ message: String) -> DataError { DataError(file: keys.path, "array \"\(name)\": \(message)") }

    func damaged(_ key: String, _ damage: ChunkDamage) -> DataError {
        failure("chunk \(key) is damaged or was copied only in part: \(damage.reason); copy the store again")
    }

    var type: ZarrType { layout.type }
    var element: StoredElement { StoredElement(type: layout.type, fill: layout.fill) }

    /// What is decoded at once: chunks, or where they are shards the chunks of these.
    var chunks: [Int] { layout.codecs.shard?.chunks ?? layout.chunks }
    var codecs: ZarrCodecs { layout.codecs.shard?.codecs ?? layout.codecs }
    /// Bytes of a chunk as it is stored; 0 for texts of any length.
    var storedChunkBytes: Int { chunks.reduce(type.storedSize, *) }

    /// How many chunks there are, or parts of shards, written or not.
    var chunkCount: Int {
        // Chunks of an array without elements may have no length.
        shape.contains(0) ? 0 : checkedProduct(zip(shape, chunks).map { ($0 - 1) / $1 + 1 }) ?? .max
    }

    /// The bytes of a chunk and its key for messages, nil where it was never written.
    func chunk(_ place: [Int], _ indices: ShardIndices) throws -> (key: String, source: ByteSource)? {
        guard let shard = layout.codecs.shard else { return try value(layout.key(place)) }
        let counts = zip(layout.chunks, shard.chunks).map { $0 / $1 }
        guard let (name, source) = try value(layout.key(zip(place, counts).map { $0 / $1 })) else { return nil }
        let inner = zip(place, counts).map { $0 % $1 }
        do {
            let index = try indices.index(name) { try shard.index(of: source, shape: layout.chunks) }
            return try index.chunk(zip(inner, counts).reduce(0) { $0 * $1.1 + $1.0 }, of: source).map {
                ("\(name), its part \(inner.map(String.init).joined(separator: "."))", $0)
            }
        } catch let damage as ChunkDamage { throw damaged(name, damage) }
    }

    private func value(_ name: String) throws -> (key: String, source: ByteSource)? {
        try keys.value(key(path, name)).map { (name, $0) }
    }

    /// The parts of chunks that make up a part of the array.
    ///
    /// - Throws: `DataError` where a list of them alone would be more than memory holds.
    func parts(_ ranges: [Range<Int>]) throws -> [ChunkPart] {
        if ranges.contains(where: \.isEmpty) { return [] }
        let count = checkedProduct(
            zip(ranges, chunks).map { ($0.upperBound - 1) / $1 - $0.lowerBound / $1 + 1 } + [512])
        if let complaint = MachineMemory.complaint(about: count) {
            throw failure("its list of chunks cannot be held: \(complaint)")
        }
        return ChunkPart.all(of: ranges, chunks: chunks)
    }
}

/// The indices of shards that one reading needs, each read once.
final class ShardIndices: Sendable {
    private let indices = Mutex<[String: Shard.Index]>([:])

    func index(_ key: String, _ read: () throws -> Shard.Index) throws -> Shard.Index {
        if let known = indices.withLock({ $0[key] }) { return known }
        let index = try read()
        indices.withLock { $0[key] = index }
        return index
    }
}
