import Foundation

/// A folder whose name is taken at once and whose contents appear there when they are whole; what is needed to go on
/// after an interruption lies in it meanwhile.
///
/// ```swift
/// let folder = try WholeFolder("runs/rain", numbering: true)  // runs/rain, or the first of runs/rain-2, ... that is free
/// try write(to: folder.work)  // hours later
/// try folder.publish(last: "experiment.yaml")
/// folder.finish()
/// ```
///
/// Two programs that ask for one name get two folders, or one of them an error, before either works. While work goes on
/// the folder holds ``unfinished`` alone, which the process has locked. It is whole when it holds the file that is
/// published last.
package final class WholeFolder {
    package let path: String
    /// Where it is filled.
    package var work: String { Self.unfinished(path) + "/results" }
    /// What a process leaves behind that is interrupted, for ``init(resuming:)``.
    package var unfinished: String { Self.unfinished(path) }
    /// Whether what is unfinished stays where the work ends with an error.
    package var keepsUnfinished = false
    private var hasAppeared = false
    /// A folder above that was not there before.
    private var madeParent: String?
    private var lock: FolderLock?

    private static func unfinished(_ path: String) -> String { path + "/" + unfinishedName }
    package static let unfinishedName = "training"

    /// Takes the name; folders above are made.
    ///
    /// - Parameter numbering: where something has the name, the first of NAME-2, NAME-3, ... that is free is taken.
    /// - Throws: ``DataError`` where something has the name already, or no folder can be made there.
    package init(_ name: String, numbering: Bool = false) throws {
        // "runs/rain/" is numbered as "runs/rain" is, not within it.
        let name = FilePath.plain(name)
        let parent = FilePath.folder(of: name)
        let parentIsNew = !FileManager.default.fileExists(atPath: parent)
        try makeFolder(parent, asked: name)
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
        madeParent = parentIsNew ? parent : nil
        guard mkdir(unfinished, 0o777) == 0, mkdir(work, 0o777) == 0 else {
            throw DataError(file: path, "the folder cannot be made: \(SystemReason.last)")
        }
        lock = try FolderLock(unfinished, asked: path)
    }

    /// Takes a folder that an interrupted process left unfinished.
    ///
    /// - Throws: ``DataError`` where nothing is unfinished in it, or another process works on it.
    package init(resuming name: String) throws {
        path = FilePath.plain(name)
        keepsUnfinished = true
        guard Self.isUnfinished(path) else {
            throw DataError(file: path, "there is nothing unfinished in this folder that could go on")
        }
        lock = try FolderLock(unfinished, asked: path)
        // What was being written when the process was interrupted.
        TemporaryFiles.removeAbandoned(in: path)
        try? FileManager.default.removeItem(atPath: work)
        guard mkdir(work, 0o777) == 0 else {
            throw DataError(file: path, "the folder cannot be made: \(SystemReason.last)")
        }
    }

    /// Whether a folder holds work that was interrupted, or is under way.
    package static func isUnfinished(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: unfinished(FilePath.plain(path)))
    }

    deinit { discard() }

    /// Lets the contents appear in the folder, `last` after all others.
    ///
    /// - Throws: ``DataError`` where they cannot, or something of another's has one of their names; all is then left
    ///   to go on from.
    package func publish(last: String) throws {
        keepsUnfinished = true
        try Disk.sync(allOf: work, asked: path)
        let names = try FileManager.default.contentsOfDirectory(atPath: work)
        // What has the names before is another's; after that, it is of an attempt that was interrupted.
        if !FileManager.default.fileExists(atPath: mark("publishing")) {
            if let other = names.first(where: { Destination.type(at: path + "/" + $0) != nil }) {
                throw DataError(
                    file: path + "/" + other, "this is not of the run, and would be lost; move it elsewhere")
            }
            try writeAtomically(Data(), to: mark("publishing"))
        }
        for name in names.filter({ $0 != last }).sorted() + [last] {
            let place = path + "/" + name
            try? FileManager.default.removeItem(atPath: place)
            if name == last { try Disk.sync(path, asked: path) }
            guard rename(work + "/" + name, place) == 0 else {
                throw DataError(file: place, "cannot be written: \(SystemReason.last)")
            }
        }
        try Disk.sync(path, asked: path)
        try Disk.sync(parentOf: path)
        try writeAtomically(Data(), to: mark("published"))
        hasAppeared = true
    }

    /// Whether all contents have appeared, perhaps before the process that published them was interrupted.
    package var isPublished: Bool { FileManager.default.fileExists(atPath: mark("published")) }

    private func mark(_ name: String) -> String { unfinished + "/" + name }

    /// Removes what is not needed any more once all is done, at once for whoever looks.
    package func finish() {
        let hidden = TemporaryFiles.name(beside: unfinished)
        if rename(unfinished, hidden) == 0 { try? FileManager.default.removeItem(atPath: hidden) }
        TemporaryFiles.forget(hidden)
        lock = nil
    }

    /// Removes the contents and gives the name back, unless they have appeared or are to be gone on from.
    package func discard() {
        lock = nil
        if hasAppeared || keepsUnfinished { return }
        try? FileManager.default.removeItem(atPath: unfinished)
        rmdir(path)
        if let madeParent { rmdir(madeParent) }
    }
}
