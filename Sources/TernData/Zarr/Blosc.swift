import CBlosc

/// Frames of Blosc 1 with any of its compressors and shuffles, by the library of its authors.
///
/// Source: https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
enum Blosc {
    /// No data shrink further with any of its compressors, of which Zstandard shrinks furthest.
    static let mostPerByte = Zstandard.mostPerByte

    /// How long a frame says that its content is, once its header was checked; nil where it is damaged or cannot be so
    /// long.
    static func count(of frame: UnsafeRawBufferPointer) -> Int? {
        // The library looks at the header before it looks at the length.
        guard frame.count >= Int(BLOSC_MIN_HEADER_LENGTH) else { return nil }
        var count = 0
        guard blosc_cbuffer_validate(frame.baseAddress, frame.count, &count) == 0, count / mostPerByte <= frame.count
        else { return nil }
        return count
    }

    /// Fills `target` with the content, which must be as long; what is wrong where it is not, nil where all is well.
    static func unwrap(_ frame: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> String? {
        guard let count = count(of: frame) else { return "the header of its Blosc frame is damaged" }
        guard count == target.count else {
            return "its Blosc frame holds \(count) bytes where \(target.count) are expected"
        }
        if count == 0 { return nil }
        // One thread each: chunks are read on all threads already.
        return blosc_decompress_ctx(frame.baseAddress, target.baseAddress, target.count, 1) == Int32(count)
            ? nil : "its Blosc data are damaged"
    }
}
