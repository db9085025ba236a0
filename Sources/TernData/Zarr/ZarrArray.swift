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
    private let codec: ZarrCodec
    private let layout: Layout

    /// How an element lies in a chunk.
    private enum Layout: Equatable {
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

    private func failure(_ message: String) -> DataError { DataError(file: store, "array \"\(name)\": \(message)") }

    /// The bytes of a chunk, nil where it was never written.
    private func chunk(_ place: [Int]) throws -> [UInt8]? {
        let key = place.isEmpty ? "0" : place.map(String.init).joined(separator: separator)
        guard let data = FileManager.default.contents(atPath: folder.appendingPathComponent(key).path) else { return nil }
        var size: Int?
        switch layout {
        case .number(_, let bytes, _): size = chunks.reduce(bytes, *)
        case .fixedText(let length, let wide, _): size = chunks.reduce(length * (wide ? 4 : 1), *)
        case .variableText: break
        }
        guard let bytes = codec.decode([UInt8](data), expecting: size), size == nil || bytes.count == size else {
            throw failure("chunk \(key) is damaged or was copied only in part")
        }
        return bytes
    }

    /// Calls `body` with each chunk that touches the ranges, row by row: where the row begins in the chunk and in the result.
    private func walk(_ ranges: [Range<Int>], _ body: (_ chunk: [UInt8]?, _ rows: [(source: Int, target: Int, count: Int)]) throws -> Void) throws {
        let lengths = ranges.map(\.count)
        if lengths.contains(0) { return }
        let grid = zip(ranges, chunks).map { $0.lowerBound / $1...($0.upperBound - 1) / $1 }
        var place = grid.map(\.lowerBound)
        while true {
            // The part of the chunk that is wanted, in the chunk's own indices.
            let inner = place.indices.map { i in
                max(ranges[i].lowerBound, place[i] * chunks[i]) - place[i] * chunks[i]..<min(ranges[i].upperBound, (place[i] + 1) * chunks[i]) - place[i] * chunks[i]
            }
            let outer = place.indices.map { place[$0] * chunks[$0] + inner[$0].lowerBound - ranges[$0].lowerBound }
            var rows: [(Int, Int, Int)] = []
            let parts = inner.map(\.count)
            RowWalk.forEach(in: parts) { index in
                var source = 0, target = 0
                for i in index.indices {
                    source = source * chunks[i] + inner[i].lowerBound + index[i]
                    target = target * lengths[i] + outer[i] + index[i]
                }
                rows.append((source, target, parts.last ?? 1))
            }
            try body(try chunk(place), rows)
            guard let axis = place.indices.reversed().first(where: { place[$0] < grid[$0].upperBound }) else { return }
            place[axis] += 1
            for i in (axis + 1)..<max(place.count, axis + 1) { place[i] = grid[i].lowerBound }
        }
    }

    func numbers<Out: BinaryFloatingPoint & TensorScalar>(in ranges: [Range<Int>], as: Out.Type, _ convert: (Double) -> Out) throws -> Tensor {
        guard case .number(let kind, let size, let bigEndian) = layout else { throw failure("it holds texts") }
        return try Tensor(shape: ranges.map(\.count), dtype: Out.dtype) { bytes in
            let out = bytes.bindMemory(to: Out.self)
            try walk(ranges) { chunk, rows in
                func copy<In>(_ type: In.Type, _ value: (In) -> Out) {
                    chunk!.withUnsafeBytes { raw in
                        for row in rows {
                            for i in 0..<row.count { out[row.target + i] = value(raw.loadUnaligned(fromByteOffset: (row.source + i) * MemoryLayout<In>.size, as: type)) }
                        }
                    }
                }
                guard chunk != nil else {
                    for row in rows { for i in 0..<row.count { out[row.target + i] = convert(fill ?? 0) } }
                    return
                }
                func integers<In: FixedWidthInteger>(_ type: In.Type) { copy(type) { Out(bigEndian ? $0.byteSwapped : $0) } }
                switch (kind, size) {
                case ("f", 4): copy(UInt32.self) { Out(Float(bitPattern: bigEndian ? $0.byteSwapped : $0)) }
                case ("f", 8): copy(UInt64.self) { Out(Double(bitPattern: bigEndian ? $0.byteSwapped : $0)) }
                case ("f", 2): copy(UInt16.self) { Out(ElementFormat.half(bigEndian ? $0.byteSwapped : $0)) }
                case ("i", 1): integers(Int8.self)
                case ("i", 2): integers(Int16.self)
                case ("i", 4): integers(Int32.self)
                case ("i", 8): integers(Int64.self)
                case ("u", 1), ("b", 1): integers(UInt8.self)
                case ("u", 2): integers(UInt16.self)
                case ("u", 4): integers(UInt32.self)
                default: integers(UInt64.self)
                }
            }
        }
    }

    func texts(in ranges: [Range<Int>]) throws -> [String] {
        var out = [String](repeating: "", count: ranges.map(\.count).reduce(1, *))
        try walk(ranges) { chunk, rows in
            guard let chunk else { return }
            let texts = try texts(chunk)
            for row in rows { for i in 0..<row.count where row.source + i < texts.count { out[row.target + i] = texts[row.source + i] } }
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

/// The rows of an array: every index but that of the last dimension, which stays 0.
enum RowWalk {
    static func forEach(in shape: [Int], _ body: ([Int]) throws -> Void) rethrows {
        if shape.contains(0) { return }
        var index = [Int](repeating: 0, count: shape.count)
        while true {
            try body(index)
            guard let axis = index.indices.dropLast().reversed().first(where: { index[$0] + 1 < shape[$0] }) else { return }
            index[axis] += 1
            for i in (axis + 1)..<index.count { index[i] = 0 }
        }
    }
}
