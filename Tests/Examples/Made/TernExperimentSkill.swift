// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern
import TernExperiment

let examplesTernExperimentSkill = [
    Example("TernExperiment/Skill/Baseline: Baseline", Baseline_Baseline),
    Example("TernExperiment/Skill/ClimatologyForecast: ClimatologyForecast", ClimatologyForecast_ClimatologyForecast),
    Example("TernExperiment/Skill/ScoreTable: ScoreTable", ScoreTable_ScoreTable),
    Example("TernExperiment/Skill/SkillMap: SkillMap", SkillMap_SkillMap),
]

private func Baseline_Baseline() async throws {
    try writeExperiment()
    let experiment = try Experiment(
        contentsOf: {
            try writeExperiment(); return "examples/sst-precipitation.yaml"
        }())
    let data = try ExperimentData(experiment.data, split: experiment.split, folder: "examples")
    let baseline = try Baseline(fitting: data, experiment.baseline)
    _ = baseline
    let predicted = baseline.predict(data.test)      // scaled, as the targets are
    _ = predicted
    use(baseline.alpha)
}

private func ClimatologyForecast_ClimatologyForecast() async throws {
    try writeExperiment()
    let experiment = try Experiment(
        contentsOf: {
            try writeExperiment(); return "examples/sst-precipitation.yaml"
        }())
    let data = try ExperimentData(experiment.data, split: experiment.split, folder: "examples")
    let usual = ClimatologyForecast(fitting: data).predict(data.test)     // scaled
    _ = usual
}

private func ScoreTable_ScoreTable() async throws {
    try writeExperiment()
    let experiment = try Experiment(
        contentsOf: {
            try writeExperiment(); return "examples/sst-precipitation.yaml"
        }())
    let data = try ExperimentData(experiment.data, split: experiment.split, folder: "examples")
    let model = try experiment.model.build(inputShape: [14, 19, 1], outputShape: [1], seed: 0)
    model.compile(loss: .meanSquaredError)
    let network = model.predict(data.test.inputs)
    let baseline = try Baseline(fitting: data, experiment.baseline)
    let table = try ScoreTable(data, predictions: ["network": network, "ridge": baseline.predict(data.test)], baseline: "ridge")
    _ = table
    use(table["network", .r, of: "precip"])
    use(try JSONEncoder().encode(table))
}

private func SkillMap_SkillMap() async throws {
    let truth = seaSurface()
    let predicted = seaSurface(from: 2012)
    let usual = seaSurface(from: 2012)
    let map = try SkillMap(truth: truth, prediction: predicted, reference: usual)
    _ = map
    use(map.r)
}
