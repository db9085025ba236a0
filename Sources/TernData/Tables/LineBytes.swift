import Foundation
import TernCore

/// Bytes that end with a newline, so that loops over them need no other bound.
final class LineBytes: @unchecked Sendable {
    private(set) var pointer: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 2)
        pointer = .allocate(capacity: self.capacity)
    }

    convenience init(_ content: [UInt8]) {
        self.init(capacity: content.count + 1)
        count = content.count
        pointer.update(from: content, count: count)
        endLine()
    }

    convenience init(_ text: String) {
        self.init(capacity: text.utf8.count + 1)
        count = text.utf8.count
        _ = UnsafeMutableBufferPointer(start: pointer, count: count).update(fromContentsOf: text.utf8)
        endLine()
    }

    deinit { pointer.deallocate() }

    func grow() {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
        larger.update(from: pointer, count: count)
        pointer.deallocate()
        pointer = larger
        capacity *= 2
    }

    /// Ends the last line, and turns the line ends of old Macintosh files into newlines.
    ///
    /// - Parameter isWhole: whether nothing came before.
    func endLine(isWhole: Bool = true) {
        if isWhole, count > 0, memchr(pointer, 10, count) == nil {
            for i in 0..<count where pointer[i] == Byte.carriageReturn { pointer[i] = Byte.newline }
        }
        if count > 0, pointer[count - 1] != Byte.newline {
            pointer[count] = Byte.newline
            count += 1
        }
    }
}

extension InputFile {
    /// Whether this is a file that begins as gzip's do.
    var isGzip: Bool {
        var magic: (UInt8, UInt8) = (0, 0)
        return count != nil && withUnsafeMutableBytes(of: &magic) { pread(descriptor, $0.baseAddress!, 2, 0) } == 2
            && magic == (0x1F, 0x8B)
    }

    /// The lines of a file that gzip compressed.
    func unzipped() throws -> LineBytes {
        if let complaint = MachineMemory.complaint(about: count!) {
            throw DataError(file: path, "\(complaint); decompress the file, which is then read in parts")
        }
        var stored = [UInt8](repeating: 0, count: count!)
        try stored.withUnsafeMutableBytes { try read(at: 0, into: $0) }
        guard let content = Deflate.unwrapped(stored) else {
            throw DataError(
                file: path, "cannot be decompressed: the file is damaged, or memory does not hold its content")
        }
        return LineBytes(content)
    }

    /// All bytes, with a newline added where the last line has none.
    func lines() throws -> LineBytes {
        let bytes = LineBytes(capacity: (count ?? 1 << 20) + 1)
        while true {
            if bytes.count + 1 >= bytes.capacity {
                // A regular file is read with one more call that finds its end.
                var next: UInt8 = 0
                let n = Foundation.read(descriptor, &next, 1)
                if n == 0 { break }
                if n < 0 { try interrupted(); continue }
                bytes.grow()
                bytes.pointer[bytes.count] = next
                bytes.count += 1
            }
            let n = Foundation.read(descriptor, bytes.pointer + bytes.count, bytes.capacity - 1 - bytes.count)
            if n == 0 { break }
            if n < 0 { try interrupted() } else { bytes.count += n }
        }
        bytes.endLine()
        return bytes
    }
}
