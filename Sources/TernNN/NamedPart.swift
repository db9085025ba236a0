/// What Keras knows by a name and numbers: an initialiser, a penalty, a constraint.
package protocol NamedPart {
    /// In messages.
    static var what: String { get }
    var name: String { get }
    var arguments: [String: Double] { get }
    static func named(_ name: String) -> Self?
    /// What is wrong with its numbers, nil where nothing is.
    static func complaint(about arguments: [String: Double]) -> String?
}

extension NamedPart {
    package static func complaint(about arguments: [String: Double]) -> String? { nil }

    /// The name with the numbers, and with what stands beside them.
    func described(with parts: [String] = []) -> String {
        let all = arguments.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" } + parts
        return all.isEmpty ? name : "\(name)(\(all.joined(separator: ", ")))"
    }

    /// What is wrong with numbers that are to be finite and not negative, nil where all are so.
    static func numbersComplaint(_ arguments: [String: Double]) -> String? {
        arguments.sorted { $0.key < $1.key }.first { !($0.value >= 0 && $0.value.isFinite) }.map {
            "\($0.key) must be finite and not negative, not \($0.value)"
        }
    }

    /// What is written: that of its name with its defaults, and the numbers.
    ///
    /// - Throws: `DecodingError` for a name that there is not, and for a number that it does not take.
    static func read<Key>(
        _ container: KeyedDecodingContainer<Key>, name nameKey: Key, arguments argumentsKey: Key
    ) throws -> (standard: Self, arguments: [String: Double]) {
        let name = try container.decode(String.self, forKey: nameKey)
        guard let standard = named(name) else {
            throw DecodingError.dataCorruptedError(
                forKey: nameKey, in: container, debugDescription: "no \(what) is called \(name)")
        }
        let given = try container.decodeIfPresent([String: Double].self, forKey: argumentsKey) ?? [:]
        if let unknown = given.keys.sorted().first(where: { standard.arguments[$0] == nil }) {
            let known = standard.arguments.keys.sorted()
            throw DecodingError.dataCorruptedError(
                forKey: argumentsKey, in: container,
                debugDescription: "\(standard.name) takes no \(unknown)"
                    + (known.isEmpty ? "" : ", only \(known.joined(separator: " and "))"))
        }
        let arguments = standard.arguments.merging(given) { $1 }
        if let wrong = complaint(about: arguments) {
            throw DecodingError.dataCorruptedError(
                forKey: argumentsKey, in: container, debugDescription: "\(standard.name): \(wrong)")
        }
        return (standard, arguments)
    }
}
