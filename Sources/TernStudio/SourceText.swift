import TernNN

/// Parts of programs that views give to copy.
enum SourceText {
    /// A text in quotes, as Swift and Python read it.
    static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
}

extension NamedOptimizer {
    /// The optimiser's type, which Swift and Keras name alike.
    var typeName: String {
        // A function makes it: its type is that of decay around Adam.
        self == .adamw ? "AdamW" : "\(type(of: self()))"
    }
}
