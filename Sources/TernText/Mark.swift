extension Character {
    /// Whether texts of figures and reports give this sign a meaning (TeX's marks, emphasis, code, links), which a
    /// backslash takes away.
    package var isMark: Bool {
        self == "\\" || self == "$" || self == "`" || self == "*" || self == "[" || self == "^" || self == "_"
    }
}

extension String {
    /// The text of a file for a place that knows marks (titles of figures, texts of reports): shown as it is, on one
    /// line.
    ///
    /// ```swift
    /// "sea_ice".literal           // sea\_ice, so that no subscript is made of it
    /// "a\nb".literal              // "a b"
    /// ```
    ///
    /// A backslash is put before each of \ $ ` * [ ^ _; control characters become spaces or �.
    public var literal: String { String(printable.flatMap { $0.isMark ? ["\\", $0] : [$0] }) }

    /// What ``literal`` was made of; other marks stay.
    package var unliteral: String {
        var result = "", rest = self[...]
        while let c = rest.first {
            if c == "\\", let next = rest.dropFirst().first, next.isMark { rest = rest.dropFirst() }
            result.append(rest.removeFirst())
        }
        return result
    }
}
