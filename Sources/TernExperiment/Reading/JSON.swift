import TernText

/// A value of JSON or YAML to be written: numbers keep their digits, objects their order.
indirect enum JSON: Equatable, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral {
    case null
    case flag(Bool)
    /// The digits.
    case number(String)
    case text(String)
    case list([JSON])
    case object([Member])

    struct Member: Equatable {
        var key: String
        var value: JSON
    }

    init(stringLiteral value: String) { self = .text(value) }
    init(booleanLiteral value: Bool) { self = .flag(value) }
    init(arrayLiteral elements: JSON...) { self = .list(elements) }

    /// The fewest digits that read back equal; whole numbers have no point.
    init(_ value: Double) {
        let digits = value.plain
        // Without a point YAML 1.1 takes 1e-05 for a text.
        self = .number(digits.contains(".") ? digits : digits.replacing("e", with: ".0e"))
    }

    subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The object with a member more, or another value of one.
    func with(_ key: String, _ value: JSON) -> JSON {
        guard case .object(var members) = self else { return self }
        if let i = members.firstIndex(where: { $0.key == key }) {
            members[i].value = value
        } else {
            members.append(Member(key: key, value: value))
        }
        return .object(members)
    }
}

extension JSON: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { Member(key: $0, value: $1) }) }
}

extension JSON {
    /// As text, two spaces deeper at each level; what is short stays on its line.
    func written(indent: String = "") -> String {
        let line = line, deeper = indent + "  "
        if isScalar || indent.count + line.count < 110 { return line }
        func block(_ open: String, _ parts: [String], _ close: String) -> String {
            "\(open)\n" + parts.map { deeper + $0 }.joined(separator: ",\n") + "\n\(indent)\(close)"
        }
        return switch self {
        case .list(let values): block("[", values.map { $0.written(indent: deeper) }, "]")
        case .object(let members):
            block("{", members.map { "\($0.key.quotedJSON): \($0.value.written(indent: deeper))" }, "}")
        default: line
        }
    }

    private var line: String {
        switch self {
        case .null: "null"
        case .flag(let value): "\(value)"
        case .number(let digits): digits
        case .text(let text): text.quotedJSON
        case .list(let values): "[\(values.map(\.line).joined(separator: ", "))]"
        case .object(let members):
            "{\(members.map { "\($0.key.quotedJSON): \($0.value.line)" }.joined(separator: ", "))}"
        }
    }

    var isScalar: Bool {
        switch self {
        case .list, .object: false
        default: true
        }
    }
}
