import Foundation
import Tern

extension Run {
    /// Files of a run's folder.
    package static let configuration = FileKind.runMark, report = "report.html", history = "history.csv"
    package static let predictions = "predictions.nc"

    /// Where the report of a folder lies.
    package static func reportPath(in folder: String) -> String { path(folder, report) }

    /// What folders are called that hold the checkpoints of a network, and a fold; a number from 1 follows.
    package static let networkFolder = "network-", foldFolder = "fold-"

    /// Makes `report.html` and its figures again: after a figure could not be drawn, or with a newer version.
    ///
    /// Reads the experiment's data again and predicts its test part.
    ///
    /// - Parameter progress: is told the share of drawings that are done.
    /// - Throws: `DataError` where data are absent or have changed, `ReportError` where a figure cannot be drawn.
    public func writeReport(progress: ((Double) -> Void)? = nil) throws {
        try Self.refuseLinks(in: folder)
        let data = try ExperimentStream(experiment.data, split: experiment.split, seed: experiment.seed)
        let histories = try [History](table: Table(csv: Self.path(folder, Self.history)))
        let results = try RunResults(experiment, data, forecaster, climatology, histories)
        guard results.scores.agrees(with: scores) else {
            throw DataError(
                file: folder,
                "the data are no longer those of the run: on its test part the networks score otherwise than in scores.json"
            )
        }
        try results.report().write(to: Self.path(folder, Self.report), progress: progress)
    }

    /// A folder of somebody else's may hold links in the place of a report's files, which lead to files of the reader.
    static func refuseLinks(in folder: String) throws {
        let figures = path(folder, (report as NSString).deletingPathExtension)
        let within = (try? FileManager.default.subpathsOfDirectory(atPath: figures)) ?? []
        for path in [path(folder, report), figures] + within.map({ Self.path(figures, $0) })
        where Destination.type(at: path) == .typeSymbolicLink {
            throw DataError(file: path, "this is a link, and a report's files are none; remove it")
        }
    }
}

extension [History] {
    /// A row for each network and epoch.
    var table: Table {
        let names = Set(flatMap(\.values.keys)).sorted()
        let rows = enumerated().flatMap { member, history in history.epochs.indices.map { (member, history, $0) } }
        return Table(
            columns: [
                .init("network", rows.map { Double($0.0 + 1) }),
                .init("epoch", rows.map { Double($0.1.epochs[$0.2] + 1) }),
            ] + names.map { name in .init(name, rows.map { $0.1[name].count > $0.2 ? $0.1[name][$0.2] : .nan }) })
    }

    init(table: Table) throws {
        let members = try table.numbers(of: "network"), epochs = try table.numbers(of: "epoch")
        let columns = table.columns.compactMap { column in column.numbers.map { (column.name, $0) } }
            .filter { !["network", "epoch"].contains($0.0) }
        self = Set(members).sorted().map { member in
            var history = History()
            for i in members.indices where members[i] == member {
                let logs = Dictionary(uniqueKeysWithValues: columns.map { ($0.0, $0.1[i]) }).filter { !$0.value.isNaN }
                history.add(Int(exactly: epochs[i].rounded()).map { $0 - 1 } ?? i, logs)
            }
            return history
        }
    }
}
