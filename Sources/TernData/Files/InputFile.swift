import Foundation

/// A file open for reading, closed with the object.
final class InputFile: Sendable {
    let path: String
    /// Its length where it is a regular file; nil for a pipe or a device.
    let count: Int?
    let descriptor: Int32

    /// - Parameter real: where it lies, if it must be a regular file: a pipe would be waited for without end.
    init(_ path: String, regularAt real: String? = nil) throws {
        self.path = path
        descriptor = open(real ?? path, O_RDONLY | (real == nil ? 0 : O_NONBLOCK))
        guard descriptor >= 0 else {
            throw DataError(
                file: path,
                errno == ENOENT ? "there is no such file" : "cannot be read: \(SystemReason.last)")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw DataError(file: path, "this is a folder, not a file")
        }
        guard real == nil || status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Self.noFile(path)
        }
        count = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    deinit { close(descriptor) }

    static func noFile(_ path: String) -> DataError {
        DataError(file: path, "this is a pipe or a device, not a file; copy it to a disk first")
    }

    /// Fills `bytes` from `offset` on.
    ///
    /// - Throws: `DataError` where the file ends before.
    func read(at offset: Int, into bytes: UnsafeMutableRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            let n = pread(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
            if n > 0 { done += n } else if n == 0 { throw ended(at: offset + done) } else { try interrupted() }
        }
    }

    /// Throws for a call that failed, unless a signal only interrupted it.
    func interrupted() throws {
        if errno != EINTR { throw DataError(file: path, "cannot be read: \(SystemReason.last)") }
    }

    private func ended(at offset: Int) -> DataError {
        DataError(
            file: path,
            "the file ends after \(offset) bytes, in the middle of its data; it is damaged or was copied only in part")
    }
}
