// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern
import TernExperiment

let examplesTernExperimentRun = [
    Example("TernExperiment/Run/CrossValidation: CrossValidation", CrossValidation_CrossValidation),
    Example("TernExperiment/Run/CrossValidation: Row", CrossValidation_Row),
    Example("TernExperiment/Run/CrossValidation: Summary", CrossValidation_Summary),
    Example("TernExperiment/Run/CrossValidation: Gain", CrossValidation_Gain),
    Example("TernExperiment/Run/Experiment+Run: RunStage", Experiment_Run_RunStage),
    Example("TernExperiment/Run/MadeData: MadeData", MadeData_MadeData),
    Example("TernExperiment/Run/Run: Run", Run_Run),
    Example("TernExperiment/Run/RunInProgress: RunInProgress", RunInProgress_RunInProgress),
    Example("TernExperiment/Run/RunInProgress: Result", RunInProgress_Result),
    Example("TernExperiment/Run/RunInProgress: InterruptedRun", RunInProgress_InterruptedRun),
    Example("TernExperiment/Run/SeenExamples: SeenExamples", SeenExamples_SeenExamples),
    Example("TernExperiment/Run/TestTask: TestTask", TestTask_TestTask),
]

private func CrossValidation_CrossValidation() async throws {
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
    let validation = try experiment.crossValidate(folds: 2, into: "runs/folds").result
    _ = validation
    let summary = validation.summary(.r, of: "precipitation")
    _ = summary
    print(summary.map(\.model), validation.count)  // ["network", "ridge on EOFs"] 60
    checkPrinted("[\"network\", \"ridge on EOFs\"] 60")
}

private func CrossValidation_Row() async throws {
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
    let rows: [CrossValidation.Row] = try experiment.crossValidate(folds: 2, into: "runs/rows").result.rows
    _ = rows
    print(rows.map(\.fold), rows.map(\.count))  // [1, 2] [30, 30]
    checkPrinted("[1, 2] [30, 30]")
}

private func CrossValidation_Summary() async throws {
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
    let validation = try experiment.crossValidate(folds: 2, into: "runs/summary").result
    _ = validation
    let ridge: CrossValidation.Summary = validation.summary(.rmse, of: "precipitation")[1]
    _ = ridge
    print(ridge.model, ridge.standardError >= 0)  // ridge on EOFs true
    checkPrinted("ridge on EOFs true")
}

private func CrossValidation_Gain() async throws {
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
    let validation = try experiment.crossValidate(folds: 3, into: "runs/gain").result
    _ = validation
    let gain: CrossValidation.Gain = validation.gain(.rmse, of: "precipitation")!
    _ = gain
    print(gain.count, gain.interval == nil)  // 3 true
    checkPrinted("3 true")
}

private func Experiment_Run_RunStage() async throws {
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
    var stages: [RunStage] = []
    _ = stages
    use(try experiment.run(into: "runs/stages", stage: { stages.append($0) }))
    print(stages == [.reading, .baseline, .training(1), .predicting])  // true
    checkPrinted("true")
}

private func MadeData_MadeData() async throws {
    let paths = try MadeData.climateEmulation.write(to: "climate", size: (latitudes: 6, longitudes: 8), members: 1)
    _ = paths
    print(paths[0], MadeData.sstPrecipitation.fileNames)  // climate/inputs_historical.nc ["sst_precipitation.nc"]
    checkPrinted("climate/inputs_historical.nc [\"sst_precipitation.nc\"]")
}

private func Run_Run() async throws {
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
    use(try experiment.run(into: "runs/rain"))
    let run = try Run(contentsOf: "runs/rain")
    _ = run
    let rain2 = try run.predict(from: ["fields": "pacific.nc"])  // fields in physical units
    _ = rain2
    print(rain2[0].shape, rain2[0].units!)  // [60] mm day-1
    checkPrinted("[60] mm day-1")
    let scores = try run.evaluate(on: ["fields": "pacific.nc"], note: { _ in })
    _ = scores
    print(scores.count, scores.seen!.training)  // 60 42
    checkPrinted("60 42")
}

private func RunInProgress_RunInProgress() async throws {
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
    do {
        try experiment.run(into: "runs/long")
    } catch let error as InterruptedRun {
        try RunInProgress(resuming: error.folder).finish()  // later, or in another process: the same bits
    }
}

private func RunInProgress_Result() async throws {
    let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    _ = sst
    _ = rain
    use(try Dataset([sst, rain]).write(to: "pacific.nc"))
    func show(_ result: RunInProgress.Result) {
        switch result {
        case .run(let run): print(run.folder)
        case .folds(let validation, let folder): print(validation.folds, folder)
        }
    }
}

private func RunInProgress_InterruptedRun() async throws {
    let error = InterruptedRun(folder: "runs/rain", reason: CancellationError())
    _ = error
    print(error)  // interrupted; go on with: tern train --resume runs/rain
    checkPrinted("interrupted; go on with: tern train --resume runs/rain")
}

private func SeenExamples_SeenExamples() async throws {
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
    let run = try experiment.run(into: "runs/seen")
    _ = run
    let seen: SeenExamples = try run.evaluate(on: ["fields": "pacific.nc"], note: { _ in }).seen!
    _ = seen
    print(seen.training, seen.validation, seen.areSame)  // 42 9 true
    checkPrinted("42 9 true")
}

private func TestTask_TestTask() async throws {
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
    let first = try experiment.run(into: "runs/first").task(of: "precipitation")!
    _ = first
    let second = try experiment.run(into: "runs/second").task(of: "precipitation")!
    _ = second
    print(TestTask.differences([first, second]).isEmpty)  // true
    checkPrinted("true")
}
