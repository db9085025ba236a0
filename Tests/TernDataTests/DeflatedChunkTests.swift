import Foundation
import TernCore
import TernData
import TestSupport
import Testing

/// Chunks that are inflated on all threads.
@Suite struct DeflatedChunkTests {
    private let folder = TemporaryFolder()

    /// A field whose chunks are several along each dimension, the last ones in part.
    private static let field = Field(
        "sst", Tensor((0..<70 * 90 * 110).map { (i: Int) -> Float in Float(i % 7919) / 8 }, shape: [70, 90, 110]),
        dimensions: ["time", "lat", "lon"])

    @Test(arguments: [1, 9])
    func deflatedNumbersAreThoseThatWereWritten(_ level: Int) throws {
        let path = folder.path("deflated.nc")
        try Dataset([Self.field]).write(to: path, compression: level)
        let data = try Dataset(contentsOf: path)
        #expect(try data.field("sst").values == Self.field.values)
        #expect(data.ownReadings > 0)
    }

    @Test func aPartIsReadFromChunksThatItCutsThrough() throws {
        let path = folder.path("deflated.nc")
        try Dataset([Self.field]).write(to: path)
        let part = try Dataset(contentsOf: path).field("sst", at: ["time": 11..<67, "lat": 3..<88, "lon": 50..<51])
        #expect(part.values == Self.field.values[11..<67, 3..<88, 50..<51])
    }

    @Test func theNumberOfThreadsChangesNothing() throws {
        let path = folder.path("deflated.nc")
        try Dataset([Self.field]).write(to: path)
        let one = try ThreadPool.withThreads(1) { try Dataset(contentsOf: path).field("sst").values }
        #expect(one == Self.field.values)
    }

    @Test func whoReadsAFileThatIsReplacedReadsOnInTheOldOne() throws {
        let path = folder.path("deflated.nc")
        try Dataset([Self.field]).write(to: path)
        let old = try Dataset(contentsOf: path)
        var other = Self.field
        other.values = other.values + 1
        try Dataset([other]).write(to: path)
        let new = try Dataset(contentsOf: path)
        #expect(try new.field("sst").values == other.values)
        #expect(try old.field("sst").values == Self.field.values)
    }

    @Test func damagedChunksAreTold() throws {
        let path = folder.path("deflated.nc")
        try Dataset([Self.field]).write(to: path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // Far from the header at either end: among the chunks.
        for i in bytes.count / 2..<bytes.count / 2 + 2000 { bytes[i] = 0x55 }
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect {
            _ = try Dataset(contentsOf: path).field("sst")
        } throws: { "\($0)".contains("variable \"sst\" cannot be read") }
    }
}
