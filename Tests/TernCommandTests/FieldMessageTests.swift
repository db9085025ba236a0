import Foundation
import Tern
import TestSupport
import Testing

/// What the commands say of files that are not what they were trained on, or not what is wanted.
struct FieldMessageTests {
    @Test("Inputs far from those of training, and gaps, are told by predict and evaluate")
    func unlike() throws {
        let small = try SmallExperiment(years: 12)
        #expect(try small.train("--set", "training.epochs=1", "-q").status == 0)
        let new = SmallExperiment.dataset(models: 0..<1, years: 20)
        var sst = try new.field("sst")
        (sst.values, sst.attributes) = (sst.values + 100, [:])
        try Dataset([sst, new.field("precip")]).write(to: small.folder.path("warm.nc"))
        let both = try Tool(shell: "tern predict run warm.nc -o p.nc -q && tern evaluate run warm.nc", in: small.folder)
        let told = both.error.split(separator: "\n").filter {
            $0.hasPrefix("note: small: variable \"sst\": all 220 values lie beyond those of training: they are 9")
        }
        #expect(
            both.status == 0 && told.count == 2 && FileManager.default.fileExists(atPath: small.folder.path("p.nc")),
            "\(both.error)")
    }

    @Test("Files of other kinds are named by their first bytes, with what converts them")
    func kinds() throws {
        let folder = TemporaryFolder()
        let kinds: [(String, [UInt8], String)] = [
            ("x.grib", Array("GRIB".utf8) + [0, 0, 0, 2], "this is a GRIB file"),
            ("x.tif", Array("II".utf8) + [42, 0, 8, 0], "this is a TIFF picture"),
            ("x.parquet", Array("PAR1".utf8) + [21, 4], "this is a Parquet table"),
            (
                "x.xlsx", Array("PK".utf8) + [3, 4] + Array("xl/workbook.xml".utf8),
                "this is a workbook of a spreadsheet"
            ),
            ("x.pdf", Array("%PDF-1.4\n1 0 obj\n".utf8), "this is a PDF document"),
            ("x.mat", Array("MATLAB 5.0 MAT-file".utf8) + [0, 1], "this is a MATLAB file (.mat)"),
            ("x.bufr", Array("BUFR".utf8) + [0, 0, 9, 4], "this is a BUFR file"),
        ]
        for (name, bytes, _) in kinds { _ = folder.write(Data(bytes), as: name) }
        let names = kinds.map(\.0).joined(separator: " ")
        let run = try Tool(shell: "for f in \(names); do tern train $f; tern inspect $f; done", in: folder),
            lines = run.error.split(separator: "\n").map(String.init)
        #expect(lines.count == 2 * kinds.count, "\(run.error)")
        for (i, (name, _, what)) in kinds.enumerated() where lines.count == 2 * kinds.count {
            #expect(lines[2 * i].hasPrefix("error: \(name): \(what), and no experiment in YAML; "), "\(lines[2 * i])")
            #expect(
                lines[2 * i + 1].hasPrefix("error: \(name): \(what), and no model, NetCDF file or Zarr store; "),
                "\(lines[2 * i + 1])")
        }
        // A comment with a comma begins no table.
        _ = folder.write("# rain, snow\nname: x\n", as: "e.yaml")
        #expect(try Tool(["train", "e.yaml"], in: folder).error.contains("lacks the key"))
    }

    @Test("Grids that are not drawn are named as what they are")
    func grids() throws {
        let folder = TemporaryFolder(), north: [(String, ClassicNetCDF.Value)] = [("units", .text("degrees_north"))],
            east: [(String, ClassicNetCDF.Value)] = [("units", .text("degrees_east"))]
        let four = ClassicNetCDF.Value.doubles([0, 1, 2, 3])
        try ClassicNetCDF(
            dimensions: [("cell", 4)],
            [
                .init("lat", ["cell"], four, north), .init("lon", ["cell"], four, east),
                .init("t", ["cell"], four, [("coordinates", .text("lon lat"))]),
            ]
        )
        .write(to: folder.path("icon.nc"))
        try ClassicNetCDF(
            dimensions: [("y", 2), ("x", 2)],
            [
                .init("lat", ["y", "x"], four, north), .init("lon", ["y", "x"], four, east),
                .init("t", ["y", "x"], four),
            ]
        )
        .write(to: folder.path("curved.nc"))
        let two = ClassicNetCDF.Value.doubles([0, 1])
        try ClassicNetCDF(
            dimensions: [("rlat", 2), ("rlon", 2)],
            [
                .init("rlat", ["rlat"], two, [("standard_name", .text("grid_latitude"))]), .init("rlon", ["rlon"], two),
                .init("t", ["rlat", "rlon"], four),
            ]
        )
        .write(to: folder.path("rotated.nc"))
        let error = try Tool(shell: "for f in icon curved rotated; do tern inspect $f.nc --map t; done", in: folder)
            .error
        for part in [
            "lie along one dimension (\"cell\"): stations, or an unstructured grid",
            "lie on two dimensions (\"lat\"): a rotated or curvilinear grid",
            "counts from a rotated pole and is no latitude",
        ] {
            #expect(error.contains(part), "\(error)")
        }
    }
}
