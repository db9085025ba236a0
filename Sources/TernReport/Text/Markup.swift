import TernNumbers
import TernText

/// Marks within a line of text: `code`, *emphasis*, **strong**, [links](#name) and $mathematics$.
///
/// A mark without its partner stays text, and a backslash takes a mark's meaning away. `$` follows Pandoc's rule, so
/// that prices stay prices: no space within the marks, no digit behind the second. A link without text, `[](#name)`, is
/// called what it leads to, such as Figure 3.2.
package struct Markup {
    package indirect enum Piece: Equatable {
        case text(String), code(String), math(String), emphasis([Piece]), strong([Piece])
        case link([Piece], to: String)
    }

    let pieces: [Piece]

    package init(_ text: String) { self.init(pieces: Self.parse(text[...])) }

    private init(pieces: [Piece]) { self.pieces = pieces }

    /// Without marks, for titles and tables of numbers.
    package var plain: String { Self.plain(pieces) }

    private static func plain(_ pieces: [Piece]) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text), .code(let text), .math(let text): text
            case .emphasis(let inner), .strong(let inner), .link(let inner, _): plain(inner)
            }
        }.joined()
    }

    /// The same with the text of links alone.
    package var withoutLinks: Markup { Markup(pieces: Self.unlinked(pieces)) }

    private static func unlinked(_ pieces: [Piece]) -> [Piece] {
        pieces.flatMap { piece -> [Piece] in
            switch piece {
            case .link(let inner, _): unlinked(inner)
            case .emphasis(let inner): [.emphasis(unlinked(inner))]
            case .strong(let inner): [.strong(unlinked(inner))]
            default: [piece]
            }
        }
    }

    /// - Parameters:
    ///   - isForgiving: whether a formula that cannot be read is shown as it is written, and a link that leads nowhere
    ///     as its text.
    ///   - link: the address and the name of what a link leads to.
    package func html(isForgiving: Bool = false, link: (String) throws -> (address: String, name: String)) throws
        -> String
    {
        try Self.html(pieces, isForgiving, link)
    }

    private static func html(
        _ pieces: [Piece], _ isForgiving: Bool, _ link: (String) throws -> (address: String, name: String)
    ) throws -> String {
        var result = "", glued = ""
        for (i, piece) in pieces.enumerated() {
            switch piece {
            case .text(let text):
                result += String(text.dropFirst(glued.count)).escaped
                glued = ""
            case .code(let text): result += "<code>\(text.escaped)</code>"
            case .math(let tex):
                guard let math = try isForgiving ? try? MathML.inline(tex) : MathML.inline(tex) else {
                    result += "$\(tex)$".escaped
                    continue
                }
                // Browsers would break between a formula and the comma behind it.
                if i + 1 < pieces.count, case .text(let next) = pieces[i + 1] {
                    glued = String(next.prefix { ".,;:!?)".contains($0) })
                }
                result += glued.isEmpty ? math : "<span class=\"whole\">\(math)\(glued)</span>"
            case .emphasis(let inner): result += try "<em>\(html(inner, isForgiving, link))</em>"
            case .strong(let inner): result += try "<strong>\(html(inner, isForgiving, link))</strong>"
            case .link(let inner, let target):
                guard let (address, name) = try isForgiving ? try? link(target) : link(target) else {
                    result += inner.isEmpty ? target.escaped : try html(inner, isForgiving, link)
                    continue
                }
                result += try
                    "<a href=\"\(address.escaped)\">\(inner.isEmpty ? name.escaped : html(inner, isForgiving, link))</a>"
            }
        }
        return result
    }

    /// Marks within marks deeper than this are text.
    private static let deepest = 50

    private static func parse(_ text: Substring, depth: Int = 0) -> [Piece] {
        guard depth < deepest else { return text.isEmpty ? [] : [.text(String(text))] }
        var pieces: [Piece] = [], plain = "", rest = text, partners = Partners(text)
        func flush() {
            if !plain.isEmpty { pieces.append(.text(plain)) }
            plain = ""
        }
        while let c = rest.first {
            if c == "\\", let next = rest.dropFirst().first, next.isMark {
                plain.append(next)
                rest = rest.dropFirst(2)
            } else if let (piece, length) = marked(rest, &partners, depth) {
                flush()
                pieces.append(piece)
                rest = rest.dropFirst(length)
            } else {
                // The whole run of stars, lest the second of a lone pair opens emphasis.
                let run = c == "*" ? rest.prefix { $0 == "*" } : rest.prefix(1)
                plain += run
                rest = rest.dropFirst(run.count)
            }
        }
        flush()
        return pieces
    }

    /// What begins here and how many characters it takes.
    private static func marked(_ text: Substring, _ partners: inout Partners, _ depth: Int) -> (Piece, Int)? {
        switch text.first {
        case "`", "$":
            return verbatim(text, &partners)
        case "*":
            let mark = text.hasPrefix("**") ? "**" : "*"
            guard let inner = enclosed(text, by: mark, &partners) else { return nil }
            let pieces = parse(inner, depth: depth + 1)
            return (mark == "*" ? .emphasis(pieces) : .strong(pieces), inner.count + 2 * mark.count)
        case "[":
            guard let label = partners.bracketed(text, "["), text[label.endIndex...].dropFirst().first == "(",
                let target = partners.bracketed(text[label.endIndex...].dropFirst(), "("), isSafe(target)
            else { return nil }
            return (.link(parse(label, depth: depth + 1), to: String(target)), label.count + target.count + 4)
        default: return nil
        }
    }

    /// Code or mathematics, in which no other mark counts.
    private static func verbatim(_ text: Substring, _ partners: inout Partners) -> (Piece, Int)? {
        guard let mark = text.first, mark == "`" || mark == "$" else { return nil }
        var inner = text.dropFirst()
        guard let end = mark == "$" ? partners.dollar(from: inner.startIndex) : inner.firstIndex(of: mark),
            end > inner.startIndex
        else { return nil }
        let behind = inner[inner.index(after: end)...].first
        inner = inner[..<end]
        if mark == "$" {
            guard !inner.first!.isWhitespace, !inner.last!.isWhitespace, behind?.isNumber != true else { return nil }
            return (.math(String(inner)), inner.count + 2)
        }
        return (.code(String(inner)), inner.count + 2)
    }

    /// What stands between a mark and its partner, neither beginning nor ending with a space.
    private static func enclosed(_ text: Substring, by mark: String, _ partners: inout Partners) -> Substring? {
        guard !partners.areMissing.contains(mark) else { return nil }
        let body = text.dropFirst(mark.count)
        guard let first = body.first, !first.isWhitespace, body.prefix(while: { $0 == "*" }).count < mark.count else {
            return nil
        }
        var rest = body
        while let c = rest.first {
            if let (_, length) = verbatim(rest, &partners) {
                rest = rest.dropFirst(length)
            } else if c == "\\" {
                rest = rest.dropFirst(2)
            } else if c == "*" {
                let run = rest.prefix { $0 == "*" }
                let closes = mark == "**" ? run.count >= 2 : run.count != 2
                if closes, rest.startIndex > body.startIndex, !body[body.index(before: rest.startIndex)].isWhitespace {
                    // The inner pair of three stars closes first.
                    let end = rest.index(rest.startIndex, offsetBy: run.count > mark.count ? run.count - mark.count : 0)
                    return body[..<end]
                }
                rest = rest.dropFirst(run.count)
            } else {
                rest = rest.dropFirst()
            }
        }
        // What would close a later mark would close this one.
        partners.areMissing.insert(mark)
        return nil
    }

    /// Addresses that lead somewhere and run nothing: of the web, of mail, and anchors of the page.
    private static func isSafe(_ target: Substring) -> Bool {
        // No server takes longer ones, and each of many that lie within each other would be read to its end.
        guard target.utf8.count <= 8192 else { return false }
        // By scalars, as browsers read: to them a colon with an accent is a colon.
        let scalars = target.unicodeScalars
        guard !scalars.contains(where: { $0.isControl || $0.properties.isWhitespace }) else { return false }
        if scalars.first == "#" { return true }
        return ["http://", "https://", "mailto:"].contains { start in
            scalars.count > start.unicodeScalars.count
                && zip(scalars, start.unicodeScalars).allSatisfy { $0.properties.lowercaseMapping == String($1) }
        }
    }
}

