/// Random texts of what encoders stumble over: ends of lines of all kinds, quotes with accents, what begins commands
/// and marks, control characters, overrides of direction, letters that join what stands behind them, emoji.
public struct NastyText {
    private var state: UInt64

    public init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    private static let pieces: [String] = [
        "\r\n", "\n", "\r", "\u{2028}", "\u{2029}", "\u{85}", "\u{0B}", "\t", "\0", "\u{1B}[31m", "\u{1B}]0;x\u{07}",
        "\u{9B}2J", "\u{7F}", "\u{202E}", "\u{2066}",
        "\u{200F}", "\u{FEFF}", "\u{FFFE}", "`", "``", "`\u{301}", "\u{1FEF}", "\"", "\"\u{301}", "'", "'\u{308}", "''",
        "\\", "\\\\", "\\`", "\\\"", "\\n", "$", "$$",
        "\\foo", "\\frac{1}", "\\mathrm{\u{0D4E}<img\u{0D4E}/src=x\u{0D4E}>}", "{", "}", "{/*", "^", "_", "^2", "_{ij}",
        "@", "@x", "%", "%g", "%s%n", "%%", "#", "!", "|", "< ", "<", ">", "&",
        "<\u{301}", "\u{0D4E}<", "\u{0600}\"", "</script>", "<script>", "<img src=x onerror=alert(1)>", "<!--", "]]>",
        "&amp;", "&#34;", "javascript:", "javascript\u{308}:",
        "[a](javascript:alert(1))", "[a](javascript:\u{308}alert(1))", "[a](http://x\"\u{301} onclick=alert(1))",
        "[a](#nowhere)", "*", "**", ";", "; ", "system('x')", "EOD", "\nEOD\n", "..", "/", "../", "-", ".", ":", " ",
        "a", "é", "e\u{301}",
        "温度", "👩‍👩‍👧", "🏴", "ß", "K", "m s-1", "sea level", ",", "id='", "url(#",
    ]

    private mutating func draw(_ count: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(count))
    }

    /// Up to a dozen pieces; now and then a scalar of any kind.
    ///
    /// - Parameter more: pieces of the caller, which are drawn often.
    public mutating func next(with more: [String] = []) -> String {
        (0..<draw(12)).map { _ -> String in
            switch draw(8) {
            case 0: Unicode.Scalar(UInt32(draw(0x11_0000))).map { String($0) } ?? "x"
            case 1 where !more.isEmpty, 2 where !more.isEmpty: more[draw(more.count)]
            default: Self.pieces[draw(Self.pieces.count)]
            }
        }.joined()
    }
}
