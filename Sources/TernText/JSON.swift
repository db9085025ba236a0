/// A value of JSON or YAML: numbers keep their digits, objects that are written their order.
package indirect enum JSON: Equatable, Sendable, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral
{
    case null
    case flag(Bool)
    /// The digits.
    case number(String)
    case text(String)
    case list([JSON])
    case object([Member])

    package struct Member: Equatable, Sendable {
        package var key: String
        package var value: JSON

        package init(key: String, value: JSON) {
            self.key = key
            self.value = value
        }
    }

    package init(stringLiteral value: String) { self = .text(value) }
    package init(booleanLiteral value: Bool) { self = .flag(value) }
    package init(integerLiteral value: Int) { self.init(value) }
    package init(floatLiteral value: Double) { self.init(value) }
    package init(arrayLiteral elements: JSON...) { self = .list(elements) }

    /// The fewest digits that read back equal; whole numbers have no point.
    package init(_ value: Double) {
        let digits = value.plain
        // Without a point YAML 1.1 takes 1e-05 for a text.
        self = .number(digits.contains(".") ? digits : digits.replacing("e", with: ".0e"))
    }

    package subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The object with a member more, or another value of one.
    package func with(_ key: String, _ value: JSON) -> JSON {
        guard case .object(var members) = self else { return self }
        if let i = members.firstIndex(where: { $0.key == key }) {
            members[i].value = value
        } else {
            members.append(Member(key: key, value: value))
        }
        return .object(members)
    }

    /// The object with the members of another, too.
    package func with(_ other: JSON) -> JSON { other.members.reduce(self) { $0.with($1.key, $1.value) } }
}

extension JSON: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member(key: $0, value: $1) })
    }
}

extension JSON {
    /// As text, two spaces deeper at each level; what is short stays on its line.
    package func written(indent: String = "") -> String {
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

    /// As text on one line.
    package var line: String {
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

    package var isScalar: Bool {
        switch self {
        case .list, .object: false
        default: true
        }
    }
}

// MARK: - Reading

extension JSON: Decodable {
    /// Any value; members of objects are in the order of their names.
    ///
    /// - Throws: `DecodingError` where the text is no JSON, or nested deeper than a decoder goes.
    package init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: Name.self) {
            self = .object(
                try object.allKeys.sorted { $0.stringValue < $1.stringValue }.map {
                    Member(key: $0.stringValue, value: try object.decode(JSON.self, forKey: $0))
                })
            return
        }
        if var list = try? decoder.unkeyedContainer() {
            var values: [JSON] = []
            while !list.isAtEnd { values.append(try list.decode(JSON.self)) }
            self = .list(values)
            return
        }
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let whole = try? value.decode(Int.self) {
            self = JSON(whole)
        } else {
            self = .number("\(try value.decode(Double.self))")
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// A whole number.
    package init(_ whole: Int) { self = .number("\(whole)") }

    /// A number with a point or an exponent, which readers that tell floating numbers from whole ones take for the
    /// former.
    package static func float(_ value: Double) -> JSON { .number("\(value)") }

    package var isNull: Bool { self == .null }
    package var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
    package var text: String? { if case .text(let text) = self { text } else { nil } }
    package var number: Double? { if case .number(let digits) = self { Double(digits) } else { nil } }
    package var whole: Int? { number.flatMap { Int(exactly: $0) } }
    package var list: [JSON]? { if case .list(let values) = self { values } else { nil } }
    /// None where it is no object.
    package var members: [Member] { if case .object(let members) = self { members } else { [] } }
}
