import Foundation

/// Values computed by NumPy, scikit-learn and Keras (Tests/Fixtures, made by Scripts/fixtures).
public enum Fixture {
    /// The folder of the package.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The bytes of Tests/Fixtures/name.json, or of the file that the environment's TERN_FIXTURE_NAME names: cases of
    /// another seed, for a long run.
    public static func data(_ name: String) throws -> Data {
        if let other = ProcessInfo.processInfo.environment["TERN_FIXTURE_\(name.uppercased())"] {
            return try Data(contentsOf: URL(fileURLWithPath: other))
        }
        return try Data(contentsOf: root.appendingPathComponent("Tests/Fixtures/\(name).json"))
    }

    public static func decode<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
        try JSONDecoder().decode(type, from: data(name))
    }
}
