import Foundation

/// Brings files to the disk itself: until then they lie in memory, and are lost where the machine fails.
package enum Disk {
    /// Waits until an open file's bytes are on the disk.
    ///
    /// - Returns: false, with `errno`, where they could not be brought there.
    package static func sync(_ descriptor: Int32) -> Bool {
        #if canImport(Darwin)
        // There fsync leaves them in the disk's own memory.
        if fcntl(descriptor, F_FULLFSYNC) == 0 { return true }
        #endif
        // Some file systems know of no such thing for folders.
        return fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP
    }

    /// Waits until a file, or the names in a folder, are on the disk.
    ///
    /// - Throws: ``DataError`` where they cannot be brought there, in the name of `asked`.
    package static func sync(_ path: String, asked: String? = nil) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        let isDone = descriptor >= 0 && sync(descriptor), reason = SystemReason.last
        if descriptor >= 0 { close(descriptor) }
        guard isDone else { throw DataError(file: asked ?? path, "cannot be written: \(reason)") }
    }

    /// The same for all that is in a folder.
    ///
    /// - Complexity: a wait for each file, of some tenths of a millisecond on a disk of one's own.
    package static func sync(allOf folder: String, asked: String? = nil) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let path = folder + "/" + name
            if [.typeRegular, .typeDirectory].contains(Destination.type(at: path)) { try sync(path, asked: asked) }
        }
        try sync(folder, asked: asked)
    }

    /// Waits until the name of a file is on the disk, in a folder that may be read.
    package static func sync(parentOf path: String, asked: String? = nil) throws {
        let folder = FilePath.folder(of: path)
        if access(folder, R_OK) == 0 { try sync(folder, asked: asked) }
    }

    /// Lets two files or folders of one file system change their names at once, so that neither is absent meanwhile.
    ///
    /// - Returns: false where the system or the file system knows of no such thing; nothing is changed then.
    package static func exchange(_ a: String, _ b: String) -> Bool {
        #if canImport(Darwin)
        return renamex_np(a, b, UInt32(RENAME_SWAP)) == 0
        #else
        // Not in all headers: a function of glibc 2.28 (2018) and later, of which the flag for an exchange is 2.
        typealias Rename = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
        guard let function = dlsym(nil, "renameat2") else { return false }
        return unsafeBitCast(function, to: Rename.self)(AT_FDCWD, a, AT_FDCWD, b, 2) == 0
        #endif
    }
}
