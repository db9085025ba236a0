import Foundation

/// What a path leads to that something is to be written to: links are followed, the same way for all writers.
package struct Destination {
    package enum Kind { case absent, file, folder, device }

    /// The path without links.
    package let path: String
    package let kind: Kind
    /// The rights of what is there.
    package let rights: mode_t?

    package init(_ path: String) throws {
        var target = path, status = stat()
        // A link to a pipe or a terminal leads to no path of the file system.
        if stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
            (self.path, kind, rights) = (path, .device, status.st_mode & 0o7777)
            return
        }
        for step in 0...40 {
            guard lstat(target, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { break }
            guard step < 40, let next = try? FileManager.default.destinationOfSymbolicLink(atPath: target) else {
                throw DataError(file: path, "this is a link that leads nowhere; name another file")
            }
            target = next.hasPrefix("/") ? next : FilePath.joined(FilePath.parts(target).folder, next)
        }
        self.path = target
        guard stat(target, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw DataError(file: path, "cannot be written: \(SystemReason.last)")
            }
            (kind, rights) = (.absent, nil)
            return
        }
        rights = status.st_mode & 0o7777
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .device
            }
    }

    /// A name in the same folder that nobody has, and nobody can guess; ``TemporaryFiles`` knows it.
    package func temporaryPath() -> String {
        TemporaryFiles.name(beside: path)
    }

    /// - Throws: ``DataError`` where the folder is absent or closed, or what is there may not be replaced.
    package func check(_ asked: String) throws {
        if kind == .folder { throw DataError(file: asked, "this is a folder; name a file in it") }
        if kind == .device { return }
        let folder = FilePath.folder(of: path)
        guard FilePath.isFolder(folder) == true else {
            throw DataError(file: asked, "the folder \(folder) does not exist; create it first")
        }
        guard access(folder, W_OK) == 0 else {
            throw DataError(file: asked, "the folder \(FilePath.real(folder) ?? folder) cannot be written to")
        }
        if kind == .file, access(path, W_OK) != 0 {
            throw DataError(file: asked, "the file is write-protected; name another one")
        }
    }
}

/// Checks that a file could be written, before long work whose result it is to hold. Nothing is created.
///
/// - Throws: ``DataError`` where the folder is absent or cannot be written to, where a folder has the name, and where a
///   file has it that is write-protected.
public func checkWritable(_ path: String) throws {
    try Destination(path).check(path)
}

/// Makes a folder, and those above it, where they are missing.
///
/// - Throws: ``DataError`` where it cannot be made, in the name of `asked`.
package func makeFolder(_ path: String, asked: String? = nil) throws {
    do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
        throw DataError(file: asked ?? path, "the folder cannot be made: \(error.localizedDescription)")
    }
}

/// Refuses to replace what is read for the same work, or something in a folder that is.
///
/// - Throws: ``DataError`` where the path leads to one of the inputs.
package func refuseReplacing(_ path: String, by inputs: [String]) throws {
    let target = try Destination(path).path, name = FilePath.parts(target).name
    guard
        let place = FilePath.real(target)
            ?? FilePath.real(FilePath.folder(of: target)).map({ FilePath.joined($0, name) })
    else { return }
    for input in inputs {
        guard let input = FilePath.real(input), place == input || place.hasPrefix(input + "/") else { continue }
        throw DataError(
            file: path,
            place == input
                ? "this is read for the same work, and would be lost; name another file"
                : "this lies in \(input), which is read; name another file")
    }
}

extension Destination {
    /// What lies at a path itself, be it a link that leads nowhere; nil where nothing does.
    package static func type(at path: String) -> FileAttributeType? {
        (try? FileManager.default.attributesOfItem(atPath: path)[.type]) as? FileAttributeType
    }

    /// Refuses links at a path and within it: in a folder of somebody else's they lead to files of the reader, which
    /// would be replaced.
    ///
    /// - Parameter words: follow "this is a link".
    /// - Throws: ``DataError`` that names one, and where a folder cannot be looked into.
    package static func refuseLinks(in path: String, _ words: String) throws {
        switch type(at: path) {
        case .typeSymbolicLink?: throw DataError(file: path, "this is a link\(words)")
        case .typeDirectory?:
            let names: [String]
            do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
                // Whoever works in it may have removed it meanwhile.
                guard type(at: path) != nil else { return }
                throw DataError(file: path, "the folder cannot be read: \(error.localizedDescription)")
            }
            for name in names.sorted() { try refuseLinks(in: "\(path)/\(name)", words) }
        default: break
        }
    }
}

package enum FilePath {
    /// Whether a folder is there, or a file; nil where nothing is. Links are followed.
    package static func isFolder(_ path: String) -> Bool? {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) ? isFolder.boolValue : nil
    }

    /// The path without links; nil, with `errno`, where nothing is there.
    package static func real(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    /// The path without slashes at its end, be they not all of it.
    package static func plain(_ path: String) -> String {
        var path = Substring(path)
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }

    /// The folder, empty for a path without one, and the name in it. Foundation's `deletingLastPathComponent` of a text
    /// ends the program for a name of one letter, and its URLs take "~" for a home.
    package static func parts(_ path: String) -> (folder: String, name: String) {
        let path = plain(path)
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    /// The folder in which a path lies, as a path of its own.
    package static func folder(of path: String) -> String {
        let folder = parts(path).folder
        return folder.isEmpty ? "." : folder
    }

    /// A name in a folder, of which an empty one is none.
    package static func joined(_ folder: String, _ name: String) -> String {
        folder.isEmpty || folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }
}

/// Why the system refused.
package enum SystemReason {
    package static var last: String { text(errno) }

    package static func text(_ code: Int32) -> String {
        switch code {
        case ENOSPC, EDQUOT: "the disk is full"
        case EFBIG: "the file would be larger than files may be (ulimit -f)"
        case EMFILE, ENFILE: "too many files are open (ulimit -n)"
        default: String(cString: strerror(code))
        }
    }

    /// Whether the disk that holds a path has no room left, for libraries that do not say why they failed.
    package static func diskIsFull(at path: String) -> Bool {
        var status = statvfs()
        return statvfs(FilePath.folder(of: path), &status) == 0
            && UInt64(status.f_bavail) * UInt64(status.f_frsize) < 65_536
    }
}
