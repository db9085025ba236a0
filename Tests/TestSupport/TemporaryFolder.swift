import Foundation

/// A folder that is removed with the object.
public final class TemporaryFolder {
    public let url = FileManager.default.temporaryDirectory.appendingPathComponent("tern-test-\(UUID().uuidString)")

    public init() { try! FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of a file in it.
    public func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Writes a file and returns its path.
    public func write(_ text: String, as name: String = "data.csv") -> String {
        write(Data(text.utf8), as: name)
    }

    public func write(_ data: Data, as name: String) -> String {
        try! data.write(to: url.appendingPathComponent(name))
        return path(name)
    }

    /// The names of what lies in it.
    public var contents: [String] { try! FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
}
