import Foundation

/// Values computed by NumPy, scikit-learn and Keras (Tests/Fixtures, made by Scripts/fixtures).
public enum Fixture {
    /// The folder of the package.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The path of a file or folder of the package.
    public static func packagePath(_ name: String) -> String { root.appendingPathComponent(name).path }

    /// The path of a file or folder in Tests/Fixtures, or of the one that the environment's TERN_FIXTURE_NAME names:
    /// cases of another seed, for a long run.
    public static func path(_ name: String) -> String {
        replacement(of: name) ?? packagePath("Tests/Fixtures/\(name)")
    }

    /// Whether the environment names other cases.
    public static func isReplaced(_ name: String) -> Bool { replacement(of: name) != nil }

    private static func replacement(of name: String) -> String? {
        ProcessInfo.processInfo.environment["TERN_FIXTURE_\(name.split(separator: ".")[0].uppercased())"]
    }

    /// The bytes of name.json.
    public static func data(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path("\(name).json")))
    }

    public static func decode<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
        try JSONDecoder().decode(type, from: data(name))
    }

    /// The path of a file or folder in `shared`, which may lie beside the package; it is no part of it.
    public static func sharedPath(_ name: String) -> String {
        root.deletingLastPathComponent().appendingPathComponent("shared/\(name)").path
    }

    /// Whether that is there. Tests that need it are enabled by this, so that a skip is seen.
    public static func hasShared(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: sharedPath(name))
    }
}
