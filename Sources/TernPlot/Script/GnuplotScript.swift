/// A script that gnuplot may run: commands that draw, and nothing that reaches outside of them.
///
/// gnuplot has no mode without `system`, `!`, `load`, pipes and macros, so a script is read before it is run. Its lines
/// are data of blocks, comments, or commands that begin with `set`, `unset`, `plot` or `splot`; strings are in single
/// quotes; nothing is plotted from a file, and no output is a pipe.
struct GnuplotScript {
    let text: String

    /// - Throws: ``PlotError`` that names the line.
    init(_ text: String) throws {
        self.text = text
        var endOfBlock: [UInt8]?, isContinued = false
        // In bytes and lines as gnuplot reads them.
        for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            do {
                guard !line.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "`") }) else {
                    throw Refusal("a control sign")
                }
                if let end = endOfBlock {
                    if Array(line) == end { endOfBlock = nil }
                } else if line.first != UInt8(ascii: "#") || isContinued {
                    var plain = try Self.withoutTexts(line)
                    if isContinued {
                        guard plain.hasPrefix(" ") else { throw Refusal("a command within another") }
                        plain = "plot ," + plain
                    }
                    isContinued = plain.hasSuffix("\\")
                    let commands = plain.split(separator: ";").map { $0.split(separator: " ") }
                    for command in commands { try Self.check(command) }
                    if let block = commands.first, block.count == 3, block[1] == "<<" {
                        endOfBlock = Array(block[2].utf8)
                    }
                }
            } catch let refusal as Refusal {
                throw PlotError("line \(index + 1) of the figure's script holds \(refusal.what), so it is not run")
            }
        }
        guard endOfBlock == nil, !isContinued else {
            throw PlotError("the figure's script has no end, so it is not run")
        }
    }

    private struct Refusal: Error {
        let what: String
        init(_ what: String) { self.what = what }
    }

    private static func check(_ command: [Substring]) throws {
        guard let first = command.first else { return }
        if first.hasPrefix("$"), command.count == 3, command[1] == "<<" { return }
        guard ["set", "unset", "plot", "splot"].contains(first) else { throw Refusal("the command \(first)") }
        let rest = command.dropFirst().joined()
        if first.hasSuffix("plot") {
            // What is plotted is a block or a function; a string would be a file or a pipe.
            if rest.hasPrefix("'") || rest.contains(",'") { throw Refusal("a file to plot") }
        } else if rest.hasPrefix("output'|") || rest.hasPrefix("table'") {
            throw Refusal("a pipe")
        } else if let word = command.dropFirst().first,
            ["loadpath", "fontpath", "print", "macros", "locale"].contains(word)
        {
            throw Refusal("set \(word)")
        }
        if rest.contains("system") { throw Refusal("the word system") }
    }

    /// The line with `''` in the place of its strings, `'|'` where they begin with a bar.
    private static func withoutTexts(_ line: Substring.UTF8View) throws -> String {
        var plain: [UInt8] = [], isText = false
        for byte in line {
            let isQuote = byte == UInt8(ascii: "'")
            if isText {
                if byte == UInt8(ascii: "|"), plain.last == UInt8(ascii: "'") { plain.append(byte) }
                if isQuote { plain.append(byte) }
            } else {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "@") {
                    throw Refusal("a macro or a string in double quotes")
                }
                plain.append(byte)
            }
            if isQuote { isText.toggle() }
        }
        if isText { throw Refusal("a text without an end") }
        return String(decoding: plain, as: UTF8.self)
    }
}
