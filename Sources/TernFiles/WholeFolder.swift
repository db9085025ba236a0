import Foundation

/// A folder whose name is taken at once and whose contents appear there when they are whole.
///
/// ```swift
/// let folder = try WholeFolder("runs/rain", numbering: true)      // runs/rain, or the first of runs/rain-2, runs/rain-3 ... that is free
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
    private let madeParent: String?

    /// Takes the name; folders above are made.
    ///
    /// - Parameter numbering: where something has the name, the first of NAME-2, NAME-3, ... that is free is taken.
    /// - Throws: ``DataError`` where something has the name already, or no folder can be made there.
    package init(_ name: String, numbering: Bool = false) throws {
        // "runs/rain/" is numbered as "runs/rain" is, not within it.
        var name = name
        while name.count > 1, name.hasSuffix("/") { name.removeLast() }
        let parent = URL(fileURLWithPath: name).deletingLastPathComponent().path
        madeParent = FileManager.default.fileExists(atPath: parent) ? nil : parent
        do { try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true) } catch {
            throw DataError(file: name, "the folder \(parent) cannot be made: \(error.localizedDescription)")
        }
        var path = name, number = 1
        while mkdir(path, 0o777) != 0 {
            guard errno == EEXIST else {
                throw DataError(file: path, "the folder cannot be made: \(SystemReason.last)")
            }
            guard numbering else {
                throw DataError(
                    file: path,
                    "there is a run or another file of this name already; choose another folder or remove it")
            }
            number += 1
            path = "\(name)-\(number)"
        }
        self.path = path
        work = "\(parent)/.\(URL(fileURLWithPath: path).lastPathComponent).\(UUID().uuidString)"
        guard mkdir(work, 0o777) == 0 else {
            let reason = SystemReason.last
            rmdir(path)
            throw DataError(file: path, "the folder cannot be made: \(reason)")
        }
    }

    deinit { discard() }

    /// Lets the contents appear under the name.
    ///
    /// - Throws: ``DataError`` where something was put there meanwhile, which names where the contents lie.
    package func publish() throws {
        isPublished = true
        guard rename(work, path) == 0 else {
            throw DataError(
                file: path,
                "the folder was filled by something else meanwhile (\(SystemReason.last)); what was made lies in \(work)"
            )
        }
    }

    /// Removes the contents and gives the name back, unless they have appeared.
    package func discard() {
        if isPublished { return }
        try? FileManager.default.removeItem(atPath: work)
        rmdir(path)
        if let madeParent { rmdir(madeParent) }
    }
}
