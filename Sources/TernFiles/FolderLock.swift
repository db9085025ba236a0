import Foundation

/// A folder that one process at a time writes to: another that asks for it is refused, and told whose it is.
///
/// The lock, a file in the folder, ends with the value or with the process, however it ends. Where a file system knows
/// no locks, nobody is refused.
package final class FolderLock {
    /// Who has a folder, as its lock says.
    package struct Owner {
        private let process: Int32, host: String

        /// nil where the folder has no lock, or one that nobody's is.
        package init?(of folder: String) {
            guard let start = FileManager.default.contents(atPath: folder + "/" + FolderLock.name)?.prefix(300) else {
                return nil
            }
            guard let found = String(decoding: start, as: UTF8.self).prefixMatch(of: /process (\d+) on (.*), since\b/),
                let process = Int32(found.1), process > 0
            else { return nil }
            (self.process, host) = (process, String(found.2))
        }

        /// Whether the process runs. Of one on another machine it is not known, and taken to be so.
        package var isThere: Bool {
            host != ProcessInfo.processInfo.hostName || kill(process, 0) == 0 || errno == EPERM
        }
    }

    /// Of the file in the folder.
    package static let name = "lock"
    private let path: String
    private let descriptor: Int32

    /// Takes the folder, which must exist.
    ///
    /// - Throws: ``DataError`` that names the process that has it, and where the file cannot be written.
    package init(_ folder: String, asked: String? = nil) throws {
        path = folder + "/" + Self.name
        var found = try Self.open(path)
        while true {
            if flock(found, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
                close(found)
                let owner = FileManager.default.contents(atPath: path).map {
                    String(decoding: $0.prefix(200), as: UTF8.self)
                }
                let name = owner?.split(separator: "\n").first.map { ": \($0)" } ?? ""
                throw DataError(
                    file: asked ?? folder,
                    "another process writes to it\(name); wait for its end, or name another folder")
            }
            // Whoever had it before may have removed the file meanwhile.
            var own = stat(), there = stat()
            if fstat(found, &own) == 0, stat(path, &there) == 0, own.st_ino == there.st_ino { break }
            close(found)
            found = try Self.open(path)
        }
        descriptor = found
        // As `Owner` reads it.
        let text =
            "process \(ProcessInfo.processInfo.processIdentifier) on \(ProcessInfo.processInfo.hostName), since \(Date().formatted(.iso8601))\n"
        ftruncate(descriptor, 0)
        _ = Array(text.utf8).withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    private static func open(_ path: String) throws -> Int32 {
        #if canImport(Glibc)
        let found = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
        #else
        let found = Darwin.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
        #endif
        guard found >= 0 else { throw DataError(file: path, "cannot be written: \(SystemReason.last)") }
        return found
    }

    deinit {
        // The folder may be gone by now, and another's of its name be there.
        var own = stat(), there = stat()
        if fstat(descriptor, &own) == 0, stat(path, &there) == 0, own.st_ino == there.st_ino { unlink(path) }
        close(descriptor)
    }
}
