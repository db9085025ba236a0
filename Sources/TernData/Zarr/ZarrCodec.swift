import Foundation

/// How the bytes of a chunk are compressed.
enum ZarrCodec {
    case plain
    case zlib
    case blosc

    struct Unknown: Error, CustomStringConvertible { let description: String }

    /// - Throws: ``Unknown`` that names a compressor that Tern does not know.
    init(_ description: Any?) throws {
        guard let description = description as? [String: Any] else {
            self = .plain
            return
        }
        let id = description["id"] as? String ?? "?", inner = description["cname"] as? String
        switch id {
        case "zlib", "gzip": self = .zlib
        case "blosc" where inner == nil || ["lz4", "lz4hc", "zlib"].contains(inner!): self = .blosc
        default:
            throw Unknown(description: "it is compressed by \(inner ?? id), which Tern does not read; write it with zlib, gzip or Blosc's lz4")
        }
    }

    /// The bytes, nil where they are damaged. `count` is how many there should be, nil where that is not known.
    func decode(_ bytes: [UInt8], expecting count: Int?) -> [UInt8]? {
        switch self {
        case .plain: bytes
        case .zlib: Deflate.unwrapped(bytes)
        case .blosc: Blosc.decoded(bytes)
        }
    }
}

/// Blosc 1 frames: blocks, each cut into streams by the bytes of an element, each stream by LZ4 or zlib.
///
/// Source: https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
enum Blosc {
    static func decoded(_ frame: [UInt8]) -> [UInt8]? {
        guard frame.count >= 16 else { return nil }
        func number(_ at: Int) -> Int? { at >= 0 && at + 4 <= frame.count ? Int(frame[at..<at + 4].littleEndian) : nil }
        let flags = frame[2], elementSize = Int(frame[3])
        guard let count = number(4), let blockSize = number(8), count / 1032 <= frame.count else { return nil }
        if count == 0 { return [] }
        if flags & 2 != 0 { return frame.count >= 16 + count ? Array(frame[16..<16 + count]) : nil }
        let isShuffled = flags & 1 != 0 && elementSize > 1, codec = flags >> 5
        guard blockSize > 0, flags & 4 == 0, codec == 1 || codec == 3 else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(count)
        for block in 0..<(count + blockSize - 1) / blockSize {
            let size = min(blockSize, count - block * blockSize)
            guard var at = number(16 + 4 * block) else { return nil }
            // A block is split, unless a flag says that it is not, it is the short last one, or its streams would be tiny.
            let isSplit = flags & 16 == 0 && elementSize <= 16 && size == blockSize && elementSize > 0 && blockSize / elementSize >= 128
            let streams = isSplit ? elementSize : 1
            var bytes: [UInt8] = []
            for _ in 0..<streams {
                guard let length = number(at), at + 4 + length <= frame.count else { return nil }
                let packed = frame[(at + 4)..<(at + 4 + length)], expected = size / streams
                at += 4 + length
                if length == expected { bytes += packed; continue }
                guard let part = codec == 1 ? LZ4.decoded(packed, count: expected) : Deflate.unwrapped(Array(packed)), part.count == expected
                else { return nil }
                bytes += part
            }
            output += isShuffled ? unshuffled(bytes, elementSize) : bytes
        }
        return output
    }

    /// First bytes of all elements, then all second bytes, ... back to elements.
    private static func unshuffled(_ bytes: [UInt8], _ elementSize: Int) -> [UInt8] {
        let n = bytes.count / elementSize
        return [UInt8](unsafeUninitializedCapacity: bytes.count) { out, written in
            bytes.withUnsafeBufferPointer { bytes in
                for j in 0..<elementSize { for i in 0..<n { out[i * elementSize + j] = bytes[j * n + i] } }
                for i in (n * elementSize)..<max(bytes.count, n * elementSize) { out[i] = bytes[i] }
            }
            written = bytes.count
        }
    }
}

/// LZ4 blocks: literals and copies of what came before.
///
/// Source: https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
enum LZ4 {
    static func decoded(_ input: ArraySlice<UInt8>, count: Int) -> [UInt8]? {
        var isWhole = false
        let output = [UInt8](unsafeUninitializedCapacity: max(count, 1)) { out, written in
            isWhole = input.withUnsafeBufferPointer { input -> Bool in
                var at = 0, end = 0
                /// A length of 15 goes on in further bytes.
                func length(_ first: Int) -> Int? {
                    var total = first
                    if first < 15 { return total }
                    while at < input.count {
                        let byte = Int(input[at])
                        at += 1
                        total += byte
                        if byte < 255 { return total }
                    }
                    return nil
                }
                while at < input.count {
                    let token = Int(input[at])
                    at += 1
                    guard let literals = length(token >> 4), literals <= input.count - at, literals <= count - end else { return false }
                    if literals > 0 { (out.baseAddress! + end).update(from: input.baseAddress! + at, count: literals) }
                    at += literals
                    end += literals
                    if at == input.count { break }
                    guard at + 2 <= input.count else { return false }
                    let distance = Int(input[at]) | Int(input[at + 1]) << 8
                    at += 2
                    guard distance > 0, distance <= end, let more = length(token & 15), more + 4 <= count - end else { return false }
                    let target = out.baseAddress! + end
                    if distance >= more + 4 {
                        target.update(from: target - distance, count: more + 4)
                    } else {
                        // A copy that overlaps itself repeats what it writes.
                        for i in 0..<more + 4 { target[i] = target[i - distance] }
                    }
                    end += more + 4
                }
                written = end
                return end == count
            }
            if !isWhole { written = 0 }
        }
        return isWhole ? output : nil
    }
}
