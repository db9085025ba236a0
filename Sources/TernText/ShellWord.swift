/// A name as a word of a shell's command, so that a command that is printed can be pasted.
///
/// ```swift
/// ShellWord.quoted("my runs/rain")    // "'my runs/rain'"
/// ShellWord.quoted("-rain")           // "./-rain"
/// ShellWord.word("-9 9")              // "'-9 9'"
/// ```
package enum ShellWord {
    /// The name itself where a shell takes it as it is; with `./` where it would be taken for an option.
    package static func quoted(_ name: String) -> String {
        word(name.unicodeScalars.first == "-" ? "./" + name : name)
    }

    /// Any text, such as the value of an option.
    package static func word(_ name: String) -> String {
        let isPlain =
            !name.isEmpty
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "/", ".", "_", "-", "+", ",", "@", "%": true
                default: false
                }
            }
        // By scalars, as shells read: to them a quote with an accent is a quote.
        let parts = name.unicodeScalars.map { $0 == "'" ? "'\\''" : String($0) }
        return isPlain ? name : "'" + parts.joined() + "'"
    }
}
