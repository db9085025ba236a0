import Foundation
import TernFiles

/// A folder for what was dropped on a page, for this user alone: it goes with the last who holds it, and with the program.
final class TemporaryFolder: Sendable {
    let path: String

    /// - Throws: `StudioMistake` where there is no room for it.
    init() throws {
        path = TemporaryFiles.name(beside: NSTemporaryDirectory() + "/tern-studio")
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            TemporaryFiles.forget(path)
            throw StudioMistake("there is no room for the file in \(NSTemporaryDirectory())")
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        TemporaryFiles.forget(path)
    }

    /// - Returns: where the bytes lie.
    /// - Throws: `StudioMistake` where there is no room for them.
    func keep(_ bytes: Data, as name: String) throws -> String {
        let file = path + "/" + name
        guard FileManager.default.createFile(atPath: file, contents: bytes) else {
            throw StudioMistake("there is no room for the file in \(NSTemporaryDirectory())")
        }
        return file
    }
}
