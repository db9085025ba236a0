import Foundation
import Tern
import TernExperiment
import TernFiles
import TernText

/// How far a run is, by the files of its folder.
package struct RunState: Encodable {
    /// Whether somebody trains it, it was interrupted, or it is done.
    package enum Status: String, Encodable { case training, interrupted, finished }

    package var id: String, title: String
    package var status: Status
    /// `train`, `folds` or `fit`.
    package var kind: String
    /// Changes with the files.
    package var stamp: String
    /// What is to be said in a sentence.
    package var sentence: String
    /// Epochs done and to be done at most, over all networks and folds; nil where that is not known.
    package var done: Int?, all: Int?
    /// Seconds that are left at most.
    package var secondsLeft: Double?
    package var curves: [Curve]
    /// Of a fit: when it began, in seconds since 1970, and what it is to leave when its folder goes, in a sentence.
    package var began: Double?, leaves: String?

    /// A quantity of one network by epoch.
    package struct Curve: Encodable {
        /// Such as `fold 2, network 1`; empty where there is but one.
        package var network: String
        /// `loss`, `val_loss`, ...
        package var quantity: String
        package var epochs: NumberArray, values: NumberArray
    }

    package init(_ place: RunFolders.Place) {
        (id, title, stamp, sentence) = (place.id, place.title, "", "")
        let folder = place.folder
        let description = folder + "/" + FitFolder.descriptionFile,
            unfinished = folder + "/" + WholeFolder.unfinishedName
        let isFit = FileManager.default.fileExists(atPath: description)
        let isUnfinished = !isFit && RunInProgress.isUnfinished(folder)
        let root = isFit ? folder : unfinished
        kind = isFit ? "fit" : "train"
        curves = []
        var files: [String] = []
        if isFit || isUnfinished {
            status = FolderLock.Owner(of: root)?.isThere == true ? .training : .interrupted
            var networks: [(name: String, log: EpochTable)] = []
            for path in Self.logs(in: root) {
                files.append(root + "/" + path)
                guard let log = EpochTable(contentsOf: root + "/" + path) else { continue }
                networks.append((Self.words(path), log))
            }
            if networks.contains(where: { $0.name.hasPrefix("fold") }) { kind = "folds" }
            for (name, log) in networks { curves += log.curves(networks.count == 1 ? "" : name) }
            tell(networks.map(\.log), experiment: root + "/" + Run.configuration, folds: RunInProgress.folds(of: root))
            if isFit {
                let arguments = Self.arguments(description)
                tellOfFits(arguments)
                began = RunFolders.time(of: description)
                leaves = Self.leaves(place, arguments)
            }
        } else {
            status = .finished
            files = [folder + "/" + Run.history]
            sentence = "finished"
            if FileKind(of: folder) == .folds {
                kind = "folds"
                sentence = "a finished cross-validation; each fold is a run"
            } else if let table = EpochTable(contentsOf: files[0]) {
                curves = table.curves("")
                let most = table.rows.map { Int($0[table.names.firstIndex(of: "epoch") ?? 0]) }.max() ?? 0
                sentence = "finished after \(most) epoch\(most == 1 ? "" : "s")"
            }
        }
        stamp =
            status.rawValue
            + files.map { path in
                let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
                return "\(RunFolders.time(of: path)) \(size ?? 0)"
            }.joined(separator: ";")
    }

    /// Epochs, and the time that is left by the pace of the last ones.
    private mutating func tell(_ logs: [EpochTable], experiment path: String, folds: Int?) {
        let experiment = kind == "fit" ? nil : try? Experiment(contentsOf: path)
        let (count, isTooLarge) = (experiment?.model.ensemble ?? 1).multipliedReportingOverflow(by: folds ?? 1)
        let networks = isTooLarge ? Int.max : count
        guard let last = logs.last, let epochs = last["epochs"]?.last, let epoch = last["epoch"]?.last,
            let seconds = last["seconds"], epochs >= epoch
        else {
            sentence = status == .training ? "no epoch has ended yet" : "interrupted before an epoch ended"
            return
        }
        let behind = logs.dropLast().compactMap { $0["epoch"]?.last }.reduce(0, +)
        done = Int(behind + epoch)
        all = Int(min(1e15, behind + epochs + epochs * Double(max(0, networks - logs.count))))
        let span = min(20, seconds.count - 1)
        let pace =
            span > 0 ? (seconds[seconds.count - 1] - seconds[seconds.count - 1 - span]) / Double(span) : seconds[0]
        sentence = "epoch \(Int(epoch)) of \(Int(epochs))"
        if networks > 1 { sentence = "network \(logs.count) of \(networks), " + sentence }
        if status == .training {
            secondsLeft = pace * Double(all! - done!)
            let mayStop = kind == "fit" || experiment?.training.earlyStopping != nil
            sentence += ", \(Self.time(secondsLeft!)) left\(mayStop ? " at most" : "")"
        } else {
            sentence = "interrupted after " + sentence
        }
    }

    /// Which epochs of a fit are not to be seen: those of a search and of folds, which are fits of their own, are not
    /// written.
    private mutating func tellOfFits(_ arguments: [String]) {
        func has(_ option: String) -> Bool { arguments.contains { $0 == option || $0.hasPrefix(option + "=") } }
        if has("--search") {
            sentence =
                (status == .training ? "it searches or fits what was found" : "interrupted")
                + "; the epochs of a search's many fits are not written, so there is no curve; its terminal shows how many are done"
        } else if curves.isEmpty {
            sentence += "; of an estimator without epochs there is no curve"
        } else if has("--cross-validate") {
            sentence += "; folds follow, whose epochs are not written"
        }
    }

    /// The files that a fit writes at its end, by its arguments.
    private static func leaves(_ place: RunFolders.Place, _ arguments: [String]) -> String {
        var text = "its model is \((place.title as NSString).lastPathComponent)"
        let option = "--report"
        if let given = arguments.first(where: { $0.hasPrefix(option + "=") }) {
            text += ", its report \(given.dropFirst(option.count + 1))/report.html"
        } else if let place = arguments.firstIndex(of: option), place + 1 < arguments.count {
            text += ", its report \(arguments[place + 1])/report.html"
        }
        return text
    }

    private static func arguments(_ path: String) -> [String] {
        struct Description: Decodable { var arguments: [String] }
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path), facts[.size] as? Int ?? 0 < 1 << 20
        else { return [] }
        return FileManager.default.contents(atPath: path).flatMap {
            try? JSONFileDecoder().decode(Description.self, from: $0).arguments
        } ?? []
    }

    private static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<1: "less than a second"
        case ..<120: "\(Int(seconds.rounded())) s"
        case ..<7200: "\(Int((seconds / 60).rounded())) min"
        default: "\(Int((min(seconds, 1e12) / 3600).rounded())) h"
        }
    }

    /// The epochs' files, in the order in which networks are trained.
    private static func logs(in folder: String) -> [String] {
        func names(_ path: String, _ prefix: String) -> [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { $0.hasPrefix(prefix) }
                .sorted { number($0) < number($1) }
        }
        func number(_ name: String) -> Int { name.split(separator: "-").last.flatMap { Int($0) } ?? 0 }
        let folds = names(folder, Run.foldFolder).map { $0 + "/" }
        let networks = ([""] + folds).flatMap { fold in
            names(folder + "/" + fold, Run.networkFolder).map { fold + $0 + "/" }
        }
        return ([""] + networks).map { $0 + EpochLog.name }.filter {
            FileManager.default.fileExists(atPath: folder + "/" + $0)
        }
    }

    private static func words(_ path: String) -> String {
        path.split(separator: "/").dropLast().map { $0.replacing("-", with: " ") }.joined(separator: ", ")
    }
}

