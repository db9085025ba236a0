import ArgumentParser
import Foundation
import Tern
import TernExperiment

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
            """)

    @Argument(help: "The experiment's YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var experiment: String

    @Option(name: .customLong("set"), help: ArgumentHelp("Change a key of the experiment; may be given several times.", valueName: "key=value"))
    var settings: [String] = []

    @Option(name: .shortAndLong, help: ArgumentHelp("The run's folder (default: runs/NAME, with a number where it is taken).", valueName: "folder"))
    var output: String?

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func run() throws {
        let experiment = try Experiment(contentsOf: self.experiment, setting: settings)
        let folder = output ?? experiment.output.folder ?? Self.freeFolder("runs/\(experiment.name)")
        let showsProgress = !quiet && isatty(STDERR_FILENO) != 0
        func say(_ text: String) { if showsProgress { FileHandle.standardError.write(Data((text + "\n").utf8)) } }
        let run = try experiment.run(into: folder, callbacks: { showsProgress ? [ProgressBar()] : [] }) { stage in
            switch stage {
            case .making(let name): say("making data: \(name)")
            case .reading: say("reading data")
            case .baseline: say("fitting the linear baseline")
            case .training(let member): say(experiment.model.ensemble > 1 ? "training network \(member) of \(experiment.model.ensemble)" : "training")
            case .predicting: say("testing")
            case .reporting: say("drawing the report")
            }
        }
        guard !quiet else { return }
        print(run.scores.text)
        print("\nrun written to \(folder)\(experiment.output.figures && Figure.canDraw ? "; read \(folder)/report.html" : "")")
    }

    /// The name, or the first of NAME-2, NAME-3, ... that is free.
    private static func freeFolder(_ name: String) -> String {
        var folder = name, number = 1
        while FileManager.default.fileExists(atPath: folder) {
            number += 1
            folder = "\(name)-\(number)"
        }
        return folder
    }
}

extension ScoreTable {
    /// A table for each target: models as rows, scores as columns.
    var text: String {
        targets.map { target in
            let own = rows.filter { $0.target == target }, shown = columns(for: target)
            let units = own.first?.units.map { " (\($0))" } ?? ""
            return "\(target)\(units), \(count) examples\n\n" + textTable(
                [[""] + shown.map(\.title)] + own.map { row in [row.model] + shown.map { row.scores[$0].map(short) ?? "-" } })
        }.joined(separator: "\n\n")
    }
}