/// What closes the marks of a text, each searched for once: a search from every bracket would go through the rest of the
/// text again and again.
private struct Partners {
    private let text: Substring
    private var ends: [Character: [String.Index: String.Index]] = [:]
    /// Stars that nothing closes.
    var areMissing: Set<String> = []
    /// The dollar signs that may close mathematics.
    private var dollars: [String.Index]?

    init(_ text: Substring) { self.text = text }

    /// The first dollar sign from a place on that no backslash precedes, but for one before that place.
    mutating func dollar(from start: String.Index) -> String.Index? {
        if text[start...].first == "$" { return start }
        let found =
            dollars
            ?? zip(text.indices, text.indices.dropFirst()).compactMap { before, at in
                text[at] == "$" && text[before] != "\\" ? at : nil
            }
        dollars = found
        let next = found.partitioningIndex { $0 >= start }
        return next < found.count ? found[next] : nil
    }

    /// What stands between the bracket that `rest` begins with and its partner; nil where there is none.
    mutating func bracketed(_ rest: Substring, _ open: Character) -> Substring? {
        if ends[open] == nil {
            let close: Character = open == "[" ? "]" : ")"
            var found: [String.Index: String.Index] = [:], opened: [String.Index] = []
            for i in text.indices {
                if text[i] == open {
                    opened.append(i)
                } else if text[i] == close, let start = opened.popLast() {
                    found[start] = i
                }
            }
            ends[open] = found
        }
        return ends[open]![rest.startIndex].map { text[text.index(after: rest.startIndex)..<$0] }
    }
}