/// Numbers under names, as `history.csv` and `epochs.csv` have them; a line that is still written is left out.
struct EpochTable {
    var names: [String], rows: [[Double]]
    /// The most that is read of a file.
    private static let mostBytes = 1 << 25, mostColumns = 1000, mostNetworks = 1000
    /// The columns that count; all others are quantities.
    private static let counts: Set = ["network", "epoch", "epochs", "seconds"]

    init?(contentsOf path: String) {
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path),
            facts[.type] as? FileAttributeType == .typeRegular, facts[.size] as? Int ?? 0 < Self.mostBytes,
            let data = FileManager.default.contents(atPath: path)
        else { return nil }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast()
        guard let head = lines.first else { return nil }
        names = head.split(separator: ",", maxSplits: Self.mostColumns, omittingEmptySubsequences: false).map {
            String($0.prefix(60))
        }
        rows = []
        let count = names.count
        guard count <= Self.mostColumns, names.contains("epoch") else { return nil }
        // What is counted is a number from 0 on; a file of somebody else's may say anything.
        let counted = names.indices.filter { Self.counts.contains(names[$0]) }
        rows = lines.dropFirst().compactMap { line in
            let cells: [Double] = line.split(separator: ",", maxSplits: count, omittingEmptySubsequences: false).map {
                Double($0) ?? .nan
            }
            return cells.count == count && counted.allSatisfy { (0...1e9).contains(cells[$0]) } ? cells : nil
        }
    }

    subscript(_ name: String) -> [Double]? {
        names.firstIndex(of: name).map { column in rows.map { $0[column] } }
    }

    /// A curve for each quantity, and for each network where the table has several; none of more networks than anybody
    /// trains.
    func curves(_ network: String) -> [RunState.Curve] {
        let epoch = names.firstIndex(of: "epoch")!,
            quantities = names.enumerated().filter { !Self.counts.contains($0.element) }
        func curves(_ rows: [[Double]], _ network: String) -> [RunState.Curve] {
            quantities.map { column, name in
                RunState.Curve(
                    network: network, quantity: name, epochs: NumberArray(rows.map { $0[epoch] }),
                    values: NumberArray(rows.map { $0[column] }))
            }
        }
        guard let column = names.firstIndex(of: "network") else { return curves(rows, network) }
        let members = Dictionary(grouping: rows) { $0[column] }
        guard members.count > 1 else { return curves(rows, network) }
        guard members.count <= Self.mostNetworks else { return [] }
        return members.sorted { $0.key < $1.key }.flatMap { curves($0.value, "network \(Int($0.key))") }
    }
}
