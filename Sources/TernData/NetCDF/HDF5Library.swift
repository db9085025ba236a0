import Foundation

/// The few functions of the HDF5 library that read chunks as they are stored. HDF5 is loaded with netCDF-C, but Debian
/// names it otherwise than others do, so they are looked up rather than linked; nil where one is not there. Whoever calls
/// them has locked netCDF-C.
struct HDF5Library: Sendable {
    typealias ID = Int64
    private typealias Close = @convention(c) (ID) -> Int32
    private typealias Open = @convention(c) (ID, UnsafePointer<CChar>, ID) -> ID
    private typealias FileIDs = @convention(c) (ID, UInt32, Int, UnsafeMutablePointer<ID>) -> Int
    private typealias FileName = @convention(c) (ID, UnsafeMutablePointer<CChar>?, Int) -> Int
    private typealias PropertyList = @convention(c) (ID) -> ID
    private typealias FilterCount = @convention(c) (ID) -> Int32
    private typealias StorageSize = @convention(c) (ID, UnsafePointer<UInt64>, UnsafeMutablePointer<UInt64>) -> Int32
    private typealias ReadChunk =
        @convention(c) (ID, ID, UnsafePointer<UInt64>, UnsafeMutablePointer<UInt32>, UnsafeMutableRawPointer) -> Int32

    private let fileIDs: FileIDs, fileName: FileName
    private let openDataset: Open, closeDataset: Close, closeList: Close
    private let creationList: PropertyList, countFilters: FilterCount
    private let storageSize: StorageSize, readChunk: ReadChunk

    static let shared = HDF5Library()

    private init?() {
        let program = dlopen(nil, RTLD_LAZY)
        func function<F>(_ name: String, _ type: F.Type) -> F? {
            dlsym(program, name).map { unsafeBitCast($0, to: type) }
        }
        guard let fileIDs = function("H5Fget_obj_ids", FileIDs.self),
            let fileName = function("H5Fget_name", FileName.self),
            let openDataset = function("H5Dopen2", Open.self), let closeDataset = function("H5Dclose", Close.self),
            let closeList = function("H5Pclose", Close.self),
            let creationList = function("H5Dget_create_plist", PropertyList.self),
            let countFilters = function("H5Pget_nfilters", FilterCount.self),
            let storageSize = function("H5Dget_chunk_storage_size", StorageSize.self),
            let readChunk = function("H5Dread_chunk", ReadChunk.self)
        else { return nil }
        (self.fileIDs, self.fileName, self.openDataset, self.closeDataset) =
            (fileIDs, fileName, openDataset, closeDataset)
        (self.closeList, self.creationList, self.countFilters) = (closeList, creationList, countFilters)
        (self.storageSize, self.readChunk) = (storageSize, readChunk)
    }

    /// What netCDF-C has open by this path; opened a second time, a file might not outlive its closing.
    func openFile(_ path: String) -> ID? {
        let all: ID = 0x1F, files: UInt32 = 1
        var ids = [ID](repeating: 0, count: 4096)
        let count = fileIDs(all, files, ids.count, &ids)
        return ids.prefix(max(0, count)).first { id in
            let length = fileName(id, nil, 0)
            guard length == path.utf8.count else { return false }
            var name = [CChar](repeating: 0, count: length + 1)
            return fileName(id, &name, name.count) == length && NetCDFLibrary.string(name) == path
        }
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
