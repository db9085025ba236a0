import CNetCDF
import Foundation
import TernCore

/// The header of a classic NetCDF file, read to learn how long the file must be, since netCDF-C gives zeros for what is
/// missing at the end of a file that was copied in part, and where its numbers lie (``ContiguousValues``).
///
/// Source: The NetCDF Classic Format Specification,
/// https://docs.unidata.ucar.edu/netcdf-c/current/file_format_specifications.html
struct ClassicHeader {
    /// Where the numbers of a variable lie.
    struct Place {
        /// Of the first, in bytes.
        let begin: Int
        let elementSize: Int
        /// Without the dimension of records.
        let shape: [Int]
        /// Whether it has a part in each record.
        let isRecord: Bool
    }

    /// In the order of the variables' numbers.
    let places: [Place]
    /// From one record to the next, in bytes.
    let recordStride: Int

    /// Nil where the file is none of the classic formats.
    ///
    /// - Throws: `DataError` where it ends too early.
    init?(_ file: InputFile, length: Int) throws {
        guard length >= 4 else {
            throw DataError(file: file.path, "the file has \(length) bytes; this is no NetCDF file")
        }
        let source = try ByteSource(file)
        let mark = try source.bytes(0..<4)
        guard Array(mark.prefix(3)) == Array("CDF".utf8), [1, 2, 5].contains(mark[3]) else { return nil }
        var reader = Reader(source: source, version: mark[3])
        let needed = try reader.read()
        if length < needed {
            throw DataError(
                file: file.path,
                "the file has \(length) bytes, its variables need \(needed); it was copied only in part")
        }
        (places, recordStride) = (reader.places, reader.recordStride)
    }

    private struct Reader {
        let source: ByteSource
        let version: UInt8
        var offset = 4
        var places: [Place] = []
        var recordStride = 0

        mutating func number(_ size: Int) throws -> Int {
            defer { offset += size }
            let value = try source.bytes(offset..<offset + size).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Int(clamping: value)
        }

        /// A count, which the later format stores in 8 bytes.
        mutating func count() throws -> Int { try number(version == 5 ? 8 : 4) }

        /// A list begins with what it holds and how many.
        mutating func listCount() throws -> Int {
            _ = try number(4)
            let n = try count()
            guard n <= source.count else { throw damaged }
            return n
        }

        mutating func skip(_ bytes: Int) throws {
            guard bytes >= 0, bytes <= source.count else { throw damaged }
            offset += (bytes + 3) & ~3
        }

        /// netCDF-C copies a name as long as the file says into the memory of the longest that may be.
        mutating func skipName() throws {
            let length = try count()
            guard length <= Int(NC_MAX_NAME) else {
                throw DataError(
                    file: source.file, "a name of its header has \(length) bytes; NetCDF has at most \(NC_MAX_NAME)")
            }
            try skip(length)
        }

        mutating func skipAttributes() throws {
            for _ in 0..<(try listCount()) {
                try skipName()
                let size = try elementSize(number(4))
                try skip(product([size, count()]))
            }
        }

        var damaged: DataError { DataError(file: source.file, "its header is damaged") }

        func elementSize(_ type: Int) throws -> Int {
            let sizes = [1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 8, 7: 1, 8: 2, 9: 4, 10: 8, 11: 8]
            guard let size = sizes[type] else { throw damaged }
            return size
        }

        func product(_ factors: [Int]) throws -> Int {
            guard let product = checkedProduct(factors) else { throw damaged }
            return product
        }

        func sum(_ numbers: [Int]) throws -> Int {
            guard let sum = checkedSum(numbers) else { throw damaged }
            return sum
        }

        /// Reads the header; the length that the file needs.
        mutating func read() throws -> Int {
            // All ones: a stream whose records were not counted.
            let records = try count()
            let isStreaming = records == (version == 5 ? Int.max : 0xFFFF_FFFF)
            var lengths: [Int] = []
            for _ in 0..<(try listCount()) {
                try skipName()
                lengths.append(try count())
            }
            try skipAttributes()
            var needed = 0
            for _ in 0..<(try listCount()) {
                try skipName()
                let rank = try count()
                guard rank <= Int(NC_MAX_VAR_DIMS) else {
                    throw DataError(
                        file: source.file,
                        "a variable of its header has \(rank) dimensions; NetCDF has at most \(NC_MAX_VAR_DIMS)")
                }
                let shape = try (0..<rank).map { _ in
                    let id = try count()
                    guard lengths.indices.contains(id) else { throw damaged }
                    return lengths[id]
                }
                try skipAttributes()
                let size = try elementSize(number(4))
                _ = try count()
                let begin = try number(version == 1 ? 4 : 8)
                let isRecord = shape.first == 0
                let place = Place(
                    begin: begin, elementSize: size, shape: isRecord ? Array(shape.dropFirst()) : shape,
                    isRecord: isRecord)
                places.append(place)
                if !isRecord { needed = max(needed, try sum([begin, product([size] + shape)])) }
            }
            // Each variable's part of a record is rounded up to four bytes, except that of a single one.
            let parts = try places.filter(\.isRecord).map {
                (begin: $0.begin, size: try product([$0.elementSize] + $0.shape))
            }
            recordStride = parts.count == 1 ? parts[0].size : try sum(parts.map { try sum([$0.size, 3]) & ~3 })
            guard records > 0, !isStreaming else { return max(needed, offset) }
            for part in parts {
                needed = max(needed, try sum([part.begin, product([records - 1, recordStride]), part.size]))
            }
            return max(needed, offset)
        }
    }
}
