import Foundation
import TernCore

/// A chunk that is made of smaller ones, each stored alone, with an index of where they lie.
///
/// Source: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/sharding-indexed/.
final class Shard: Sendable {
    let chunks: [Int]
    let codecs: ZarrCodecs
    private let indexIsChecked: Bool, indexIsBigEndian: Bool, indexIsFirst: Bool

    /// Each of the shards within each other takes memory for one of its chunks.
    private static let deepest = 4

    /// - Parameter depth: of how many other shards this is a chunk.
    init(_ settings: [String: Any], of shape: [Int], _ type: ZarrType, depth: Int) throws {
        guard depth < Self.deepest else {
            throw ZarrUnknown(
                description: "its shards lie more than \(Self.deepest) deep within each other; write them with fewer")
        }
        guard let chunks = settings["chunk_shape"] as? [Int], chunks.count == shape.count,
            zip(shape, chunks).allSatisfy({ $1 > 0 && $0 % $1 == 0 })
        else {
            throw ZarrDamage(
                description:
                    "its shards of shape \(shape) are not whole chunks of \(settings["chunk_shape"] ?? "no shape")")
        }
        self.chunks = chunks
        codecs = try ZarrCodecs(version3: settings["codecs"], shape: chunks, type, depth: depth + 1)
        let index = try ZarrCodecs(
            version3: settings["index_codecs"], shape: [2], .number(.uint64), depth: depth + 1)
        guard index.transposition == nil, case .bytes(let isBigEndian) = index.serializer,
            [[], [.crc32c]].contains(index.compressors)
        else {
            throw ZarrUnknown(
                description:
                    "the index of its shards is stored by codecs that Tern does not read; write it by bytes and crc32c")
        }
        indexIsBigEndian = isBigEndian
        indexIsChecked = !index.compressors.isEmpty
        switch settings["index_location"] as? String ?? "end" {
        case "start": indexIsFirst = true
        case "end": indexIsFirst = false
        case let other:
            throw ZarrUnknown(
                description:
                    "the index of its shards lies at \"\(other)\", a place unknown to Tern; write it at the end")
        }
    }

    /// Where each chunk of a shard begins and how long it is; all bits for one that was never written.
    struct Index {
        fileprivate let entries: [UInt64]

        /// The part of the shard that is a chunk, nil where it was never written.
        func chunk(_ place: Int, of shard: ByteSource) throws -> ByteSource? {
            let offset = entries[2 * place], count = entries[2 * place + 1]
            if offset == .max, count == .max { return nil }
            guard let start = Int(exactly: offset), let length = Int(exactly: count),
                let end = checkedSum([start, length]), end <= shard.count
            else {
                throw ChunkDamage(reason: "it lies behind the end of its shard")
            }
            return try shard.part(start..<end, context: shard.context)
        }
    }

    /// - Throws: ``ChunkDamage`` where the shard is too short for its index, that was changed, or its chunks share
    ///   bytes, by which a few could be read as often as the square of their count.
    func index(of shard: ByteSource, shape: [Int]) throws -> Index {
        // Nothing is given memory that the shard does not hold.
        guard let count = checkedProduct(zip(shape, chunks).map { $0 / $1 } + [16]),
            let total = checkedSum([count, indexIsChecked ? 4 : 0]), total <= shard.count
        else { throw ChunkDamage(reason: "it is shorter than its index") }
        try shard.checkMemory(checkedProduct([total, 2]), "the index of a shard")
        let start = indexIsFirst ? 0 : shard.count - total
        let bytes = try shard.bytes(start..<start + total)
        return try bytes.withUnsafeBytes { bytes in
            let content = indexIsChecked ? try BytesCodec.checked(bytes) : bytes
            let entries = (0..<count / 8).map {
                let number = content.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)
                return indexIsBigEndian ? UInt64(bigEndian: number) : UInt64(littleEndian: number)
            }
            var left = UInt64(shard.count - total)
            for i in stride(from: 0, to: entries.count, by: 2) where entries[i] != .max || entries[i + 1] != .max {
                guard let start = Int(exactly: entries[i]), let length = Int(exactly: entries[i + 1]),
                    let end = checkedSum([start, length]), end <= shard.count
                else { continue }
                guard UInt64(length) <= left else { throw ChunkDamage(reason: "its chunks lie over each other") }
                left -= UInt64(length)
            }
            return Index(entries: entries)
        }
    }

    /// Fills `target` with all elements of a shard, as ``ZarrCodecs/decode(_:shape:_:into:)`` does.
    func decode(
        _ shard: ByteSource, _ shape: [Int], _ element: StoredElement, into target: UnsafeMutableRawBufferPointer
    ) throws {
        let index = try index(of: shard, shape: shape), size = element.size
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunks.reduce(size, *), alignment: 64)
        defer { chunk.deallocate() }
        for (i, part) in ChunkPart.all(of: shape.map { 0..<$0 }, chunks: chunks).enumerated() {
            if let source = try index.chunk(i, of: shard) {
                try codecs.decode(source, shape: chunks, element, into: chunk)
            } else {
                chunk.fill(with: element.fill.bytes)
            }
            part.copy(chunk.baseAddress!, into: target.baseAddress!, elementSize: size)
        }
    }

    func decodeTexts(_ shard: ByteSource, _ shape: [Int], fill: String) throws -> [String] {
        let index = try index(of: shard, shape: shape)
        var texts = [String](repeating: fill, count: shape.reduce(1, *))
        for (i, part) in ChunkPart.all(of: shape.map { 0..<$0 }, chunks: chunks).enumerated() {
            guard let source = try index.chunk(i, of: shard) else { continue }
            let chunk = try codecs.decodeTexts(source, shape: chunks, fill: fill)
            part.copy(chunk, into: &texts)
        }
        return texts
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Repeats a few bytes, each time twice as many as before.
    func fill(with pattern: [UInt8]) {
        guard let start = baseAddress, !pattern.isEmpty, !isEmpty else { return }
        var done = Swift.min(pattern.count, count)
        _ = pattern.withUnsafeBytes { memcpy(start, $0.baseAddress!, done) }
        while done < count {
            let more = Swift.min(done, count - done)
            memcpy(start + done, start, more)
            done += more
        }
    }
}
