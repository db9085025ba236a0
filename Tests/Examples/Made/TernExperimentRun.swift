// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern
import TernExperiment

let examplesTernExperimentRun = [
    Example("TernExperiment/Run/CrossValidation: CrossValidation", CrossValidation_CrossValidation),
    Example("TernExperiment/Run/MadeData: MadeData", MadeData_MadeData),
    Example("TernExperiment/Run/Run+Report: writeReport", Run_Report_writeReport),
    Example("TernExperiment/Run/Run: Run", Run_Run),
]

private func CrossValidation_CrossValidation() async throws {
    try writeExperiment()
    let experiment = try Experiment(
        contentsOf: {
            try writeExperiment(); return "examples/sst-precipitation.yaml"
        }())
    let validation = try experiment.crossValidate(folds: 5, into: "runs/sst-5-folds")
    _ = validation
    use(validation.summary(.r, of: "precip"))
    use(validation.gain(.r, of: "precip"))
}

private func MadeData_MadeData() async throws {
    use(try MadeData.sstPrecipitation.write(to: "data"))
}

private func Run_Report_writeReport() async throws {
    try writeExperiment()
    let experiment = try Experiment(
        contentsOf: {
            try writeExperiment(); return "examples/sst-precipitation.yaml"
        }())
    _ = try experiment.run(into: "runs/sst-precipitation")
    use(try Run(contentsOf: "runs/sst-precipitation").writeReport())
}

private func Run_Run() async throws {
    try writeExperiment()
    let experiment = try Experiment(
        contentsOf: {
            try writeExperiment(); return "examples/sst-precipitation.yaml"
        }())
    _ = try experiment.run(into: "runs/sst-precipitation")
    let run = try Run(contentsOf: "runs/sst-precipitation")
    _ = run
    let rain = try run.predict(from: ["fields": "new.nc"])       // fields in physical units
    _ = rain
    let scores = try run.evaluate(on: ["fields": "new.nc"])
    _ = scores
}
