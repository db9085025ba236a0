import ArgumentParser
import Foundation
import Tern
import TernExperiment
import TernText

extension InterruptedRun: CommandFailure {}

/// Trains an experiment.
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train the network of an experiment on gridded data.",
        discussion: """
            A YAML file says which variables of which files are read, how they are prepared and split, which network \
            learns and how; docs/experiment.schema.json describes it to editors. The run's folder gets the exact \
            configuration, weights, history, predictions as NetCDF, scores beside a linear baseline, and report.html.

              tern train examples/sst-precipitation.yaml
              tern train examples/sst-precipitation.yaml --set model.filters=8 --set training.epochs=60 -o runs/wide
              tern train examples/climate-emulation.yaml

            With --folds, each group of the split (or span of time) is tested once by networks that have not seen it; \
            the folder gets a run for each fold and the scores by group, with the interval of the gain over the baseline.

              tern train examples/sst-precipitation-cmip6.yaml --folds 5

            A training that is interrupted, by Ctrl-C, a scheduler, a full disk or the machine's end, goes on from its \
            last checkpoint and ends in the same bits:

              tern train --resume runs/sst-precipitation-cmip6-5-folds
            """)

    @Argument(help: "The experiment's YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var experiment: String?

    @Option(help: ArgumentHelp("Go on with a training that was interrupted, in its folder.", valueName: "folder"))
    var resume: String?

    @Option(
        help: ArgumentHelp(
            "How often it is kept where training stands: 30s, 5min, 1h, 500steps or 10epochs (default: as often as costs less than 1 % of the time, at most every 10 s).",
            valueName: "interval"))
    var checkpointEvery: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Change a key of the experiment; may be given several times.", valueName: "key=value"))
    var settings: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The run's folder (default: runs/NAME, with a number where it is taken).", valueName: "folder"))
    var output: String?

    @Option(help: ArgumentHelp("Cross-validate in so many folds instead of one split.", valueName: "count"))
    var folds: Int?

    @Flag(
        help: ArgumentHelp(
            "Look at every number of every step, and stop at the first that is NaN or infinite.",
            discussion: "Training then takes some eight times as long."))
    var debugNumerics = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors and warnings.")
    var quiet = false

    func validate() throws {
        try check("--folds", folds, in: 2...1_000_000)
        if let checkpointEvery { _ = try CheckpointInterval.frequency(checkpointEvery) }
        guard resume != nil else {
            if experiment == nil { throw ValidationError("Name the experiment's YAML file, or --resume FOLDER.") }
            return
        }
        if experiment != nil || !settings.isEmpty || output != nil || folds != nil {
            throw ValidationError(
                "--resume goes on with the experiment that the folder holds; leave out the file, --set, --folds and --output."
            )
        }
    }

    func run() throws { try Interruption.finishing { try train() } }

    private func train() throws {
        let frequency = try checkpointEvery.map(CheckpointInterval.frequency)
        let begun: RunInProgress
        if let resume {
            begun = try RunInProgress(resuming: resume, checkpoints: frequency)
            if !quiet { tell("going on with \(begun.folder)") }
        } else {
            let experiment = try Experiment(contentsOf: self.experiment!, setting: settings)
            let (folder, isNumbered) = RunInProgress.folder(of: experiment, folds: folds, named: output)
            if isNumbered, RunInProgress.isUnfinished(folder) {
                tell(
                    "note: \(folder) holds a training that is not finished; if nobody trains it: tern train --resume \(ShellWord.quoted(folder))"
                )
            }
            begun = try RunInProgress(
                experiment, folds: folds, into: folder, numbering: isNumbered, checkpoints: frequency ?? .automatic)
        }
        let experiment = begun.experiment, folds = begun.folds
        func say(_ text: String) { if !quiet, TerminalBar.isTerminal { tell(text) } }
        func callbacks() -> [any Callback] {
            (debugNumerics ? [DebugNumerics()] : []) + (quiet ? [] : [ProgressBar()])
        }
        func announce(_ stage: RunStage) {
            switch stage {
            case .making(let name): say("making data: \(name)")
            case .reading: say("reading data")
            case .baseline: say("fitting the linear baseline")
            // In a pipe the epochs follow.
            case .training(let member) where experiment.model.ensemble > 1:
                if !quiet { tell("training network \(member) of \(experiment.model.ensemble)") }
            case .training: say("training")
            case .predicting: say("testing")
            case .reporting: say("drawing the report")
            }
        }
        func end(_ folder: String) {
            let report = Run.reportPath(in: folder)
            print(
                "\nrun written to \(folder)\(FileManager.default.fileExists(atPath: report) ? "; read \(report)" : "")")
        }
        var last: Int?
        let result = try begun.finish(
            callbacks: callbacks,
            stage: { fold, stage in
                if let fold, let folds, fold != last, !quiet { tell("fold \(fold) of \(folds)") }
                last = fold
                announce(stage)
            }, note: quiet ? { _ in } : nil)
        guard !quiet else { return }
        switch result {
        case .run(let run): print(run.scores.text)
        case .folds(let validation, _): print(validation.text)
        }
        end(result.folder)
    }
}
