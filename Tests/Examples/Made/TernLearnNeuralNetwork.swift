// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnNeuralNetwork = [
    Example("TernLearn/NeuralNetwork/MLPRegressor: MLPRegressor", MLPRegressor_MLPRegressor),
]

private func MLPRegressor_MLPRegressor() async throws {
    let x = Tensor.random([8, 1], seed: 1)
    let y = x.sum(axis: 1)
    let xTest = x
    var model = MLPRegressor(hiddenLayerSizes: [50, 50], randomState: 42)
    _ = model
    use(try model.fit(x, y))
    use(model.lossCurve.last)
    let curve = try model.predict(xTest)
    _ = curve
}
