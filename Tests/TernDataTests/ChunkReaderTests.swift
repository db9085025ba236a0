import Foundation
import TernCore
import TernData
import TestSupport
import Testing

@Suite struct ChunkReaderTests {
    @Test(arguments: [1, 5, 36, 100, Int.max])
    func chunksAreTheWholeInOrder(_ size: Int) throws {
        let data = try Dataset(contentsOf: FieldFixtures.path("globe.nc"))
        let reader = try ChunkReader(data, ["sst"], along: "time", size: size)
        var chunks: [Field] = []
        while let chunk = try reader.next() { chunks.append(chunk["sst"]!) }
        #expect(chunks.count == reader.count)
        let whole = try Field.concatenated(chunks, along: "time")
        expectClose(whole.values, try data.field("sst").values, 0)
        #expect(try reader.next() == nil)
    }

    @Test func anErrorComesToTheOneWhoReads() throws {
        let folder = TemporaryFolder()
        try FileManager.default.copyItem(atPath: FieldFixtures.path("small.zarr"), toPath: folder.path("a.zarr"))
        try FileManager.default.removeItem(atPath: folder.path("a.zarr/zlib/1.0.0"))
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: folder.path("a.zarr/zlib/1.0.0")))
        let reader = try ChunkReader(Dataset(contentsOf: folder.path("a.zarr")), ["zlib"], along: "time", size: 3)
        #expect(try reader.next()?["zlib"]?.shape == [3, 6, 8])
        for _ in 0..<2 { #expect(message { try reader.next() }.contains("array \"zlib\": chunk 1.0.0 is damaged")) }
    }

    @Test func aCancelledReaderGivesNoMore() throws {
        let data = try Dataset(contentsOf: FieldFixtures.path("globe.nc"))
        let reader = try ChunkReader(data, ["sst"], along: "time", size: 1)
        #expect(try reader.next() != nil)
        reader.cancel()
        #expect(try reader.next() == nil)
        // One that is simply dropped must not hold its thread.
        for _ in 0..<20 { _ = try ChunkReader(data, ["sst"], along: "time", size: 1) }
    }

    @Test func mistakesAreNamedBeforeReading() throws {
        let data = try Dataset(contentsOf: FieldFixtures.path("globe.nc"))
        #expect(message { try ChunkReader(data, ["ssst"], along: "time", size: 1) }.contains("did you mean \"sst\"?"))
        #expect(message { try ChunkReader(data, ["sst"], along: "tim", size: 1) }.contains("did you mean \"time\"?"))
        #expect(
            message { try ChunkReader(data, ["sst"], along: "time", size: 1, range: 0..<40) }.contains("do not fit"))
        #expect(
            message { try ChunkReader(data, ["sst", "sst"], along: "time", size: 1) }.contains(
                "variable \"sst\" is named twice"))
    }
}
