import CNetCDF
import Foundation
import TernFiles

/// One opening of a file by netCDF-C, shared by all in this process that read that file.
///
/// HDF5 1.10 ends the process where a file with texts is open twice and one of them is closed: it holds on to where the
/// first lay.
final class NetCDFHandle: Sendable {
    private struct Identity: Hashable { let device: dev_t, node: ino_t }
    private struct Opening { let id: Int32, hdf5: HDF5Library.ID?, outside: Set<String>; var readers: Int }

    /// What is open; touched while the library is locked.
    nonisolated(unsafe) private static var openings: [Identity: Opening] = [:]

    let id: Int32
    /// The same file by HDF5's number; nil where it is none of HDF5's, or cannot be told.
    let hdf5: HDF5Library.ID?
    /// The variables whose numbers lie in other files.
    let outside: Set<String>
    private let identity: Identity?

    /// Opens the file, or joins those who have it open. The library is locked.
    ///
    /// - Throws: ``Failure`` where it can't be opened, and `DataError` as ``HDF5Contents/init(of:_:)``.
    static func open(_ path: String) throws -> NetCDFHandle {
        var status = stat()
        let identity = stat(path, &status) == 0 ? Identity(device: status.st_dev, node: status.st_ino) : nil
        if let identity, let known = openings[identity] {
            openings[identity]!.readers += 1
            return NetCDFHandle(known.id, known.hdf5, known.outside, identity)
        }
        var outside: Set<String> = []
        func look() throws -> Bool {
            guard let library = HDF5Links.shared, FileKind.holdsHDF5(path) else { return true }
            guard let contents = try HDF5Contents(of: path, library) else { return false }
            outside = contents.outside
            return true
        }
        let before = HDF5Library.shared?.openFiles()
        var id: Int32 = 0, waits = 0
        func open() throws -> Int32 { try look() ? nc_open(path, NC_NOWRITE, &id) : NC_EHDFERR }
        var code = try open()
        if code == NC_EHDFERR {
            while waits < 100, isLocked(path) {
                usleep(20_000)
                waits += 1
            }
            code = try open()
        }
        guard code == NC_NOERR else { throw Failure(code: code) }
        let new = before.flatMap { HDF5Library.shared?.openFiles().subtracting($0) } ?? []
        let hdf5 = new.count == 1 ? new.first : nil
        if let identity { openings[identity] = Opening(id: id, hdf5: hdf5, outside: outside, readers: 1) }
        return NetCDFHandle(id, hdf5, outside, identity)
    }

    /// Whether somebody holds HDF5's lock on a file: who writes it, or a process that was begun meanwhile and took the
    /// descriptor along.
    static func isLocked(_ path: String) -> Bool {
        let file = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    /// Whether `file` is the one that lay at the path when that was opened.
    func isOf(_ file: InputFile) -> Bool {
        var status = stat()
        guard let identity, fstat(file.descriptor, &status) == 0 else { return false }
        return identity == Identity(device: status.st_dev, node: status.st_ino)
    }

    struct Failure: Error { let code: Int32 }

    private init(_ id: Int32, _ hdf5: HDF5Library.ID?, _ outside: Set<String>, _ identity: Identity?) {
        (self.id, self.hdf5, self.outside, self.identity) = (id, hdf5, outside, identity)
    }

    deinit {
        NetCDFLibrary.locked {
            if let identity {
                Self.openings[identity]!.readers -= 1
                if Self.openings[identity]!.readers > 0 { return }
                Self.openings[identity] = nil
            }
            nc_close(id)
        }
    }
}
