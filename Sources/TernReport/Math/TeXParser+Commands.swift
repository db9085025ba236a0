import TernText

extension TeXParser {
    mutating func command(_ name: String) throws -> Atom {
        if let atom = symbolCommand(name) { return atom }
        if let accent = TeXSymbols.accents[name] {
            return Atom(
                kind: .ordinary,
                element: "<mover accent=\"true\">\(try argument("\\" + name))"
                    + "<mo stretchy=\"\(accent.stretches)\">\(accent.mark)</mo></mover>")
        }
        switch name {
        case "frac", "dfrac", "tfrac":
            let fraction = "<mfrac>\(try argument("\\" + name))\(try argument("\\" + name))</mfrac>"
            if name == "frac" { return Atom(kind: .ordinary, element: fraction) }
            return Atom(kind: .ordinary, element: "<mstyle displaystyle=\"\(name == "dfrac")\">\(fraction)</mstyle>")
        case "binom":
            let fraction = "<mfrac linethickness=\"0\">\(try argument("\\binom"))\(try argument("\\binom"))</mfrac>"
            return Atom(
                kind: .ordinary, element: "<mrow>\(fence("(", "prefix"))\(fraction)\(fence(")", "postfix"))</mrow>")
        case "sqrt":
            guard next == .character("[") else {
                return Atom(kind: .ordinary, element: "<msqrt>\(try argument("\\sqrt"))</msqrt>")
            }
            guard let index = bracketed() else { throw error("\\sqrt[ without its ]") }
            var inner = TeXParser(index)
            inner.depth = depth
            let degree = MathML.grouped(MathML.spaced(try inner.formula()))
            return Atom(kind: .ordinary, element: "<mroot>\(try argument("\\sqrt"))\(degree)</mroot>")
        case "left": return try fenced()
        case "begin": return try environment()
        case "text", "textrm", "textit", "textbf", "mbox":
            return Atom(
                kind: .ordinary,
                element: "<mtext\(name == "textbf" ? " class=\"bold\"" : "")>\(try words(name).escaped)</mtext>")
        case "mathrm", "operatorname", "mathsf", "mathtt", "mathit":
            return upright(try words(name).trimmed, isFunction: name == "operatorname")
        case "mathbf", "boldsymbol", "bm":
            let before = isBold
            isBold = true
            defer { isBold = before }
            return Atom(kind: .ordinary, element: try argument("\\" + name))
        case "mathcal", "mathbb":
            let letters = try words(name).trimmed
            let signs = try letters.map { c -> String in
                guard let sign = name == "mathcal" ? TeXSymbols.script(c) : TeXSymbols.doubleStruck[c] else {
                    throw error("\\\(name) of \"\(c)\", which has no such form,")
                }
                return "<mi mathvariant=\"normal\">\(sign)</mi>"
            }
            return Atom(kind: .ordinary, element: MathML.grouped(signs))
        case "underbrace", "overbrace":
            let tag = name == "underbrace" ? "munder" : "mover", brace = name == "underbrace" ? "⏟" : "⏞"
            return Atom(
                kind: .ordinary,
                element: "<\(tag)>\(try argument("\\" + name))<mo stretchy=\"true\">\(brace)</mo></\(tag)>",
                limits: true)
        case "underline":
            return Atom(
                kind: .ordinary,
                element:
                    "<munder accentunder=\"true\">\(try argument("\\underline"))<mo stretchy=\"true\">_</mo></munder>")
        case "overset", "stackrel":
            let mark = try argument("\\" + name)
            return Atom(kind: .relation, element: "<mover>\(try argument("\\" + name))\(mark)</mover>")
        case "underset":
            let mark = try argument("\\underset")
            return Atom(kind: .relation, element: "<munder>\(try argument("\\underset"))\(mark)</munder>")
        case "big", "bigl", "bigr", "bigm", "Big", "Bigl", "Bigr", "Bigm", "bigg", "biggl", "biggr":
            let size = name.hasPrefix("bigg") ? "2.4em" : name.hasPrefix("Big") ? "1.8em" : "1.2em"
            return delimiter(try delimiterName("\\" + name), size: size)
        case "displaystyle":
            return Atom(
                kind: .ordinary, element: "<mstyle displaystyle=\"true\">\(MathML.spaced(try row()).joined())</mstyle>")
        default: throw error("the unknown command \\\(name)")
        }
    }

