import Foundation
import Synchronization

/// The files that are being written under temporary names, so that a command that a signal ends can remove them.
package enum TemporaryFiles {
    private static let paths = Mutex<Set<String>>([])

    /// A name beside `path` that nobody has and nobody can guess, known until ``forget(_:)``.
    package static func name(beside path: String) -> String {
        let name = FilePath.joined(FilePath.parts(path).folder, ".\(UUID().uuidString)\(ending)")
        paths.withLock { _ = $0.insert(name) }
        return name
    }

    /// The file has its own name now, or is gone.
    package static func forget(_ path: String) { paths.withLock { _ = $0.remove(path) } }

    /// Removes all that are being written.
    package static func removeAll() {
        let all = paths.withLock { paths in
            defer { paths = [] }
            return paths
        }
        for path in all { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Removes what a process that was killed left in a folder that no other process writes to, and in those within.
    package static func removeAbandoned(in folder: String) {
        for path in (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [] {
            guard isTemporary(FilePath.parts(path).name) else { continue }
            try? FileManager.default.removeItem(atPath: folder + "/" + path)
        }
    }

    /// Whether a file or folder of this name is one of ours.
    package static func isTemporary(_ name: String) -> Bool {
        name.hasPrefix(".") && name.hasSuffix(ending)
            && UUID(uuidString: String(name.dropFirst().dropLast(ending.count))) != nil
    }

    private static let ending = ".tmp"
}
