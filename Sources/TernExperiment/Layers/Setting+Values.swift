import Tern

// What a setting of a layer may stand for.
extension LayerConfiguration.Setting {
    var number: Double? { if case .number(let value) = self { value } else { nil } }
    /// Shapes are made of products of two or three of them.
    var whole: Int? { number.flatMap { abs($0) <= 0x1p30 ? Int(exactly: $0) : nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var list: [Self]? { if case .list(let values) = self { values } else { nil } }

    /// A list of whole numbers; a single one is a list.
    var wholes: [Int]? {
        let values = (list ?? [self]).map(\.whole)
        return values.contains(nil) ? nil : values.compactMap { $0 }
    }

    var numbers: [Double]? {
        let values = (list ?? [self]).map(\.number)
        return values.contains(nil) ? nil : values.compactMap { $0 }
    }

    /// `1` or `[before, after]`.
    var margin: Margin? {
        guard let wholes, wholes.allSatisfy({ $0 >= 0 }), wholes.count == 2 || list == nil else { return nil }
        return Margin(before: wholes[0], after: wholes.last!)
    }

    /// `l2`, or `{l2: 0.001}`.
    var regularizer: Regularizer? {
        if let text { return Regularizer.named(text) }
        guard case .map(let factors) = self, !factors.isEmpty, factors.keys.allSatisfy(["l1", "l2"].contains) else {
            return nil
        }
        let numbers = factors.compactMapValues { $0.number.flatMap { $0 >= 0 && $0.isFinite ? $0 : nil } }
        guard numbers.count == factors.count else { return nil }
        return .l1l2(l1: numbers["l1"] ?? 0, l2: numbers["l2"] ?? 0)
    }

    /// `{conv2d: {...}}`, or `flatten`; nil where it is of another form.
    func layer() throws -> LayerConfiguration? {
        switch self {
        case .text(let name): return LayerConfiguration(try LayerConfiguration.kind(named: name))
        case .map(let one) where one.count == 1:
            let (name, value) = one.first!
            guard case .map(let settings) = value else { return nil }
            return LayerConfiguration(try LayerConfiguration.kind(named: name), settings)
        default: return nil
        }
    }
}

extension LayerConfiguration.Setting: SettingValue {
    init(_ place: Place) throws {
        if let elements = place.elements {
            self = .list(try elements.map(Self.init))
        } else if let members = try place.members {
            self = .map(try Dictionary(uniqueKeysWithValues: members.map { ($0.key, try Self($0.place)) }))
        } else {
            self =
                switch place.text {
                case .flag(let flag): .flag(flag)
                case .number(let number): .number(number)
                case .text(let text): .text(text)
                default: throw place.wants("a value")
                }
        }
    }

    var json: JSON {
        switch self {
        case .number(let number): JSON(number)
        case .text(let text): .text(text)
        case .flag(let flag): .flag(flag)
        case .list(let values): .list(values.map(\.json))
        case .map(let members): .object(members.sorted { $0.key < $1.key }.map { JSON.Member(key: $0, value: $1.json) })
        }
    }

    static var jsonSchema: JSON { [:] }
}
