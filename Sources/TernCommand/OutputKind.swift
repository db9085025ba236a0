import Foundation
import Tern
import TernFiles

/// What a command writes to a path of its user's choice, and which files may give way to it: those that it wrote
/// itself, or pictures to a picture.
enum OutputKind {
    case tableModel, predictedTable, predictedFields, predictedArray, predictedArrays, search, figure, page, benchmark

    /// What is written, and the endings that say so.
    private var form: (name: String, endings: [String]) {
        switch self {
        case .tableModel: ("a model of `tern fit` (safetensors)", ["safetensors"])
        case .predictedTable: ("a table of text (CSV)", ["csv", "txt", "dat", "tsv"])
        case .search: ("a table of text (CSV)", ["csv", "txt", "dat"])
        case .predictedFields: ("a NetCDF file or Zarr store", ["nc", "nc4", "cdf", "zarr"])
        case .predictedArray: ("a NumPy array", ["npy"])
        case .predictedArrays: ("a NumPy archive", ["npz"])
        case .figure: ("a picture", ["png", "svg", "pdf"])
        case .page: ("a page", ["html", "htm"])
        case .benchmark: ("what a benchmark measured (JSON)", ["json"])
        }
    }

    /// Endings that say what a file holds.
    private static let formats: Set<String> = [
        "csv", "tsv", "txt", "dat", "md", "rst", "tex", "log", "json", "yaml", "yml", "toml", "xml", "html", "htm",
        "nc", "nc4", "cdf", "zarr", "h5", "hdf5",
        "hdf", "grib", "grb", "grib2", "grb2", "safetensors", "keras", "npy", "npz", "mat", "pkl", "pickle", "parquet",
        "feather", "xlsx", "xls", "ods",
        "docx", "png", "jpg", "jpeg", "gif", "svg", "pdf", "eps", "tif", "tiff", "gz", "zip", "bz2", "xz", "zst", "tar",
        "swift", "py", "ipynb", "r", "jl",
        "m", "c", "h", "cpp", "f90", "f", "sh", "js",
    ]

    /// - Throws: ``UsageError`` where the path's ending says that something else is in it, ``DataError`` where a file
    ///   would be lost.
    func check(_ path: String) throws {
        let (folder, name) = FilePath.parts(path), parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let ending = parts.count > 1 ? parts.last!.lowercased() : "", form = form
        let isZipped = self == .predictedFields && name.lowercased().hasSuffix(".zarr.zip")
        if Self.formats.contains(ending), !form.endings.contains(ending), !isZipped {
            var stem = String(name.dropLast(ending.count + 1))
            for known in form.endings where stem.lowercased().hasSuffix(".\(known)") {
                stem = String(stem.dropLast(known.count + 1))
            }
            let better = FilePath.joined(folder, stem + "." + form.endings[0])
            throw UsageError("\(path): .\(ending) is no ending of \(form.name), which is written; name it \(better)")
        }
        let destination = try Destination(path)
        guard [.file, .folder].contains(destination.kind), !isEmpty(destination.path), try !mayReplace(path) else {
            return
        }
        let there = FileKind(of: path).map(\.rawValue) ?? "a file"
        throw DataError(
            file: path, "this is \(there), no \(own), and would be lost; name another file, or remove it first")
    }

    private var own: String {
        switch self {
        case .tableModel: "model of `tern fit`"
        case .predictedTable, .predictedFields, .predictedArray, .predictedArrays: "prediction of `tern predict`"
        case .search: "table of `tern descend`"
        case .figure: "picture of this form"
        case .page: "page of Tern"
        case .benchmark: "record of `tern benchmark`"
        }
    }

    private func isEmpty(_ path: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) == 0
    }

    /// Whether what is there is of this kind, by its content. Folders that are no stores have complaints of their own.
    private func mayReplace(_ path: String) throws -> Bool {
        let kind = FileKind(of: path), start = head(of: path)
        func holds(_ text: String) -> Bool { start.range(of: Data(text.utf8)) != nil }
        if try Destination(path).kind == .folder, self != .predictedFields || kind != .zarr { return true }
        switch self {
        case .tableModel: return kind == .safetensors && holds("tern.table-model/")
        case .predictedTable:
            let names = start.prefix { $0 != UInt8(ascii: "\n") }
            return [",", ";", "\t", "|"].contains { delimiter in
                ["", "\""].contains { names.range(of: Data("\(delimiter)\($0)\(TablePredictions.prefix)".utf8)) != nil }
            }
        case .predictedFields:
            guard kind == .netCDF || kind == .hdf5 || kind == .zarr || path.lowercased().hasSuffix(".zip"),
                let dataset = try? Dataset(contentsOf: path)
            else { return false }
            return dataset.attributes["source"]?.text?.hasPrefix("Tern") ?? false
                && dataset.attributes["title"]?.text?.hasSuffix(": predictions") ?? false
        case .search:
            let names = String(decoding: start.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
                .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return names == Descent.columns(ofVariables: (names.count - 3) / 2)
        // An array does not say who wrote it.
        case .predictedArray, .predictedArrays: return false
        case .figure:
            switch path.lowercased().split(separator: ".").last {
            case "png": return start.starts(with: FileKind.pngMark)
            case "pdf": return start.starts(with: FileKind.pdfMark)
            case "svg": return holds("<svg")
            default: return true
            }
        case .page: return holds(Report.mark)
        case .benchmark: return BenchmarkRecord(contentsOf: path) != nil
        }
    }

    private func head(of path: String) -> Data {
        guard let file = FileHandle(forReadingAtPath: path) else { return Data() }
        defer { try? file.close() }
        return (try? file.read(upToCount: 1 << 20)) ?? Data()
    }
}
