import CNetCDF
import Foundation
import Synchronization
import TernCore

/// Numbers that lie one after the other in a file, or record by record, and are as wide in it as in memory: those of a
/// classic NetCDF file, and those of NetCDF-4 that are not cut into chunks. They are read in long runs on all threads,
/// where the libraries read a few thousand at a time, or all, on one.
struct ContiguousValues {
    private let file: InputFile
    private let place: ClassicHeader.Place
    private let recordStride: Int
    /// Whether the most significant byte stands first.
    private let isBigEndian: Bool
    /// What is less work than it costs to share it.
    static let leastBytes = 1 << 18
    /// Shorter runs are left to netCDF-C, which reads once for many of them.
    private static let leastRun = 1 << 12
    private static let pieceBytes = 1 << 20

    /// A variable of a classic file; nil where the header does not say the same as netCDF-C does.
    init?(_ variable: Variable, _ number: Int32, _ header: ClassicHeader, _ file: InputFile) {
        guard header.places.indices.contains(Int(number)), case let place = header.places[Int(number)],
            !variable.type.isText, variable.type.size == place.elementSize,
            Array(variable.shape.dropFirst(place.isRecord ? 1 : 0)) == place.shape
        else { return nil }
        (self.file, self.place, recordStride, isBigEndian) = (file, place, header.recordStride, true)
    }

    /// A variable of a NetCDF-4 file; nil where it is stored in another way. The library is locked.
    init?(
        _ variable: Variable, _ place: (group: Int32, variable: Int32), in hdf5: HDF5Library.ID,
        _ library: HDF5Library, _ file: InputFile
    ) {
        let size = variable.type.size
        var storage: Int32 = 0
        guard !variable.type.isText, variable.type != .other, size > 0, !variable.shape.isEmpty,
            let bytes = checkedProduct(variable.shape + [size]),
            nc_inq_var_chunking(place.group, place.variable, &storage, nil) == NC_NOERR, storage == NC_CONTIGUOUS,
            let begin = library.withDataset(hdf5, variable.name, { library.offset($0, ofBytes: bytes) })
        else { return nil }
        self.place = ClassicHeader.Place(begin: begin, elementSize: size, shape: variable.shape, isRecord: false)
        (self.file, recordStride, isBigEndian) = (file, 0, false)
    }

    /// Fills `target` with the numbers in a part of the variable.
    ///
    /// - Returns: false where netCDF-C is as good.
    /// - Throws: `DataError` where the file ends before.
    func read(_ ranges: [Range<Int>], into target: UnsafeMutableRawBufferPointer) throws -> Bool {
        guard let runs = Runs(place, ranges, recordStride: recordStride),
            runs.length >= Self.leastRun, target.count == runs.length * runs.count
        else { return false }
        let perRun = (runs.length + Self.pieceBytes - 1) / Self.pieceBytes
        let bytes = UncheckedBuffer(target.bindMemory(to: UInt8.self)), problem = Mutex<(any Error)?>(nil)
        ThreadPool.current.forEachPiece(of: runs.count * perRun, grain: 1) { piece, _ in
            let start = piece % perRun * Self.pieceBytes, run = piece / perRun
            let part = UnsafeMutableRawBufferPointer(
                start: bytes.pointer + run * runs.length + start, count: min(Self.pieceBytes, runs.length - start))
            do { try file.read(at: runs.begin(run) + start, into: part) } catch {
                return problem.withLock { $0 = $0 ?? error }
            }
            if isBigEndian { part.swapBytes(elementSize: place.elementSize) }
        }
        if let error = problem.withLock({ $0 }) { throw error }
        return true
    }
}

/// The runs of bytes, of one length, in which a part of a variable lies.
private struct Runs {
    let length: Int
    let count: Int
    private let first: Int
    /// How many there are along each dimension, and how far apart.
    private let counts: [Int], strides: [Int]

    init?(_ place: ClassicHeader.Place, _ ranges: [Range<Int>], recordStride: Int) {
        let whole = (place.isRecord ? [0] : []) + place.shape
        guard whole.count == ranges.count else { return nil }
        var strides = [Int](repeating: place.elementSize, count: whole.count)
        for i in strides.indices.dropLast().reversed() { strides[i] = strides[i + 1] * whole[i + 1] }
        if place.isRecord { strides[0] = recordStride }
        first = place.begin + zip(ranges, strides).map { $0.lowerBound * $1 }.reduce(0, +)
        var length = place.elementSize, last = ranges.count
        while last > 0, strides[last - 1] == length {
            last -= 1
            length *= ranges[last].count
        }
        self.length = length
        counts = ranges[..<last].map(\.count)
        self.strides = Array(strides[..<last])
        count = counts.reduce(1, *)
    }

    /// Where a run begins.
    func begin(_ run: Int) -> Int {
        var rest = run, at = first
        for i in counts.indices.reversed() {
            at += rest % counts[i] * strides[i]
            rest /= counts[i]
        }
        return at
    }
}
