import TernCore

/// Arithmetic in x, or in x1, x2, ..., read from text.
///
/// ```swift
/// let f = try Formula("x*cos(0.15*pi*x)")
/// f(10)                                   // 0.0, up to rounding: cos(1.5 π)
/// let valley = try Formula("(1 - x1)^2 + 100*(x2 - x1^2)^2")
/// let descent = minimise(from: [0, 0], method: .lbfgs(), steps: 100, valley.function)
/// descent.last.position                   // [1.0, 1.0], up to rounding
/// ```
///
/// It knows + - * / ^ (or **), brackets, pi and e, and sin, cos, tan, exp, log, sqrt, abs, tanh, sinh, cosh, sigmoid,
/// relu, min, max. Its gradient is found like that of any function of tensors.
public struct Formula: Sendable {
    /// The text that it was read from.
    public let text: String
    /// How many variables it has: the highest number of an x.
    public let variableCount: Int
    private let root: Node

    /// What is wrong with an expression, and where.
    ///
    /// ```swift
    /// do { _ = try Formula("2 * (x + 1") } catch let mistake as Formula.Mistake {
    ///     print(mistake.message)              // this bracket is not closed
    ///     print(mistake.offset)               // 4
    /// }
    /// ```
    public struct Mistake: Error, CustomStringConvertible, Equatable {
        /// The whole expression.
        public var text: String
        /// How many characters come before the mistake.
        public var offset: Int
        /// What is wrong, in a clause.
        public var message: String

        /// The message, with the expression and a mark under the place; of a long one, what stands around it.
        public var description: String {
            // Of a long expression, what stands around the mistake.
            let characters = Array(text), start = max(0, min(offset, characters.count) - 60),
                end = min(characters.count, start + 120)
            let shown =
                (start > 0 ? "..." : "") + String(characters[start..<end]) + (end < characters.count ? "..." : "")
            return "\(message)\n  \(shown)\n  \(String(repeating: " ", count: offset - start + (start > 0 ? 3 : 0)))^"
        }
    }

    fileprivate indirect enum Node: Sendable {
        case number(Double), variable(Int)
        case call(String, [Node])
    }

    /// Reads an expression: sums of products of powers, from left to right, powers from right to left.
    ///
    /// - Throws: ``Mistake`` with the place of what cannot be read, also of an expression that is too long or nests too
    ///   deeply.
    public init(_ text: String) throws {
        var parser = Parser(text: text, characters: Array(text))
        root = try parser.whole()
        self.text = text
        variableCount = max(1, parser.variableCount)
    }

    /// Its value, of shape [], for a vector of at least ``variableCount`` variables.
    public var function: @Sendable (Tensor) -> Tensor { { [root] in Self.value(root, $0) } }

    /// Its value at a point: as many numbers as there are variables.
    public func callAsFunction(_ x: Double...) -> Double { function(Tensor(x)).item }

    private static func value(_ node: Node, _ x: Tensor) -> Tensor {
        switch node {
        case .number(let value): return Tensor(value)
        case .variable(let i): return x[i]
        case .call(let name, let parts):
            // Whole powers as products: exact where the products are.
            if name == "^", case .number(let exponent) = parts[1], exponent == exponent.rounded(),
                (1...16).contains(exponent)
            {
                let base = value(parts[0], x)
                return (1..<max(1, Int(exponent))).reduce(base) { power, _ in power * base }
            }
            return functions[name]!.apply(parts.map { value($0, x) })
        }
    }

    fileprivate struct Function: Sendable {
        var count: Int
        var apply: @Sendable ([Tensor]) -> Tensor
    }

    fileprivate static let functions: [String: Function] = [
        "+": .init(count: 2) { $0[0] + $0[1] }, "-": .init(count: 2) { $0[0] - $0[1] },
        "*": .init(count: 2) { $0[0] * $0[1] },
        "/": .init(count: 2) { $0[0] / $0[1] }, "^": .init(count: 2) { power($0[0], $0[1]) },
        "negate": .init(count: 1) { -$0[0] },
        "sin": .init(count: 1) { sin($0[0]) }, "cos": .init(count: 1) { cos($0[0]) },
        "tan": .init(count: 1) { tan($0[0]) }, "exp": .init(count: 1) { exp($0[0]) },
        "log": .init(count: 1) { log($0[0]) }, "sqrt": .init(count: 1) { sqrt($0[0]) },
        "abs": .init(count: 1) { abs($0[0]) },
        "tanh": .init(count: 1) { tanh($0[0]) }, "sinh": .init(count: 1) { sinh($0[0]) },
        "cosh": .init(count: 1) { cosh($0[0]) }, "sigmoid": .init(count: 1) { sigmoid($0[0]) },
        "relu": .init(count: 1) { relu($0[0]) }, "min": .init(count: 2) { minimum($0[0], $0[1]) },
        "max": .init(count: 2) { maximum($0[0], $0[1]) },
    ]
}

// MARK: - Reading