    /// A command that is a sign and takes no argument.
    private func symbolCommand(_ name: String) -> Atom? {
        if let sign = TeXSymbols.letters[name] { return letter(sign) }
        if let sign = TeXSymbols.upright[name] {
            return Atom(
                kind: .ordinary,
                element: "<mi mathvariant=\"normal\"\(isBold ? " class=\"bold\"" : "")>\(sign.escaped)</mi>")
        }
        if name == "colon" { return Atom(kind: .punctuation, element: "<mo lspace=\"0\" rspace=\"0.278em\">:</mo>") }
        if let width = TeXSymbols.spaces[name] { return Atom(kind: .space, element: "<mspace width=\"\(width)em\"/>") }
        if name.count > 1 || name.first?.isLetter == true {
            if let sign = TeXSymbols.binary[name] { return Atom(kind: .binary, element: "<mo>\(sign)</mo>") }
            if let sign = TeXSymbols.relations[name] { return Atom(kind: .relation, element: "<mo>\(sign)</mo>") }
        }
        if let sign = TeXSymbols.large[name] {
            let isIntegral = TeXSymbols.integrals.contains(name)
            return Atom(kind: .large, element: "<mo>\(sign)</mo>", limits: !isIntegral)
        }
        if TeXSymbols.functions.contains(name) { return Atom(kind: .function, element: "<mi>\(name)</mi>") }
        if let text = TeXSymbols.limitFunctions[name] {
            return Atom(
                kind: .function,
                element: "<mo form=\"prefix\" movablelimits=\"true\" lspace=\"0\" rspace=\"0\">"
                    + "\(text.replacing(" ", with: "\u{2009}"))</mo>", limits: true)
        }
        if name == "|" { return delimiter("Vert") }
        if name == "{" || name == "}" || TeXSymbols.delimiters[name] != nil && name.first!.isLetter {
            return delimiter(name)
        }
        return nil
    }

    /// A word in upright letters.
    private func upright(_ text: String, isFunction: Bool) -> Atom {
        let isWord = text.allSatisfy { $0.isLetter || $0.isNumber }
        let element =
            isWord && text.contains(where: \.isLetter)
            ? "<mi\(text.count == 1 ? " mathvariant=\"normal\"" : "")>\(text.escaped)</mi>"
            : "<mtext>\(text.escaped)</mtext>"
        return Atom(kind: isFunction ? .function : .ordinary, element: element)
    }

    /// `\left( ... \right)`, as high as what it encloses.
    private mutating func fenced() throws -> Atom {
        let open = try delimiterName("\\left")
        var elements = [fence(TeXSymbols.delimiters[open]!, "prefix")]
        elements += MathML.spaced(try row())
        while next == .end("\\middle") {
            advance()
            let sign = TeXSymbols.delimiters[try delimiterName("\\middle")]!
            elements.append("<mo stretchy=\"true\" lspace=\"0.2em\" rspace=\"0.2em\">\(sign)</mo>")
            elements += MathML.spaced(try row())
        }
        guard next == .end("\\right") else { throw error("a \\left without its \\right") }
        advance()
        elements.append(fence(TeXSymbols.delimiters[try delimiterName("\\right")]!, "postfix"))
        return Atom(kind: .ordinary, element: "<mrow>\(elements.joined())</mrow>")
    }

    func fence(_ sign: String, _ form: String) -> String {
        sign.isEmpty ? "" : "<mo form=\"\(form)\" fence=\"true\" stretchy=\"true\">\(sign)</mo>"
    }

    private mutating func delimiterName(_ command: String) throws -> String {
        rest = rest.drop { $0.isWhitespace }
        let name: String
        switch next {
        case .command("|"): name = "Vert"
        case .command(let other): name = other
        case .character(let c): name = String(c)
        default: name = ""
        }
        guard TeXSymbols.delimiters[name] != nil else { throw error("no bracket behind \(command)") }
        advance()
        return name
    }

    /// What stands in braces, letter by letter.
    mutating func words(_ command: String) throws -> String {
        rest = rest.drop { $0.isWhitespace }
        guard rest.first == "{" else { throw error("\\\(command) without its braces") }
        var depth = 0
        for i in rest.indices {
            if rest[i] == "{" { depth += 1 }
            if rest[i] == "}" { depth -= 1 }
            if depth == 0 {
                let inner = rest[rest.index(after: rest.startIndex)..<i]
                rest = rest[rest.index(after: i)...]
                // Spaces at the ends of an element are dropped by browsers; these are not.
                let text = inner.replacing("\\ ", with: " ").replacing("\\_", with: "_").replacing("\\%", with: "%")
                    .replacing("\\,", with: "\u{2009}")
                return String(text.replacing(" ", with: "\u{A0}"))
            }
        }
        throw error("a { without its }")
    }

    /// What stands in square brackets.
    mutating func bracketed() -> String? {
        rest = rest.drop { $0.isWhitespace }
        guard rest.first == "[", let end = rest.firstIndex(of: "]") else { return nil }
        defer { rest = rest[rest.index(after: end)...] }
        return String(rest[rest.index(after: rest.startIndex)..<end])
    }
}
