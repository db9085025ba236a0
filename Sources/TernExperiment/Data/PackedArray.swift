import Foundation

/// Numbers that are kept in JSON as one text, base64 of their little-endian bytes, so that maps stay small and exact.
package struct PackedArray: Codable, Sendable, Equatable {
    package var values: [Double]

    package init(_ values: [Double]) { self.values = values }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let bytes = Data(base64Encoded: try container.decode(String.self)), bytes.count % 8 == 0 else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "this is not the base64 of float64 numbers")
        }
        values = bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map {
                Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)))
            }
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let bits = values.map(\.bitPattern.littleEndian)
        try container.encode(bits.withUnsafeBytes { Data($0) }.base64EncodedString())
    }
}
