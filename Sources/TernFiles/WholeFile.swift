import Foundation

/// Writes a file whole or not at all: to a temporary name beside it, then renamed.
///
/// Whoever reads the path sees the old file or the new one, never a part, also where the machine fails: the bytes are on
/// the disk before the name is. A link is followed; the rights of a file that
/// was there stay; a device such as `/dev/stdout` is written to as it is.
///
/// - Throws: ``DataError`` where the folder does not exist or cannot be written to, where a folder has the name, and
///   where the disk is full; the file is then as it was before. Where the disk fails when the file has its name
///   already, the new one is there, and may be lost where the machine fails.
public func writeAtomically(_ data: Data, to path: String) throws {
    try writeAtomically(to: path) { write in try data.withUnsafeBytes(write) }
}

/// Writes a file from pieces that `body` hands over one after the other, whole or not at all.
///
/// - Throws: ``DataError`` as ``writeAtomically(_:to:)``, and what `body` throws; the file is then as it was before.
package func writeAtomically(to path: String, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws {
    func because() -> DataError { DataError(file: path, "cannot be written: \(SystemReason.last)") }

    let destination = try Destination(path)
    try destination.check(path)
    let isDevice = destination.kind == .device
    let name = isDevice ? destination.path : destination.temporaryPath()
    // A new file of our own: what already has the name, be it a link, is an error.
    let descriptor =
        isDevice ? open(name, O_WRONLY) : open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
        let error = because()
        if !isDevice { TemporaryFiles.forget(name) }
        throw error
    }
    var isOpen = true
    do {
        try body { if !writeAll($0, to: descriptor) { throw because() } }
        if let rights = destination.rights, !isDevice { fchmod(descriptor, rights) }
        if !isDevice, !Disk.sync(descriptor) { throw because() }
        isOpen = false
        guard close(descriptor) == 0 else { throw because() }
        if !isDevice {
            guard rename(name, destination.path) == 0 else { throw because() }
            TemporaryFiles.forget(name)
            try Disk.sync(parentOf: destination.path, asked: path)
        }
    } catch {
        if isOpen { close(descriptor) }
        if !isDevice {
            unlink(name)
            TemporaryFiles.forget(name)
        }
        throw error
    }
}

/// Writes all bytes, whatever the system takes at once.
///
/// - Returns: false, with `errno`, where they cannot be written.
func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var done = 0
    while done < bytes.count {
        let n = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
        if n >= 0 { done += n } else if errno != EINTR { return false }
    }
    return true
}
