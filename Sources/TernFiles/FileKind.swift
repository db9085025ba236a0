import Foundation

/// What a file is, by its first bytes, for those that were given another.
package enum FileKind: String, Sendable {
    case netCDF = "a classic NetCDF file", hdf5 = "an HDF5 file, as NetCDF-4 and Keras's .h5 are", safetensors =
        "a safetensors file"
    case npy = "a NumPy array (.npy)", keras = "a Keras model (.keras)", npz = "a NumPy archive (.npz)", workbook =
        "a workbook of a spreadsheet"
    case zip = "a ZIP archive", gzip = "a file compressed by gzip", grib = "a GRIB file", parquet = "a Parquet table",
        pickle = "a pickled Python object"
    case matlab = "a MATLAB file (.mat)", bufr = "a BUFR file", hdf4 = "an HDF4 file", arrow =
        "a Feather or Arrow table", sqlite = "an SQLite database"
    case tiff = "a TIFF picture", picture = "a picture", pdf = "a PDF document", yaml = "a text of YAML", table =
        "a table of text", text = "a text"
    case run = "a run of `tern train`", folds = "a cross-validation of `tern train`", zarr = "a Zarr store", folder =
        "a folder"

    /// What lies in the folder of a run, and in that of a cross-validation.
    package static let runMark = "experiment.yaml", foldsMark = "cross-validation.json"

    /// What lies at the root of a Zarr store, of which one is enough: of version 3 first, then of version 2.
    package static let zarrMarks = ["zarr.json", ".zgroup", ".zmetadata", ".zarray"]

    /// Of HDF5's mark the part that a transfer as text leaves as it is.
    private static let hdf5Mark = [0x89] + Array("HDF".utf8)

    /// How pictures begin.
    package static let pngMark = [0x89] + Array("PNG".utf8), pdfMark = Array("%PDF".utf8)

    /// Whether the HDF5 library would read a file: it looks for its mark at the beginning and, behind a block of others
    /// (as MATLAB's is), at 512 bytes and every power of two from there (HDF5 File Format Specification, II.A).
    package static func holdsHDF5(_ path: String) -> Bool {
        // A pipe would wait for its writer.
        guard (try? Destination(path))?.kind == .file, let file = FileHandle(forReadingAtPath: path) else {
            return false
        }
        var place: UInt64 = 0
        while (try? file.seek(toOffset: place)) != nil,
            let start = try? file.read(upToCount: hdf5Mark.count), start.count == hdf5Mark.count
        {
            if start.elementsEqual(hdf5Mark) { return true }
            place = max(512, 2 * place)
        }
        return false
    }

    /// nil where nothing is there, or nothing tells.
    package init?(of path: String) {
        let kind = (try? Destination(path))?.kind
        func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }
        if kind == .folder {
            self =
                holds(Self.foldsMark)
                ? .folds
                : holds(Self.runMark) || holds("\(WholeFolder.unfinishedName)/\(Self.runMark)")
                    ? .run
                    : Self.zarrMarks.contains(where: holds) ? .zarr : .folder
            return
        }
        // A pipe would wait for its writer, and what is read from it is gone.
        guard kind == .file, let file = FileHandle(forReadingAtPath: path) else { return nil }
        let start = [UInt8]((try? file.read(upToCount: 4096)) ?? Data())
        func begins(_ bytes: [UInt8]) -> Bool { start.starts(with: bytes) }
        func contains(_ text: String) -> Bool { Data(start).range(of: Data(text.utf8)) != nil }
        switch true {
        // Before those that are told by fewer bytes, which may be a length here.
        case start.count > 8 && start[8] == UInt8(ascii: "{") && start[3..<8].allSatisfy({ $0 == 0 }):
            self = .safetensors
        case begins(Array("CDF".utf8)): self = .netCDF
        case begins(Self.hdf5Mark): self = .hdf5
        case begins([0x93] + Array("NUMPY".utf8)): self = .npy
        case begins(Array("PK".utf8) + [3, 4]):
            self =
                contains("model.weights.h5") || contains("config.json")
                ? .keras
                : contains(".npy")
                    ? .npz
                    : contains("[Content_Types]") || contains("xl/") ? .workbook : .zip
        case begins([0x1F, 0x8B]): self = .gzip
        case begins(Array("GRIB".utf8)): self = .grib
        case begins(Array("PAR1".utf8)): self = .parquet
        // Since version 7.3 with HDF5 behind 512 bytes of text.
        case begins(Array("MATLAB ".utf8)): self = .matlab
        // A header of a telecommunication line may stand before.
        case begins(Array("BUFR".utf8)),
            start.contains(0) && Data(start.prefix(64)).range(of: Data("BUFR".utf8)) != nil:
            self = .bufr
        case begins([0x0E, 0x03, 0x13, 0x01]): self = .hdf4
        case begins(Array("ARROW1".utf8)), begins(Array("FEA1".utf8)): self = .arrow
        case begins(Array("SQLite format 3".utf8)): self = .sqlite
        case begins([0x80]) && start.count > 1 && (2...5).contains(start[1]): self = .pickle
        case begins(Array("II".utf8) + [42, 0]), begins(Array("MM".utf8) + [0, 42]): self = .tiff
        case begins(Self.pngMark), begins([0xFF, 0xD8, 0xFF]), begins(Array("GIF8".utf8)): self = .picture
        case begins(Self.pdfMark): self = .pdf
        // Behind what others have put before it.
        case Self.holdsHDF5(path): self = .hdf5
        default:
            guard !start.isEmpty, !start.contains(0),
                let text = String(bytes: start.prefix { $0 != 10 }, encoding: .utf8)
            else { return nil }
            self =
                text.contains(": ") || text.hasSuffix(":")
                ? .yaml : text.contains(where: { ",;\t|".contains($0) }) ? .table : .text
        }
    }

    /// What reads such a file, a clause.
    package var advice: String {
        switch self {
        case .netCDF, .zarr: "`tern inspect` shows it, and an experiment (`tern train`) reads it"
        case .hdf5: "where netCDF's marks are in it, `tern inspect` shows it"
        case .safetensors: "`tern inspect` shows models of Tern"
        case .npy, .npz: "in Swift, Tensor.read(npy:) and NPZ(contentsOf:) read it"
        case .keras: "`tern inspect` and `tern predict` read it, and Model(kerasFile:) in Swift"
        case .workbook: "save the sheet as CSV"
        case .zip: "unpack it"
        case .gzip: "tables are read so (`tern fit`); decompress others: gunzip"
        case .grib: "convert it to NetCDF, as with: grib_to_netcdf, or cdo -f nc4 copy"
        case .matlab: "in MATLAB or Python (scipy.io.loadmat) write what it holds as NetCDF or CSV"
        case .bufr: "convert it to NetCDF or CSV, as with ecCodes: bufr_dump, or pdbufr in Python"
        case .hdf4: "convert it to NetCDF, as with: ncl_convert2nc, or gdal_translate -of netCDF"
        case .sqlite: "write the table as CSV, as with: sqlite3 -header -csv FILE 'select * from TABLE'"
        case .parquet, .pickle, .arrow: "write it as CSV from Python"
        case .tiff: "convert it to NetCDF, as with: gdal_translate -of netCDF"
        case .picture, .pdf: "it holds no numbers that can be read"
        case .table, .text: "tables are read by `tern fit`"
        case .yaml: "experiments are read by `tern train`"
        case .run: "use `tern evaluate`, `tern predict`, `tern compare` or `tern report` on it"
        case .folds: "use `tern compare` or `tern report` on it, or `tern evaluate` on the folder of one of its folds"
        case .folder: "name a file in it"
        }
    }

    /// Why a file of this kind is not what is wanted of it.
    package func complaint(insteadOf wanted: String) -> String { "this is \(rawValue), and no \(wanted); \(advice)" }

    /// Whether a file may be what is wanted of it.
    ///
    /// - Throws: `DataError` where it is of another kind than these; one of which nothing tells the kind passes.
    package static func check(_ path: String, isOneOf kinds: FileKind..., as wanted: String) throws {
        guard let kind = FileKind(of: path), !kinds.contains(kind) else { return }
        throw DataError(file: path, kind.complaint(insteadOf: wanted))
    }
}
