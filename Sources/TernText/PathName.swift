/// A name of a file's author as one component of a path: the one way from such a name to a file or folder.
///
/// ```swift
/// PathName.encoded("../../x")         // "%2E.%2F..%2Fx"
/// PathName.complaint(about: "..")     // "it begins with a dot"
/// ```
///
/// A component names something within its folder on any system: no separator, no control character, no dot or dash at
/// its beginning, and no more bytes than file systems take.
package enum PathName {
    /// Leaves room for endings, within the 255 bytes of most file systems.
    private static let longest = 200

    /// What keeps a name from being a component; nil where nothing does.
    package static func complaint(about name: String) -> String? {
        guard let first = name.unicodeScalars.first else { return "it is empty" }
        if first == "." { return "it begins with a dot" }
        if first == "-" { return "it begins with a dash" }
        if let odd = name.unicodeScalars.first(where: { $0.isControl || $0 == "/" || $0 == "\\" || $0 == ":" }) {
            return odd.isControl ? "it holds a control character" : "it holds \"\(odd)\""
        }
        return name.utf8.count > longest ? "it is longer than \(longest) bytes" : nil
    }

    /// The name itself where it can be a component, else with the bytes of what cannot as `%XX`; other names give other
    /// components.
    package static func encoded(_ name: String) -> String {
        if name.isEmpty { return "%" }
        var result = ""
        for (i, scalar) in name.unicodeScalars.enumerated() {
            let isMisread =
                i == 0 && (scalar == "." || scalar == "-") || "/\\:%".unicodeScalars.contains(scalar)
                || scalar.isControl
            result +=
                isMisread
                ? scalar.utf8.map { "%" + $0.hexadecimal(digits: 2, uppercase: true) }.joined() : String(scalar)
        }
        guard result.utf8.count > longest else { return result }
        // A long name keeps its beginning, and a number made of all of it.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var start = ""
        for scalar in result.unicodeScalars where start.utf8.count < longest - 24 {
            start.unicodeScalars.append(scalar)
        }
        return start + "%" + String(hash, radix: 16)
    }
}
