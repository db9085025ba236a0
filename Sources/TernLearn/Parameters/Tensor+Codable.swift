import Foundation
import Synchronization
import TernCore

/// Tensors that an encoder lays aside, by the path at which it met them, so that a value with tensors becomes JSON
/// without their numbers beside a file of tensors.
///
/// ```swift
/// struct Line: Codable { var slopes: Tensor, offset: Double }
/// let aside = TensorsAside(), encoder = JSONEncoder()
/// encoder.userInfo[TensorsAside.key] = aside
/// let text = try encoder.encode(Line(slopes: Tensor([1.0, 2]), offset: 3))
/// String(decoding: text, as: UTF8.self)   // {"offset":3,"slopes":"slopes"}
/// aside.tensors["slopes"]!                // [1, 2]
/// ```
///
/// A decoder with the same entry puts them back. Without one, a tensor is written as its shape, type and bytes in base64.
public final class TensorsAside: Sendable {
    /// Under which encoders and decoders find it in their `userInfo`.
    public static let key = CodingUserInfoKey(rawValue: "tern.tensors")!

    private let held: Mutex<[String: Tensor]>

    /// Of tensors by path, for a decoder; empty for an encoder.
    public init(_ tensors: [String: Tensor] = [:]) { held = Mutex(tensors) }

    /// What was laid aside, by path: the keys from the outermost value to the tensor, joined by slashes.
    public var tensors: [String: Tensor] { held.withLock { $0 } }

    fileprivate func keep(_ tensor: Tensor, at path: String) { held.withLock { $0[path] = tensor } }
}

/// A tensor becomes its shape, type and bytes, or a name where ``TensorsAside`` takes it.
extension Tensor: Codable {
    private enum CodingKeys: String, CodingKey { case shape, dtype, data }

    /// Writes `shape`, `dtype` and `data`, the elements' bytes in row-major order; with a ``TensorsAside`` in the
    /// encoder's `userInfo` only the path under which that keeps the tensor.
    public func encode(to encoder: any Encoder) throws {
        if let aside = encoder.userInfo[TensorsAside.key] as? TensorsAside {
            let path = encoder.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "/")
            aside.keep(self, at: path)
            var container = encoder.singleValueContainer()
            try container.encode(path)
            return
        }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(shape, forKey: .shape)
        try container.encode(dtype.description, forKey: .dtype)
        try container.encode(withUnsafeBytes { Data($0) }, forKey: .data)
    }

    /// Reads what ``encode(to:)`` wrote, with a ``TensorsAside`` that holds the tensor where one took it.
    ///
    /// - Throws: `DecodingError` where there is no tensor of the path, the type is not known, or the bytes do not fit
    ///   the shape.
    public init(from decoder: any Decoder) throws {
        if let aside = decoder.userInfo[TensorsAside.key] as? TensorsAside {
            let container = try decoder.singleValueContainer(), name = try container.decode(String.self)
            guard let tensor = aside.tensors[name] else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "there is no tensor \"\(name)\"")
            }
            self = tensor
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let shape = try container.decode([Int].self, forKey: .shape),
            data = try container.decode(Data.self, forKey: .data)
        let name = try container.decode(String.self, forKey: .dtype)
        guard let dtype = DType(name: name), shape.allSatisfy({ $0 >= 0 }),
            let bytes = checkedProduct(shape + [dtype.size]), bytes == data.count
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .data, in: container,
                debugDescription: "\(data.count) bytes are no tensor of \(shape) of \(name)")
        }
        self.init(shape: shape, dtype: dtype) { $0.copyBytes(from: data) }
    }
}
