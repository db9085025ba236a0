import Foundation
import TernCore
import TernText

/// Named tensors and text in one file.
///
/// ```swift
/// let weight = Tensor([[0.5, -1], [2, 0]])
/// try Safetensors(tensors: ["weight": weight], metadata: ["name": "co2"]).write(to: "model.safetensors")
/// let file = try Safetensors(contentsOf: "model.safetensors")
/// print(file.names, file.metadata["name"]!, file.tensors["weight"]! == weight)  // ["weight"] co2 true
/// ```
///
/// Source: the safetensors format (huggingface/safetensors): the length of the header in 8 bytes, a JSON header, then
/// the tensors' bytes without gaps.
public struct Safetensors: Sendable {
    /// By name; any shapes and types.
    public var tensors: [String: Tensor]
    /// Texts by key, the header's `__metadata__`.
    public var metadata: [String: String]

    /// Tensors to be written.
    public init(tensors: [String: Tensor], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    /// The tensors' names in order.
    public var names: [String] { tensors.keys.sorted() }

    /// In the order in which the reference implementation places tensors: the largest elements
    /// first, so that each is aligned.
    private static let written: [(dtype: DType, name: String)] = [
        (.int64, "I64"), (.float64, "F64"), (.float32, "F32"), (.int32, "I32"), (.bool, "BOOL"),
    ]

    private static let formats: [String: ElementFormat] = {
        var formats: [String: ElementFormat] = [
            "F16": .float16, "BF16": .bfloat16, "I8": .int8, "U8": .uint8, "I16": .int16, "U16": .uint16,
            "U32": .uint32, "U64": .uint64,
        ]
        for (dtype, name) in written { formats[name] = .native(dtype) }
        return formats
    }()
}

// MARK: - Reading

extension Safetensors {
    private struct Entry: Decodable {
        var dtype: String
        var shape: [Int]
        var data_offsets: [Int]
    }

    /// The header, whose keys are names of tensors, and one key for metadata.
    private struct Header: Decodable {
        var metadata: [String: String] = [:]
        var entries: [String: Entry] = [:]

        struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            for key in container.allKeys {
                if key.stringValue == "__metadata__" {
                    metadata = try container.decode([String: String].self, forKey: key)
                } else {
                    entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
                }
            }
        }
    }

    /// Reads a file and checks it against its header.
    ///
    /// Types that Tern lacks are widened: F16 and BF16 to `float32`, smaller and unsigned integers to `int32` or
    /// `int64`.
    ///
    /// - Throws: `DataError` where the file is no safetensors file, is damaged (also where it carries a checksum and is
    ///   not the file that was written, and where a key of its header stands twice), or holds a type that no tensor
    ///   holds.
    public init(contentsOf path: String) throws {
        let source = try ByteSource(contentsOf: path)
        func damaged(_ what: String) -> DataError { source.failure("this is no whole safetensors file: \(what)") }
        guard source.count >= 8 else { throw damaged("it has \(source.count) bytes") }
        let length = try source.bytes(0..<8).littleEndian
        guard length <= 100_000_000, Int(length) <= source.count - 8 else {
            throw damaged("its header would be \(length) bytes long, and the file has \(source.count)")
        }
        let start = 8 + Int(length)
        let header: Header
        do {
            header = try JSONFileDecoder().decode(Header.self, from: Data(source.bytes(8..<start)))
        } catch {
            throw damaged("its header is not the JSON that is expected: \(words(ofDecoding: error))")
        }
        tensors = [:]
        metadata = header.metadata
        // Others have metadata of this name, too.
        if let stated = metadata[Self.checksumKey], Self.isChecksum(stated) {
            metadata[Self.checksumKey] = nil
            try Self.checkChecksum(stated, source, headEnd: start)
        }
        var end = 0
        let entries = header.entries.map { (name: $0.key, entry: $0.value) }
            .sorted { ($0.entry.data_offsets, $0.name) < ($1.entry.data_offsets, $1.name) }
        for (name, entry) in entries {
            guard let format = Self.formats[entry.dtype] else {
                throw source.failure(
                    "tensor \"\(name)\" has the type \(entry.dtype), which Tern does not hold; convert it to F32 first")
            }
            guard entry.data_offsets.count == 2, let bytes = format.byteCount(of: entry.shape) else {
                throw damaged(
                    "the entry of tensor \"\(name)\" has the shape \(entry.shape) and the offsets \(entry.data_offsets)"
                )
            }
            let (begin, stop) = (entry.data_offsets[0], entry.data_offsets[1])
            guard begin == end else {
                throw damaged(
                    "\(begin < end ? "tensor \"\(name)\" overlaps the one before it" : "there is a gap before tensor \"\(name)\"")"
                )
            }
            guard stop >= begin, stop - begin == bytes else {
                throw damaged(
                    "tensor \"\(name)\" of \(entry.dtype)\(entry.shape) needs \(bytes) bytes, its offsets are \(begin) to \(stop)"
                )
            }
            guard stop <= source.count - start else {
                throw damaged(
                    "tensor \"\(name)\" would end at byte \(checkedSum([start, stop]) ?? stop), and the file has \(source.count)"
                )
            }
            tensors[name] = try format.tensor(shape: entry.shape, from: source, at: start + begin)
            end = stop
        }
        guard start + end == source.count else {
            throw damaged("\(source.count - start - end) bytes follow the last tensor")
        }
    }
}

// MARK: - Writing

extension Safetensors {
    /// Writes the file, whole or not at all, as the reference implementation does.
    ///
    /// - Parameter hasChecksum: whether the metadata carry a checksum of all bytes, by which
    ///   ``init(contentsOf:)`` tells a file that is not the one that was written.
    /// - Throws: `DataError` where the file cannot be written, a tensor has the name `__metadata__`, which the format
    ///   keeps for itself, or metadata of your own would be taken for the checksum, whose name is `checksum`.
    public func write(to path: String, hasChecksum: Bool = false) throws {
        if tensors["__metadata__"] != nil {
            throw DataError(file: path, "a tensor cannot be named __metadata__, which stands for the metadata")
        }
        if let own = metadata[Self.checksumKey], hasChecksum || Self.isChecksum(own) {
            throw DataError(
                file: path,
                "the metadata \"\(Self.checksumKey)\" would stand for the checksum of the file; give it another name")
        }
        let order = tensors.map { (name: $0.key, tensor: $0.value, rank: Self.rank($0.value.dtype)) }
            .sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }
        var parts: [String] = []
        let metadata = hasChecksum ? Self.withPlace(metadata) : metadata
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\($0.key.quotedJSON):\($0.value.quotedJSON)" }
            parts.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        for (name, tensor, rank) in order {
            let end = offset + tensor.spec.byteCount
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            parts.append(
                "\(name.quotedJSON):{\"dtype\":\"\(Self.written[rank].name)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
            )
            offset = end
        }
        var header = Array("{\(parts.joined(separator: ","))}".utf8)
        while header.count % 8 != 0 { header.append(Byte.blank) }
        var head = UInt64(header.count).littleEndianBytes + header
        if hasChecksum { Self.fillChecksum(&head, order.map(\.tensor)) }
        try writeAtomically(to: path) { write in
            try head.withUnsafeBytes(write)
            for (_, tensor, _) in order { try tensor.withUnsafeBytes(write) }
        }
    }

    private static func rank(_ dtype: DType) -> Int { written.firstIndex { $0.dtype == dtype }! }
}

private func < (a: ([Int], String), b: ([Int], String)) -> Bool {
    a.0 == b.0 ? a.1 < b.1 : a.0.lexicographicallyPrecedes(b.0)
}
