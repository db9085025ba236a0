// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern
import TernExperiment

let examplesTernExperimentData = [
    Example("TernExperiment/Data/Examples: Examples", Examples_Examples),
    Example("TernExperiment/Data/ExperimentData: ExperimentData", ExperimentData_ExperimentData),
    Example("TernExperiment/Data/FieldGrid: FieldGrid", FieldGrid_FieldGrid),
    Example("TernExperiment/Data/Preprocessing: Preprocessing", Preprocessing_Preprocessing),
    Example("TernExperiment/Data/Preprocessing: TargetField", Preprocessing_TargetField),
    Example("TernExperiment/Data/Streaming/ExampleStream: ExampleStream", ExampleStream_ExampleStream),
    Example("TernExperiment/Data/Streaming/ExperimentStream: ExperimentStream", ExperimentStream_ExperimentStream),
    Example("TernExperiment/Data/TimeInput: TimeInput", TimeInput_TimeInput),
]

private func Examples_Examples() async throws {
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
    print(data.test.inputs.shape, data.test.targets.shape)  // [9, 14, 19, 1] [9, 1]
    checkPrinted("[9, 14, 19, 1] [9, 1]")
    print(data.test.labels[0], data.test.sample)  // 0005-04-15 time
    checkPrinted("0005-04-15 time")
}

private func ExperimentData_ExperimentData() async throws {
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
    print(data.inputShape, data.training.count, data.validation.count, data.test.count)  // [14, 19, 1] 42 9 9
    checkPrinted("[14, 19, 1] 42 9 9")
    let fields = try data.preprocessing.restore(predictions: data.test.targets, for: data.test)
    _ = fields
    print(fields[0].name, fields[0].units!)  // precipitation mm day-1
    checkPrinted("precipitation mm day-1")
}

private func FieldGrid_FieldGrid() async throws {
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
    let grid: FieldGrid = data.preprocessing.inputGrid!
    _ = grid
    print(grid.shape, grid.latitudeName)  // [14, 19] lat
    checkPrinted("[14, 19] lat")
}

private func Preprocessing_Preprocessing() async throws {
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
    let preprocessing: Preprocessing = data.preprocessing
    _ = preprocessing
    let new = try preprocessing.examples(from: "pacific.nc")
    _ = new
    print(new.count, preprocessing.channels)  // 60 ["sst"]
    checkPrinted("60 [\"sst\"]")
    let fields = try preprocessing.restore(predictions: new.targets, for: new)
    _ = fields
    print(fields[0].shape)  // [60]
    checkPrinted("[60]")
}

private func Preprocessing_TargetField() async throws {
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
    let target: Preprocessing.TargetField = data.targetFields[0]
    _ = target
    print(target.name, target.units!, target.isMasked)  // precipitation mm day-1 false
    checkPrinted("precipitation mm day-1 false")
}

private func ExampleStream_ExampleStream() async throws {
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
    let stream = ExampleStream(data.training)
    _ = stream
    print(stream.chunkSizes, try stream.chunk(0).inputs.shape)  // [42] [42, 14, 19, 1]
    checkPrinted("[42] [42, 14, 19, 1]")
    print(try stream.sample(atMost: 10).count)  // 10
    checkPrinted("10")
}

private func ExperimentStream_ExperimentStream() async throws {
    let (sst, rain) = SyntheticPrecipitation(samples: 60).fields()
    _ = sst
    _ = rain
    use(try Dataset([sst, rain]).write(to: "pacific.nc"))
    var configuration = DataConfiguration(
        files: ["fields": "pacific.nc"], inputs: [VariableConfiguration(variable: "sst")],
        targets: [VariableConfiguration(variable: "precipitation")])
    _ = configuration
    configuration.isStreamed = true
    configuration.chunk = 20
    let data = try ExperimentStream(configuration, split: SplitConfiguration(by: .period))
    _ = data
    print(data.training.count, data.training.chunkSizes.count)  // 42 3
    checkPrinted("42 3")
}

private func TimeInput_TimeInput() async throws {
    print(TimeInput.allCases.map(\.rawValue))  // ["day_of_year", "time_of_day"]
    checkPrinted("[\"day_of_year\", \"time_of_day\"]")
}