/// Reads sums of products of powers, from left to right; powers from right to left.
private struct Parser {
    let text: String
    let characters: [Character]
    var place = 0
    var variableCount = 0
    /// How deep brackets and signs nest here, and how many operations there are: what a formula is read and computed
    /// with goes as deep, and the stack does not go on for ever.
    var depth = 0, operations = 0
    private static let mostDepth = 100, mostOperations = 1000

    private mutating func skipBlanks() { while place < characters.count, characters[place].isWhitespace { place += 1 } }

    private mutating func next() -> Character? {
        skipBlanks()
        return place < characters.count ? characters[place] : nil
    }

    private mutating func take(_ c: Character) -> Bool {
        guard next() == c else { return false }
        place += 1
        return true
    }

    private func mistake(_ message: String, at offset: Int) -> Formula.Mistake {
        Formula.Mistake(text: text, offset: offset, message: message)
    }

    mutating func whole() throws -> Formula.Node {
        guard next() != nil else { throw mistake("the expression is empty", at: 0) }
        let node = try sum()
        if let c = next() {
            throw mistake(
                c == ")" ? "this bracket closes none" : "an operator such as + or * is missing before \"\(c)\"",
                at: place)
        }
        return node
    }

    private mutating func sum() throws -> Formula.Node {
        var left = try product()
        while let c = next(), c == "+" || c == "-" || c == "−" {
            place += 1
            left = try call(c == "+" ? "+" : "-", [left, try product()])
        }
        return left
    }

    private mutating func product() throws -> Formula.Node {
        var left = try signed()
        while let c = next(), c == "*" || c == "/" || c == "·" {
            place += 1
            left = try call(c == "/" ? "/" : "*", [left, try signed()])
        }
        return left
    }

    private mutating func call(_ name: String, _ parts: [Formula.Node]) throws -> Formula.Node {
        operations += 1
        if operations > Self.mostOperations {
            throw mistake(
                "the expression has more than \(Self.mostOperations) operations", at: min(place, characters.count))
        }
        return .call(name, parts)
    }

    private mutating func signed() throws -> Formula.Node {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.mostDepth {
            throw mistake(
                "brackets, powers and signs nest more than \(Self.mostDepth) deep", at: min(place, characters.count))
        }
        if take("-") || take("−") { return try call("negate", [try signed()]) }
        if take("+") { return try signed() }
        return try power()
    }

    private mutating func power() throws -> Formula.Node {
        let base = try atom()
        if take("^") { return try call("^", [base, try signed()]) }
        if next() == "*", place + 1 < characters.count, characters[place + 1] == "*" {
            place += 2
            return try call("^", [base, try signed()])
        }
        return base
    }

    private mutating func atom() throws -> Formula.Node {
        guard let c = next() else {
            throw mistake("a number, x or a function is missing at the end", at: characters.count)
        }
        let start = place
        if c == "(" {
            place += 1
            let node = try sum()
            guard take(")") else { throw mistake("this bracket is not closed", at: start) }
            return node
        }
        if c.isNumber || c == "." { return .number(try number()) }
        guard c.isLetter else { throw mistake("a number, x or a function is missing before \"\(c)\"", at: place) }
        while place < characters.count,
            characters[place].isLetter || characters[place].isNumber || characters[place] == "_"
        { place += 1 }
        let name = String(characters[start..<place])
        if let variable = variable(name) {
            variableCount = max(variableCount, variable + 1)
            return .variable(variable)
        }
        if name == "pi" || name == "π" { return .number(.pi) }
        if name == "e" { return .number(2.718281828459045) }
        guard name.count > 1, let function = Formula.functions[name], name != "negate" else {
            throw mistake(
                "\"\(name)\" is neither a variable (x, or x1, x2, ...) nor a function that is known", at: start)
        }
        guard take("(") else { throw mistake("\(name) wants its argument in brackets", at: place) }
        var arguments = [try sum()]
        while take(",") { arguments.append(try sum()) }
        guard take(")") else { throw mistake("the bracket of \(name) is not closed", at: place) }
        guard arguments.count == function.count else {
            throw mistake("\(name) takes \(function.count) argument(s) and got \(arguments.count)", at: start)
        }
        return try call(name, arguments)
    }

    /// x, or x1, x2, ... by number.
    private func variable(_ name: String) -> Int? {
        if name == "x" { return 0 }
        guard name.first == "x", let i = Int(name.dropFirst().drop { $0 == "_" }), i >= 1, i <= 100 else { return nil }
        return i - 1
    }

    private mutating func number() throws -> Double {
        let start = place
        while place < characters.count, characters[place].isNumber || characters[place] == "." { place += 1 }
        // An exponent, unless "e" is the number.
        if place < characters.count, characters[place] == "e" || characters[place] == "E" {
            var end = place + 1
            if end < characters.count, characters[end] == "-" || characters[end] == "+" { end += 1 }
            if end < characters.count, characters[end].isNumber {
                while end < characters.count, characters[end].isNumber { end += 1 }
                place = end
            }
        }
        guard let value = Double(String(characters[start..<place])) else {
            throw mistake("\"\(String(characters[start..<place]))\" is no number", at: start)
        }
        return value
    }
}
