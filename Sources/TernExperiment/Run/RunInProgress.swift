import Foundation
import Tern
import TernText

/// The training of an experiment in its folder: begun, or interrupted and gone on with.
///
/// ```swift
/// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
/// try Dataset([sst, rain]).write(to: "pacific.nc")
/// let experiment = try Experiment(
///     yaml: """
///         name: rain
///         data: {files: {fields: pacific.nc}, inputs: [sst], targets: [precipitation]}
///         split: {by: period}
///         model: {name: linear}
///         training: {epochs: 2}
///         output: {figures: false}
///         """)
/// do {
///     try experiment.run(into: "runs/long")
/// } catch let error as InterruptedRun {
///     try RunInProgress(resuming: error.folder).finish()  // later, or in another process: the same bits
/// }
/// ```
///
/// While it is trained, the folder holds `training` alone: `experiment.yaml`, `run.json` (what it is), `files.json` (the
/// data's sizes and dates), `lock`, and for each network (`network-1`, in folds `fold-1/network-1`) where its training
/// stands, as `BackupAndRestore` keeps it. When all is done the results take its place.
public final class RunInProgress {
    /// What is trained.
    public let experiment: Experiment
    /// Of a cross-validation: how many.
    public let folds: Int?
    /// Where.
    public var folder: String { place.path }
    private let place: WholeFolder
    private let checkpoints: BackupAndRestore.Frequency
    /// What is to be said of a run that was begun elsewhere or by another version.
    private let originNote: String?

    /// What `run.json` holds.
    private struct Description: Codable {
        var maker: String, instructionSet: String, folds: Int?
        /// The SHA-256 of the configuration.
        var experiment: String
        var checkpoints: BackupAndRestore.Frequency
    }

    /// Whether a folder holds a training that is not finished: interrupted, or under way.
    public static func isUnfinished(_ folder: String) -> Bool { WholeFolder.isUnfinished(folder) }

    /// Begins a run: takes its folder.
    ///
    /// - Parameters:
    ///   - folds: of a cross-validation; nil: one split.
    ///   - folder: must not exist.
    ///   - numbering: where the folder exists, the first of FOLDER-2, FOLDER-3, ... that does not is taken.
    ///   - checkpoints: how often it is kept where training stands.
    /// - Throws: `DataError` where the folder cannot be taken, or the experiment holds what no file may.
    public init(
        _ experiment: Experiment, folds: Int? = nil, into folder: String, numbering: Bool = false,
        checkpoints: BackupAndRestore.Frequency = .automatic
    ) throws {
        try experiment.checkValues()
        // What the folder says of the data is read from there later.
        self.experiment = experiment.withFiles(in: FileManager.default.currentDirectoryPath)
        self.folds = folds
        self.checkpoints = checkpoints
        originNote = nil
        place = try WholeFolder(folder, numbering: numbering)
        let configuration = Data(try self.experiment.yaml().utf8)
        let description = Description(
            maker: TernVersion.maker, instructionSet: Machine.instructionSet, folds: folds,
            experiment: SHA256.digits(of: configuration), checkpoints: checkpoints)
        try writeAtomically(configuration, to: Run.path(place.unfinished, Run.configuration))
        try writeAtomically(JSONEncoder().encode(description), to: Run.path(place.unfinished, Self.description))
    }

    private static let description = "run.json", files = "files.json"

