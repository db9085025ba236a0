import Foundation
import Tern

/// What an example of a comment is compared with: the value or the shape that stands behind it.
struct Example: Sendable {
    /// Its file, below Sources and without the ending, and the declaration.
    let name: String
    let run: @Sendable () async throws -> Void

    init(_ name: String, _ run: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.run = run
    }
}

/// Texts that are kept until they are looked at.
final class Kept: @unchecked Sendable {
    /// What examples found that is not as their comments say.
    static let complaints = Kept()
    /// What an example printed.
    static let printed = Kept()

    private let lock = NSLock()
    private var texts: [String] = []

    func add(_ text: String) { lock.withLock { texts.append(text) } }
    func taken() -> [String] {
        lock.withLock {
            defer { texts = [] }
            return texts
        }
    }
}

/// What an example prints, kept to be compared.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
    let text = items.map { "\($0)" }.joined(separator: separator)
    Kept.printed.add(text)
    Swift.print(text, terminator: terminator)
}

/// Compares what a statement printed with the comments behind its lines: a comment begins with it, or stands in it.
func checkPrinted(_ comments: String...) {
    let texts = Kept.printed.taken()
    for comment in comments where !texts.contains(where: { says(comment, $0) }) {
        Kept.complaints.add("the comment says \(comment), it prints \(texts.joined(separator: "; "))")
    }
}

private func says(_ comment: String, _ printed: String) -> Bool {
    if printed.contains(comment) { return true }
    guard comment.hasPrefix(printed), let next = comment.dropFirst(printed.count).first else { return false }
    return " ,:;".contains(next) && !printed.isEmpty
}

/// An expression of an example, whose value nobody looks at.
func use<Value>(_ value: Value) {}

/// Compares a value with the literal at the beginning of a comment.
func check<Value>(_ comment: String, _ value: Value) { check(comment, each: [value]) }

/// Compares several values with the literals at the beginning of a comment, one after the other.
func check(_ comment: String, each values: [Any]) {
    var rest = comment[...]
    for value in values {
        let value = unwrapped(value)
        // Dates, cases and texts are written without quotes, too.
        if let text = forms(of: value).first(where: { rest.hasPrefix($0) && !$0.isEmpty }) {
            rest = rest.dropFirst(text.count)
        } else if let expected = Literal(&rest) {
            let isRough = comment.contains("up to ") || comment.contains("about ")
            if !literals(of: value).contains(where: { expected.agrees(with: $0, isRough: isRough) }) {
                Kept.complaints.add("the comment says \(comment), it is \(value)")
            }
        } else {
            Kept.complaints.add("what the comment says, \(comment), is no value; it is \(value)")
        }
        rest = rest.drop { $0 == "," || $0 == " " }
        if rest.hasPrefix("and ") { rest = rest.dropFirst(4) }
    }
}

private func unwrapped(_ value: Any) -> Any {
    let mirror = Mirror(reflecting: value)
    guard mirror.displayStyle == .optional else { return value }
    return mirror.children.first.map { unwrapped($0.value) } ?? "nil"
}

/// How a value may be written in words: that of a date, of a case.
private func forms(of value: Any) -> [String] {
    if value is Tensor { return [] }
    let text = String(describing: value)
    return Double(text) == nil ? [text, "." + text] : []
}

/// What a value may be written as: a tensor as its values or its shape.
private func literals(of value: Any) -> [Literal] {
    if let tensor = value as? Tensor {
        let values = tensor.doubles
        func nested(_ shape: ArraySlice<Int>, from start: Int) -> Literal {
            guard let count = shape.first else { return .number(values[start]) }
            let size = shape.dropFirst().reduce(1, *)
            return .list((0..<count).map { nested(shape.dropFirst(), from: start + $0 * size) })
        }
        let shape = Literal.list(tensor.shape.map { .number(Double($0)) })
        // Values of a large tensor are no comment's.
        return tensor.count > 10_000 ? [shape] : [nested(tensor.shape[...], from: 0), shape]
    }
    if let text = value as? String { return [.text(text)] }
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .collection {
        return [.list(mirror.children.compactMap { literals(of: unwrapped($0.value)).first })]
    }
    var text = String(describing: value)[...]
    return Literal(&text).map { [$0] } ?? []
}

/// A number, a text, a word, or a list of these, as a comment writes them.
indirect enum Literal {
    case number(Double, decimals: Int = 0)
    /// Digits with dots behind them: the beginning of a number.
    case beginning(String)
    case text(String)
    case word(String)
    /// Dots: any number of elements.
    case anything
    case list([Literal])

    /// Reads one from the beginning of a text.
    init?(_ text: inout Substring) {
        guard let first = text.first else { return nil }
        if first == "[" {
            var rest = text.dropFirst(), elements: [Literal] = []
            while true {
                rest = rest.drop { $0 == " " || $0 == "," }
                if rest.first == "]" { break }
                guard let element = Literal(&rest) else { return nil }
                elements.append(element)
            }
            text = rest.dropFirst()
            self = .list(elements)
        } else if first == "\"" {
            let rest = text.dropFirst()
            guard let end = rest.firstIndex(of: "\"") else { return nil }
            self = .text(String(rest[..<end]))
            text = rest[end...].dropFirst()
        } else if text.hasPrefix("...") {
            text = text.dropFirst(3)
            self = .anything
        } else {
            let token = text.prefix { $0.isLetter || $0.isNumber || "+-._<".contains($0) }
            guard !token.isEmpty else { return nil }
            text = text.dropFirst(token.count)
            let plain = token.hasSuffix(".") && !token.hasSuffix("...") ? token.dropLast() : token
            if let number = Double(plain) {
                self = .number(number, decimals: plain.split(separator: ".").dropFirst().first?.count ?? 0)
            } else if token.hasSuffix("..."), Double(token.dropLast(3)) != nil {
                self = .beginning(String(token.dropLast(3)))
            } else {
                self = .word(String(token))
            }
        }
    }

    /// Whether a value is what the comment says, a word in a list standing for any number.
    ///
    /// - Parameter isRough: whether the comment says that the digits are not exact: 1e-4 is enough then.
    func agrees(with value: Literal, inList: Bool = false, isRough: Bool) -> Bool {
        switch (self, value) {
        case (.number(let a, let decimals), .number(let b, _)):
            // Rounded numbers have four decimals or more.
            a == b || a.isNaN && b.isNaN || Float(a) == Float(b)
                || decimals > 3 && abs(a - b) <= 0.500001 * pow(10, -Double(decimals))
                || isRough && abs(a - b) <= 1e-4 * max(1, abs(b))
        case (.beginning(let a), .number(let b, _)): "\(b)".hasPrefix(a)
        case (.text(let a), .text(let b)), (.text(let a), .word(let b)): a == b
        case (.word(let a), .word(let b)): a == b || a == "." + b
        case (.word(let a), .text(let b)): a == b
        case (.word(let a), .number): inList && a.first!.isLetter
        case (.list(let a), .list(let b)):
            if case .anything? = a.last {
                a.count - 1 <= b.count
                    && zip(a.dropLast(), b).allSatisfy { $0.agrees(with: $1, inList: true, isRough: isRough) }
            } else {
                a.count == b.count && zip(a, b).allSatisfy { $0.agrees(with: $1, inList: true, isRough: isRough) }
            }
        default: false
        }
    }
}
