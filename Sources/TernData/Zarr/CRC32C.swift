/// The cyclic redundancy check by Castagnoli's polynomial, eight bytes a step.
///
/// Source: RFC 3720, appendix B.4; M. Kounavis and F. Berry, "Novel table lookup-based algorithms for high-performance
/// CRC generation", IEEE Transactions on Computers 57, 2008, doi:10.1109/TC.2008.85.
enum CRC32C {
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            tables[byte] = (0..<8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0x82F6_3B78 : 0) }
        }
        for i in 256..<tables.count { tables[i] = tables[i - 256] >> 8 ^ tables[Int(tables[i - 256] & 255)] }
        return tables
    }()

    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        tables.withUnsafeBufferPointer { table in
            var crc = UInt32.max, at = 0
            while at + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)) ^ UInt64(crc)
                crc = 0
                for i in 0..<8 { crc ^= table[(7 - i) * 256 + Int(word >> UInt64(8 * i) & 255)] }
                at += 8
            }
            while at < bytes.count {
                crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes[at])) & 255)]
                at += 1
            }
            return ~crc
        }
    }
}
