import Foundation

/// The few functions of the HDF5 library that read chunks as they are stored; nil where one is not there. Whoever calls
/// them has locked netCDF-C.
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

    private let fileIDs: FileIDs
    private let openDataset: Open, closeDataset: Close, closeList: Close
    private let creationList: PropertyList, countFilters: FilterCount
    private let storageSize: StorageSize, readChunk: ReadChunk

    static let shared = HDF5Library()

    private init?() {
        guard let fileIDs = NetCDFLibrary.function("H5Fget_obj_ids", FileIDs.self),
            let openDataset = NetCDFLibrary.function("H5Dopen2", Open.self),
            let closeDataset = NetCDFLibrary.function("H5Dclose", Close.self),
            let closeList = NetCDFLibrary.function("H5Pclose", Close.self),
            let creationList = NetCDFLibrary.function("H5Dget_create_plist", PropertyList.self),
            let countFilters = NetCDFLibrary.function("H5Pget_nfilters", FilterCount.self),
            let storageSize = NetCDFLibrary.function("H5Dget_chunk_storage_size", StorageSize.self),
            let readChunk = NetCDFLibrary.function("H5Dread_chunk", ReadChunk.self)
        else { return nil }
        (self.fileIDs, self.openDataset, self.closeDataset) = (fileIDs, openDataset, closeDataset)
        (self.closeList, self.creationList, self.countFilters) = (closeList, creationList, countFilters)
        (self.storageSize, self.readChunk) = (storageSize, readChunk)
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

    /// How many filters the chunks of a dataset go through.
    func filterCount(_ dataset: ID) -> Int {
        let list = creationList(dataset)
        guard list >= 0 else { return -1 }
        defer { _ = closeList(list) }
        return Int(countFilters(list))
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
