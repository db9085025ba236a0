import CNetCDF
import Foundation
import Synchronization
import TernCore

/// A variable of a NetCDF-4 file whose chunks are deflated and perhaps shuffled. They are read as they are stored, and
/// inflated on all threads, where the HDF5 library would do it on one.
struct DeflatedChunks {
    private let file: HDF5Library.ID, name: String
    private let chunks: [Int]
    private let elementSize: Int
    private let isShuffled: Bool
    /// At most so many stored bytes are in memory at once, or one chunk.
    private static let mostStored = 64 << 20

    /// Nil where the variable is stored in another way, or in chunks so small that they are no work. The library is
    /// locked.
    init?(
        _ variable: Variable, _ place: (group: Int32, variable: Int32), in file: HDF5Library.ID, _ library: HDF5Library
    ) {
        let size = variable.type.size
        guard variable.shape.count > 0, !variable.type.isText, variable.type != .other, size > 0 else { return nil }
        var storage: Int32 = 0, sizes = [Int](repeating: 0, count: variable.shape.count)
        var shuffle: Int32 = 0, deflate: Int32 = 0, level: Int32 = 0, checksum: Int32 = 0
        guard nc_inq_var_chunking(place.group, place.variable, &storage, &sizes) == NC_NOERR, storage == NC_CHUNKED,
            nc_inq_var_deflate(place.group, place.variable, &shuffle, &deflate, &level) == NC_NOERR, deflate != 0,
            nc_inq_var_fletcher32(place.group, place.variable, &checksum) == NC_NOERR, checksum == NC_NOCHECKSUM,
            sizes.allSatisfy({ $0 > 0 }),
            let bytes = checkedProduct(sizes + [size]), (4096..<1 << 30).contains(bytes)
        else { return nil }
        (self.file, name, chunks, elementSize, isShuffled) = (file, variable.name, sizes, size, shuffle != 0)
        let filters = isShuffled ? 2 : 1
        guard library.withDataset(file, name, { library.filterCount($0) == filters && library.isNative($0) }) == true
        else { return nil }
    }

    /// Writes the numbers in a part of the variable to `target`. Nothing is locked.
    ///
    /// - Returns: false where a chunk is not there or cannot be inflated; the library then says what holds instead.
    func read(_ ranges: [Range<Int>], into target: UnsafeMutableRawBufferPointer, _ library: HDF5Library) -> Bool {
        var parts = ChunkPart.all(of: ranges, chunks: chunks)[...]
        let target = UncheckedBuffer(target.bindMemory(to: UInt8.self))
        while !parts.isEmpty {
            guard let stored = NetCDFLibrary.locked({ stored(parts, library) }), !stored.isEmpty else { return false }
            let batch = Array(parts.prefix(stored.count)), isWhole = Atomic(true)
            ThreadPool.current.forEachPiece(of: batch.count, grain: 1) { index, _ in
                if !copy(stored[index], batch[index], into: target.pointer) {
                    isWhole.store(false, ordering: .relaxed)
                }
            }
            guard isWhole.load(ordering: .relaxed) else { return false }
            parts = parts.dropFirst(batch.count)
        }
        return true
    }

    /// The chunks of the first parts; nil where one is not there.
    private func stored(_ parts: ArraySlice<ChunkPart>, _ library: HDF5Library) -> [[UInt8]]? {
        library.withDataset(file, name) { dataset in
            var all: [[UInt8]] = [], count = 0
            for part in parts where count < Self.mostStored {
                guard let bytes = library.chunk(dataset, at: zip(part.place, chunks).map { $0 * $1 }) else {
                    return nil
                }
                all.append(bytes)
                count += bytes.count
            }
            return all
        }
    }

    private func copy(_ stored: [UInt8], _ part: ChunkPart, into target: UnsafeMutablePointer<UInt8>) -> Bool {
        let count = chunks.reduce(1, *) * elementSize
        let whole = UnsafeMutableRawBufferPointer(start: target + part.start * elementSize, count: count)
        if part.isWhole, !isShuffled { return stored.withUnsafeBytes { Deflate.unwrap($0, into: whole) } }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * count, alignment: 64)
        defer { room.deallocate() }
        let inflated = UnsafeMutableRawBufferPointer(rebasing: room[..<count])
        guard stored.withUnsafeBytes({ Deflate.unwrap($0, into: inflated) }) else { return false }
        var numbers = inflated
        if isShuffled {
            numbers = part.isWhole ? whole : UnsafeMutableRawBufferPointer(rebasing: room[count...])
            BytesCodec.unshuffle(UnsafeRawBufferPointer(inflated), elementSize, into: numbers)
        }
        if part.isWhole { return true }
        part.copy(numbers.baseAddress!, into: target, elementSize: elementSize)
        return true
    }
}
