import TernText

/// Reads a formula into atoms.
///
/// A descent through the grammar with one character of foresight: a formula is a row of atoms, an atom a base with
/// scripts; commands with arguments are in TeXParser+Commands, rows of cells in TeXParser+Environments.
struct TeXParser {
    let source: String
    var rest: Substring
    /// Whether letters are bold.
    var isBold = false
    /// Whether this is a subscript or superscript.
    var isScript = false
    /// How deep it is in groups, so that the stack goes no deeper.
    var depth = 0

    init(_ source: String) {
        self.source = source
        rest = source[...]
    }

    /// The whole formula.
    mutating func formula() throws -> [Atom] {
        let atoms = try row()
        switch next {
        case nil: break
        case .end("}"): throw error("a } without its {")
        case .end(let text): throw error("\(text) in a place where it means nothing")
        default: throw error("an end was expected at \"\(rest.prefix(12))\"")
        }
        guard atoms.contains(where: { $0.kind != .space }) else { throw error("nothing in it") }
        return atoms
    }

    enum Token: Equatable {
        case command(String), character(Character), open, script(Character), prime
        /// What ends a row: a closing brace, `&`, `\\`, `\right`, `\end`, `\middle`.
        case end(String)
    }

    /// The next token; spaces mean nothing.
    var next: Token? {
        let text = rest.drop { $0.isWhitespace }
        switch text.first {
        case nil: return nil
        case "\\":
            let name = Self.commandName(text)
            return ["\\", "right", "end", "middle"].contains(name) ? .end("\\" + name) : .command(name)
        case "{": return .open
        case "}": return .end("}")
        case "&": return .end("&")
        case "^", "_": return .script(text.first!)
        case "'": return .prime
        case let c?: return .character(c)
        }
    }

    mutating func advance() {
        rest = rest.drop { $0.isWhitespace }
        let count = rest.first == "\\" ? 1 + Self.commandName(rest).count : 1
        rest = rest.dropFirst(count)
    }

    private static func commandName(_ text: Substring) -> String {
        let body = text.dropFirst(), name = body.prefix { $0.isASCII && $0.isLetter }
        return String(name.isEmpty ? body.prefix(1) : name)
    }

    func error(_ what: String) -> ReportError { ReportError("\(what) in the formula \(source.trimmed.prefix(200))") }

    /// Atoms up to what ends a row.
    mutating func row() throws -> [Atom] {
        var atoms: [Atom] = []
        while let token = next {
            if case .end = token { break }
            atoms.append(try atom())
        }
        return atoms
    }

    /// A base and its scripts.
    private mutating func atom() throws -> Atom {
        var base: Atom
        switch next {
        case .script, .prime: base = Atom(kind: .ordinary, element: "<mrow></mrow>")
        default: base = try nucleus()
        }
        guard base.kind != .space else { return base }
        var below: String?, above: String?, primes = ""
        scripts: while true {
            switch next {
            case .prime:
                advance()
                primes += "′"
            case .script("_"):
                guard below == nil else { throw error("two subscripts of one base") }
                advance()
                below = try script("_")
            case .script:
                guard above == nil else { throw error("two superscripts of one base") }
                advance()
                above = try script("^")
            case .command("limits"), .command("nolimits"):
                guard case .command(let name) = next else { break scripts }
                base.limits = name == "limits"
                advance()
            default: break scripts
            }
        }
        if !primes.isEmpty { above = "<mrow><mo lspace=\"0\" rspace=\"0\">\(primes)</mo>\(above ?? "")</mrow>" }
        let tags = base.limits ? ("munder", "mover", "munderover") : ("msub", "msup", "msubsup")
        switch (below, above) {
        case (nil, nil): break
        case (let below?, nil): base.element = "<\(tags.0)>\(base.element)\(below)</\(tags.0)>"
        case (nil, let above?): base.element = "<\(tags.1)>\(base.element)\(above)</\(tags.1)>"
        case (let below?, let above?): base.element = "<\(tags.2)>\(base.element)\(below)\(above)</\(tags.2)>"
        }
        return base
    }

    private mutating func script(_ mark: String) throws -> String {
        let before = isScript
        isScript = true
        defer { isScript = before }
        return try argument(mark)
    }

