import Foundation
import TernFiles

/// A folder for what was dropped on a page, or for a socket, for this user alone: it goes with the last who holds it,
/// and with the program.
final class TemporaryFolder: Sendable {
    let path: String

    /// - Parameter forSocket: whether its name must be short, as the system wants it of sockets.
    /// - Throws: `StudioMistake` where there is no room for it.
    init(forSocket: Bool = false) throws {
        let usual = NSTemporaryDirectory(), isTooLong = forSocket && usual.utf8.count > 50
        path = TemporaryFiles.name(beside: (isTooLong ? "/tmp" : usual) + "/tern-studio")
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            TemporaryFiles.forget(path)
            throw StudioMistake("no folder can be made in \(isTooLong ? "/tmp" : usual)")
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
