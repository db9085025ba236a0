/// LZ4 blocks: literals and copies of what came before.
///
/// Source: https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
enum LZ4 {
    /// Fills `target` with the content, which must be as long; false where it is damaged.
    static func decode(_ packed: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
        guard let input = packed.baseAddress, let output = target.baseAddress else { return false }
        var at = 0, end = 0
        /// A length of 15 goes on in further bytes.
        func length(_ first: Int) -> Int? {
            var total = first
            if first < 15 { return total }
            while at < packed.count {
                let byte = Int(input.load(fromByteOffset: at, as: UInt8.self))
                at += 1
                total += byte
                if byte < 255 { return total }
            }
            return nil
        }
        while at < packed.count {
            let token = Int(input.load(fromByteOffset: at, as: UInt8.self))
            at += 1
            guard let literals = length(token >> 4), literals <= packed.count - at, literals <= target.count - end else { return false }
            if literals <= 16, at + 16 <= packed.count, end + 16 <= target.count {
                copy16(input + at, output + end)
            } else {
                (output + end).copyMemory(from: input + at, byteCount: literals)
            }
            at += literals
            end += literals
            if at == packed.count { break }
            guard at + 2 <= packed.count else { return false }
            let distance = Int(UInt16(littleEndian: input.loadUnaligned(fromByteOffset: at, as: UInt16.self)))
            at += 2
            guard distance > 0, distance <= end, let more = length(token & 15), more + 4 <= target.count - end else { return false }
            let to = output + end, count = more + 4
            if distance >= 16, end + count + 16 <= target.count {
                // Up to 15 bytes too many, which the next ones overwrite.
                for i in stride(from: 0, to: count, by: 16) { copy16(to - distance + i, to + i) }
            } else {
                // A copy that overlaps itself repeats what it writes.
                for i in 0..<count { to.storeBytes(of: (to - distance + i).load(as: UInt8.self), toByteOffset: i, as: UInt8.self) }
            }
            end += count
        }
        return end == target.count
    }

    @inline(__always)
    private static func copy16(_ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer) {
        target.storeBytes(of: source.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
    }
}
