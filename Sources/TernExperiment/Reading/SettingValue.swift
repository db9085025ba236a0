import Tern

/// A value of a key: how it is read, written and described in the schema.
protocol SettingValue {
    init(_ place: Place) throws
    var json: JSON { get }
    static var jsonSchema: JSON { get }
    /// The numbers in it that ``Bounds`` hold for.
    var numbers: [Double] { get }
}

extension SettingValue {
    var numbers: [Double] { [] }
}

extension Int: SettingValue {
    init(_ place: Place) throws {
        guard case .number(let value) = place.text, let whole = Int(exactly: value) else {
            throw place.wants("a whole number")
        }
        guard abs(value) <= 0x1p30 else { throw place.wants("a whole number of at most \(1 << 30)") }
        self = whole
    }
    var json: JSON { .number("\(self)") }
    static var jsonSchema: JSON { ["type": "integer"] }
    var numbers: [Double] { [Double(self)] }
}

extension UInt64: SettingValue {
    init(_ place: Place) throws {
        // The digits themselves: a Double holds no more than 53 bits.
        guard let text = place.node.scalar?.string, let whole = UInt64(text) else {
            throw place.wants("a whole number of 0 or more")
        }
        self = whole
    }
    var json: JSON { .number("\(self)") }
    static var jsonSchema: JSON { ["type": "integer", "minimum": .number("0")] }
    var numbers: [Double] { [Double(self)] }
}

extension Double: SettingValue {
    init(_ place: Place) throws {
        guard case .number(let value) = place.text else { throw place.wants("a number") }
        self = value
    }
    var json: JSON { JSON(self) }
    static var jsonSchema: JSON { ["type": "number"] }
    var numbers: [Double] { [self] }
}

extension Bool: SettingValue {
    init(_ place: Place) throws {
        guard case .flag(let value) = place.text else { throw place.wants("true or false") }
        self = value
    }
    var json: JSON { .flag(self) }
    static var jsonSchema: JSON { ["type": "boolean"] }
}

extension String: SettingValue {
    init(_ place: Place) throws {
        // A name of digits is a text here, quoted or not.
        guard let scalar = place.node.scalar, place.text != .null else { throw place.wants("a text") }
        self = scalar.string
    }
    var json: JSON { .text(self) }
    static var jsonSchema: JSON { ["type": "string"] }
}

extension Scalar: SettingValue {
    init(_ place: Place) throws {
        switch place.text {
        case .number(let value): self = .number(value)
        case .text(let text): self = .text(text)
        default: throw place.wants("a number or a text")
        }
    }
    var json: JSON {
        switch self {
        case .number(let value): JSON(value)
        case .text(let text): .text(text)
        }
    }
    static var jsonSchema: JSON { ["type": ["number", "string"]] }
}

extension Optional: SettingValue where Wrapped: SettingValue {
    init(_ place: Place) throws { self = place.text == .null ? nil : try Wrapped(place) }
    var json: JSON { self?.json ?? .null }
    static var jsonSchema: JSON {
        let schema = Wrapped.jsonSchema
        return switch (schema["type"], schema["anyOf"]) {
        case (nil, .list(let parts)?): schema.with("anyOf", .list(parts + [["type": "null"]]))
        default: ["anyOf": [schema, ["type": "null"]]]
        }
    }
    var numbers: [Double] { self?.numbers ?? [] }
}

extension Array: SettingValue where Element: SettingValue {
    /// A single value stands for a list of one.
    init(_ place: Place) throws {
        if let elements = place.elements { self = try elements.map(Element.init) } else { self = [try Element(place)] }
    }
    var json: JSON { .list(map(\.json)) }
    static var jsonSchema: JSON { ["anyOf": [["type": "array", "items": Element.jsonSchema], Element.jsonSchema]] }
    var numbers: [Double] { flatMap(\.numbers) }
}

extension Dictionary: SettingValue where Key == String, Value: SettingValue {
    init(_ place: Place) throws {
        guard let members = try place.members else { throw place.wants("keys with values") }
        self = try Dictionary(uniqueKeysWithValues: members.map { ($0.key, try Value($0.place)) })
    }
    var json: JSON { .object(sorted { $0.key < $1.key }.map { JSON.Member(key: $0, value: $1.json) }) }
    static var jsonSchema: JSON { ["type": "object", "additionalProperties": Value.jsonSchema] }
}

/// One of a few words.
protocol Choice: SettingValue, RawRepresentable, CaseIterable where RawValue == String {}

extension Choice {
    init(_ place: Place) throws {
        guard let text = place.node.scalar?.string, let value = Self(rawValue: text) else {
            throw place.wants("one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = value
    }
    var json: JSON { .text(rawValue) }
    static var jsonSchema: JSON { ["enum": .list(allCases.map { .text($0.rawValue) })] }
}