    /// How many folds a training that is not finished has, by what is kept of it; nil of one split.
    package static func folds(of unfinished: String) -> Int? {
        FileManager.default.contents(atPath: Run.path(unfinished, description)).flatMap {
            try? JSONFileDecoder().decode(Description.self, from: $0).folds
        }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// The folder that a run is to take: the one that its user names, or the experiment, or else one by the experiment's
    /// name, which is numbered where it exists.
    package static func folder(
        of experiment: Experiment, folds: Int?, named output: String?
    ) -> (path: String, isNumbered: Bool) {
        if let given = output ?? experiment.output.folder { return (given, false) }
        return ("runs/\(PathName.encoded(experiment.name))\(folds.map { "-\($0)-folds" } ?? "")", true)
    }

    /// Goes on with a run that was interrupted, by an error, a signal or the machine's end.
    ///
    /// - Parameter checkpoints: how often states are kept; nil: as before.
    /// - Throws: `DataError` where the folder holds no such run, another process works on it, or it is damaged.
    public init(resuming folder: String, checkpoints: BackupAndRestore.Frequency? = nil) throws {
        guard WholeFolder.isUnfinished(folder) else {
            throw DataError(
                file: folder,
                FileManager.default.fileExists(atPath: Run.path(folder, Run.configuration))
                    ? "this run is finished; nothing is left to be trained"
                    : "this folder holds no run that was interrupted; give one that `tern train` has begun")
        }
        // The folder is another's until both are seen: nothing of it is removed.
        let unfinished = FilePath.plain(folder) + "/" + WholeFolder.unfinishedName
        try Destination.refuseLinks(in: unfinished, "; give the folder of a run that `tern train` has begun")
        for file in [Run.configuration, Self.description] {
            let path = Run.path(unfinished, file)
            guard FileManager.default.fileExists(atPath: path) else {
                throw DataError(file: path, "this file is missing, without which the run cannot go on; train it anew")
            }
        }
        place = try WholeFolder(resuming: folder)
        let configuration = Run.path(place.unfinished, Run.configuration)
        experiment = try Experiment(contentsOf: configuration)
        let path = Run.path(place.unfinished, Self.description)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DataError(file: path, "this file is missing, without which the run cannot go on; train it anew")
        }
        let description: Description
        do { description = try JSONFileDecoder().decode(Description.self, from: data) } catch {
            throw DataError(
                file: path,
                "the file is damaged: \(words(ofDecoding: error)); without it the run cannot go on: train it anew")
        }
        if let complaint = description.checkpoints.complaint {
            throw DataError(file: path, "the file is damaged: \(complaint)")
        }
        // What is trained already is of that configuration.
        guard
            FileManager.default.contents(atPath: configuration).map({ SHA256.digits(of: $0) }) == description.experiment
        else {
            throw DataError(
                file: configuration, "this was changed after the run began; put it back, or train the changed one anew")
        }
        folds = description.folds
        self.checkpoints = checkpoints ?? description.checkpoints
        originNote = noteOfOrigin("run", maker: description.maker, instructionSet: description.instructionSet)
    }

    /// What a finished training is.
    ///
    /// ```swift
    /// let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    /// try Dataset([sst, rain]).write(to: "pacific.nc")
    /// func show(_ result: RunInProgress.Result) {
    ///     switch result {
    ///     case .run(let run): print(run.folder)
    ///     case .folds(let validation, let folder): print(validation.folds, folder)
    ///     }
    /// }
    /// ```
    public enum Result {
        /// One split.
        case run(Run)
        /// A cross-validation, and its folder.
        case folds(CrossValidation, folder: String)

        /// The folder.
        public var folder: String {
            switch self {
            case .run(let run): run.folder
            case .folds(_, let folder): folder
            }
        }
    }

