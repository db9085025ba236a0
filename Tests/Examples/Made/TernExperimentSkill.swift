// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern
import TernExperiment

let examplesTernExperimentSkill = [
    Example("TernExperiment/Skill/Baseline: Baseline", Baseline_Baseline),
    Example("TernExperiment/Skill/ClimatologyForecast: ClimatologyForecast", ClimatologyForecast_ClimatologyForecast),
    Example("TernExperiment/Skill/Evidence: Evidence", Evidence_Evidence),
    Example("TernExperiment/Skill/PairedGain: PairedGain", PairedGain_PairedGain),
    Example("TernExperiment/Skill/ScoreTable: ScoreTable", ScoreTable_ScoreTable),
    Example("TernExperiment/Skill/ScoreTable: Row", ScoreTable_Row),
    Example("TernExperiment/Skill/ScoreTable: Gain", ScoreTable_Gain),
    Example("TernExperiment/Skill/Scores: Score", Scores_Score),
    Example("TernExperiment/Skill/SkillMap: SkillMap", SkillMap_SkillMap),
]

private func Baseline_Baseline() async throws {
    let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    _ = sst
    _ = rain
    use(try Dataset([sst, rain]).write(to: "pacific.nc"))
    let configuration = DataConfiguration(
        files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
        targets: [VariableConfiguration(variable: "precipitation")])
    _ = configuration
    let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
    _ = data
    let baseline = try Baseline(fitting: data, BaselineConfiguration(components: 5, alphas: [1, 100]))
    _ = baseline
    print(baseline.predict(data.test).shape, baseline.errors.count)  // [9, 1] 2
    checkPrinted("[9, 1] 2")
}

private func ClimatologyForecast_ClimatologyForecast() async throws {
    let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    _ = sst
    _ = rain
    use(try Dataset([sst, rain]).write(to: "pacific.nc"))
    let configuration = DataConfiguration(
        files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
        targets: [VariableConfiguration(variable: "precipitation")])
    _ = configuration
    let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
    _ = data
    let usual = ClimatologyForecast(fitting: data).predict(data.test)  // scaled, as the targets are
    _ = usual
    print(usual.shape)  // [9, 1]
    checkPrinted("[9, 1]")
}

private func Evidence_Evidence() async throws {
    let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    _ = sst
    _ = rain
    use(try Dataset([sst, rain]).write(to: "pacific.nc"))
    let configuration = DataConfiguration(
        files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
        targets: [VariableConfiguration(variable: "precipitation")])
    _ = configuration
    let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
    _ = data
    let table = try ScoreTable(data, predictions: ["truth": data.test.targets])
    _ = table
    let evidence: Evidence = table.evidence(of: "precipitation")!
    _ = evidence
    print(evidence.unitCount, evidence.complaint!)  // 9 9 times are too few for intervals
    checkPrinted("9 9 times are too few for intervals")
}

private func PairedGain_PairedGain() async throws {
    let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    _ = sst
    _ = rain
    use(try Dataset([sst, rain]).write(to: "pacific.nc"))
    let experiment = try Experiment(
        yaml: """
            name: rain
            data: {files: {fields: pacific.nc}, inputs: [sst], targets: [precipitation]}
            split: {by: period}
            model: {name: linear}
            training: {epochs: 2}
            output: {figures: false}
            """)
    _ = experiment
    let one = try experiment.run(into: "runs/one"), other = try experiment.run(into: "runs/other")
    _ = one
    _ = other
    let gain = try PairedGain(of: one, over: other, target: "precipitation")!
    _ = gain
    print(gain.complaint!)  // 9 times are too few, or too much alike, for an interval of the difference
    checkPrinted("9 times are too few, or too much alike, for an interval of the difference")
}

private func ScoreTable_ScoreTable() async throws {
    let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    _ = sst
    _ = rain
    use(try Dataset([sst, rain]).write(to: "pacific.nc"))
    let configuration = DataConfiguration(
        files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
        targets: [VariableConfiguration(variable: "precipitation")])
    _ = configuration
    let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
    _ = data
    let ridge = try Baseline(fitting: data, BaselineConfiguration()).predict(data.test)
    _ = ridge
    let table = try ScoreTable(data, predictions: ["ridge": ridge], baseline: "ridge")
    _ = table
    print(table.rows.map(\.model))  // ["ridge", "persistence", "climatology"]
    checkPrinted("[\"ridge\", \"persistence\", \"climatology\"]")
    print(table["ridge", .rmse, of: "precipitation"]! > 0)  // true
    checkPrinted("true")
}

private func ScoreTable_Row() async throws {
    let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    _ = sst
    _ = rain
    use(try Dataset([sst, rain]).write(to: "pacific.nc"))
    let configuration = DataConfiguration(
        files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
        targets: [VariableConfiguration(variable: "precipitation")])
    _ = configuration
    let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
    _ = data
    let row: ScoreTable.Row = try ScoreTable(data, predictions: ["truth": data.test.targets]).rows[0]
    _ = row
    print(row.model, row.units!, row.scores[.rmse]!)  // truth mm day-1 0.0
    checkPrinted("truth mm day-1 0.0")
}

private func ScoreTable_Gain() async throws {
    let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    _ = sst
    _ = rain
    use(try Dataset([sst, rain]).write(to: "pacific.nc"))
    let configuration = DataConfiguration(
        files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
        targets: [VariableConfiguration(variable: "precipitation")])
    _ = configuration
    let data = try ExperimentData(configuration, split: SplitConfiguration(by: .period))
    _ = data
    let row = try ScoreTable(data, predictions: ["a": data.test.targets], baseline: "a").rows[0]
    _ = row
    let gains: [Score: ScoreTable.Gain]? = row.gains
    _ = gains
    print(gains == nil)  // true
    checkPrinted("true")
}

private func Scores_Score() async throws {
    print(Score.rmse.isBetterWhenLarger, Score.r.isBetterWhenLarger)  // false true
    checkPrinted("false true")
    print(Score.skillOverClimatology.title)  // skill over climatology
    checkPrinted("skill over climatology")
}

private func SkillMap_SkillMap() async throws {
    let lat = Coordinate("lat", numbers: [-30, 30]), lon = Coordinate("lon", numbers: [0])
    _ = lat
    _ = lon
    func maps(_ values: [Double]) -> Field {
        Field("t", Tensor(values, shape: [3, 2, 1]), dimensions: ["time", "lat", "lon"], coordinates: [lat, lon])
    }
    let truth = maps([1, 4, 2, 5, 3, 9]), zero = maps([0, 0, 0, 0, 0, 0])
    _ = truth
    _ = zero
    let map = try SkillMap(truth: truth, prediction: maps([2, 4, 4, 5, 6, 9]), reference: zero)
    _ = map
    print(map.r.dimensions, map.r.values.doubles, map.skill.values.doubles)  // ["lat", "lon"] [1.0, 1.0] [0.0, 1.0]
    checkPrinted("[\"lat\", \"lon\"] [1.0, 1.0] [0.0, 1.0]")
}
