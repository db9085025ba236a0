/// A name as a word of a shell's command, so that a command that is printed can be pasted.
///
/// ```swift
/// ShellWord.quoted("my runs/rain")    // "'my runs/rain'"
/// ShellWord.quoted("-rain")           // "./-rain"
/// ```
package enum ShellWord {
    /// The name itself where a shell takes it as it is; with `./` where it would be taken for an option.
    package static func quoted(_ name: String) -> String {
        let name = name.hasPrefix("-") ? "./" + name : name
        let isPlain =
            !name.isEmpty
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", "/", ".", "_", "-", "+", ",", "@", "%": true
                default: false
                }
            }
        return isPlain ? name : "'" + name.replacing("'", with: "'\\''") + "'"
    }
}
