import Foundation
import TernText
import Testing

/// Of a key that stands twice some readers take the first value, others the last: files that hold one are refused.
@Suite struct JSONKeysTests {
    /// What is said of a text of JSON.
    private func complaint(_ data: Data, _ decoder: JSONDecoder = JSONFileDecoder()) -> String {
        do { _ = try decoder.decode(JSON.self, from: data) } catch { return words(ofDecoding: error) }
        return "nothing"
    }

    private func complaint(_ text: String) -> String { complaint(Data(text.utf8)) }

    @Test(arguments: [
        (#"{"a": 1, "a": 2}"#, #"the key "a" stands twice in one object; leave one out"#),
        (#"{"layers": [1, {"x": {}, "units": 1, "y": [2, 3], "units": 1}]}"#, #"layers.1: the key "units" stands"#),
        (#"[[], {"a": {"b": {"c": [], "c": 0}}}]"#, #"1.a.b: the key "c" stands twice"#),
        (#"{"relu": 1, "\u0072elu": 2}"#, #"the key "relu" stands twice"#),
        (#"{"\"\\\/\b\f\n\r\t": 1, "\u0022\u005c/\u0008\u000c\u000a\u000D\u0009": 2}"#, "stands twice"),
        (#"{"🌧": 1, "\ud83c\udf27": 2}"#, #"the key "🌧" stands twice"#),
        // One key to Swift: a decoder would lose one of the two values.
        ("{\"caf\u{E9}\": 1, \"cafe\u{301}\": 2}", "stands twice"),
        ("\u{FEFF}{\"a\": 1, \"a\": 2}", "stands twice"),
    ]) func aKeyThatStandsTwiceIsNamed(_ text: String, _ expected: String) {
        #expect(complaint(text).contains(expected), "\(complaint(text))")
    }

    @Test(arguments: [
        #"{"a": {"a": "a"}, "b": [{"a": 1}, {"a": "b"}, "a", "a"], "c": "a"}"#, #"{"a\"": 1, "a": 2, "a\\": 3}"#,
        #"["a", "a", {"": "x,\"a\":{"}]"#, #"{"{": 1, "}": 2, "[": 3, "]": 4, ",": 5, ":": 6}"#, "[]", "\"a\"", "1",
    ]) func otherTextsAreDecoded(_ text: String) {
        #expect(complaint(text) == "nothing")
    }

    /// What is no JSON is told by the decoder, and the process lives on.
    @Test func whatIsNoJSONIsLeftToTheDecoder() throws {
        for text in [
            "", "{", "{\"", "{\"a", "{\"a\\", "{\"\\u", "{\"\\u00\":1}", "}]}", "{,}", "[\"a\" \"a\"", "{\"a\" \"a\"}",
        ] {
            #expect(throws: Never.self) { try JSONKeys.check(Data(text.utf8)) }
            #expect(complaint(text) != "nothing")
        }
        #expect(throws: Never.self) { try JSONKeys.check(Data(String(repeating: "{\"a\":[", count: 100_000).utf8)) }
    }

    /// Decoders would take it, and its keys would not be seen.
    @Test(arguments: [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian])
    func onlyUTF8IsRead(_ encoding: String.Encoding) throws {
        #expect(complaint(try #require("{\"a\": 1}".data(using: encoding))) == "it is not in UTF-8")
    }

    @Test func modelsAreReadSoToo() {
        #expect(complaint(Data(#"{"mean": 1, "mean": 2}"#.utf8), .ofAllNumbers).contains("stands twice"))
    }
}
