import TernText

/// Lines of a program with the kinds of their words marked for the page's colours.
///
/// It knows words and signs, not grammar: enough for reading, and never wrong about what the text is.
package struct Code {
    private let keywords: Set<String>
    private let comment: String
    private let quotes: [String]
    /// Whether `/* */` encloses comments, names in capitals are types and `@` or `#` begin attributes.
    private let isSwift: Bool

    /// The lines as they are shown; those of an unknown language stay plain.
    package static func html(_ text: String, language: String) -> String {
        guard let code = languages[language.lowercased()] else { return text.escaped }
        return code.html(text[...])
    }

    private func html(_ text: Substring) -> String {
        var result = "", rest = text
        var previous: Character = "\n"
        while let c = rest.first {
            let (length, kind) = word(rest, after: previous)
            let piece = rest.prefix(length)
            let shown = String(piece).escaped
            result += kind.map { "<span class=\"\($0)\">\(shown)</span>" } ?? shown
            previous = piece.last ?? c
            rest = rest.dropFirst(length)
        }
        return result
    }

    /// How long the word is that begins here, and its class.
    private func word(_ text: Substring, after previous: Character) -> (Int, String?) {
        let c = text.first!
        if text.hasPrefix(comment), comment != "#" || previous.isWhitespace {
            return (text.prefix { !$0.isNewline }.count, "c")
        }
        if isSwift, text.hasPrefix("/*") {
            return (text.range(of: "*/").map { text[..<$0.upperBound].count } ?? text.count, "c")
        }
        for quote in quotes where text.hasPrefix(quote) { return (string(text, quote), "s") }
        if c.isASCII, c.isNumber {
            var end = text.startIndex
            while end < text.endIndex, text[end].isHexDigit || "xob_.eE".contains(text[end]) {
                let next = text.index(after: end)
                // A range is no decimal point.
                if text[end] == ".", text[next...].first == "." { break }
                end = next
            }
            let number = text[..<end]
            let isSigned =
                "eE".contains(number.last!) && !number.hasPrefix("0x")
                && ["-", "+"].contains(text[number.endIndex...].first)
            let exponent = isSigned ? text[number.endIndex...].dropFirst().prefix(while: \.isNumber).count + 1 : 0
            return (number.count + exponent, "n")
        }
        if c.isLetter || c == "_" || (isSwift && "@#".contains(c)) {
            let name = text.prefix(1) + text.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            if keywords.contains(String(name)), previous != "." { return (name.count, "k") }
            if isSwift, "@#".contains(c) { return (name.count, "k") }
            return (name.count, isSwift && c.isUppercase ? "t" : nil)
        }
        return (1, nil)
    }

    /// To the closing quote, or to the end of the line where there is none.
    private func string(_ text: Substring, _ quote: String) -> Int {
        var rest = text.dropFirst(quote.count), count = quote.count
        while let c = rest.first {
            if rest.hasPrefix(quote) { return count + quote.count }
            if c.isNewline, quote.count == 1 { break }
            rest.removeFirst()
            count += 1
            if c == "\\", rest.popFirst() != nil { count += 1 }
        }
        return count
    }

    private static let languages: [String: Code] = [
        "swift": Code(
            keywords: [
                "actor", "any", "as", "async", "await", "borrowing", "break", "case", "catch", "class", "consuming",
                "continue", "default",
                "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "final",
                "for", "func", "guard",
                "if", "import", "in", "indirect", "init", "inout", "internal", "is", "lazy", "let", "mutating", "nil",
                "nonisolated", "open",
                "operator", "override", "private", "protocol", "public", "repeat", "rethrows", "return", "self", "Self",
                "some", "static",
                "struct", "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var", "weak",
                "where", "while",
            ], comment: "//", quotes: ["\"\"\"", "\""], isSwift: true),
        "python": Code(
            keywords: [
                "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
                "except", "False",
                "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "None", "nonlocal", "not",
                "or", "pass", "raise",
                "return", "True", "try", "while", "with", "yield",
            ], comment: "#", quotes: ["\"\"\"", "'''", "\"", "'"], isSwift: false),
        "yaml": Code(keywords: ["true", "false", "null"], comment: "#", quotes: ["\"", "'"], isSwift: false),
        "sh": Code(
            keywords: ["if", "then", "else", "fi", "for", "in", "do", "done", "while", "case", "esac", "export"],
            comment: "#",
            quotes: ["\"", "'"], isSwift: false),
    ]
}
