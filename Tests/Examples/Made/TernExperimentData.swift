// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern
import TernExperiment

let examplesTernExperimentData = [
    Example("TernExperiment/Data/ExperimentData: ExperimentData", ExperimentData_ExperimentData),
    Example("TernExperiment/Data/Preprocessing: Preprocessing", Preprocessing_Preprocessing),
    Example("TernExperiment/Data/Streaming/ExampleStream: ExampleStream", ExampleStream_ExampleStream),
    Example("TernExperiment/Data/Streaming/ExperimentStream: ExperimentStream", ExperimentStream_ExperimentStream),
]

private func ExperimentData_ExperimentData() async throws {
    try writeExperiment()
    let experiment = try Experiment(
        contentsOf: {
            try writeExperiment(); return "examples/sst-precipitation.yaml"
        }())
    let model = try experiment.model.build(inputShape: [14, 19, 1], outputShape: [1], seed: 0)
    model.compile(loss: .meanSquaredError)
    let data = try ExperimentData(experiment.data, split: experiment.split, seed: experiment.seed, folder: "examples")
    _ = data
    use(try model.fit(data.training.trainingData(), validationData: data.validation.trainingData()))
    let rain = try data.preprocessing.restore(predictions: model.predict(data.test.inputs), for: data.test)
    _ = rain
}

private func Preprocessing_Preprocessing() async throws {
    try writeExperiment()
    let experiment = try Experiment(
        contentsOf: {
            try writeExperiment(); return "examples/sst-precipitation.yaml"
        }())
    let data = try ExperimentData(experiment.data, split: experiment.split, folder: "examples")
    let url = URL(fileURLWithPath: "preprocessing.json")
    try Dataset(contentsOf: "new.nc").write(to: "obs.nc")
    let preprocessing = data.preprocessing
    let model = try experiment.model.build(inputShape: [14, 19, 1], outputShape: [1], seed: 0)
    model.compile(loss: .meanSquaredError)
    use(try JSONEncoder().encode(data.preprocessing).write(to: url))
    let new = try preprocessing.examples(from: ["fields": "obs.nc"])
    _ = new
    let fields = try preprocessing.restore(predictions: model.predict(new.inputs), for: new)
    _ = fields
    use(try Dataset(fields).write(to: "predicted.nc"))
}

private func ExampleStream_ExampleStream() async throws {
    try writeExperiment()
    let experiment = try Experiment(
        contentsOf: {
            try writeExperiment(); return "examples/sst-precipitation.yaml"
        }())
    let stream = try ExperimentStream(experiment.data, split: experiment.split, folder: "examples").training
    func train(on examples: Examples) throws {}
    for i in stream.chunkSizes.indices { try train(on: stream.chunk(i)) }
    let some = try stream.sample(atMost: 1000)
    _ = some
}

private func ExperimentStream_ExperimentStream() async throws {
    try writeExperiment()
    let experiment = try Experiment(
        contentsOf: {
            try writeExperiment(); return "examples/sst-precipitation.yaml"
        }())
    let data = try ExperimentStream(experiment.data, split: experiment.split, seed: experiment.seed)
    _ = data
    let first = try data.training.chunk(0)
    _ = first
}
