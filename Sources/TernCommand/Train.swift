import ArgumentParser
import Foundation
import Tern
import TernExperiment
import TernText

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
            """)

    @Argument(help: "The experiment's YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var experiment: String

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
            discussion: "Training then takes some ten times as long."))
    var debugNumerics = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors and warnings.")
    var quiet = false

    func validate() throws { try check("--folds", folds, in: 2...1_000_000) }

    func run() throws {
        let experiment = try Experiment(contentsOf: self.experiment, setting: settings)
        let given = output ?? experiment.output.folder
        let folder = given ?? "runs/\(PathName.encoded(experiment.name))\(folds.map { "-\($0)-folds" } ?? "")"
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
            let report = (folder as NSString).appendingPathComponent("report.html")
            print(
                "\nrun written to \(folder)\(FileManager.default.fileExists(atPath: report) ? "; read \(report)" : "")")
        }
        let note: ((String) -> Void)? = quiet ? { _ in } : nil
        if let folds {
            var last = 0
            func announceFold(_ fold: Int, _ stage: RunStage) {
                if fold != last, !quiet { tell("fold \(fold) of \(folds)") }
                last = fold
                announce(stage)
            }
            let (found, folder) = try experiment.crossValidate(
                folds: folds, into: folder, numbering: given == nil, callbacks: callbacks, stage: announceFold,
                note: note)
            guard !quiet else { return }
            print(found.text)
            return end(folder)
        }
        let run = try experiment.run(
            into: folder, numbering: given == nil, callbacks: callbacks, stage: announce, note: note)
        guard !quiet else { return }
        print(run.scores.text)
        end(run.folder)
    }
}
