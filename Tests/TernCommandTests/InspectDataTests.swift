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

    @Test(arguments: [("", "2000-02"), ("--time 2001", "mean of 2001")])
    func aMapSaysOfWhichTimeItIs(_ time: String, _ said: String) throws {
        let tool = try Tool(shell: "tern inspect \(globe) --map sst -o map.svg \(time)", in: folder)
        let drawing = try String(contentsOfFile: folder.path("map.svg"), encoding: .utf8)
        #expect(drawing.contains("sea surface temperature, \(said)"), "\(tool)")
    }

    @Test func ofTwoLabelsAsNearTheLargerIsDrawnAndNamed() throws {
        let field = Field(
            "t", Tensor.random([2, 2, 3], seed: 1), dimensions: ["level", "lat", "lon"],
            coordinates: [
                Coordinate("level", numbers: [500, 1000]), Coordinate("lat", numbers: [0, 10]),
                Coordinate("lon", numbers: [0, 10, 20]),
            ])
        try Dataset([field]).write(to: folder.path("t.nc"))
        let tool = try Tool(shell: "tern inspect t.nc --map t --select level=750 -o map.svg", in: folder)
        #expect(tool.status == 0, "\(tool.error)")
        #expect(try String(contentsOfFile: folder.path("map.svg"), encoding: .utf8).contains("level=1000"))
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
