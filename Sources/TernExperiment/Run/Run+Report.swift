import Foundation
import Tern
import TernText

extension Run {
    /// Makes `report.html` and its figures again: after a figure could not be drawn, or with a newer version.
    ///
    /// Reads the experiment's data again and predicts its test part.
    ///
    /// - Parameter progress: is told the share of drawings that are done.
    /// - Throws: `DataError` where data are absent or have changed, `ReportError` where a figure cannot be drawn.
    public func writeReport(progress: ((Double) -> Void)? = nil) throws {
        try Self.refuseLinks(in: folder)
        let data = try ExperimentStream(experiment.data, split: experiment.split, seed: experiment.seed)
        let history = Self.path(folder, Self.history)
        // A table is read from a pipe, too, and here nobody writes to it.
        if (try? Destination(history))?.kind == .device {
            throw DataError(file: history, "this is a pipe or a device, not a file")
        }
        let histories = try [History](table: Table(csv: history), networks: experiment.model.ensemble)
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
        for name in [report, (report as NSString).deletingPathExtension] {
            try Destination.refuseLinks(in: path(folder, name), ", and a report's files are none; remove it")
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

    /// - Parameter networks: of how many the table is to tell.
    init(table: Table, networks: Int) throws {
        let members = try table.numbers(of: "network"), epochs = try table.numbers(of: "epoch")
        let columns = table.columns.compactMap { column in column.numbers.map { (column.name, $0) } }
            .filter { !["network", "epoch"].contains($0.0) }
        // In one pass: a file of somebody else's may name as many networks as it has rows.
        let rows = Dictionary(grouping: members.indices) { members[$0] }
        guard rows.count == networks, (1...networks).allSatisfy({ rows[Double($0)] != nil }) else {
            throw DataError(
                file: table.source,
                "it tells of \(rows.count.grouped) network\(rows.count == 1 ? "" : "s") where the experiment has \(networks.grouped), numbered from 1; it is not of this run, or was changed"
            )
        }
        self = (1...networks).map { member in
            var history = History()
            for i in rows[Double(member)]! {
                let logs = Dictionary(uniqueKeysWithValues: columns.map { ($0.0, $0.1[i]) }).filter { !$0.value.isNaN }
                history.add(Int(exactly: (epochs[i] - 1).rounded()) ?? i, logs)
            }
            return history
        }
    }
}
