import Foundation

/// A gnuplot script as it is kept beside a figure: a last line says what it was, so that one that was changed by hand is
/// known.
struct KeptScript {
    private static let mark = "# As drawn: "

    let data: Data

    init(_ script: String) { data = Data("\(script)\(Self.mark)\(Self.sum(script))\n".utf8) }

    /// Whether these bytes are a script that Tern kept and nobody has changed.
    static func isUnchanged(_ data: Data) -> Bool {
        let text = String(decoding: data, as: UTF8.self)
        guard let mark = text.range(of: mark, options: .backwards) else { return false }
        let script = String(text[..<mark.lowerBound])
        return KeptScript(script).data == data
    }

    /// The 64 bits of FNV-1a (Fowler, Noll and Vo, RFC 9923).
    private static func sum(_ text: String) -> String {
        String(text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
    }
}
