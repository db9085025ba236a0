import Foundation

/// Decodes JSON of files, and refuses an object in which a key stands twice: some readers take the first of its values,
/// others the last.
package final class JSONFileDecoder: JSONDecoder, @unchecked Sendable {
    package override func decode<T: Decodable>(_ type: T.Type, from data: Data) throws -> T {
        try JSONKeys.check(data)
        return try super.decode(type, from: data)
    }
}

/// The keys of a text of JSON, looked at in one pass before it is decoded.
package enum JSONKeys {
    /// What decoders of Foundation go into.
    private static let deepest = 512

    /// - Throws: `DecodingError` of a key that stands twice in one object, and of a text that is not in UTF-8, of which
    ///   nothing would be seen here. What else is no JSON is told by whoever decodes it.
    package static func check(_ data: Data) throws { try data.withUnsafeBytes(check) }

    private static func check(_ bytes: UnsafeRawBufferPointer) throws {
        guard !bytes.prefix(4).contains(0), !bytes.starts(with: [0xFE, 0xFF]), !bytes.starts(with: [0xFF, 0xFE]) else {
            throw refusal("it is not in UTF-8", [])
        }
        var open: [Place] = [], i = 0
        while i < bytes.count {
            defer { i += 1 }
            switch bytes[i] {
            case UInt8(ascii: "\""):
                let start = i + 1
                var isPlain = true
                i = start
                while i < bytes.count, bytes[i] != UInt8(ascii: "\"") {
                    if bytes[i] == UInt8(ascii: "\\") { (isPlain, i) = (false, i + 1) }
                    i += 1
                }
                guard i < bytes.count else { return }
                guard let last = open.indices.last, open[last].awaitsKey else { continue }
                let text = String(decoding: bytes[start..<i], as: UTF8.self), key = isPlain ? text : unescaped(text)
                guard open[last].keys.insert(key).inserted else {
                    throw refusal(
                        "the key \"\(key.shortened(to: 200))\" stands twice in one object; leave one out",
                        open.dropLast())
                }
                (open[last].key, open[last].awaitsKey) = (key, false)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard open.count < deepest else { return }
                open.append(Place(isObject: bytes[i] == UInt8(ascii: "{")))
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
            case UInt8(ascii: ","):
                guard let last = open.indices.last else { continue }
                open[last].awaitsKey = open[last].isObject
                open[last].index += 1
            default: break
            }
        }
    }

    /// An object or a list that was begun, and where in it the text is read.
    private struct Place: CodingKey {
        let isObject: Bool
        var keys: Set<String> = [], key = "", awaitsKey: Bool, index = 0

        init(isObject: Bool) { (self.isObject, awaitsKey) = (isObject, isObject) }

        var stringValue: String { isObject ? key : "\(index)" }
        var intValue: Int? { isObject ? nil : index }
        init?(stringValue: String) { nil }
        init?(intValue: Int) { nil }
    }

    private static func refusal(_ words: String, _ place: some Sequence<Place>) -> DecodingError {
        .dataCorrupted(DecodingError.Context(codingPath: Array(place), debugDescription: words))
    }

    /// The text of a string of JSON.
    private static func unescaped(_ text: String) -> String {
        var units: [UInt16] = [], rest = text.utf16[...]
        while let unit = rest.popFirst() {
            guard unit == UInt8(ascii: "\\"), let sign = rest.popFirst() else {
                units.append(unit)
                continue
            }
            switch Unicode.Scalar(sign) {
            case "b": units.append(0x08)
            case "f": units.append(0x0C)
            case "n": units.append(0x0A)
            case "r": units.append(0x0D)
            case "t": units.append(0x09)
            case "u":
                units.append(UInt16(String(Substring(rest.prefix(4))), radix: 16) ?? 0xFFFD)
                rest = rest.dropFirst(4)
            default: units.append(sign)
            }
        }
        return String(decoding: units, as: UTF16.self)
    }
}
