import Foundation
import TernCore

/// The header of a classic NetCDF file, read only to learn how long the file must be: netCDF-C gives zeros for what is
/// missing at the end of a file that was copied in part.
///
/// Source: The NetCDF Classic Format Specification,
/// https://docs.unidata.ucar.edu/netcdf-c/current/file_format_specifications.html
enum ClassicHeader {
    /// - Throws: `DataError` where a classic file ends too early; other files are not looked at.
    static func check(_ path: String, length: Int) throws {
        guard length >= 4 else { throw DataError(file: path, "the file has \(length) bytes; this is no NetCDF file") }
        let source = try ByteSource(InputFile(path))
        let mark = try source.bytes(0..<4)
        guard Array(mark.prefix(3)) == Array("CDF".utf8), [1, 2, 5].contains(mark[3]) else { return }
        var reader = Reader(source: source, version: mark[3])
        let needed = try reader.neededLength()
        if length < needed {
            throw DataError(
                file: path, "the file has \(length) bytes, its variables need \(needed); it was copied only in part")
        }
    }

    private struct Reader {
        let source: ByteSource
        let version: UInt8
        var offset = 4

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

        mutating func skipAttributes() throws {
            for _ in 0..<(try listCount()) {
                try skip(count())
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

        mutating func neededLength() throws -> Int {
            // All ones: a stream whose records were not counted.
            let records = try count()
            let isStreaming = records == (version == 5 ? Int.max : 0xFFFF_FFFF)
            var lengths: [Int] = []
            for _ in 0..<(try listCount()) {
                try skip(count())
                lengths.append(try count())
            }
            try skipAttributes()
            var needed = 0
            var recordParts: [(begin: Int, size: Int)] = []
            for _ in 0..<(try listCount()) {
                try skip(count())
                let rank = try count()
                guard rank <= lengths.count else { throw damaged }
                let shape = try (0..<rank).map { _ in
                    let id = try count()
                    guard lengths.indices.contains(id) else { throw damaged }
                    return lengths[id]
                }
                try skipAttributes()
                let size = try elementSize(number(4))
                _ = try count()
                let begin = try number(version == 1 ? 4 : 8)
                if shape.first == 0 {
                    recordParts.append((begin, try product([size] + shape.dropFirst())))
                } else {
                    needed = max(needed, try sum([begin, product([size] + shape)]))
                }
            }
            guard records > 0, !isStreaming else { return max(needed, offset) }
            // Each variable's part of a record is rounded up to four bytes, except that of a single one.
            let record =
                recordParts.count == 1 ? recordParts[0].size : try sum(recordParts.map { try sum([$0.size, 3]) & ~3 })
            for part in recordParts {
                needed = max(needed, try sum([part.begin, product([records - 1, record]), part.size]))
            }
            return max(needed, offset)
        }
    }
}
