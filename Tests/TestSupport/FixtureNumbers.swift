import Foundation
import TernCore

/// Numbers of a fixture, written as their bytes, least significant first, in base64.
public struct FixtureNumbers: Decodable, Sendable {
    public let doubles: [Double]

    /// - Parameter isSingle: whether the bytes are those of `Float`.
    public init(_ bytes: Data, isSingle: Bool = false) {
        doubles = bytes.withUnsafeBytes { bytes in
            isSingle
                ? stride(from: 0, to: bytes.count, by: 4).map {
                    let bits = bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)
                    return Double(Float(bitPattern: UInt32(littleEndian: bits)))
                }
                : stride(from: 0, to: bytes.count, by: 8).map {
                    let bits = bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)
                    return Double(bitPattern: UInt64(littleEndian: bits))
                }
        }
    }

    public init(_ base64: String, isSingle: Bool = false) {
        self.init(Data(base64Encoded: base64)!, isSingle: isSingle)
    }

    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }
}

/// An array of a fixture: its shape and its numbers.
public struct FixtureArray: Decodable, Sendable {
    public var shape: [Int], values: [Double]

    /// In single precision, in which Keras computes.
    public var tensor: Tensor { self.tensor(.float32) }

    public func tensor(_ dtype: DType) -> Tensor { Tensor(values, shape: shape).cast(to: dtype) }
}
