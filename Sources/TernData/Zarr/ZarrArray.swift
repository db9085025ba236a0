import Foundation
import TernCore

/// One array of a store: its description and its chunks.
struct ZarrArray: @unchecked Sendable {  // what JSON gave is never changed
    let name: String, store: String
    let shape: [Int], chunks: [Int]
    let type: ElementType
    /// Bytes of a whole chunk, as it is stored and, of numbers, in memory; 0 for texts of any length.
    let storedChunkBytes: Int, chunkBytes: Int
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
            chunks.allSatisfy({ $0 > 0 }) || shape.contains(0)
        else { throw failure("its .zarray lacks shape and chunks; the store is damaged") }
        guard description["order"] as? String != "F" || shape.count < 2 else { throw failure("its chunks lie in column-major order, which Tern does not read") }
        self.folder = folder
        self.name = name
        self.store = store
        self.shape = shape
        self.chunks = chunks
        separator = description["dimension_separator"] as? String ?? "."
        // It becomes a part of paths.
        guard separator == "." || separator == "/" else { throw failure("its dimension_separator is neither a dot nor a slash") }
        let filters = (description["filters"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
        guard let dtype = description["dtype"] as? String, let mark = dtype.dropFirst().first else {
            throw failure("it holds structures, which Tern does not read")
        }
        let digits = dtype.dropFirst(2), size = Int(digits) ?? 0, bigEndian = dtype.hasPrefix(">")
        if dtype == "|O", filters == ["vlen-utf8"] {
            layout = .variableText
        } else if !filters.isEmpty {
            throw failure("it was stored with the filter \(filters.joined(separator: ", ")), which Tern does not know; write it without filters")
        } else if mark == "U" || mark == "S" {
            guard (0...1 << 30).contains(size) else { throw failure("no texts have \(digits) letters") }
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
        let stored = switch layout {
        case .number(_, let size, _): size
        case .fixedText(let length, let wide, _): length * (wide ? 4 : 1)
        case .variableText: 0
        }
        // All bytes of the array are counted somewhere, so that none may overflow; its chunks are read whole.
        guard checkedProduct(shape + [max(8, stored)]) != nil, let storedChunkBytes = checkedProduct(chunks + [stored]),
            let chunkBytes = checkedProduct(chunks + [max(stored, known.size)])
        else { throw failure("no array could have the shape \(shape) and chunks of \(chunks)") }
        (self.storedChunkBytes, self.chunkBytes) = (storedChunkBytes, chunkBytes)
        if let complaint = MachineMemory.complaint(about: chunkBytes) { throw failure("a chunk of shape \(chunks) cannot be read: \(complaint)") }
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

    /// How many bytes the array's files hold.
    var filesBytes: Int {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.fileSizeKey])
        var total = 0
        while let file = files?.nextObject() as? URL { total += (try? file.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0 }
        return total
    }

    /// - Throws: ``DataError`` where a list of the chunks in a part alone would be more than memory holds.
    func checkChunkCount(_ ranges: [Range<Int>]) throws {
        if ranges.contains(where: \.isEmpty) { return }
        let count = checkedProduct(zip(ranges, chunks).map { ($0.upperBound - 1) / $1 - $0.lowerBound / $1 + 1 } + [512])
        if let complaint = MachineMemory.complaint(about: count) { throw failure("its list of chunks cannot be held: \(complaint)") }
    }

    func texts(in ranges: [Range<Int>]) throws -> [String] {
        try checkChunkCount(ranges)
        var out = [String](repeating: "", count: ranges.map(\.count).reduce(1, *))
        for part in ChunkPart.all(of: ranges, chunks: chunks) {
            guard let (key, packed) = try chunk(part.place) else { continue }
            guard layout == .variableText || codec.mayHold(storedChunkBytes, in: packed), let bytes = codec.decoded(packed),
                layout == .variableText || bytes.count == storedChunkBytes
            else { throw damaged(key) }
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
