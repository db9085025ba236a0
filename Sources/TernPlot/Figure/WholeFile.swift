import Foundation

/// Writes a file whole or not at all: to a temporary name beside it, then renamed.
///
/// - Throws: ``PlotError`` where the folder does not exist or cannot be written to.
package func writeWhole(_ data: Data, to url: URL) throws {
    let temporary = url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).\(getpid())")
    do {
        try data.write(to: temporary)
        guard rename(temporary.path, url.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    } catch {
        try? FileManager.default.removeItem(at: temporary)
        throw PlotError("\(url.path) cannot be written; is its folder there, and yours to write?")
    }
}
