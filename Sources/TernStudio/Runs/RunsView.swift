import Foundation
import Synchronization
import Tern
import TernData
import TernExperiment
import TernFiles
import TernText

/// The view of runs: watched while they are trained, side by side, and explored when they are done.
package struct RunsView: StudioView {
    package static let name = "runs"
    package static let actions: [StudioAction<Self>] = [
        .init("list") { (_, _: Nothing, work) in List(work) },
        .init("watch") { (_, request: Watch, work) in try request.answer(work) },
        .init("ended") { (_, request: EndedFit, work) in
            ["hasModel": RunFolders(work.setup.folders).hasModel(ofFit: request.run, began: request.began)]
        },
        .init("open") { (view, request: Chosen, work) in try view.open(request, work) },
        .init("maps") { (view, request: Chosen, work) in
            try view.fields(request, work).maps(
                target: request.target ?? 0, sample: request.sample ?? 0, part: request.part ?? 0)
        },
        .init("series") { (view, request: Chosen, work) in
            try view.fields(request, work).series(
                target: request.target ?? 0, column: request.column ?? 0, row: request.row ?? 0, part: request.part ?? 0
            )
        },
        .init("predict") { (view, request: Chosen, work) in try view.predict(request, work) },
        .init("copies") { (_, request: Watch, work) in
            RunCopies(try request.runs.map { try RunFolders(work.setup.folders).run($0) })
        },
    ]

    private let kept = Kept()

    package init() {}

    /// The runs that there are.
    struct List: Encodable {
        struct Entry: Encodable {
            var id: String, title: String, status: RunState.Status
        }
        /// Where runs are looked for.
        var folders: [String]
        var runs: [Entry]

        init(_ work: StudioWork) {
            folders = work.setup.folders
            runs = RunFolders(folders).runs().map { place in
                Entry(id: place.id, title: place.title, status: RunState(place).status)
            }
        }
    }

    /// Runs, and what the page knows of them already.
    struct Watch: Decodable {
        var runs: [String]
        var known: [String: String]?
        static let mostRuns = 8

        /// Those that have changed.
        func answer(_ work: StudioWork) throws -> [RunState] {
            guard runs.count <= Self.mostRuns else {
                throw StudioMistake("\(Self.mostRuns) runs at most stand side by side", argument: "runs")
            }
            return try runs.map { RunState(try RunFolders(work.setup.folders).run($0)) }
                .filter { known?[$0.id] != $0.stamp }
        }
    }

    /// A fit whose folder went, and when it began.
    struct EndedFit: Decodable {
        var run: String, began: Double
    }

    /// A run, or the file that was dropped last (`predicted`), and what of it.
    struct Chosen: Decodable {
        var run: String
        var isPredicted: Bool?
        var target: Int?, sample: Int?, part: Int?, column: Int?, row: Int?
    }

    /// What a run's fields are, and its scores.
    struct Opened: Encodable {
        var targets: [ShownFields.Target]
        /// What is shown, in a sentence.
        var sentence: String
        var scores: [Row]
        /// Whether a file can be dropped.
        var predicts: Bool
        var notes: [String]

        struct Row: Encodable {
            var target: String, model: String, units: String
            var scores: [String: Double], intervals: [String: [Double]]
        }
    }

    // MARK: Fields

    private final class Kept: Sendable {
        struct Shown: Sendable {
            var key: String, fields: ShownFields, sentence: String
        }
        let shown = Mutex<Shown?>(nil), predicted = Mutex<(run: String, fields: ShownFields)?>(nil)
        let snapshot = Mutex<(run: String, snapshot: RunSnapshot)?>(nil)
        /// One opens at a time: data of a run that is trained are read once.
        let opening = NSLock()
    }

    private func fields(_ request: Chosen, _ work: StudioWork) throws -> ShownFields {
        if request.isPredicted == true {
            guard let found = kept.predicted.withLock({ $0 }), found.run == request.run else {
                throw StudioMistake("no file was dropped for this run; drop one")
            }
            return found.fields
        }
        let place = try RunFolders(work.setup.folders).run(request.run)
        return try kept.shown.withLock { $0?.key.hasPrefix(place.id + "\n") == true ? $0 : nil }?.fields
            ?? shown(place, work).fields
    }

    /// The fields of a finished run, or those at the latest checkpoint.
    private func shown(_ place: RunFolders.Place, _ work: StudioWork) throws -> Kept.Shown {
        kept.opening.lock()
        defer { kept.opening.unlock() }
        let state = RunState(place)
        guard state.kind == "train" else {
            throw StudioMistake(
                state.kind == "fit"
                    ? "a fit of a table has no maps; its losses are shown while it lasts"
                    : "a cross-validation has no maps of its own; choose the run of a fold when it is done")
        }
        let path = place.folder + "/" + Run.predictionsFile
        if state.status == .finished {
            let key = "\(place.id)\nfinished \(RunFolders.time(of: path))"
            if let known = kept.shown.withLock({ $0 }), known.key == key { return known }
            guard FileManager.default.fileExists(atPath: path) else {
                throw StudioMistake("this run has no test part, so there is nothing to explore")
            }
            let run = try Run(contentsOf: place.folder)
            let found = Kept.Shown(
                key: key,
                fields: try ShownFields(
                    Dataset(contentsOf: path), run.preprocessing.arrayTargets.map(\.name)),
                sentence: "The test part: \(run.scores.count) samples that training has not seen.")
            kept.shown.withLock { $0 = found }
            return found
        }
        let unfinished = place.folder + "/" + WholeFolder.unfinishedName
        let networks = (1...64).map { "\(unfinished)/\(Run.networkFolder)\($0)" }
        let checkpoints = networks.map { $0 + "/" + CheckpointFile.latestName }
        guard let number = checkpoints.lastIndex(where: FileManager.default.fileExists(atPath:)) else {
            throw StudioMistake(
                "there is no checkpoint yet; by default the first comes ten seconds after the start (tern train --checkpoint-every)"
            )
        }
        let key = "\(place.id)\ncheckpoint \(number) \(RunFolders.time(of: checkpoints[number]))"
        if let known = kept.shown.withLock({ $0 }), known.key == key { return known }
        try work.report(0.05)
        let snapshot: RunSnapshot
        if let known = kept.snapshot.withLock({ $0 }), known.run == place.id {
            snapshot = known.snapshot
        } else {
            snapshot = try RunSnapshot(unfinished + "/" + Run.configuration)
            kept.snapshot.withLock { $0 = (place.id, snapshot) }
        }
        try work.report(0.6)
        let found = try snapshot.forecasts(of: number + 1, in: networks[number])
        let shown = Kept.Shown(
            key: key,
            fields: try ShownFields(
                Dataset(found.fields),
                found.fields.map(\.name).filter { name in
                    found.fields.contains { $0.name == OutputField.prediction.name(of: name) }
                }),
            sentence:
                "The checkpoint after epoch \(found.epoch)\(snapshot.experiment.model.ensemble > 1 ? " of network \(found.network)" : ""), on the \(snapshot.part) part; the test part stays unseen until the end."
        )
        kept.shown.withLock { $0 = shown }
        return shown
    }

    private func open(_ request: Chosen, _ work: StudioWork) throws -> Opened {
        let place = try RunFolders(work.setup.folders).run(request.run), shown = try shown(place, work)
        guard RunState(place).status == .finished else {
            return Opened(
                targets: shown.fields.targets, sentence: shown.sentence, scores: [], predicts: false,
                notes: ["Scores and predictions for other files come when the training is done."])
        }
        let run = try Run(contentsOf: place.folder)
        let rows = run.scores.rows.map { row in
            Opened.Row(
                target: row.target, model: row.model, units: row.units ?? "",
                scores: Dictionary(uniqueKeysWithValues: row.scores.map { ($0.key.rawValue, $0.value) }),
                intervals: Dictionary(
                    uniqueKeysWithValues: (row.intervals ?? [:]).map {
                        ($0.key.rawValue, [$0.value.lowerBound, $0.value.upperBound])
                    }))
        }
        let files = run.experiment.data.files
        return Opened(
            targets: shown.fields.targets, sentence: shown.sentence, scores: rows,
            predicts: files.count == 1 && run.experiment.data.runs == nil, notes: [])
    }

    private func predict(_ request: Chosen, _ work: StudioWork) throws -> Opened {
        let place = try RunFolders(work.setup.folders).run(request.run)
        try work.report(0.05)
        let fields = try RunPrediction.fields(place, work)
        kept.predicted.withLock { $0 = (place.id, fields) }
        let count = fields.targets.first?.labels.count ?? 0
        return Opened(
            targets: fields.targets, sentence: "Predictions for the file that was dropped: \(count) samples.",
            scores: [],
            predicts: true, notes: [])
    }
}
