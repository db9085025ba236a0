// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnNeuralNetwork = [
    Example("TernLearn/NeuralNetwork/MLPRegressor: MLPRegressor", MLPRegressor_MLPRegressor),
    Example("TernLearn/NeuralNetwork/MLPRegressor: Activation", MLPRegressor_Activation),
    Example("TernLearn/NeuralNetwork/MLPRegressor: Solver", MLPRegressor_Solver),
    Example("TernLearn/NeuralNetwork/MLPRegressor: Loss", MLPRegressor_Loss),
    Example("TernLearn/NeuralNetwork/MLPRegressor: LearningRate", MLPRegressor_LearningRate),
    Example("TernLearn/NeuralNetwork/MLPRegressor: Epoch", MLPRegressor_Epoch),
]

private func MLPRegressor_MLPRegressor() async throws {
    let x = Tensor((0..<8).map { Double($0) / 4 }, shape: [8, 1]), y = square(x).flattened()
    _ = x
    _ = y
    var model = MLPRegressor(hiddenLayerSizes: [10], maxIter: 50, randomState: 42)
    _ = model
    use(try model.fit(x, y))
    check("[[1, 10], [10, 1]]", model.coefs.map(\.shape))
    check("50", model.lossCurve.count)
    check("[8]", try model.predict(x).shape)
}

private func MLPRegressor_Activation() async throws {
    check("\"tanh\", scikit-learn's name", MLPRegressor(activation: .tanh).activation.rawValue)
}

private func MLPRegressor_Solver() async throws {
    check("\"sgd\"", MLPRegressor(solver: .sgd, learningRateInit: 0.01, momentum: 0.5).solver.rawValue)
}

private func MLPRegressor_Loss() async throws {
    check("\"exp\": predictions are counts", MLPRegressor(loss: .poisson).outActivation)
}

private func MLPRegressor_LearningRate() async throws {
    check("\"adaptive\"", MLPRegressor(solver: .sgd, learningRate: .adaptive).learningRate.rawValue)
}

private func MLPRegressor_Epoch() async throws {
    var model = MLPRegressor(hiddenLayerSizes: [4], maxIter: 2, randomState: 0)
    _ = model
    model.onEpoch = { print("\($0.number) of \($0.maxIter): \($0.loss)") }
    use(try model.fit(Tensor([[0.0], [1]]), Tensor([0.0, 1])))
}
