import Foundation

/// Doubles of a fixture, written as their bytes in base64.
public struct FixtureNumbers: Decodable, Sendable {
    public let doubles: [Double]

    public init(from decoder: any Decoder) throws {
        let data = Data(base64Encoded: try decoder.singleValueContainer().decode(String.self))!
        doubles = data.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 8).map {
                Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)))
            }
        }
    }
}
