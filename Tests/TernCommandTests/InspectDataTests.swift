import Foundation
import Tern
import TestSupport
import Testing

@Suite struct InspectDataTests {
    private let folder = TemporaryFolder()
    private let globe = Fixture.path("fields/globe.nc")

    @Test func headerAndValuesArePrinted() throws {
        let tool = try Tool(["inspect", globe])
        #expect(tool.status == 0 && tool.error.isEmpty)
        #expect(tool.output.contains("double sst(time, lat, lon)"))
        #expect(tool.output.contains("units = \"degC\""))
        #expect(tool.output.contains("2.6 %"))
        #expect(
            try Tool(["inspect", Fixture.path("fields/small.zarr")]).output
                .contains("Zarr 2"))
    }

    @Test func aStoreIsKnownWhateverItsName() throws {
        try FileManager.default.copyItem(atPath: Fixture.path("fields/small.zarr"), toPath: folder.path("store"))
        let tool = try Tool(["inspect", "store"], in: folder)
        #expect(tool.status == 0 && tool.output.contains("Zarr 2"), "\(tool.error)")
    }

    @Test func whatCannotBeReadHidesNothing() throws {
        try ZarrFixture.write("strange.zarr", to: folder.path("strange.zarr"))
        let tool = try Tool(["inspect", folder.path("strange.zarr")])
        #expect(
            tool.status == 0 && tool.output.contains("Zarr 3") && tool.output.contains("double ignored(ignored_0)"),
            "\(tool.output)\(tool.error)")
        #expect(
            tool.output.contains(
                "cannot be read: its codec \"acme.codec\" is unknown to Tern; write it with zstd, gzip or Blosc"))
        let asked = try Tool(["inspect", folder.path("strange.zarr"), "--map", "codec"])
        #expect(
            asked.status == 1
                && asked.error.contains("variable \"codec\" cannot be read: its codec \"acme.codec\" is unknown"),
            "\(asked.error)")
    }

    @Test func whoReadsNoFurtherIsNoDamage() throws {
        try Dataset([Field("t", Tensor([1.0, 2]), dimensions: ["x"])]).write(to: folder.path("a.nc"))
        let tool = try Tool(shell: "tern inspect a.nc | true", in: folder)
        #expect(tool.status == 0 && tool.error.isEmpty, "\(tool.error)")
    }

    @Test func aMapIsDrawn() throws {
        let tool = try Tool(["inspect", globe, "--map", "sst", "--time", "2001-03", "--output", folder.path("map.svg")])
        #expect(tool.status == 0 && tool.output.contains("map.svg drawn"))
        let drawing = try String(contentsOfFile: folder.path("map.svg"), encoding: .utf8),
            faults = DrawnTexts(svg: drawing).faults
        #expect(drawing.contains("sea surface temperature, 2001-03") && faults.isEmpty, "\(faults)")
    }

    @Test func whatCannotBeDrawnIsExplained() throws {
        #expect(try Tool(["inspect", globe, "--map", "ssst"]).error.contains("did you mean \"sst\"?"))
        #expect(
            try Tool(["inspect", globe, "--map", "sst", "--time", "2009"]).error.contains("its 36 times lie between"))
        #expect(
            try Tool(["inspect", globe, "--map", "sst", "--select", "lat"]).error.contains("write dimension=value"))
        #expect(try Tool(["inspect", globe, "--map", "lat"]).error.contains("a map needs latitude and longitude"))
    }
}
