import Foundation
import TernCore

/// What must be known of an element to make chunks of bytes.
struct StoredElement {
    let type: ZarrType
    let fill: ZarrFill
    var size: Int { type.storedSize }
}

/// How a chunk becomes bytes: perhaps its dimensions are turned, its elements are written one after the other or as a
/// shard of smaller chunks, and the bytes compressed.
struct ZarrCodecs: Sendable {
    enum Serializer: Sendable {
        case bytes(isBigEndian: Bool)
        /// Each text behind its length.
        case texts
        case shard(Shard)
    }

    var transposition: Transposition?
    var serializer: Serializer
    /// In the order of storing.
    var compressors: [BytesCodec]

    /// The shard, where nothing else happens to its bytes and each of its chunks can be read alone.
    var shard: Shard? {
        if case .shard(let shard) = serializer, transposition == nil, compressors.isEmpty { return shard }
        return nil
    }

    /// Fills `target` with the elements of a chunk as they were stored, in row-major order, the lowest byte of each
    /// first.
    ///
    /// - Throws: ``ChunkDamage``, or `DataError` where the file cannot be read.
    func decode(
        _ source: ByteSource, shape: [Int], _ element: StoredElement, into target: UnsafeMutableRawBufferPointer
    ) throws {
        guard let transposition else { return try decodeStored(source, shape, element, into: target) }
        let stored = UnsafeMutableRawBufferPointer.allocate(byteCount: target.count, alignment: 64)
        defer { stored.deallocate() }
        try decodeStored(source, transposition.stored(shape), element, into: stored)
        transposition.restore(UnsafeRawBufferPointer(stored), shape, elementSize: element.size, into: target)
    }

    private func decodeStored(
        _ source: ByteSource, _ shape: [Int], _ element: StoredElement, into target: UnsafeMutableRawBufferPointer
    ) throws {
        switch serializer {
        case .texts: throw ChunkDamage(reason: "it holds texts of any length")
        case .bytes(let isBigEndian):
            try unpack(source, into: target)
            if isBigEndian { target.swapBytes(elementSize: element.type.wordSize) }
        case .shard(let shard): try shard.decode(try unpacked(source), shape, element, into: target)
        }
    }

    /// The texts of a chunk whose texts have any length.
    func decodeTexts(_ source: ByteSource, shape: [Int], fill: String) throws -> [String] {
        let stored = transposition?.stored(shape) ?? shape, texts: [String]
        switch serializer {
        case .bytes: throw ChunkDamage(reason: "it holds texts of one length")
        case .texts: texts = try Self.texts(unpackedBytes(source), count: stored.reduce(1, *))
        case .shard(let shard): texts = try shard.decodeTexts(try unpacked(source), stored, fill: fill)
        }
        return transposition?.restore(texts, shape) ?? texts
    }

    /// - Throws: ``ChunkDamage`` where so few bytes cannot become so many, which are then not given memory.
    func check(_ stored: Int, mayHold count: Int) throws {
        // A shard may hold none of its chunks.
        if case .shard = serializer { return }
        guard compressors.reversed().reduce(stored, { $1.mostBytes(of: $0) }) >= count else {
            throw ChunkDamage(reason: "its \(stored) bytes cannot hold \(count)")
        }
    }

    private func unpack(_ source: ByteSource, into target: UnsafeMutableRawBufferPointer) throws {
        if compressors.isEmpty {
            try BytesCodec.checkCount(source.count, target)
            return try source.read(at: 0, into: target)
        }
        // How long what each of them is given was.
        var counts: [Int?] = [target.count]
        for codec in compressors.dropLast() { counts.append(counts.last!.flatMap(codec.storedCount)) }
        var bytes = try Self.bytes(source)
        for (codec, count) in zip(compressors, counts).dropFirst().reversed() {
            bytes = try codec.decoded(bytes)
            if let count, bytes.count != count {
                throw ChunkDamage(reason: "it holds \(bytes.count) bytes where \(count) are expected")
            }
        }
        try bytes.withUnsafeBytes { try compressors[0].decode($0, into: target) }
    }

    private func unpackedBytes(_ source: ByteSource) throws -> [UInt8] {
        try compressors.reversed().reduce(try Self.bytes(source)) { try $1.decoded($0) }
    }

    private func unpacked(_ source: ByteSource) throws -> ByteSource {
        compressors.isEmpty ? source : ByteSource(try unpackedBytes(source), file: source.file, context: source.context)
    }

    private static func bytes(_ source: ByteSource) throws -> [UInt8] {
        try source.checkMemory(source.count, "a chunk")
        return try source.bytes(0..<source.count)
    }

    private static func texts(_ chunk: [UInt8], count: Int) throws -> [String] {
        let damage = ChunkDamage(reason: "the lengths of its texts are not those of its bytes")
        guard chunk.count >= 4, Int(chunk[0..<4].littleEndian) == count, count <= chunk.count / 4 else { throw damage }
        var texts: [String] = [], at = 4
        texts.reserveCapacity(count)
        for _ in 0..<count {
            guard at + 4 <= chunk.count else { throw damage }
            let length = Int(chunk[at..<at + 4].littleEndian)
            guard length <= chunk.count - at - 4 else { throw damage }
            texts.append(String(decoding: chunk[at + 4..<at + 4 + length], as: UTF8.self))
            at += 4 + length
        }
        return texts
    }
}
