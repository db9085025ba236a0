import Foundation
import Synchronization
import Tern
import TernExperiment

/// What the Python package `tern.experiment` asks: runs of `tern train`, trained, asked and scored.
enum ExperimentFunctions {
    static let all: [String: @Sendable (CallArguments) throws -> CallResult] = [
        "experiment_run": { arguments in
            let begun = try begin(arguments), remarks = Remarks()
            let epochs = begun.experiment.training.epochs
            let result: RunInProgress.Result
            do {
                result = try begun.finish(
                    callbacks: {
                        [LambdaCallback { epoch, logs, _ in try arguments.tell?.tell(epoch + 1, of: epochs, logs) }]
                    }, note: remarks.note, warn: remarks.warn)
            } catch let error as InterruptedRun where error.reason is CancellationError { throw error.reason }
            var parts = remarks.description
            parts["folder"] = .text(result.folder)
            return try CallResult(parts)
        },
        "run_predict": { arguments in
            let run = try Run(contentsOf: arguments.path("folder")), remarks = Remarks()
            let files = try arguments.files(of: run), runs = try arguments.runs()
            if let path = try arguments.givenPath("output") {
                try run.predict(from: files, runs: runs, to: path, note: remarks.note)
                return try CallResult(remarks.description)
            }
            let fields = try run.predict(from: files, runs: runs, note: remarks.note).enumerated().map {
                FieldMessage($1, prefix: "\($0).")
            }
            var parts = remarks.description
            parts["fields"] = .list(fields.map { .object($0.object) })
            return try CallResult(parts, arrays: fields.reduce(into: [:]) { $0.merge($1.arrays) { first, _ in first } })
        },
        "run_evaluate": { arguments in
            let run = try Run(contentsOf: arguments.path("folder")), remarks = Remarks()
            let scores = try run.evaluate(on: arguments.files(of: run), runs: arguments.runs(), note: remarks.note)
            (scores.warnings + [scores.seen?.text(of: scores.count)].compactMap { $0 }).forEach(remarks.warn)
            var parts = remarks.description
            parts["scores"] = try JSONDecoder.ofAllNumbers.decode(
                ParameterValue.self, from: JSONEncoder.ofAllNumbers.encode(scores))
            return try CallResult(parts)
        },
    ]

    /// A run that takes its folder, or one that was interrupted.
    private static func begin(_ arguments: CallArguments) throws -> RunInProgress {
        var checkpoints: BackupAndRestore.Frequency?
        if let interval = try arguments.givenText("checkpoint_every") {
            checkpoints = BackupAndRestore.Frequency(interval: interval)
            if checkpoints == nil {
                throw ArgumentError("checkpoint_every: \(interval); give \(BackupAndRestore.Frequency.intervals)")
            }
        }
        if let folder = try arguments.givenPath("resume") {
            return try RunInProgress(resuming: folder, checkpoints: checkpoints)
        }
        let settings = try arguments.texts("settings"), experiment: Experiment
        if let yaml = try arguments.givenText("yaml") {
            experiment = try Experiment(yaml: yaml, setting: settings)
        } else {
            experiment = try Experiment(contentsOf: arguments.path("path"), setting: settings)
        }
        let folds = try arguments.integer("folds")
        if let folds, folds < 2 { throw ArgumentError("\(folds) folds; there are to be 2 or more") }
        let (folder, isNumbered) = try RunInProgress.folder(
            of: experiment, folds: folds, named: arguments.givenPath("output"))
        return try RunInProgress(
            experiment, folds: folds, into: folder, numbering: isNumbered, checkpoints: checkpoints ?? .automatic)
    }
}

/// What somebody should know, as it comes.
private final class Remarks: Sendable {
    private let said = Mutex<(notes: [String], warnings: [String])>(([], []))

    var note: @Sendable (String) -> Void { { text in self.said.withLock { $0.notes.append(text) } } }
    var warn: @Sendable (String) -> Void { { text in self.said.withLock { $0.warnings.append(text) } } }

    var description: [String: ParameterValue] {
        let (notes, warnings) = said.withLock { $0 }
        return [
            "notes": .list(notes.map(ParameterValue.text)), "warnings": .list(warnings.map(ParameterValue.text)),
        ]
    }
}

extension CallArguments {
    /// Paths by the names of an experiment, or one in the place of all.
    fileprivate func files(of run: Run) throws -> [String: String] {
        if case .text(let text)? = values["files"] {
            let path = try Self.path(text, "files")
            return run.experiment.data.files.mapValues { _ in path }
        }
        guard values["files"] != nil else { return [:] }
        return try object("files").mapValues { path in
            guard case .text(let path) = path else { throw ArgumentError("\"files\" is to have paths by name") }
            return try Self.path(path, "files")
        }
    }

    fileprivate func runs() throws -> [String]? { values["runs"] == nil ? nil : try texts("runs") }
}
