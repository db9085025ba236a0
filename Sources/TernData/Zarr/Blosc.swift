/// Blosc 1 frames: blocks, each cut into streams by the bytes of an element, each stream by LZ4 or zlib.
///
/// Source: https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
enum Blosc {
    /// How long the content says it is, nil where it cannot be so long.
    static func count(of frame: UnsafeRawBufferPointer) -> Int? {
        guard frame.count >= 16 else { return nil }
        let count = Int(number(frame, 4))
        // LZ4 makes at most 255 bytes of one, zlib 1032.
        return count / 1032 <= frame.count ? count : nil
    }

    /// Fills `target` with the content, which must be as long; false where it is damaged.
    static func decode(_ frame: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
        guard let count = count(of: frame), count == target.count else { return false }
        if count == 0 { return true }
        let flags = frame[2], elementSize = Int(frame[3]), blockSize = Int(number(frame, 8))
        if flags & 2 != 0 {
            guard frame.count >= 16 + count else { return false }
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: frame[16..<16 + count]))
            return true
        }
        let isShuffled = flags & 1 != 0 && elementSize > 1, codec = flags >> 5
        guard blockSize > 0, flags & 4 == 0, codec == 1 || codec == 3 else { return false }
        let blocks = (count + blockSize - 1) / blockSize
        guard frame.count >= 16 + 4 * blocks else { return false }
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: isShuffled ? min(blockSize, count) : 0, alignment: 64)
        defer { scratch.deallocate() }
        for block in 0..<blocks {
            let size = min(blockSize, count - block * blockSize)
            let place = UnsafeMutableRawBufferPointer(rebasing: target[block * blockSize..<block * blockSize + size])
            let bytes = isShuffled ? UnsafeMutableRawBufferPointer(rebasing: scratch[..<size]) : place
            // A block is split, unless a flag says that it is not, it is the short last one, or its streams would be tiny.
            let isSplit = flags & 16 == 0 && elementSize <= 16 && size == blockSize && elementSize > 0 && blockSize / elementSize >= 128
            let streams = isSplit ? elementSize : 1, length = size / streams
            guard length * streams == size else { return false }
            var at = Int(number(frame, 16 + 4 * block))
            for stream in 0..<streams {
                guard at + 4 <= frame.count else { return false }
                let end = at + 4 + Int(number(frame, at))
                guard end <= frame.count else { return false }
                let packed = UnsafeRawBufferPointer(rebasing: frame[at + 4..<end])
                let part = UnsafeMutableRawBufferPointer(rebasing: bytes[stream * length..<(stream + 1) * length])
                at = end
                if packed.count == length {
                    part.copyMemory(from: packed)
                } else {
                    guard codec == 1 ? LZ4.decode(packed, into: part) : Deflate.unwrap(packed, into: part) else { return false }
                }
            }
            if isShuffled { unshuffle(UnsafeRawBufferPointer(bytes), elementSize, into: place) }
        }
        return true
    }

    private static func number(_ frame: UnsafeRawBufferPointer, _ at: Int) -> UInt32 {
        UInt32(littleEndian: frame.loadUnaligned(fromByteOffset: at, as: UInt32.self))
    }

    /// First bytes of all elements, then all second bytes, ... back to elements.
    private static func unshuffle(_ bytes: UnsafeRawBufferPointer, _ elementSize: Int, into target: UnsafeMutableRawBufferPointer) {
        let n = bytes.count / elementSize
        /// Elements are put together in registers, many at a time.
        func join<N: FixedWidthInteger & UnsignedInteger>(_: N.Type, _ element: (UnsafePointer<UInt8>, Int) -> N) {
            let from = bytes.bindMemory(to: UInt8.self).baseAddress!
            for i in 0..<n { target.storeBytes(of: element(from, i).littleEndian, toByteOffset: i * elementSize, as: N.self) }
        }
        switch elementSize {
        case 2: join(UInt16.self) { UInt16($0[$1]) | UInt16($0[n + $1]) << 8 }
        case 4: join(UInt32.self) { UInt32($0[$1]) | UInt32($0[n + $1]) << 8 | UInt32($0[2 * n + $1]) << 16 | UInt32($0[3 * n + $1]) << 24 }
        case 8:
            join(UInt64.self) { from, i in
                let low = UInt64(from[i]) | UInt64(from[n + i]) << 8 | UInt64(from[2 * n + i]) << 16 | UInt64(from[3 * n + i]) << 24
                let high = UInt64(from[4 * n + i]) | UInt64(from[5 * n + i]) << 8 | UInt64(from[6 * n + i]) << 16 | UInt64(from[7 * n + i]) << 24
                return low | high << 32
            }
        default: for j in 0..<elementSize { for i in 0..<n { target[i * elementSize + j] = bytes[j * n + i] } }
        }
        for i in (n * elementSize)..<bytes.count { target[i] = bytes[i] }
    }
}
