import Foundation
import TernCore

/// The checksum by which a safetensors file is known to be whole: the CRC-32 of all its bytes, in the header's metadata
/// as `"checksum":"crc32:"` and eight digits, which count as zeros.
extension Safetensors {
    static let checksumKey = "checksum"
    private static let kind = "crc32:"
    private static let blank = kind + "00000000"
    private static let mark = Array("\"\(checksumKey)\":\"\(kind)".utf8)

    /// Whether metadata of this name hold a checksum of Tern's: as long, and beginning so but for a damaged byte.
    static func isChecksum(_ text: String) -> Bool {
        text.utf8.count == blank.utf8.count && zip(text.utf8, kind.utf8).count { $0 != $1 } <= 1
    }

    /// Metadata with a place for the checksum.
    static func withPlace(_ metadata: [String: String]) -> [String: String] {
        metadata.merging([checksumKey: blank]) { $1 }
    }

    /// Puts the checksum of a file into its header, given without it and with the length before it.
    static func fillChecksum(_ head: inout [UInt8], _ body: [Tensor]) {
        guard let place = place(in: head) else { return }
        var sum = head.withUnsafeBytes { Deflate.checksum($0) }
        for tensor in body { sum = tensor.withUnsafeBytes { Deflate.checksum($0, after: sum) } }
        head.replaceSubrange(place, with: digits(sum).utf8)
    }

    /// - Throws: `DataError` where a file says another checksum than it has.
    static func checkChecksum(_ stated: String, _ source: ByteSource, headEnd: Int) throws {
        func damaged(_ what: String) -> DataError {
            source.failure(
                "the file is damaged, or was changed after it was written: \(what); take another copy of it, or, if it was changed on purpose, leave \"\(checksumKey)\" out of its metadata"
            )
        }
        var head = try source.bytes(0..<headEnd)
        guard let place = place(in: head) else { throw damaged("its checksum \"\(stated)\" cannot be read") }
        for i in place { head[i] = UInt8(ascii: "0") }
        var sum = head.withUnsafeBytes { Deflate.checksum($0) }
        let step = 1 << 20
        for start in stride(from: headEnd, to: source.count, by: step) {
            let bytes = try source.bytes(start..<min(start + step, source.count))
            sum = bytes.withUnsafeBytes { Deflate.checksum($0, after: sum) }
        }
        guard stated == kind + digits(sum) else {
            throw damaged("its checksum is not \(stated)")
        }
    }

    private static func digits(_ sum: UInt32) -> String {
        let digits = String(sum, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Where the digits stand.
    private static func place(in head: [UInt8]) -> Range<Int>? {
        guard let found = head.firstRange(of: mark), found.upperBound + 8 <= head.count else { return nil }
        return found.upperBound..<found.upperBound + 8
    }
}
