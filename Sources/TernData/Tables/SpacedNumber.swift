import TernText

/// A number with blanks or apostrophes between groups of three digits, as 1 234 567,8 or 1'234.5, or with a typographic
/// minus.
///
/// None of these signs ever stands before a fraction, so that nothing has to be known of the table.
struct SpacedNumber {
    /// Without the signs, and with a plain minus.
    let plain: String
    /// What stands between the groups; nil where there is nothing.
    let mark: Character?

    /// What may stand between groups: blanks (plain, unbreakable, narrow, thin) and apostrophes.
    private static let marks: Set<Character> = [" ", "\u{A0}", "\u{202F}", "\u{2009}", "'", "\u{2019}"]

    /// nil for what is written plainly, or is no number.
    init?(_ text: String) {
        guard text.utf8.count < 60, text.contains(where: { Self.marks.contains($0) || $0 == "\u{2212}" }) else {
            return nil
        }
        var body = text.trimmed { Self.marks.contains($0) && $0.isWhitespace }
        var sign = ""
        if let first = body.first, "+-\u{2212}".contains(first) {
            (sign, body) = (first == "+" ? "" : "-", body.dropFirst())
        }
        let whole = body.prefix { $0 != "." && $0 != "," && $0 != "e" && $0 != "E" }, rest = body[whole.endIndex...]
        let mark = whole.first(where: Self.marks.contains)
        let groups = mark.map { whole.split(separator: $0, omittingEmptySubsequences: false) } ?? [whole]
        guard groups.joined().allSatisfy({ $0.isASCII && $0.isNumber }), rest.allSatisfy(\.isASCII),
            !rest.contains(where: Self.marks.contains),
            groups.count == 1 || (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy({ $0.count == 3 })
        else { return nil }
        (plain, self.mark) = (sign + groups.joined() + rest, mark)
    }
}
