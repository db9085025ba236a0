import TernText

/// Formulas in a part of TeX as presentation MathML, which browsers set by themselves.
///
/// ```
/// try MathML.inline("\\hat y_i")       // <math><semantics>...
/// ```
///
/// The elements are those of MathML Core (W3C, https://www.w3.org/TR/mathml-core/); spaces between atoms follow
/// chapter 18 of Knuth's TeXbook (1984). The source stays within as an annotation. Macros and packages are not known.
package enum MathML {
    package static func inline(_ tex: String) throws -> String {
        // Browsers do not break formulas; a long one gets a box of its own where the page is narrow.
        let math = try element(tex, attributes: "")
        return tex.count < 42
            ? math : "<span class=\"long\" tabindex=\"0\" role=\"group\" aria-label=\"Formula\">\(math)</span>"
    }

    package static func display(_ tex: String) throws -> String {
        try element(tex, attributes: " display=\"block\"")
    }

    private static func element(_ tex: String, attributes: String) throws -> String {
        var parser = TeXParser(tex)
        return "<math\(attributes)><semantics>" + grouped(spaced(try parser.formula()))
            + "<annotation encoding=\"application/x-tex\">\(tex.trimmed.escaped)</annotation></semantics></math>"
    }

    /// One element from any number.
    static func grouped(_ elements: [String]) -> String {
        elements.count == 1 ? elements[0] : "<mrow>\(elements.joined())</mrow>"
    }

    /// Elements with what TeX puts between them and browsers do not by themselves.
    ///
    /// - Parameter previous: what stands before the first, such as the left side of an aligned equation.
    /// - Parameter isScript: whether they are small, where operators stand close.
    static func spaced(_ atoms: [Atom], after previous: Atom.Kind? = nil, isScript: Bool = false) -> [String] {
        var elements: [String] = [], previous = previous
        for (i, atom) in atoms.enumerated() {
            if atom.kind == .space {
                elements.append(atom.element)
                continue
            }
            let next = atoms[(i + 1)...].first { $0.kind != .space }?.kind
            let thin = "<mspace width=\"0.167em\"/>"
            switch atom.kind {
            case .function where previous == .ordinary || previous == .close || previous == .function:
                elements.append(thin)
            case .ordinary where previous == .function: elements.append(thin)
            default: break
            }
            let isSign =
                switch previous {
                case nil, .binary, .relation, .open, .punctuation, .large, .function: true
                default: false
                }
            let lacksRight = next == nil || next == .relation || next == .close || next == .punctuation
            switch atom.kind {
            case .binary where isSign || lacksRight:
                elements.append(atom.withoutSpace(form: next == nil ? "postfix" : "prefix"))
            case .binary where isScript, .relation where isScript: elements.append(atom.withoutSpace(form: "infix"))
            default: elements.append(atom.element)
            }
            previous = atom.kind
        }
        return elements
    }
}

/// A part of a formula and its place in the grammar of spaces.
struct Atom {
    enum Kind { case ordinary, large, function, binary, relation, open, close, punctuation, space }

    var kind: Kind
    var element: String
    /// Whether scripts stand above and below where there is room.
    var limits = false

    /// An operator as a sign of what stands beside it, or within a script.
    func withoutSpace(form: String) -> String {
        element.hasPrefix("<mo>") ? operatorElement(attributes: "form=\"\(form)\" lspace=\"0\" rspace=\"0\"") : element
    }

    /// Whether the element is an operator alone, without scripts.
    var isOperator: Bool { element.hasPrefix("<mo>") || element.hasPrefix("<mo ") }

    /// The element, which is an operator, with these attributes in the place of its own.
    func operatorElement(attributes: String) -> String { "<mo \(attributes)" + element.drop { $0 != ">" } }
}

extension String {
    var trimmed: String { String(trimmed(where: \.isWhitespace)) }
}
