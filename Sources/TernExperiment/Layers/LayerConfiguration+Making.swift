import Foundation
import Tern

extension LayerConfiguration {
    /// Kinds that may stand in a list: of one input, with known defaults.
    static let kinds: [String] = LayerRegistry.kinds.filter { kind in
        guard let layer = LayerRegistry.prototype(of: kind)?.make?() else { return false }
        return !(layer is any MergeLayer) && !(layer is Concatenate) && !(layer is MultiHeadAttention)
            && !(layer is any SequenceAttention) && !(layer is GroupQueryAttention) && !(layer is any RecurrentCell)
    }

    /// The kind that is meant by `conv2d`, `Conv2D` or `conv_2d`.
    static func kind(named name: String) throws -> String {
        func letters(_ text: String) -> String { text.lowercased().filter { $0 != "_" && $0 != "-" } }
        if let kind = kinds.first(where: { letters($0) == letters(name) }) { return kind }
        // A layer of the user's own, registered since.
        if let kind = LayerRegistry.kinds.first(where: { letters($0) == letters(name) }) {
            guard LayerRegistry.prototype(of: kind)?.make != nil else {
                throw Mistake("the layer \"\(name)\" has no known defaults; register it with a LayerPrototype")
            }
            return kind
        }
        let near = nearestName(to: name, among: kinds.map { snakeCase($0) })
        throw Mistake(
            "there is no layer \"\(name)\"; \(near.map { "did you mean \"\($0)\"?" } ?? "docs/experiment.schema.json lists them")"
        )
    }

    /// The layer, with defaults for what is not set.
    ///
    /// - Throws: `DataError` where a setting is unknown, missing or of the wrong kind.
    public func make() throws -> any Layer {
        guard let prototype = LayerRegistry.prototype(of: kind), let standard = prototype.make?() else {
            throw error("there is no layer of the kind \"\(kind)\" whose defaults are known")
        }
        let properties = LayerProperty.all(of: prototype, standard), name = snakeCase(kind)
        let rank = kind.firstIndex(of: "D").flatMap {
            $0 == kind.startIndex ? nil : kind[kind.index(before: $0)].wholeNumberValue
        }
        var values: [(property: LayerProperty, value: Any)] = []
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
            guard let property = properties.first(where: { $0.name == key }) else {
                throw error(
                    "there is no setting \"\(key)\" of \(name); \(suggestion(for: key, among: properties.map(\.name), "settings"))",
                    key)
            }
            do {
                values.append((property, try property.configuration(of: value, rank: rank)))
            } catch let mistake as Mistake {
                throw error("\(name).\(key) \(mistake.message)", key)
            } catch let inner as DataError where inner.line == nil {
                throw error(inner.message, key)
            }
        }
        for property in properties where property.isRequired && settings[property.name] == nil {
            throw error("\(name) lacks the setting \"\(property.name)\"")
        }
        let layer: any Layer
        do {
            layer = try prototype.layer(standard, with: values)
        } catch DecodingError.dataCorrupted(let context) { throw error("\(name): \(context.debugDescription)") }
        guard let both = layer as? Bidirectional else { return layer }
        // The way back is a copy of the way there.
        return Bidirectional(both.forward, mergeMode: both.mergeMode, name: both.info.name)
    }

    /// The names of its settings.
    var settingNames: [String] {
        guard let prototype = LayerRegistry.prototype(of: kind), let layer = prototype.make?() else { return [] }
        return LayerProperty.all(of: prototype, layer).map(\.name)
    }

    func error(_ message: String, _ setting: String? = nil) -> DataError {
        DataError(
            file: source.file, line: setting.flatMap { source.lines[$0] } ?? source.line, "\(source.name): \(message)")
    }
}

extension LayerConfiguration: SettingValue {
    /// `- conv2d: {filters: 4, kernel_size: 3}`, or `- flatten`.
    init(_ place: Place) throws {
        let item = place.name
        var place = place, settings: [(key: String, place: Place)] = []
        let name: String
        if let members = try place.members {
            guard members.count == 1 else {
                throw place.error(
                    "\(place.name) wants one layer, found the keys \(members.map(\.key).joined(separator: ", ")); indent the settings below its name"
                )
            }
            name = members[0].key
            place = members[0].place
            if place.text != .null {
                guard let found = try place.members else { throw place.wants("settings, such as {filters: 4}") }
                settings = found
            }
        } else {
            guard case .text(let text) = place.text else {
                throw place.wants("a layer, such as conv2d: {filters: 4, kernel_size: 3}")
            }
            name = text
        }
        let here = place.error("")
        do { self.init(try Self.kind(named: name)) } catch let mistake as Mistake {
            throw place.error("\(place.name): \(mistake.message)")
        }
        self.settings = try Dictionary(uniqueKeysWithValues: settings.map { ($0.key, try Setting($0.place)) })
        source = Source(
            name: item, file: here.file, line: here.line,
            lines: Dictionary(
                uniqueKeysWithValues: settings.compactMap { member in
                    member.place.line.map { (member.key, $0) }
                }))
        // Mistakes are told before data are read.
        _ = try make()
    }

    var json: JSON {
        let name = snakeCase(kind)
        return settings.isEmpty ? .text(name) : .object([JSON.Member(key: name, value: Setting.map(settings).json)])
    }

    static var jsonSchema: JSON { ["$ref": "#/$defs/layer"] }

    /// The schemas that others refer to: of a layer, its name alone or with settings, and of each kind.
    static var definitions: JSON {
        var properties: [JSON.Member] = [], names: [JSON] = [], definitions: [JSON.Member] = []
        for kind in kinds {
            let prototype = LayerRegistry.prototype(of: kind)!,
                all = LayerProperty.all(of: prototype, prototype.make!())
            let known = all.compactMap { property in property.schema.map { JSON.Member(key: property.name, value: $0) }
            }
            let required = all.filter(\.isRequired).map { JSON.text($0.name) }
            var schema: JSON = [
                "type": ["object", "null"], "properties": .object(known), "additionalProperties": false,
            ]
            if !required.isEmpty { schema = schema.with("required", .list(required)).with("type", "object") }
            definitions.append(JSON.Member(key: kind, value: schema))
            for name in [snakeCase(kind), kind] {
                properties.append(JSON.Member(key: name, value: ["$ref": .text("#/$defs/\(kind)")]))
                if required.isEmpty { names.append(.text(name)) }
            }
        }
        let layer: JSON = [
            "description": "A layer by Keras's name, alone or with its settings.",
            "anyOf": [
                ["enum": .list(names)],
                [
                    "type": "object", "properties": .object(properties), "additionalProperties": false,
                    "minProperties": .number("1"), "maxProperties": .number("1"),
                ],
            ],
        ]
        let activation: JSON = ["enum": .list(Activation.all.map { .text($0.name) })]
        return .object(
            [JSON.Member(key: "layer", value: layer), JSON.Member(key: "activation", value: activation)] + definitions)
    }
}
