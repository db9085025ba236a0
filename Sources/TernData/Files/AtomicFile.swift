import Foundation

/// Writes a file whole or not at all: to a temporary name beside it, then renamed.
///
/// - Throws: ``DataError`` where the folder does not exist or cannot be written to.
public func writeAtomically(_ data: Data, to path: String) throws {
    try checkWritable(path)
    let target = URL(fileURLWithPath: path)
    let temporary = target.deletingLastPathComponent().appendingPathComponent(".\(target.lastPathComponent).\(UUID().uuidString)")
    do {
        try data.write(to: temporary)
    } catch {
        try? FileManager.default.removeItem(at: temporary)
        throw DataError(file: path, "cannot be written: \(describe(error))")
    }
    guard rename(temporary.path, target.path) == 0 else {
        let reason = String(cString: strerror(errno))
        try? FileManager.default.removeItem(at: temporary)
        throw DataError(file: path, "cannot be written: \(reason)")
    }
}

/// Checks that a file could be written, before long work whose result it is to hold.
///
/// - Throws: ``DataError`` where the folder is absent or closed, or a folder has the name.
public func checkWritable(_ path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
        throw DataError(file: path, "the folder \(folder) does not exist; create it first")
    }
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
        throw DataError(file: path, "this is a folder; name a file in it")
    }
    guard FileManager.default.isWritableFile(atPath: folder) else {
        throw DataError(file: path, "the folder \(folder) cannot be written to")
    }
}

/// The bytes of a file, mapped into memory.
func readWhole(_ path: String) throws -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw DataError(file: path, "there is no such file")
    }
    if isFolder.boolValue { throw DataError(file: path, "this is a folder, not a file") }
    do {
        return try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
        throw DataError(file: path, "cannot be read: \(describe(error))")
    }
}

private func describe(_ error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    if let underlying, underlying.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(underlying.code))) }
    return error.localizedDescription
}
