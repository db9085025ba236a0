import CZstd

/// Frames of Zstandard (RFC 8878), by the library of its authors.
enum Zstandard {
    /// No data shrink further: a block of 128 KiB takes 4 bytes at least.
    static let mostPerByte = 1 << 15

    /// Fills `target` with the content of all frames, which must be as long; what is wrong where it is not, nil where
    /// all is well.
    static func unwrap(_ bytes: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> String? {
        let count = ZSTD_decompress(target.baseAddress, target.count, bytes.baseAddress, bytes.count)
        if ZSTD_isError(count) != 0 {
            return "its Zstandard data are damaged (\(String(cString: ZSTD_getErrorName(count))))"
        }
        return count == target.count ? nil : "its Zstandard data hold \(count) bytes where \(target.count) are expected"
    }

    /// The content, however long; nil where it is damaged or memory does not hold it.
    static func unwrapped(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let stream = ZSTD_createDCtx() else { return nil }
        defer { ZSTD_freeDCtx(stream) }
        var output = UnpackedBytes(), room = [UInt8](repeating: 0, count: ZSTD_DStreamOutSize())
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        var rest = 1
        while input.pos < input.size || rest != 0 {
            let (before, written) = (
                input.pos,
                room.withUnsafeMutableBytes { room in
                    var out = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
                    rest = ZSTD_decompressStream(stream, &out, &input)
                    return out.pos
                }
            )
            // A frame that goes on where the bytes end gives nothing more.
            if ZSTD_isError(rest) != 0 || (written == 0 && input.pos == before) { return nil }
            guard output.append(room[..<written]) else { return nil }
        }
        return output.all
    }

    static func wrapped(_ bytes: UnsafeRawBufferPointer, level: Int) -> [UInt8] {
        let limit = ZSTD_compressBound(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: limit) { output, written in
            let count = ZSTD_compress(output.baseAddress, limit, bytes.baseAddress, bytes.count, Int32(level))
            precondition(ZSTD_isError(count) == 0, "Zstandard cannot compress")
            written = count
        }
    }
}
