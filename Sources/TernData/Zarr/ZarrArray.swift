import Foundation
import TernCore

/// One array of a store: its description and its chunks.
struct ZarrArray: @unchecked Sendable {  // what JSON gave is never changed
    let name: String, store: String
    let shape: [Int], chunks: [Int]
    let type: ElementType
    let attributes: [StoredAttribute]
    /// The value of chunks that were never written.
    let fill: Double?
    private let folder: URL
    private let separator: String
    let codec: ZarrCodec
    let layout: Layout

    /// How an element lies in a chunk.
    enum Layout: Equatable {
        case number(kind: Character, size: Int, bigEndian: Bool)
        /// Characters of 4 bytes, or of one.
        case fixedText(length: Int, wide: Bool, bigEndian: Bool)
        /// Each text behind its length.
        case variableText
    }

    init(_ folder: URL, name: String, store: String) throws {
        func failure(_ message: String) -> DataError { DataError(file: store, "array \"\(name)\": \(message)") }
        guard let description = try ZarrJSON.object(folder.appendingPathComponent(".zarray"), store: store),
            let shape = description["shape"] as? [Int], let chunks = description["chunks"] as? [Int], shape.count == chunks.count,
            shape.allSatisfy({ $0 >= 0 }), chunks.allSatisfy({ $0 > 0 }) || shape.contains(0)
        else { throw failure("its .zarray lacks shape and chunks; the store is damaged") }
        guard description["order"] as? String != "F" || shape.count < 2 else { throw failure("its chunks lie in column-major order, which Tern does not read") }
        self.folder = folder
        self.name = name
        self.store = store
        self.shape = shape
        self.chunks = chunks
        separator = description["dimension_separator"] as? String ?? "."
        let filters = (description["filters"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
        guard let dtype = description["dtype"] as? String, let mark = dtype.dropFirst().first else {
            throw failure("it holds structures, which Tern does not read")
        }
        let size = Int(dtype.dropFirst(2)) ?? 0, bigEndian = dtype.hasPrefix(">")
        if dtype == "|O", filters == ["vlen-utf8"] {
            layout = .variableText
        } else if !filters.isEmpty {
            throw failure("it was stored with the filter \(filters.joined(separator: ", ")), which Tern does not know; write it without filters")
        } else if mark == "U" || mark == "S" {
            layout = .fixedText(length: size, wide: mark == "U", bigEndian: bigEndian)
        } else {
            layout = .number(kind: mark, size: size, bigEndian: bigEndian)
        }
        let known: ElementType? = switch String(dtype.dropFirst()) {
        case "f4", "f2": .float
        case "f8": .double
        case "i1": .byte
        case "i2": .short
        case "i4": .int
        case "i8": .int64
        case "u1", "b1": .ubyte
        case "u2": .ushort
        case "u4": .uint
        case "u8": .uint64
        default: mark == "U" || mark == "S" || layout == .variableText ? .string : nil
        }
        guard let known else { throw failure("its type \(dtype) is unknown to Tern; store it as numbers or texts") }
        type = known
        do { codec = try ZarrCodec(description["compressor"]) } catch { throw failure("\(error)") }
        fill = description["fill_value"].flatMap(ZarrJSON.number)
        attributes = ZarrJSON.attributes(try ZarrJSON.object(folder.appendingPathComponent(".zattrs"), store: store) ?? [:])
    }

    func failure(_ message: String) -> DataError { DataError(file: store, "array \"\(name)\": \(message)") }

    /// The file of a chunk, nil where it was never written.
    func chunk(_ place: [Int]) throws -> (key: String, bytes: [UInt8])? {
        let key = place.isEmpty ? "0" : place.map(String.init).joined(separator: separator)
        let path = folder.appendingPathComponent(key).path
        guard access(path, F_OK) == 0 else { return nil }
        let source = try ByteSource(InputFile(path))
        return (key, try source.bytes(0..<source.count))
    }

    func damaged(_ key: String) -> DataError { failure("chunk \(key) is damaged or was copied only in part") }

    func texts(in ranges: [Range<Int>]) throws -> [String] {
        var out = [String](repeating: "", count: ranges.map(\.count).reduce(1, *))
        for part in ChunkPart.all(of: ranges, chunks: chunks) {
            guard let (key, packed) = try chunk(part.place) else { continue }
            var size: Int?
            if case .fixedText(let length, let wide, _) = layout { size = chunks.reduce(length * (wide ? 4 : 1), *) }
            guard let bytes = codec.decoded(packed), size == nil || bytes.count == size else { throw damaged(key) }
            let texts = try texts(bytes)
            part.forEachRow { source, target, count in
                for i in 0..<count where source + i < texts.count { out[target + i] = texts[source + i] }
            }
        }
        return out
    }

    private func texts(_ chunk: [UInt8]) throws -> [String] {
        switch layout {
        case .number: throw failure("it holds numbers")
        case .fixedText(let length, let wide, let bigEndian):
            let size = length * (wide ? 4 : 1)
            if size == 0 { return [] }
            return stride(from: 0, to: chunk.count, by: size).map { start in
                let bytes = chunk[start..<start + size]
                guard wide else { return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
                let scalars = stride(from: start, to: start + size, by: 4).map { at in
                    UInt32((bigEndian ? Array(chunk[at..<at + 4].reversed()) : Array(chunk[at..<at + 4])).littleEndian)
                }
                var text = ""
                for scalar in scalars.prefix(while: { $0 != 0 }) { text.unicodeScalars.append(Unicode.Scalar(scalar) ?? "\u{FFFD}") }
                return text
            }
        case .variableText:
            var texts: [String] = [], at = 4
            guard chunk.count >= 4 else { throw failure("a chunk of texts is damaged") }
            for _ in 0..<Int(chunk[0..<4].littleEndian) {
                guard at + 4 <= chunk.count else { throw failure("a chunk of texts is damaged") }
                let length = Int(chunk[at..<at + 4].littleEndian)
                guard length <= chunk.count - at - 4 else { throw failure("a chunk of texts is damaged") }
                texts.append(String(decoding: chunk[at + 4..<at + 4 + length], as: UTF8.self))
                at += 4 + length
            }
            return texts
        }
    }
}
