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

    /// Whether so many bytes could come of these, as far as their number tells.
    func mayHold(_ count: Int, in bytes: [UInt8]) -> Bool {
        switch self {
        case .plain: bytes.count == count
        // No data shrink by more than 1032 to 1.
        case .zlib: count / 1032 <= bytes.count
        case .blosc: bytes.withUnsafeBytes { Blosc.count(of: $0) } == count
        }
    }

    /// Fills `target` with the content, which must be as long; false where it is damaged.
    func decode(_ bytes: [UInt8], into target: UnsafeMutableRawBufferPointer) -> Bool {
        switch self {
        case .plain:
            if bytes.count == target.count { target.copyBytes(from: bytes) }
            return bytes.count == target.count
        case .zlib: return bytes.withUnsafeBytes { Deflate.unwrap($0, into: target) }
        case .blosc: return bytes.withUnsafeBytes { Blosc.decode($0, into: target) }
        }
    }

    /// The content, however long; nil where it is damaged.
    func decoded(_ bytes: [UInt8]) -> [UInt8]? {
        switch self {
        case .plain: return bytes
        case .zlib: return Deflate.unwrapped(bytes)
        case .blosc:
            return bytes.withUnsafeBytes { frame in
                guard let count = Blosc.count(of: frame) else { return nil }
                var isWhole = false
                let content = [UInt8](unsafeUninitializedCapacity: count) { content, written in
                    isWhole = Blosc.decode(frame, into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(content)[..<count]))
                    written = isWhole ? count : 0
                }
                return isWhole ? content : nil
            }
        }
    }
}
