/// Finds keys of a YAML text that are made of aliases (`? *name`, `[*a, *a]: 1`).
///
/// Yams compares keys by all that they hold, and aliases of aliases hold twice as much on each level: a text of a few
/// lines would be compared for years. No key of an experiment is a list or an alias, so that none need be read. It
/// looks at signs and not at grammar, and may take other text for such a key; where aliases are few it says nothing.
enum AliasKeys {
    /// Fewer multiply a text by no more than a hundred: n of them make n/3 levels, each three times as large.
    private static let few = 12

    /// The line of the first such key; nil where there is none, or too few aliases for harm.
    ///
    /// Source: YAML 1.2, section 7.4.2: a key without `?` stands on one line.
    static func line(in yaml: String) -> Int? {
        let text = Array(yaml.utf8)
        var line = 1, found: Int?, aliases = 0, hasAlias = false, isBehindAlias = false, sign = UInt8(0), i = 0
        while i < text.count {
            let byte = text[i]
            let begins = i == 0 || text[i - 1] >= 0x80 || " \t\r\n[{,:?".utf8.contains(text[i - 1])
            i += 1
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                if byte == UInt8(ascii: "\n") { line += 1 }
                (hasAlias, isBehindAlias, sign) = (false, false, 0)
                continue
            case UInt8(ascii: " "), UInt8(ascii: "\t"): continue
            case UInt8(ascii: "*") where begins && i < text.count && isOfName(text[i]):
                while i < text.count, isOfName(text[i]) { i += 1 }
                aliases += 1
                (hasAlias, isBehindAlias) = (true, true)
                continue
            case UInt8(ascii: "?") where begins: found = found ?? line
            case UInt8(ascii: ":") where hasAlias && (isBehindAlias || "]}".utf8.contains(sign)): found = found ?? line
            default: break
            }
            (isBehindAlias, sign) = (false, byte)
        }
        return aliases < few ? nil : found
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
