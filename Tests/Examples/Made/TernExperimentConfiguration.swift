// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern
import TernExperiment

let examplesTernExperimentConfiguration = [
    Example("TernExperiment/Configuration/Experiment: Experiment", Experiment_Experiment),
]

private func Experiment_Experiment() async throws {
    try writeExperiment()
    let experiment = try Experiment(contentsOf: "examples/sst-precipitation.yaml", setting: ["model.filters=8"])
    _ = experiment
    let run = try experiment.run(into: "runs/sst")
    _ = run
}
