import Foundation
import Tern
import TernStudio
import TestSupport
import Testing

/// Fields of runs from elsewhere, which hold what no run wrote.
@Suite struct HostileRunTests {
    private let folder = TemporaryFolder()

    /// A store of a series that nobody wrote.
    private func series(_ length: Int, _ type: String) throws -> Dataset {
        try FileManager.default.createDirectory(
            atPath: folder.path("p.zarr/t"), withIntermediateDirectories: true)
        _ = folder.write(#"{"zarr_format": 2}"#, as: "p.zarr/.zgroup")
        _ = folder.write(#"{"_ARRAY_DIMENSIONS": ["time"]}"#, as: "p.zarr/t/.zattrs")
        _ = folder.write(
            #"{"zarr_format": 2, "order": "C", "filters": null, "shape": [\#(length)], "chunks": [\#(length)], "#
                + #""dtype": "\#(type)", "compressor": null, "fill_value": 0}"#, as: "p.zarr/t/.zarray")
        return try Dataset(contentsOf: folder.path("p.zarr"))
    }

    /// Each sample has a label, which the page would be sent.
    @Test(arguments: [
        (100_000_000, "<f4", "\"t\" is not shown: it declares 400 MB, and its file holds"),
        (2_000_000, "|i1", "\"t\" has 2,000,000 samples; 1,000,000 at most are shown"),
    ]) func samplesThatNobodyWroteAreNotShown(_ length: Int, _ type: String, _ expected: String) throws {
        let data = try series(length, type), said = message { try ShownFields(data, ["t"]) }
        #expect(said.contains(expected), "\(said)")
    }

    @Test func predictionsOfAnotherShapeAreNotShown() throws {
        let grid = [Coordinate("lat", numbers: [0, 10, 20]), Coordinate("lon", numbers: [0, 5, 10, 15])]
        let truth = Field(
            "t", Tensor((0..<24).map(Double.init), shape: [2, 3, 4]), dimensions: ["time", "lat", "lon"],
            coordinates: grid)
        let other = Field("t_predicted", Tensor([1.0, 2]), dimensions: ["time"])
        try Dataset([truth, other]).write(to: folder.path("t.nc"))
        let shown = try ShownFields(Dataset(contentsOf: folder.path("t.nc")), ["t"])
        #expect(shown.targets[0].fields == ["truth"])
        #expect(try shown.maps(target: 0, sample: 1, part: 0).maps["truth"]!.values.first == 12)
    }
}
