extension TeXParser {
    /// `\begin{pmatrix} a & b \\ c & d \end{pmatrix}` and its kin.
    mutating func environment() throws -> Atom {
        let name = try words("begin").trimmed
        guard let kind = Environment.known[name] else {
            throw error(
                "the unknown environment \(name) (known: \(Environment.known.keys.sorted().joined(separator: ", ")))")
        }
        if name == "array" { _ = try words("begin{array}") }
        var rows: [[[Atom]]] = [[]]
        cells: while true {
            rows[rows.count - 1].append(try row())
            switch next {
            case .end("&"): advance()
            case .end("\\\\"):
                advance()
                // Extra space between rows is the page's business.
                if next == .character("[") { _ = bracketed() }
                rows.append([])
            case .end("\\end"):
                advance()
                let other = try words("end").trimmed
                guard other == name else { throw error("\\begin{\(name)} that ends with \\end{\(other)}") }
                break cells
            default: throw error("\\begin{\(name)} without its \\end")
            }
        }
        if rows.last?.allSatisfy(\.isEmpty) == true { rows.removeLast() }
        let table = kind.table(rows)
        let elements = [fence(kind.open, "prefix"), table, fence(kind.close, "postfix")].filter { !$0.isEmpty }
        return Atom(kind: .ordinary, element: MathML.grouped(elements))
    }
}

/// How an environment sets its cells, and between what.
private struct Environment {
    var open = "", close = ""
    /// Of columns, over and over.
    var alignment = ["center"]
    /// Whether cells stand close, as the sides of an equation, and in display style.
    var isEquation = false

    static let known: [String: Environment] = [
        "matrix": Environment(), "array": Environment(), "smallmatrix": Environment(),
        "pmatrix": Environment(open: "(", close: ")"), "bmatrix": Environment(open: "[", close: "]"),
        "Bmatrix": Environment(open: "{", close: "}"), "vmatrix": Environment(open: "|", close: "|"),
        "Vmatrix": Environment(open: "‖", close: "‖"), "cases": Environment(open: "{", alignment: ["left"]),
        "aligned": equation, "align": equation, "align*": equation, "split": equation,
        "gathered": Environment(isEquation: true),
    ]
    private static let equation = Environment(alignment: ["right", "left"], isEquation: true)

    func table(_ rows: [[[Atom]]]) -> String {
        // Browsers of MathML Core align by style, older ones by attribute.
        let columns = rows.map(\.count).max() ?? 1
        let sides = (0..<columns).map { alignment[$0 % alignment.count] }
        let body = rows.map { row in
            "<mtr>"
                + row.enumerated().map { i, cell in
                    let isRight = isEquation && i % 2 == 1
                    return
                        "<mtd class=\"\(sides[i])\">\(MathML.spaced(cell, after: isRight ? .ordinary : nil).joined())</mtd>"
                }.joined() + "</mtr>"
        }.joined()
        return
            "<mtable columnalign=\"\(sides.joined(separator: " "))\"\(isEquation ? " displaystyle=\"true\" class=\"equation\"" : "")>\(body)</mtable>"
    }
}
