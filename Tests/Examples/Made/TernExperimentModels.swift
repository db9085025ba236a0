// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern
import TernExperiment

let examplesTernExperimentModels = [
    Example("TernExperiment/Models/ExampleShape: ExampleShape", ExampleShape_ExampleShape),
    Example("TernExperiment/Models/NamedModel: NamedModel", NamedModel_NamedModel),
    Example("TernExperiment/Models/NetworkBuilder: build", NetworkBuilder_build),
]

private func ExampleShape_ExampleShape() async throws {
    let windows = ExampleShape(steps: 10, cells: [96, 144], channels: 4)
    _ = windows
    print(windows.dimensions)  // [10, 96, 144, 4]
    checkPrinted("[10, 96, 144, 4]")
    print(ExampleShape([14, 19, 1]).cells)  // [14, 19]
    checkPrinted("[14, 19]")
}

private func NamedModel_NamedModel() async throws {
    print(NamedModel.sstCNN.defaults.units!, NamedModel(rawValue: "cnn-lstm")!.defaults.units!)  // [32, 16] [25]
    checkPrinted("[32, 16] [25]")
}

private func NetworkBuilder_build() async throws {
    let model = try ModelConfiguration(name: "mlp").build(inputShape: [14, 19, 1], outputShape: [1], seed: 0)
    _ = model
    print(model.inputs.map(\.shape), model.outputs.map(\.shape))  // [[14, 19, 1]] [[1]]
    checkPrinted("[[14, 19, 1]] [[1]]")
}
