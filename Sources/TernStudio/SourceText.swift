import TernNN

/// Parts of programs that views give to copy.
enum SourceText {
    /// A text in quotes, as Swift and Python read it: by scalars, since a line's end and a return are one character.
    /// Of other controls neither reads the other's words; a mark stands in for them.
    static func quoted(_ text: String) -> String {
        let words = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\\\"
            case "\"": "\\\""
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            case _ where scalar.properties.generalCategory == .control, "\u{2028}", "\u{2029}": "\u{FFFD}"
            default: String(scalar)
            }
        }
        return "\"" + words.joined() + "\""
    }
}

extension NamedOptimizer {
    /// The optimiser's type, which Swift and Keras name alike.
    var typeName: String {
        // A function makes it: its type is that of decay around Adam.
        self == .adamw ? "AdamW" : "\(type(of: self()))"
    }
}
