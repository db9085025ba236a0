/// The checksum of HDF5's newer parts.
///
/// Source: Bob Jenkins, lookup3.c, `hashlittle`, 2006 (public domain), as in the HDF5 library's `H5_checksum_lookup3`.
enum JenkinsHash {
    static func hash(_ bytes: some RandomAccessCollection<UInt8>) -> UInt32 {
        var a = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count), b = a, c = a
        func rotated(_ x: UInt32, _ k: UInt32) -> UInt32 { x << k | x >> (32 - k) }
        var rest = bytes[...]
        func word(_ i: Int) -> UInt32 { UInt32(truncatingIfNeeded: rest.dropFirst(4 * i).prefix(4).littleEndian) }
        while rest.count > 12 {
            (a, b, c) = (a &+ word(0), b &+ word(1), c &+ word(2))
            a = (a &- c) ^ rotated(c, 4)
            c = c &+ b
            b = (b &- a) ^ rotated(a, 6)
            a = a &+ c
            c = (c &- b) ^ rotated(b, 8)
            b = b &+ a
            a = (a &- c) ^ rotated(c, 16)
            c = c &+ b
            b = (b &- a) ^ rotated(a, 19)
            a = a &+ c
            c = (c &- b) ^ rotated(b, 4)
            b = b &+ a
            rest = rest.dropFirst(12)
        }
        if rest.isEmpty { return c }
        (a, b, c) = (a &+ word(0), b &+ word(1), c &+ word(2))
        c = (c ^ b) &- rotated(b, 14)
        a = (a ^ c) &- rotated(c, 11)
        b = (b ^ a) &- rotated(a, 25)
        c = (c ^ b) &- rotated(b, 16)
        a = (a ^ c) &- rotated(c, 4)
        b = (b ^ a) &- rotated(a, 14)
        return (c ^ b) &- rotated(b, 24)
    }
}
