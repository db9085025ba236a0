import Foundation
import TernCore

extension Dataset {
    /// The formats that are written.
    public enum Format: Sendable {
        /// On HDF5, compressed.
        case netCDF4
        /// Classic, with 64-bit offsets: what the oldest programs read.
        case netCDF3
        /// A folder.
        case zarr
    }

    /// Writes the dataset, whole or not at all: under another name beside it, then renamed.
    ///
    /// Of a dataset from a file its data variables are written with their coordinates. Times are stored in the units of the
    /// coordinate's attributes, or as days since 1970; missing values as NaN.
    ///
    /// - Parameters:
    ///   - format: by default Zarr where the path ends in ".zarr", else NetCDF-4.
    ///   - level: of compression, 0 (none) to 9.
    ///   - packed: fields to be stored in 16 bits a value, with an error of up to 1/131,068 of their range.
    /// - Throws: ``DataError`` where the folder is absent or closed.
    public func write(to path: String, as format: Format? = nil, compression level: Int = 1, packing packed: Set<String> = []) throws {
        let fields = try fieldsToWrite()
        if let unknown = packed.subtracting(fields.map(\.name)).sorted().first {
            throw DataError(file: path, "there is no field \"\(unknown)\" to pack; \(suggestion(for: unknown, among: fields.map(\.name), "fields"))")
        }
        let encoding = try Encoding(fields, packing: packed, file: path)
        var attributes = storedAttributes
        if !attributes.contains(where: { $0.name == "Conventions" }) {
            attributes.append(StoredAttribute(name: "Conventions", type: .char, value: .text("CF-1.11")))
        }
        let format = format ?? (path.hasSuffix(".zarr") ? .zarr : .netCDF4)
        try replacing(path, isFolder: format == .zarr) { temporary in
            if format == .zarr {
                _ = try ZarrWriter(temporary, encoding, attributes: attributes, level: level)
            } else {
                let writer = try NetCDFWriter(temporary, encoding, attributes: attributes, isClassic: format == .netCDF3, level: level)
                for variable in encoding.variables { try writer.write(variable) }
                try writer.close()
            }
        }
    }
}

/// Lets `body` write under a temporary name beside a file or folder, which is then renamed.
func replacing(_ path: String, isFolder: Bool, _ body: (String) throws -> Void) throws {
    let temporary = try temporaryName(beside: path, isFolder: isFolder)
    do {
        try body(temporary)
        try rename(temporary, to: path, isFolder: isFolder)
    } catch {
        try? FileManager.default.removeItem(atPath: temporary)
        // Messages name the file that was asked for.
        if var error = error as? DataError {
            if error.file == temporary { error.file = path }
            throw error
        }
        throw DataError(file: path, "cannot be written: \(error.localizedDescription)")
    }
}

/// A name beside a file that is to be replaced.
///
/// - Throws: ``DataError`` where it could not be written, or something of another kind has the name.
func temporaryName(beside path: String, isFolder: Bool) throws -> String {
    var isExistingFolder: ObjCBool = false
    if isFolder, FileManager.default.fileExists(atPath: path, isDirectory: &isExistingFolder) {
        let isStore = [".zgroup", ".zmetadata"].contains { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
        guard isExistingFolder.boolValue, isStore else { throw DataError(file: path, "this is no Zarr store, so it is not replaced; choose another name") }
        try checkWritable(path + ".tmp")
    } else {
        try checkWritable(path)
    }
    let url = URL(fileURLWithPath: path)
    return url.deletingLastPathComponent().appendingPathComponent(".\(UUID().uuidString).tmp").path
}

func rename(_ temporary: String, to path: String, isFolder: Bool) throws {
    let manager = FileManager.default
    var old: String?
    if isFolder, manager.fileExists(atPath: path) {
        // A folder cannot be renamed over another; the old one steps aside first.
        old = temporary + ".old"
        try manager.moveItem(atPath: path, toPath: old!)
    }
    guard rename(temporary, path) == 0 else {
        let reason = String(cString: strerror(errno))
        if let old { try? manager.moveItem(atPath: old, toPath: path) }
        throw DataError(file: path, "cannot be written: \(reason)")
    }
    if let old { try? manager.removeItem(atPath: old) }
}
