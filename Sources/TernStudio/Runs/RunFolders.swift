import Foundation
import Tern
import TernExperiment
import TernFiles

/// The runs that may be looked at: those of the folders that the studio was started with, and of folders within.
///
/// A page names a run by the number of the folder and the way from there, `0/rain/fold-1`. What leads out of the folder,
/// by dots or by a link, is refused, and what is no run is not told from what is not there.
package struct RunFolders: Sendable {
    private let folders: [String]
    /// How deep runs are looked for, and how many are listed.
    package static let depth = 3, mostRuns = 300

    package init(_ folders: [String]) { self.folders = folders }

    /// A run by its name, with its folder as it was given.
    package struct Place: Sendable, Equatable {
        package var id: String, folder: String, title: String
    }

    /// All runs, the newest first.
    package func runs() -> [Place] {
        var found: [(Place, Date)] = []
        for (number, folder) in folders.enumerated() {
            guard let root = FilePath.real(folder) else { continue }
            func visit(_ way: [String]) {
                guard found.count < Self.mostRuns else { return }
                let path = ([root] + way).joined(separator: "/")
                if Self.isRun(path) {
                    let place = place(number, way, folder)
                    found.append((place, Self.changed(path)))
                    // Folds are runs of their own.
                    guard FileKind(of: path) == .folds else { return }
                }
                guard way.count < Self.depth else { return }
                let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
                for name in names.sorted()
                where !name.hasPrefix(".") && Destination.type(at: path + "/" + name) == .typeDirectory {
                    visit(way + [name])
                }
            }
            visit([])
        }
        return found.sorted { ($0.1, $1.0.id) > ($1.1, $0.0.id) }.map(\.0)
    }

    /// The run that a page names.
    ///
    /// - Throws: `StudioMistake` where there is none in the folders.
    package func run(_ id: String) throws -> Place {
        let missing = StudioMistake("there is no run \"\(id.prefix(80))\" in the studio's folders", argument: "run")
        guard let (number, root, way) = parts(of: id) else { throw missing }
        let path = ([root] + way).joined(separator: "/")
        guard FilePath.real(path) == path, Self.isRun(path) else { throw missing }
        return place(number, way, folders[number])
    }

    /// Whether a fit whose folder is not there any more has written its model, which it does at its end.
    ///
    /// - Parameter began: when, in seconds since 1970; a model that is older is another fit's.
    package func hasModel(ofFit id: String, began: Double) -> Bool {
        let ending = FitFolder.ending
        guard let (_, root, way) = parts(of: id), let name = way.last, name.hasSuffix(ending) else { return false }
        let folder = ([root] + way.dropLast()).joined(separator: "/")
        let model = folder + "/" + name.dropLast(ending.count)
        let facts = try? FileManager.default.attributesOfItem(atPath: model)
        return FilePath.real(folder) == folder && facts?[.type] as? FileAttributeType == .typeRegular
            && !Self.has(folder + "/" + name) && Self.time(of: model) >= began
    }

    /// The number of the folder that a page names, where that lies, and the way from there; nil where there is no such
    /// folder, or the way leads out of it.
    private func parts(of id: String) -> (number: Int, root: String, way: [String])? {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= Self.depth + 1, let number = Int(parts[0]), folders.indices.contains(number),
            let root = FilePath.real(folders[number]),
            parts.dropFirst().allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") && !$0.contains("\0") })
        else { return nil }
        return (number, root, Array(parts.dropFirst()))
    }

    /// When a file was written to last, in seconds since 1970; 0 where there is none.
    static func time(of path: String) -> Double {
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        return (facts?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    }

    private func place(_ number: Int, _ way: [String], _ folder: String) -> Place {
        let name = (folder as NSString).lastPathComponent
        let title = way.isEmpty ? name : (folders.count > 1 ? [name] + way : way).joined(separator: "/")
        return Place(
            id: (["\(number)"] + way).joined(separator: "/"), folder: ([folder] + way).joined(separator: "/"),
            title: title.hasSuffix(FitFolder.ending) ? String(title.dropLast(FitFolder.ending.count)) : title)
    }

    private static func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private static func isRun(_ path: String) -> Bool {
        switch FileKind(of: path) {
        case .run?, .folds?: true
        default: has(path + "/" + FitFolder.descriptionFile)
        }
    }

    /// When it was written to last.
    private static func changed(_ path: String) -> Date {
        ["", "/" + Run.history, "/" + WholeFolder.unfinishedName, "/" + EpochLog.name].compactMap {
            try? FileManager.default.attributesOfItem(atPath: path + $0)[.modificationDate] as? Date
        }.max() ?? .distantPast
    }
}
