import Foundation
import TernCore

/// Named tensors and text in one file.
///
/// ```swift
/// try Safetensors(tensors: ["weight": w], metadata: ["name": "co2"]).write(to: "model.safetensors")
/// let file = try Safetensors(contentsOf: "model.safetensors")
/// file.tensors["weight"]
/// ```
///
/// Source: the safetensors format (huggingface/safetensors): the length of the header in 8 bytes,
/// a JSON header, then the tensors' bytes without gaps.
public struct Safetensors: Sendable {
    public var tensors: [String: Tensor]
    public var metadata: [String: String]

    public init(tensors: [String: Tensor], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }


    private static let names: [(DType, String)] = [
        (.float32, "F32"), (.float64, "F64"), (.int32, "I32"), (.int64, "I64"), (.bool, "BOOL"),
    ]

    /// Reads a file and checks it against its header.
    ///
    /// - Throws: ``DataError`` where the file is no safetensors file or is damaged.
    public init(contentsOf path: String) throws {
        let data = try readWhole(path)
        func damaged(_ what: String) -> DataError { DataError(file: path, "this is no whole safetensors file: \(what)") }
        guard data.count >= 8 else { throw damaged("it has \(data.count) bytes") }
        let length = data.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) }
        guard length <= 100_000_000, 8 + Int(length) <= data.count else { throw damaged("its header would be \(length) bytes long") }
        let start = 8 + Int(length)
        guard let header = try? JSONSerialization.jsonObject(with: data[8..<start]) as? [String: Any] else {
            throw damaged("its header is not JSON")
        }
        tensors = [:]
        metadata = (header["__metadata__"] as? [String: String]) ?? [:]
        var ranges: [(Range<Int>, String)] = []
        for (name, value) in header where name != "__metadata__" {
            guard let entry = value as? [String: Any], let type = entry["dtype"] as? String,
                let shape = entry["shape"] as? [Int], let offsets = entry["data_offsets"] as? [Int], offsets.count == 2,
                shape.allSatisfy({ $0 >= 0 })
            else { throw damaged("the entry of tensor \"\(name)\" is incomplete") }
            guard let dtype = Self.names.first(where: { $0.1 == type })?.0 else {
                throw DataError(file: path, "tensor \"\(name)\" has the type \(type), which Tern does not hold; convert it to F32 first")
            }
            let spec = TensorSpec(shape: shape, dtype: dtype)
            guard offsets[0] >= 0, offsets[0] <= offsets[1], start + offsets[1] <= data.count,
                offsets[1] - offsets[0] == spec.byteCount
            else { throw damaged("tensor \"\(name)\" of \(spec) does not fit its bytes \(offsets[0])..<\(offsets[1])") }
            ranges.append((offsets[0]..<offsets[1], name))
            tensors[name] = Tensor(shape: shape, dtype: dtype) { bytes in
                _ = data.copyBytes(to: bytes, from: (start + offsets[0])..<(start + offsets[1]))
            }
        }
        var end = 0
        for (range, name) in ranges.sorted(by: { ($0.0.lowerBound, $0.0.upperBound) < ($1.0.lowerBound, $1.0.upperBound) }) {
            guard range.lowerBound == end else { throw damaged("there is a gap or an overlap before tensor \"\(name)\"") }
            end = range.upperBound
        }
        guard start + end == data.count else { throw damaged("\(data.count - start - end) bytes follow the last tensor") }
    }

    /// Writes the file, whole or not at all.
    public func write(to path: String) throws {
        var entries: [String: Any] = metadata.isEmpty ? [:] : ["__metadata__": metadata]
        var body = Data()
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            let begin = body.count
            tensor.withUnsafeBytes { body.append(contentsOf: $0) }
            entries[name] = [
                "dtype": Self.names.first { $0.0 == tensor.dtype }!.1, "shape": tensor.shape,
                "data_offsets": [begin, body.count],
            ] as [String: Any]
        }
        var header = try JSONSerialization.data(withJSONObject: entries, options: [.sortedKeys])
        while header.count % 8 != 0 { header.append(32) }
        var data = Data()
        for i in 0..<8 { data.append(UInt8(truncatingIfNeeded: header.count >> (8 * i))) }
        try writeAtomically(data + header + body, to: path)
    }
}
