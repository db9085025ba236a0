import Tern

/// A group of settings, described once: what its keys are, what they mean, what they allow.
///
/// Reading, writing, the JSON schema and the complaint about an unknown key are all made from ``keys``.
protocol Settings: SettingValue {
    /// The defaults; what must be given holds anything.
    init()
    static var keys: [Key<Self>] { get }
    /// The key that a single value stands for: `regrid: 2.5` for `regrid: {step: 2.5}`.
    static var shorthand: String? { get }
    /// Fills in what depends on other keys, and says which of them do not fit together.
    mutating func finish(_ place: Place) throws
}

/// A key of settings.
struct Key<Root> {
    let name: String
    let isRequired: Bool
    let read: (inout Root, Place) throws -> Void
    let write: (Root) -> JSON
    private let makeSchema: () -> JSON
    private let help: String

    /// - Parameters:
    ///   - isRequired: whether it must be given; else the default is what a fresh `Root` holds.
    ///   - names: the words that are allowed, where there are only some.
    init<Value: SettingValue>(
        _ name: String, _ path: WritableKeyPath<Root, Value>, required isRequired: Bool = false,
        is bounds: Bounds? = nil,
        names: (what: String, all: [String])? = nil, _ help: String
    ) {
        self.name = name
        self.isRequired = isRequired
        self.help = help
        read = { root, place in
            let value = try Value(place)
            if let bounds, let odd = value.numbers.first(where: { !bounds.contains($0) }) {
                throw place.error("\(place.name) is \(JSON(odd).written()); it must be \(bounds.description)")
            }
            if let names, case .text(let text) = value.json, !names.all.contains(text) {
                throw place.error(
                    "\(place.name): there is no \"\(text)\"; \(suggestion(for: text, among: names.all, names.what))")
            }
            root[keyPath: path] = value
        }
        write = { $0[keyPath: path].json }
        makeSchema = {
            if let names {
                return Value.self == String.self
                    ? ["enum": .list(names.all.map(JSON.text))] : ["enum": .list(names.all.map(JSON.text) + [.null])]
            }
            return bounds.map { $0.applied(to: Value.jsonSchema) } ?? Value.jsonSchema
        }
    }

    /// Its schema with what it means and its default.
    func schema(default value: JSON) -> JSON {
        let described = JSON.object([JSON.Member(key: "description", value: .text(help))] + makeSchema().members)
        return isRequired || value == .null ? described : described.with("default", value)
    }
}

extension Settings {
    static var shorthand: String? { nil }
    mutating func finish(_ place: Place) throws {}

    init(_ place: Place) throws {
        self.init()
        let keys = Self.keys
        guard let members = try place.members else {
            guard let shorthand = Self.shorthand, place.text != nil, place.text != .null else {
                throw place.wants("keys with values, such as \(keys[0].name)")
            }
            try keys.first { $0.name == shorthand }!.read(&self, place)
            try finish(place)
            return
        }
        for (name, value) in members {
            guard let key = keys.first(where: { $0.name == name }) else {
                throw value.error(
                    "there is no key \"\(name)\" in \(place.name); \(suggestion(for: name, among: keys.map(\.name), "keys"))"
                )
            }
            try key.read(&self, value)
        }
        for key in keys where key.isRequired && !members.contains(where: { $0.key == key.name }) {
            throw place.error("\(place.name) lacks the key \"\(key.name)\"")
        }
        try finish(place)
    }

    /// What is made in Swift may hold what no file may, such as a number out of its bounds.
    ///
    /// - Throws: `DataError` that names the key.
    func checkKeys(_ name: String) throws {
        do {
            let place = Place(try Document(json.yaml(), file: name))
            var read = Self()
            for (key, value) in try place.members ?? [] {
                try Self.keys.first { $0.name == key }?.read(&read, value)
            }
        } catch let error as DataError {
            // A line of a text that nobody wrote.
            throw DataError(file: error.file, error.message)
        }
    }

    var json: JSON { .object(Self.keys.map { JSON.Member(key: $0.name, value: $0.write(self)) }) }

    static var jsonSchema: JSON {
        let keys = keys, standard = Self()
        var schema: JSON = [
            "type": "object",
            "properties": .object(
                keys.map { JSON.Member(key: $0.name, value: $0.schema(default: $0.write(standard).withoutNulls)) }),
            "additionalProperties": false,
        ]
        let required = keys.filter(\.isRequired).map { JSON.text($0.name) }
        if !required.isEmpty { schema = schema.with("required", .list(required)) }
        guard let shorthand, let key = keys.first(where: { $0.name == shorthand }) else { return schema }
        return ["anyOf": [schema, key.schema(default: .null)]]
    }
}

extension JSON {
    /// Without the members that are null.
    fileprivate var withoutNulls: JSON {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { $0.value != .null }.map { Member(key: $0.key, value: $0.value.withoutNulls) })
    }
}