    /// Trains what is left, tests, and lets the results appear in the folder.
    ///
    /// Networks that are trained are not trained again; that which was under way goes on from its last state. All ends
    /// in the bits of a run that was not interrupted.
    ///
    /// - Parameters:
    ///   - callbacks: for each network, such as a progress bar.
    ///   - stage: is told what begins, in a cross-validation in which fold, from 1.
    ///   - note: is told what somebody should know of the data, a line each; without it, standard error.
    ///   - warn: is told what looks like a mistake, and why the report could not be made; without it, standard error.
    /// - Throws: ``InterruptedRun`` where something was trained, which stays in the folder; else `DataError` for what is
    ///   wrong with data or configuration, and `CancellationError`: the folder is then gone.
    @discardableResult
    public func finish(
        callbacks: @escaping () -> [any Callback] = { [] },
        stage: @escaping (_ fold: Int?, RunStage) -> Void = { _, _ in },
        note: ((String) -> Void)? = nil, warn: ((String) -> Void)? = nil
    ) throws -> Result {
        let name = experiment.name
        let note = note ?? { StandardStreams.tell("note: \(name): \($0)") }
        let warn = warn ?? { StandardStreams.tell("warning: \(name): \($0)") }
        if let originNote { warn(originNote) }
        let work = RunWork(
            folder: place.work, states: place.unfinished, checkpoints: checkpoints,
            files: Run.path(place.unfinished, Self.files), isResumed: hasStates, callbacks: callbacks, stage: stage,
            note: note, warn: warn)
        do {
            let report: () throws -> Void
            let result: () throws -> Result
            if let folds {
                let validation = try experiment.validate(folds, work)
                report = { [place] in try validation.writeReport(in: place.path) }
                result = { [place] in .folds(validation, folder: place.path) }
            } else {
                let results = try experiment.results(work)
                report = { [place] in
                    try Run.refuseLinks(in: place.path)
                    try results.report().write(to: Run.path(place.path, Run.report))
                }
                result = { [place] in .run(try Run(contentsOf: place.path)) }
            }
            if !place.isPublished { try place.publish(last: Run.configuration) }
            if experiment.output.figures {
                stage(folds, .reporting)
                do { try report() } catch {
                    warn(
                        "\(folder) is whole but for its report: \(error); mend that, then run: tern report \(ShellWord.quoted(folder))"
                    )
                }
            }
            let found = try result()
            place.finish()
            return found
        } catch {
            guard place.keepsUnfinished || hasStates else { throw error }
            place.keepsUnfinished = true
            throw InterruptedRun(folder: folder, reason: error)
        }
    }

    private var hasStates: Bool { BackupAndRestore.hasStates(within: place.unfinished) }
}

/// A training that ended before its time; what was trained is kept.
///
/// ```swift
/// let error = InterruptedRun(folder: "runs/rain", reason: CancellationError())
/// print(error)  // interrupted; go on with: tern train --resume runs/rain
/// ```
public struct InterruptedRun: Error, CustomStringConvertible {
    /// Where it is kept.
    public let folder: String
    /// What ended it: `CancellationError` where it was asked to end.
    public let reason: any Error
    /// The command that goes on.
    public let command: String

    /// An end for a reason; without another command `tern train --resume` goes on.
    public init(folder: String, reason: any Error, command: String? = nil) {
        self.folder = folder
        self.reason = reason
        self.command = command ?? "tern train --resume \(ShellWord.quoted(folder))"
    }

    /// Why, and how it goes on.
    public var description: String {
        let way = "go on with: \(command)"
        return reason is CancellationError
            ? "interrupted; \(way)" : "\(reason)\nwhat was trained is kept; when that is mended, \(way)"
    }
}

/// Where a training works, and who is told of it.
struct RunWork {
    /// Where results are written, and where the states of networks are kept.
    var folder: String, states: String
    var checkpoints: BackupAndRestore.Frequency
    /// What is known of the data's files.
    var files: String
    /// Whether something was trained before, so that the files are known.
    var isResumed: Bool
    var callbacks: () -> [any Callback]
    var stage: (_ fold: Int?, RunStage) -> Void
    var note: (String) -> Void, warn: (String) -> Void
    var fold: Int?

    /// The work on a fold, from 1.
    func inFold(_ fold: Int) -> RunWork {
        var work = self
        work.fold = fold
        work.folder = Run.path(folder, "\(Run.foldFolder)\(fold)")
        work.states = Run.path(states, "\(Run.foldFolder)\(fold)")
        return work
    }

    /// Tells what begins.
    ///
    /// - Throws: `CancellationError` where the training is to end.
    func begin(_ stage: RunStage) throws {
        try Task.checkCancellation()
        self.stage(fold, stage)
    }
}
