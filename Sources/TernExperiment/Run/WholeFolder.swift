import Foundation
import Tern

/// Fills a folder that appears under its name only when it is whole: `fill` is given another one beside it, which is renamed
/// at the end, or removed where an error is thrown.
///
/// - Parameter folder: nothing may be there yet.
func writeWhole(_ folder: String, _ fill: (String) throws -> Void) throws {
    let files = FileManager.default, url = URL(fileURLWithPath: folder)
    guard !files.fileExists(atPath: folder) else {
        throw DataError(file: folder, "there is a run or another file of this name already; choose another folder or remove it")
    }
    let work = url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier)")
    do { try files.createDirectory(at: work, withIntermediateDirectories: true) }
    catch { throw DataError(file: folder, "the folder cannot be made: \(error.localizedDescription)") }
    defer { try? files.removeItem(at: work) }
    try fill(work.path)
    guard rename(work.path, url.path) == 0 else {
        throw DataError(file: folder, "the folder cannot be made: \(String(cString: strerror(errno)))")
    }
}
