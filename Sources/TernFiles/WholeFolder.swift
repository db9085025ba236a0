import Foundation

/// A folder whose name is taken at once and whose contents appear there when they are whole.
///
/// ```swift
/// let folder = try WholeFolder(numbered: "runs/rain")      // runs/rain, or the first of runs/rain-2, runs/rain-3 ... that is free
/// try write(to: folder.work)                               // hours later
/// try folder.publish()
/// ```
///
/// Two programs that ask for one name get two folders, or one of them an error, before either works.
package final class WholeFolder {
    package let path: String
    /// Where it is filled: another folder beside it.
    package let work: String
    private var isPublished = false
    /// A folder above that was not there before.
    private var madeParent: String?

    /// - Throws: ``DataError`` where something has the name already.
    package convenience init(_ path: String) throws {
        let parent = Self.absentParent(of: path)
        guard try Self.reserve(path) else {
            throw DataError(file: path, "there is a run or another file of this name already; choose another folder or remove it")
        }
        try self.init(reserved: path)
        madeParent = parent
    }

    /// The name, or the first of NAME-2, NAME-3, ... that is free.
    package convenience init(numbered name: String) throws {
        let parent = Self.absentParent(of: name)
        var path = name, number = 1
        while try !Self.reserve(path) {
            number += 1
            path = "\(name)-\(number)"
        }
        try self.init(reserved: path)
        madeParent = parent
    }

    private init(reserved path: String) throws {
        self.path = path
        let url = URL(fileURLWithPath: path)
        work = url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).\(UUID().uuidString)").path
        guard mkdir(work, 0o777) == 0 else {
            let reason = SystemReason.last
            rmdir(path)
            throw DataError(file: path, "the folder cannot be made: \(reason)")
        }
    }

    deinit { discard() }

    /// Takes the name, false where something has it. Folders above are made.
    private static func reserve(_ path: String) throws -> Bool {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent()
        do { try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true) }
        catch { throw DataError(file: path, "the folder \(parent.path) cannot be made: \(error.localizedDescription)") }
        if mkdir(path, 0o777) == 0 { return true }
        if errno == EEXIST { return false }
        throw DataError(file: path, "the folder cannot be made: \(SystemReason.last)")
    }

    /// Lets the contents appear under the name.
    ///
    /// - Throws: ``DataError`` where something was put there meanwhile, which names where the contents lie.
    package func publish() throws {
        isPublished = true
        guard rename(work, path) == 0 else {
            throw DataError(file: path, "the folder was filled by something else meanwhile (\(SystemReason.last)); what was made lies in \(work)")
        }
    }

    /// Removes the contents and gives the name back, unless they have appeared.
    package func discard() {
        if isPublished { return }
        try? FileManager.default.removeItem(atPath: work)
        rmdir(path)
        if let madeParent { rmdir(madeParent) }
    }

    private static func absentParent(of path: String) -> String? {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        return FileManager.default.fileExists(atPath: parent) ? nil : parent
    }
}
