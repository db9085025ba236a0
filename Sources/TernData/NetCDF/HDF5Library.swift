import Foundation

/// The few functions of the HDF5 library that tell where numbers lie and read chunks as they are stored; nil where one
/// is not there. Whoever calls them has locked netCDF-C.
struct HDF5Library: Sendable {
    typealias ID = Int64
    private typealias Close = @convention(c) (ID) -> Int32
    private typealias Open = @convention(c) (ID, UnsafePointer<CChar>, ID) -> ID
    private typealias FileIDs = @convention(c) (ID, UInt32, Int, UnsafeMutablePointer<ID>) -> Int
    private typealias PropertyList = @convention(c) (ID) -> ID
    private typealias FilterCount = @convention(c) (ID) -> Int32
    private typealias StorageSize = @convention(c) (ID, UnsafePointer<UInt64>, UnsafeMutablePointer<UInt64>) -> Int32
    private typealias ReadChunk =
        @convention(c) (ID, ID, UnsafePointer<UInt64>, UnsafeMutablePointer<UInt32>, UnsafeMutableRawPointer) -> Int32

    private typealias NativeType = @convention(c) (ID, Int32) -> ID
    private typealias AreEqual = @convention(c) (ID, ID) -> Int32
    private typealias Bytes = @convention(c) (ID) -> UInt64

    private let fileIDs: FileIDs
    private let openDataset: Open, closeDataset: Close, closeList: Close
    private let creationList: PropertyList, countFilters: FilterCount
    private let storageSize: StorageSize, readChunk: ReadChunk
    private let typeOf: PropertyList, nativeType: NativeType, areEqual: AreEqual, closeType: Close
    private let firstByte: Bytes, storedBytes: Bytes

    static let shared = try? HDF5Library()

    private init() throws {
        fileIDs = try NetCDFLibrary.required("H5Fget_obj_ids")
        openDataset = try NetCDFLibrary.required("H5Dopen2")
        closeDataset = try NetCDFLibrary.required("H5Dclose")
        closeList = try NetCDFLibrary.required("H5Pclose")
        creationList = try NetCDFLibrary.required("H5Dget_create_plist")
        countFilters = try NetCDFLibrary.required("H5Pget_nfilters")
        storageSize = try NetCDFLibrary.required("H5Dget_chunk_storage_size")
        readChunk = try NetCDFLibrary.required("H5Dread_chunk")
        typeOf = try NetCDFLibrary.required("H5Dget_type")
        nativeType = try NetCDFLibrary.required("H5Tget_native_type")
        areEqual = try NetCDFLibrary.required("H5Tequal")
        closeType = try NetCDFLibrary.required("H5Tclose")
        firstByte = try NetCDFLibrary.required("H5Dget_offset")
        storedBytes = try NetCDFLibrary.required("H5Dget_storage_size")
    }

    /// All files that netCDF-C has open. A path does not tell which is which, since a file may have been replaced while
    /// it is read; and opened a second time, it might not outlive its closing.
    func openFiles() -> Set<ID> {
        let all: ID = 0x1F, files: UInt32 = 1
        var ids = [ID](repeating: 0, count: 4096)
        let count = fileIDs(all, files, ids.count, &ids)
        return Set(ids.prefix(max(0, count)))
    }

    /// Calls `body` with a dataset of a file; nil where there is none of that name.
    func withDataset<R>(_ file: ID, _ name: String, _ body: (ID) throws -> R?) rethrows -> R? {
        let dataset = openDataset(file, name, 0)
        guard dataset >= 0 else { return nil }
        defer { _ = closeDataset(dataset) }
        return try body(dataset)
    }

    /// Calls `body` with the settings by which a dataset was made; nil where they cannot be had.
    func withCreationList<R>(_ dataset: ID, _ body: (ID) -> R) -> R? {
        let list = creationList(dataset)
        guard list >= 0 else { return nil }
        defer { _ = closeList(list) }
        return body(list)
    }

    /// How many filters the chunks of a dataset go through.
    func filterCount(_ dataset: ID) -> Int { withCreationList(dataset) { Int(countFilters($0)) } ?? -1 }

    /// Whether the numbers of a dataset are stored as this machine has them.
    func isNative(_ dataset: ID) -> Bool {
        let stored = typeOf(dataset)
        guard stored >= 0 else { return false }
        defer { _ = closeType(stored) }
        let native = nativeType(stored, 0)
        guard native >= 0 else { return false }
        defer { _ = closeType(native) }
        return areEqual(stored, native) > 0
    }

    /// Where in the file a dataset begins that lies there in one piece, as this machine has its numbers; nil where it
    /// does not, or not in so many bytes.
    func offset(_ dataset: ID, ofBytes count: Int) -> Int? {
        let begin = firstByte(dataset)
        return begin != .max && storedBytes(dataset) == count && isNative(dataset) ? Int(exactly: begin) : nil
    }

    /// The bytes of a chunk as they are stored; nil where it is not there, or went through fewer filters than others.
    func chunk(_ dataset: ID, at start: [Int]) -> [UInt8]? {
        let start = start.map { UInt64($0) }
        var size: UInt64 = 0
        guard storageSize(dataset, start, &size) >= 0, size > 0, size < 1 << 31 else { return nil }
        var skipped: UInt32 = 0, isRead = false
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(size)) { bytes, count in
            isRead = readChunk(dataset, 0, start, &skipped, bytes.baseAddress!) >= 0
            count = isRead ? Int(size) : 0
        }
        return isRead && skipped == 0 ? bytes : nil
    }
}
