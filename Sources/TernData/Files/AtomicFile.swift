import Foundation

/// Writes a file whole or not at all: to a temporary name beside it, then renamed.
///
/// - Throws: ``DataError`` where the folder does not exist or cannot be written to.
public func writeAtomically(_ data: Data, to path: String) throws {
    try writeAtomically(to: path) { write in try data.withUnsafeBytes(write) }
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
