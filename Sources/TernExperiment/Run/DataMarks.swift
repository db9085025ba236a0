import Foundation
import Tern
import TernText

/// By what a run that goes on knows its data again: the size of each file and when it was changed.
package struct DataMarks: Codable, Equatable {
    private struct Mark: Codable, Equatable {
        var bytes: Int, changed: Double
    }
    private var marks: [String: Mark] = [:]

    /// - Throws: `DataError` where a file cannot be looked at.
    package init(of paths: [String]) throws {
        for path in paths {
            var mark = Mark(bytes: 0, changed: 0)
            // A Zarr store is a folder.
            for file in [path]
                + ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []).map({ Run.path(path, $0) })
            {
                var status = stat()
                guard stat(file, &status) == 0 else {
                    throw DataError(
                        file: file, errno == ENOENT ? "there is no such file" : "cannot be read: \(SystemReason.last)")
                }
                if status.st_mode & S_IFMT == S_IFDIR { continue }
                #if canImport(Darwin)
                let time = status.st_mtimespec
                #else
                let time = status.st_mtim
                #endif
                mark.bytes += Int(status.st_size)
                mark.changed = max(mark.changed, Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
            }
            marks[path] = mark
        }
    }

    /// Keeps the marks when a run begins, and compares them when it goes on.
    ///
    /// - Throws: `DataError` that names the file that is not what it was.
    func check(_ path: String, mustBeKnown: Bool) throws {
        if let data = FileManager.default.contents(atPath: path) {
            guard let known = try? JSONFileDecoder().decode(DataMarks.self, from: data) else {
                throw DataError(
                    file: path, "the file is damaged, so that nobody knows whether the data are the same; train anew")
            }
            return try check(known)
        }
        guard !mustBeKnown else {
            throw DataError(
                file: path, "this file is missing, so that nobody knows whether the data are the same; train anew")
        }
        try Run.write(self, to: path, isForPeople: true)
    }

    /// - Throws: `DataError` that names the file that is not what it was.
    package func check(_ known: DataMarks) throws {
        for file in Set(known.marks.keys).union(marks.keys).sorted() where known.marks[file] != marks[file] {
            throw DataError(
                file: file,
                "this is not the file that the run began with (its size or date is another); put that one back, or train anew"
            )
        }
    }
}
