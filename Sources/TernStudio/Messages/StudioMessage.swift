import Foundation
import TernText

/// What pages and views say to each other: JSON, with long arrays behind it.
///
/// A request is `{"id": 7, "view": "descent", "action": "descend", "arguments": {...}}`, as text; or, with a file, as
/// bytes: the length of the JSON (four bytes, little-endian), the JSON, the file. A reply is bytes of the same form:
/// `{"id": 7, "result": ...}`, `{"id": 7, "error": {...}}`, and before these any number of `{"id": 7, "progress": 0.3}`
/// and `{"id": 7, "part": ...}`. `NumberArray`s lie behind the JSON, which is filled up with blanks to a multiple of
/// eight bytes; in it stands `{"$": [offset, count, 64]}`. docs/STUDIO.md says the same for readers.
enum StudioMessage {
    /// Bounds of what a page may send, in bytes.
    static let mostText = 1 << 18, mostBytes = 1 << 26

    struct Envelope: Decodable {
        var id: Int
        var view: String?
        var action: String
        /// The request that is to be abandoned, with the action `cancel`.
        var of: Int?
    }

    private struct Asked<Arguments: Decodable>: Decodable { var arguments: Arguments }

    /// - Throws: `StudioMistake` where the message is no request.
    static func envelope(of message: Data) throws -> Envelope {
        try decoding("the message") { try JSONDecoder().decode(Envelope.self, from: message) }
    }

    /// - Throws: `StudioMistake` that names the argument which does not fit.
    static func arguments<Arguments: Decodable>(_: Arguments.Type, of message: Data) throws -> Arguments {
        try decoding("the request") { try JSONDecoder().decode(Asked<Arguments>.self, from: message).arguments }
    }

    private static func decoding<R>(_ what: String, _ body: () throws -> R) throws -> R {
        do { return try body() } catch let error as DecodingError {
            throw StudioMistake("\(what): \(words(ofDecoding: error).shortened(to: 200))")
        }
    }

    /// The parts of a message of bytes.
    ///
    /// - Throws: `StudioMistake` where the length does not fit.
    static func parts(of bytes: Data) throws -> (json: Data, rest: Data) {
        guard bytes.count >= 4 else { throw StudioMistake("a message of bytes begins with four that say a length") }
        let length = bytes.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= mostText, length <= bytes.count - 4 else {
            throw StudioMistake("a message of \(bytes.count) bytes has no JSON of \(length) bytes within bounds")
        }
        return (bytes.dropFirst(4).prefix(length), bytes.dropFirst(4 + length))
    }

    /// The bytes of a reply.
    static func encoded(_ reply: some Encodable) throws -> Data {
        let encoder = JSONEncoder(), sink = NumberArray.Sink()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.userInfo[NumberArray.Sink.key] = sink
        var json = try encoder.encode(reply)
        // Arrays begin where their numbers may, in the memory of any machine.
        json.append(contentsOf: repeatElement(0x20, count: (8 - (json.count + 4) % 8) % 8))
        var bytes = Data((0..<4).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) })
        bytes.append(json)
        bytes.append(sink.bytes)
        return bytes
    }
}

/// Numbers that go to the page as they lie in memory: exact, and without the time that their digits would take.
package struct NumberArray: Encodable, Sendable, Equatable {
    /// The numbers; those that are not finite are allowed.
    package var values: [Double]
    /// Whether single precision will do, as for pictures.
    package var isSingle: Bool

    package init(_ values: [Double], isSingle: Bool = false) {
        self.values = values
        self.isSingle = isSingle
    }

    /// Where arrays gather while a reply is written.
    final class Sink: @unchecked Sendable {
        static let key = CodingUserInfoKey(rawValue: "numbers")!
        fileprivate(set) var bytes = Data()
    }

    private enum Keys: String, CodingKey { case place = "$" }

    /// The place behind the JSON; with another encoder than the studio's, the numbers themselves.
    package func encode(to encoder: any Encoder) throws {
        guard let sink = encoder.userInfo[Sink.key] as? Sink else { return try values.encode(to: encoder) }
        let place = sink.bytes.count
        if isSingle {
            values.map(Float.init).withUnsafeBytes { sink.bytes.append(contentsOf: $0) }
            if values.count % 2 == 1 { sink.bytes.append(contentsOf: [0, 0, 0, 0]) }
        } else {
            values.withUnsafeBytes { sink.bytes.append(contentsOf: $0) }
        }
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode([place, values.count, isSingle ? 32 : 64], forKey: .place)
    }
}
