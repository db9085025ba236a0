import Foundation
import TernFiles

/// A gnuplot script as it is kept beside a figure: a last line says what it was, so that one that was changed by hand is
/// known.
struct KeptScript {
    private static let mark = "# As drawn: "

    let data: Data

    init(_ script: String) { data = Data("\(script)\(Self.mark)\(SHA256.digits(of: script.utf8))\n".utf8) }

    /// Whether these bytes are a script that Tern kept and nobody has changed.
    static func isUnchanged(_ data: Data) -> Bool {
        let text = String(decoding: data, as: UTF8.self)
        guard let mark = text.range(of: mark, options: .backwards) else { return false }
        let script = String(text[..<mark.lowerBound])
        return KeptScript(script).data == data
    }
}