    /// One element: a group in braces or a single atom without scripts.
    mutating func argument(_ command: String) throws -> String {
        switch next {
        case nil, .end: throw error("nothing behind \(command)")
        case .script, .prime: throw error("\(command) needs braces around what follows it")
        case .character(let c) where c.isASCII && c.isNumber:
            // Of several digits without braces, TeX takes the first.
            advance()
            return isBold ? "<mn class=\"bold\">\(c)</mn>" : "<mn>\(c)</mn>"
        default: return try MathML.grouped(MathML.spaced([nucleus()]))
        }
    }

    private mutating func nucleus() throws -> Atom {
        // Groups, scripts and arguments all come through here.
        depth += 1
        defer { depth -= 1 }
        if depth > 100 { throw error("groups more than 100 deep") }
        guard let token = next else { throw error("an end too early") }
        switch token {
        case .open: return try group()
        case .command(let name):
            advance()
            return try command(name)
        case .character(let c):
            if c.isASCII, c.isNumber { return number() }
            advance()
            return try symbol(String(c))
        default: throw error("something else was expected at \"\(rest.prefix(12))\"")
        }
    }

    /// What stands in braces, as one ordinary atom.
    private mutating func group() throws -> Atom {
        advance()
        let atoms = try row()
        guard next == .end("}") else { throw error("a { without its }") }
        advance()
        if atoms.count == 1, atoms[0].kind == .punctuation, atoms[0].isOperator {
            return Atom(kind: .ordinary, element: atoms[0].operatorElement(attributes: "lspace=\"0\" rspace=\"0\""))
        }
        return Atom(kind: .ordinary, element: MathML.grouped(MathML.spaced(atoms, isScript: isScript)))
    }

    private mutating func number() -> Atom {
        rest = rest.drop { $0.isWhitespace }
        var digits = rest.prefix { $0.isASCII && $0.isNumber }
        let tail = rest[digits.endIndex...]
        if tail.first == ".", tail.dropFirst().first.map({ $0.isASCII && $0.isNumber }) == true {
            digits = rest[..<tail.dropFirst().drop { $0.isASCII && $0.isNumber }.startIndex]
        }
        rest = rest[digits.endIndex...]
        return Atom(kind: .ordinary, element: isBold ? "<mn class=\"bold\">\(digits)</mn>" : "<mn>\(digits)</mn>")
    }

    /// A single character that is no digit.
    private func symbol(_ c: String) throws -> Atom {
        if c.first!.isLetter { return letter(c) }
        switch c {
        case ",", ";": return Atom(kind: .punctuation, element: "<mo>\(c)</mo>")
        case ".", "/": return Atom(kind: .ordinary, element: "<mo lspace=\"0\" rspace=\"0\">\(c)</mo>")
        case "!": return Atom(kind: .close, element: "<mo form=\"postfix\" lspace=\"0\" rspace=\"0\">!</mo>")
        case "(", "[", ")", "]", "|": return delimiter(c)
        case "~": return Atom(kind: .space, element: "<mspace width=\"0.25em\"/>")
        case "%", "$", "#": throw error("\(c) without its backslash")
        default:
            if let sign = TeXSymbols.binary[c] { return Atom(kind: .binary, element: "<mo>\(sign)</mo>") }
            if let sign = TeXSymbols.relations[c] { return Atom(kind: .relation, element: "<mo>\(sign.escaped)</mo>") }
            return Atom(kind: .ordinary, element: "<mi mathvariant=\"normal\">\(c.escaped)</mi>")
        }
    }

    func letter(_ c: String) -> Atom {
        Atom(
            kind: .ordinary,
            element: isBold ? "<mi mathvariant=\"normal\" class=\"bold\">\(c.escaped)</mi>" : "<mi>\(c.escaped)</mi>")
    }

    /// A bracket of the size of the text.
    func delimiter(_ name: String, size: String? = nil) -> Atom {
        let sign = TeXSymbols.delimiters[name]!
        let kind: Atom.Kind =
            TeXSymbols.openers.contains(name) ? .open : TeXSymbols.closers.contains(name) ? .close : .ordinary
        let form = kind == .open ? " form=\"prefix\"" : kind == .close ? " form=\"postfix\"" : ""
        let extent =
            size.map { "stretchy=\"true\" symmetric=\"true\" minsize=\"\($0)\" maxsize=\"\($0)\"" }
            ?? "stretchy=\"false\""
        return Atom(kind: kind, element: "<mo\(form) \(extent) lspace=\"0\" rspace=\"0\">\(sign)</mo>")
    }
}
