import CDeflate
import CZlib
import TernCore

/// What ZIP archives, Zarr and NetCDF need of DEFLATE (RFC 1951) and its wrappings. libdeflate inflates where the length
/// is known, twice as fast as zlib; zlib does the rest, piece by piece.
package enum Deflate {
    /// Continues the checksum of bytes.
    static func checksum(_ bytes: UnsafeRawBufferPointer, after start: UInt32 = 0) -> UInt32 {
        var crc = uLong(start)
        for piece in pieces(bytes) {
            crc = crc32(crc, piece.bindMemory(to: UInt8.self).baseAddress, uInt(piece.count))
        }
        return UInt32(truncatingIfNeeded: crc)
    }

    /// The compressed form of the parts one after the other.
    static func compressed(_ parts: [UnsafeRawBufferPointer]) -> [UInt8] {
        var stream = z_stream()
        // Negative bits: no zlib header around the data.
        let code = deflateInit2_(
            &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(code == Z_OK, "zlib cannot be set up (\(code))")
        defer { deflateEnd(&stream) }
        var output: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 1 << 18)
        func run(_ piece: UnsafeRawBufferPointer, _ flush: Int32) {
            stream.next_in = UnsafeMutablePointer(mutating: piece.bindMemory(to: UInt8.self).baseAddress)
            stream.avail_in = uInt(piece.count)
            var isFull = true
            while isFull {
                room.withUnsafeMutableBufferPointer { room in
                    stream.next_out = room.baseAddress
                    stream.avail_out = uInt(room.count)
                    deflate(&stream, flush)
                    output.append(contentsOf: room[..<(room.count - Int(stream.avail_out))])
                    isFull = stream.avail_out == 0
                }
            }
        }
        for part in parts { for piece in pieces(part) { run(piece, Z_NO_FLUSH) } }
        run(UnsafeRawBufferPointer(start: nil, count: 0), Z_FINISH)
        return output
    }

    /// The `count` bytes that were compressed, nil where the data are damaged.
    static func decompressed(_ bytes: [UInt8], count: Int) -> [UInt8]? {
        guard isPossible(count, from: bytes.count) else { return nil }
        var isWhole = false
        let output = [UInt8](unsafeUninitializedCapacity: count) { output, written in
            isWhole = bytes.withUnsafeBytes { decompress($0, into: UnsafeMutableRawBufferPointer(output), as: .bare) }
            written = isWhole ? count : 0
        }
        return isWhole ? output : nil
    }

    /// The content of a zlib or gzip stream (RFC 1950, RFC 1952), nil where it is damaged or memory does not hold it.
    ///
    /// - Parameter pieceSize: how many bytes zlib is given at once.
    package static func unwrapped(_ bytes: [UInt8], pieceSize: Int = pieceSize) -> [UInt8]? {
        var stream = z_stream()
        // 32 more bits: either header is found.
        guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        var output = UnpackedBytes(), room = [UInt8](repeating: 0, count: 1 << 18)
        let isGzip = bytes.first == 0x1F
        var code = Z_OK, given = 0
        bytes.withUnsafeBufferPointer { input in
            while code == Z_OK {
                if stream.avail_in == 0, given < input.count {
                    let count = min(pieceSize, input.count - given)
                    stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress! + given)
                    stream.avail_in = uInt(count)
                    given += count
                }
                room.withUnsafeMutableBufferPointer { room in
                    stream.next_out = room.baseAddress
                    stream.avail_out = uInt(room.count)
                    code = inflate(&stream, Z_NO_FLUSH)
                }
                guard output.append(room[..<(room.count - Int(stream.avail_out))]) else { return code = Z_MEM_ERROR }
                // A gzip file may be several, one after the other (RFC 1952, 2.2), with zeros between and behind them;
                // what else follows is no part of one.
                let done = given - Int(stream.avail_in)
                guard code == Z_STREAM_END, isGzip, let next = input[done...].firstIndex(where: { $0 != 0 }) else {
                    continue
                }
                (given, stream.avail_in) = (next, 0)
                code = input[next...].starts(with: [0x1F, 0x8B]) ? inflateReset(&stream) : Z_DATA_ERROR
            }
        }
        return code == Z_STREAM_END ? output.all : nil
    }

    /// Fills `target` with the content of a zlib or gzip stream, which must be as long; false where it is damaged.
    static func unwrap(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
        isPossible(target.count, from: bytes.count)
            && decompress(bytes, into: target, as: bytes.first == 0x1F ? .gzip : .zlib)
    }

    /// No data shrink further.
    static let mostPerByte = 1032

    /// A wrong length cannot ask for much memory.
    private static func isPossible(_ count: Int, from stored: Int) -> Bool { count / mostPerByte <= stored + 8 }

    private enum Wrapping { case bare, zlib, gzip }

    /// Fills `target` with what was compressed; false where that is not as long, or damaged.
    private static func decompress(
        _ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, as wrapping: Wrapping
    ) -> Bool {
        guard let decompressor = libdeflate_alloc_decompressor() else { return false }
        defer { libdeflate_free_decompressor(decompressor) }
        // It wants a place to write to, also where nothing is to be written.
        var nowhere: UInt8 = 0
        return withUnsafeMutableBytes(of: &nowhere) { nowhere in
            let output = target.baseAddress ?? nowhere.baseAddress
            let run =
                switch wrapping {
                case .bare: libdeflate_deflate_decompress_ex
                case .zlib: libdeflate_zlib_decompress_ex
                case .gzip: libdeflate_gzip_decompress_ex
                }
            var used = 0
            let code = run(decompressor, bytes.baseAddress, bytes.count, output, target.count, &used, nil)
            // Zeros may follow a gzip stream, and nothing else.
            return code == LIBDEFLATE_SUCCESS && (wrapping != .gzip || bytes[used...].allSatisfy { $0 == 0 })
        }
    }

    /// A zlib stream (RFC 1950) of the bytes.
    static func wrapped(_ bytes: UnsafeRawBufferPointer, level: Int) -> [UInt8] {
        let limit = compressBound(uLong(bytes.count))
        return [UInt8](unsafeUninitializedCapacity: Int(limit)) { output, written in
            var length = uLongf(limit)
            let code = compress2(
                output.baseAddress, &length, bytes.bindMemory(to: UInt8.self).baseAddress, uLong(bytes.count),
                Int32(level))
            precondition(code == Z_OK, "zlib cannot compress (\(code))")
            written = Int(length)
        }
    }

    /// zlib counts in 32 bits.
    package static let pieceSize = 1 << 30

    private static func pieces(_ bytes: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
        stride(from: 0, to: bytes.count, by: pieceSize).map {
            UnsafeRawBufferPointer(rebasing: bytes[$0..<min($0 + pieceSize, bytes.count)])
        }
    }
}
