import Foundation

/// Writes a file from pieces that `body` hands over one after the other, whole or not at all.
///
/// A link is followed; a device such as `/dev/stdout` is written to as it is.
///
/// - Throws: ``DataError`` where the folder does not exist or cannot be written to, and what
///   `body` throws; the file is then as it was before.
func writeAtomically(to path: String, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws {
    func because() -> DataError { DataError(file: path, "cannot be written: \(String(cString: strerror(errno)))") }

    var status = stat()
    let exists = stat(path, &status) == 0
    let kind = exists ? status.st_mode & S_IFMT : S_IFREG
    let target = exists ? resolved(path) : path
    let isRegular = kind == S_IFREG
    if isRegular || kind == S_IFDIR { try checkWritable(target) }
    let name = isRegular
        ? URL(fileURLWithPath: target).deletingLastPathComponent().appendingPathComponent(".\(UUID().uuidString).tmp").path
        : target
    let descriptor = isRegular ? open(name, O_WRONLY | O_CREAT | O_EXCL, 0o666) : open(name, O_WRONLY)
    guard descriptor >= 0 else { throw because() }
    do {
        defer { close(descriptor) }
        try body { bytes in
            var done = 0
            while done < bytes.count {
                let n = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
                if n >= 0 { done += n } else if errno != EINTR { throw because() }
            }
        }
        if isRegular, exists { fchmod(descriptor, status.st_mode & 0o7777) }
        if isRegular, rename(name, target) != 0 { throw because() }
    } catch {
        if isRegular { unlink(name) }
        throw error
    }
}

private func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
}
