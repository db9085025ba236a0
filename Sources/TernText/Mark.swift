extension Character {
    /// Whether texts of figures and reports give this sign a meaning (TeX's marks, emphasis, code, links), which a
    /// backslash takes away.
    package var isMark: Bool {
        self == "\\" || self == "$" || self == "`" || self == "*" || self == "[" || self == "^" || self == "_"
    }
}

extension String {
    /// The text of a file for a place that knows marks: shown as it is, on one line.
    ///
    /// ```swift
    /// Axis("\(field.name.literal) (days since 1950, $t$)")        // sea_ice stays sea_ice
    /// ```
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
