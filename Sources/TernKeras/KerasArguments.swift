import Tern

/// The arguments of an optimiser or a metric, each to be asked for.
struct KerasArguments {
    private let all: JSON
    private var asked: Set<String>

    /// - Parameter ignored: what changes nothing.
    init(_ config: JSON, ignoring ignored: Set<String>) { (all, asked) = (config, ignored) }

    /// nil where the argument is not given, or null; one of another kind is an error.
    mutating func given<T>(_ key: String, _ wanted: String, _ read: (JSON) -> T?) throws -> T? {
        asked.insert(key)
        return try all.given(key, wanted, read)
    }

    mutating func number(_ key: String) throws -> Double? {
        try given(key, "a number") { $0.number.flatMap { abs($0) < 1e15 ? $0 : nil } }
    }
    mutating func number(_ key: String, _ standard: Double) throws -> Double { try number(key) ?? standard }
    /// nil where the argument is null, which is not the same as left out.
    mutating func number(_ key: String, leftOut standard: Double?) throws -> Double? {
        try all[key] == nil ? standard : number(key)
    }
    /// Null, which to Keras is all axes, is no default.
    mutating func axis() throws -> Int {
        if let value = all["axis"], value.isNull { throw KerasComplaint("axis is null; name one, such as -1") }
        return try whole("axis") ?? -1
    }
    mutating func whole(_ key: String) throws -> Int? { try given(key, "a whole number", \.modestWhole) }
    mutating func wholes(_ key: String) throws -> [Int]? { try given(key, "whole numbers", \.modestWholes) }
    /// A list, or one number.
    mutating func numbers(_ key: String) throws -> [Double]? { try given(key, "numbers", \.allNumbers) }
    mutating func flag(_ key: String, _ standard: Bool = false) throws -> Bool {
        try given(key, "true or false", \.truth) ?? standard
    }
    mutating func words(_ key: String) throws -> [String] {
        try given(key, "a list of texts") { value in
            value.list.flatMap { list in list.contains { $0.text == nil } ? nil : list.compactMap(\.text) }
        } ?? []
    }
    mutating func word<T: RawRepresentable<String>>(_ key: String, _ standard: T, null: T? = nil) throws -> T {
        guard let value = all[key], value.isNull else {
            return try given(key, "a word that Tern knows") { $0.text.flatMap { T(rawValue: $0) } } ?? standard
        }
        asked.insert(key)
        return null ?? standard
    }
    mutating func required(_ key: String) throws -> Double { try Self.present(number(key), key) }
    mutating func requiredWhole(_ key: String) throws -> Int { try Self.present(whole(key), key) }

    private static func present<T>(_ value: T?, _ key: String) throws -> T {
        guard let value else { throw KerasComplaint("it lacks \(key)") }
        return value
    }

    /// - Throws: ``KerasComplaint`` where an argument is left that changes something.
    func finish() throws {
        for member in all.members where !asked.contains(member.key) && !member.value.isNull {
            throw KerasComplaint(
                "Tern has no setting \(member.key) (\(member.value.written().shortened(to: 40))) of it")
        }
    }
}
