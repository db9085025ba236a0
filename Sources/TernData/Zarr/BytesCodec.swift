import Foundation
import TernCore

/// What is wrong with the bytes of a chunk.
struct ChunkDamage: Error { let reason: String }

/// A step by which the bytes of a chunk become others: a compressor, a checksum, or a filter of version 2.
///
/// Source: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/; https://numcodecs.readthedocs.io.
enum BytesCodec: Equatable {
    /// Either header, of zlib or of gzip, is found.
    case deflate
    case zstd
    case blosc
    /// Four bytes behind the others.
    case crc32c
    /// First bytes of all elements, then all second bytes, ...
    case shuffle(elementSize: Int)
    case numbers(NumberFilter)
    /// Numbers that were rounded and are read as they are.
    case rounded

    /// - Throws: ``ZarrUnknown`` that names a codec that Tern does not know.
    init(_ codec: ZarrExtension) throws {
        let name = codec.name.hasPrefix("numcodecs.") ? String(codec.name.dropFirst("numcodecs.".count)) : codec.name
        switch name {
        case "zlib", "gzip": self = .deflate
        case "zstd": self = .zstd
        case "blosc": self = .blosc
        case "crc32c" where codec.name == name && codec.settings["id"] == nil: self = .crc32c
        case "shuffle":
            let size = codec.settings["elementsize"] as? Int ?? 4
            guard (1...256).contains(size) else {
                throw ZarrDamage(description: "its filter shuffle is for elements of \(size) bytes")
            }
            self = .shuffle(elementSize: size)
        case "delta", "fixedscaleoffset": self = .numbers(try NumberFilter(name, codec.settings))
        case "bitround": self = .rounded
        case "quantize" where [nil, codec.settings["dtype"] as? String].contains(codec.settings["astype"] as? String):
            self = .rounded
        default:
            throw ZarrUnknown(
                description:
                    "its codec \"\(codec.name)\" is unknown to Tern; write it with zstd, gzip or Blosc, such as xarray does by default"
            )
        }
    }

    /// How many bytes so many become when they are stored, nil where it depends on them.
    func storedCount(of count: Int) -> Int? {
        switch self {
        case .deflate, .zstd, .blosc: nil
        case .crc32c: count + 4
        case .shuffle, .rounded: count
        case .numbers(let filter): filter.storedCount(of: count)
        }
    }

    /// How many bytes at most so many stored ones become.
    func mostBytes(of count: Int) -> Int {
        let factor =
            switch self {
            case .deflate: Deflate.mostPerByte
            case .zstd: Zstandard.mostPerByte
            case .blosc: Blosc.mostPerByte
            case .numbers: 8
            case .crc32c, .shuffle, .rounded: 1
            }
        return checkedProduct([count, factor]) ?? .max
    }

    /// Fills `target` with what was stored as `bytes`; what it holds is exactly as long.
    func decode(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) throws(ChunkDamage) {
        func check(_ complaint: String?) throws(ChunkDamage) {
            if let complaint { throw ChunkDamage(reason: complaint) }
        }
        switch self {
        case .deflate:
            try check(
                Deflate.unwrap(bytes, into: target)
                    ? nil : "its compressed data are damaged or are not \(target.count) bytes")
        case .zstd: try check(Zstandard.unwrap(bytes, into: target))
        case .blosc: try check(Blosc.unwrap(bytes, into: target))
        case .crc32c:
            let content = try Self.checked(bytes)
            try Self.copy(content, into: target)
        case .shuffle(let size):
            try Self.checkCount(bytes.count, target)
            Self.unshuffle(bytes, size, into: target)
        case .rounded: try Self.copy(bytes, into: target)
        case .numbers(let filter): try filter.decode(bytes, into: target)
        }
    }

    /// What was stored as `bytes`, however long.
    func decoded(_ bytes: [UInt8]) throws -> [UInt8] {
        switch self {
        case .deflate:
            guard let content = Deflate.unwrapped(bytes) else {
                throw ChunkDamage(reason: "its compressed data are damaged")
            }
            return content
        case .zstd:
            guard let content = bytes.withUnsafeBytes({ Zstandard.unwrapped($0) }) else {
                throw ChunkDamage(reason: "its Zstandard data are damaged")
            }
            return content
        case .blosc:
            guard let count = bytes.withUnsafeBytes({ Blosc.count(of: $0) }) else {
                throw ChunkDamage(reason: "the header of its Blosc frame is damaged")
            }
            return try decoded(bytes, count: count)
        case .crc32c: return Array(try bytes.withUnsafeBytes { try Self.checked($0) })
        case .shuffle, .rounded: return try decoded(bytes, count: bytes.count)
        case .numbers(let filter): return try decoded(bytes, count: filter.count(of: bytes.count))
        }
    }

    private func decoded(_ bytes: [UInt8], count: Int) throws -> [UInt8] {
        if let complaint = MachineMemory.complaint(about: count) {
            throw ChunkDamage(reason: "its content cannot be held: \(complaint)")
        }
        return try [UInt8](unsafeUninitializedCapacity: count) { content, written in
            let target = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(content)[..<count])
            try bytes.withUnsafeBytes { try decode($0, into: target) }
            written = count
        }
    }

    /// The bytes before the checksum, which they must have.
    static func checked(_ bytes: UnsafeRawBufferPointer) throws(ChunkDamage) -> UnsafeRawBufferPointer {
        guard bytes.count >= 4 else { throw ChunkDamage(reason: "it is shorter than its checksum") }
        let content = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 4)])
        let sum = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: content.count, as: UInt32.self))
        guard CRC32C.checksum(content) == sum else { throw ChunkDamage(reason: "its checksum (CRC-32C) differs") }
        return content
    }

    static func checkCount(_ count: Int, _ target: UnsafeMutableRawBufferPointer) throws(ChunkDamage) {
        guard count == target.count else {
            throw ChunkDamage(reason: "it holds \(count) bytes where \(target.count) are expected")
        }
    }

    static func copy(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) throws(ChunkDamage) {
        try checkCount(bytes.count, target)
        target.copyMemory(from: bytes)
    }

    /// Puts the first bytes of all elements, then the second and so on, back into elements.
    static func unshuffle(
        _ bytes: UnsafeRawBufferPointer, _ size: Int, into target: UnsafeMutableRawBufferPointer
    ) {
        let n = bytes.count / size
        switch (size, bytes.baseAddress, target.baseAddress) {
        case (4, let from?, let to?):
            let planes = (0..<4).map { from.advanced(by: $0 * n).assumingMemoryBound(to: UInt8.self) }
            let (a, b, c, d) = (planes[0], planes[1], planes[2], planes[3])
            for i in 0..<n {
                let word = UInt32(a[i]) | UInt32(b[i]) << 8 | UInt32(c[i]) << 16 | UInt32(d[i]) << 24
                to.storeBytes(of: word.littleEndian, toByteOffset: 4 * i, as: UInt32.self)
            }
        case (2, let from?, let to?):
            let a = from.assumingMemoryBound(to: UInt8.self), b = a + n
            for i in 0..<n {
                let word = UInt16(a[i]) | UInt16(b[i]) << 8
                to.storeBytes(of: word.littleEndian, toByteOffset: 2 * i, as: UInt16.self)
            }
        default: for j in 0..<size { for i in 0..<n { target[i * size + j] = bytes[j * n + i] } }
        }
        for i in (n * size)..<bytes.count { target[i] = bytes[i] }
    }
}
