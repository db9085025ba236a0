import Foundation
import TernCore

extension Dataset {
    /// The formats that are written.
    ///
    /// ```swift
    /// let field = Field("sst", Tensor([20.5, 21]), dimensions: ["time"])
    /// try Dataset([field]).write(to: "sst.nc", as: .netCDF3)
    /// print(try Dataset(contentsOf: "sst.nc").format)  // 64-bit offset
    /// ```
    public enum Format: Sendable {
        /// On HDF5, compressed.
        case netCDF4
        /// Classic, with 64-bit offsets: what the oldest programs read.
        case netCDF3
        /// Zarr, version 3, a folder: what xarray and zarr-python 3 write.
        case zarr
        /// The same in a ZIP archive.
        case zippedZarr
        /// Zarr, version 2, a folder: what older programs read.
        case zarr2

        /// What the end of a path asks for.
        init(of path: String) {
            self = path.hasSuffix(".zarr") ? .zarr : path.hasSuffix(".zarr.zip") ? .zippedZarr : .netCDF4
        }

        var isFolder: Bool { self == .zarr || self == .zarr2 }

        /// - Throws: `DataError` where no format has such a level of compression.
        static func check(compression level: Int, of path: String) throws {
            guard !(0...9).contains(level) else { return }
            throw DataError(file: path, "the compression is to be \(level); it goes from 0 (none) to 9 (most)")
        }

        /// - Parameter encoding: whose variables get their names and types; their content is written later.
        func writer(_ path: String, _ encoding: Encoding, attributes: [StoredAttribute], level: Int) throws
            -> any VariableWriter
        {
            var attributes = attributes
            if !attributes.contains(where: { $0.name == "Conventions" }) {
                attributes.append(StoredAttribute(name: "Conventions", type: .char, value: .text("CF-1.11")))
            }
            switch self {
            case .netCDF4, .netCDF3:
                return try NetCDFWriter(
                    path, encoding, attributes: attributes, isClassic: self == .netCDF3, level: level)
            case .zarr, .zippedZarr, .zarr2:
                return try ZarrWriter(
                    path, encoding, attributes: attributes, level: level, version: self == .zarr2 ? 2 : 3,
                    isZipped: self == .zippedZarr)
            }
        }
    }

    /// Writes the dataset, whole or not at all: under another name beside it, then renamed.
    ///
    /// Of a dataset from a file its data variables are written with their coordinates, but not those that cannot be
    /// read. Times are stored in the units of the coordinate's attributes, or as days since 1970; missing values as
    /// NaN. A file that has the name is replaced, and so is a Zarr store; another folder is not.
    ///
    /// - Parameters:
    ///   - format: by default Zarr where the path ends in ".zarr" or ".zarr.zip", else NetCDF-4.
    ///   - level: of compression, 0 (none) to 9.
    ///   - packed: fields to be stored in 16 bits a value, with an error of up to 1/131,068 of their range.
    /// - Throws: `DataError` where the folder is absent or closed, there is no such level of compression, or no field
    ///   to pack of a name, or one whose values span more than numbers can.
    public func write(
        to path: String, as format: Format? = nil, compression level: Int = 1, packing packed: Set<String> = []
    ) throws {
        try Format.check(compression: level, of: path)
        let fields = try fieldsToWrite()
        if let unknown = packed.subtracting(fields.map(\.name)).sorted().first {
            throw DataError(
                file: path,
                "there is no field \"\(unknown)\" to pack; \(suggestion(for: unknown, among: fields.map(\.name), "fields"))"
            )
        }
        let encoding = try Encoding(fields, packing: packed, file: path)
        let format = format ?? Format(of: path)
        try replacing(path, isFolder: format.isFolder) { temporary in
            let writer = try format.writer(temporary, encoding, attributes: storedAttributes, level: level)
            for variable in encoding.variables { try writer.write(variable, from: 0) }
            try writer.close()
        }
    }
}

/// Writes the variables of an encoding into a new file or store.
protocol VariableWriter: AnyObject {
    /// Writes a variable's content, from an index of its first dimension on, where what came before has ended.
    func write(_ variable: EncodedVariable, from start: Int) throws

    /// Only then the file is whole.
    func close() throws
}

/// Lets `body` write under a temporary name beside a file or folder, which is then renamed.
func replacing(_ path: String, isFolder: Bool, _ body: (String) throws -> Void) throws {
    let replacement = try Replacement(of: path, isFolder: isFolder)
    do {
        try body(replacement.temporary)
        try replacement.finish()
    } catch {
        replacement.discard()
        throw replacement.told(error)
    }
}

/// A file or folder that is written beside the one whose place it takes.
struct Replacement {
    let asked: String, temporary: String
    private let destination: Destination
    private let isFolder: Bool

    /// - Throws: `DataError` where it could not be written, or something of another kind has the name.
    init(of path: String, isFolder: Bool) throws {
        asked = path
        self.isFolder = isFolder
        destination = try Destination(path)
        temporary = destination.temporaryPath()
        if isFolder {
            let isStore = FileKind.zarrMarks.contains {
                FileManager.default.fileExists(atPath: "\(path)/\($0)")
            }
            guard destination.kind == .absent || destination.kind == .folder && isStore else {
                throw DataError(file: path, "this is no Zarr store, so it is not replaced; choose another name")
            }
            try Destination(temporary).check(path)
        } else {
            try destination.check(path)
            if destination.kind == .device {
                throw DataError(
                    file: path, "this is a device, to which a file of this form cannot be written; name a file")
            }
        }
    }

    func finish() throws {
        if let rights = destination.rights, !isFolder { chmod(temporary, rights) }
        if isFolder { try Disk.sync(allOf: temporary, asked: asked) } else { try Disk.sync(temporary, asked: asked) }
        let old = try takePlace()
        defer {
            if let old { try? FileManager.default.removeItem(atPath: old) }
            TemporaryFiles.forget(temporary)
        }
        try Disk.sync(parentOf: destination.path, asked: asked)
    }

    /// Gives what was written its name; where what had the name lies now, if it is to be removed.
    private func takePlace() throws -> String? {
        var old: String?
        if isFolder, destination.kind == .folder {
            if Disk.exchange(temporary, destination.path) { return temporary }
            // A folder cannot be renamed over another; the old one steps aside first.
            old = temporary + ".old"
            guard rename(destination.path, old!) == 0 else {
                throw DataError(file: asked, "cannot be replaced: \(SystemReason.last)")
            }
        }
        guard rename(temporary, destination.path) == 0 else {
            let reason = SystemReason.last
            if let old { rename(old, destination.path) }
            throw DataError(file: asked, "cannot be written: \(reason)")
        }
        return old
    }

    func discard() {
        try? FileManager.default.removeItem(atPath: temporary)
        TemporaryFiles.forget(temporary)
    }

    /// An error in words of the file that was asked for. Libraries say little of a disk without room.
    func told(_ error: any Error) -> DataError {
        if SystemReason.diskIsFull(at: destination.path) {
            return DataError(file: asked, "cannot be written: \(SystemReason.text(ENOSPC))")
        }
        guard var error = error as? DataError else {
            return DataError(file: asked, "cannot be written: \(error.localizedDescription)")
        }
        if error.file == temporary { error.file = asked }
        return error
    }
}
