import TernCore

extension ZarrArray {
    /// The texts in a part of the array, in row-major order.
    func texts(in ranges: [Range<Int>]) throws -> [String] {
        guard type.element.isText else { throw failure("it holds numbers") }
        let fill = try type == .variableText ? layout.fill.text : fixedTexts(layout.fill.bytes).first ?? ""
        var texts = [String](repeating: fill, count: ranges.map(\.count).reduce(1, *))
        let indices = ShardIndices()
        for part in try parts(ranges) {
            guard let (key, source) = try chunk(part.place, indices) else { continue }
            do {
                let chunk = try decoded(source)
                part.copy(chunk, into: &texts)
            } catch let damage as ChunkDamage { throw damaged(key, damage) }
        }
        return texts
    }

    private func decoded(_ source: ByteSource) throws -> [String] {
        if type == .variableText { return try codecs.decodeTexts(source, shape: chunks, fill: layout.fill.text) }
        try codecs.check(source.count, mayHold: storedChunkBytes)
        let bytes = try [UInt8](unsafeUninitializedCapacity: storedChunkBytes) { bytes, written in
            let target = UnsafeMutableRawBufferPointer(
                rebasing: UnsafeMutableRawBufferPointer(bytes)[..<storedChunkBytes])
            try codecs.decode(source, shape: chunks, element, into: target)
            written = storedChunkBytes
        }
        return try fixedTexts(bytes)
    }

    private func fixedTexts(_ bytes: [UInt8]) throws -> [String] {
        guard case .fixedText(_, let isWide) = type else { throw failure("its texts have no fixed length") }
        let size = type.storedSize
        if size == 0 { return [String](repeating: "", count: chunks.reduce(1, *)) }
        return stride(from: 0, to: bytes.count, by: size).map { start in
            // Letters end at the zeros behind them.
            guard isWide else {
                let letters = bytes[start..<start + size]
                return String(
                    decoding: letters[..<(letters.lastIndex { $0 != 0 }.map { $0 + 1 } ?? start)], as: UTF8.self)
            }
            var text = String.UnicodeScalarView()
            var end = start + size
            while end > start, bytes[(end - 4)..<end].allSatisfy({ $0 == 0 }) { end -= 4 }
            for at in stride(from: start, to: end, by: 4) {
                text.append(Unicode.Scalar(UInt32(truncatingIfNeeded: bytes[at..<at + 4].littleEndian)) ?? "\u{FFFD}")
            }
            return String(text)
        }
    }
}
