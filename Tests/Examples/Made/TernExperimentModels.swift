// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern
import TernExperiment

let examplesTernExperimentModels = [
    Example("TernExperiment/Models/NetworkBuilder: build", NetworkBuilder_build),
]

private func NetworkBuilder_build() async throws {
    let model = try ModelConfiguration(name: "sst-cnn").build(inputShape: [14, 19, 1], outputShape: [1], seed: 0)
    _ = model
}
