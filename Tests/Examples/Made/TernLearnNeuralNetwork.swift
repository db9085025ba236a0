// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnNeuralNetwork = [
    Example("TernLearn/NeuralNetwork/MLPClassifier+Fit: fit", MLPClassifier_Fit_fit),
    Example("TernLearn/NeuralNetwork/MLPClassifier+Fit: partialFit", MLPClassifier_Fit_partialFit),
    Example("TernLearn/NeuralNetwork/MLPClassifier: MLPClassifier", MLPClassifier_MLPClassifier),
    Example("TernLearn/NeuralNetwork/MLPRegressor+Choices: Activation", MLPRegressor_Choices_Activation),
    Example("TernLearn/NeuralNetwork/MLPRegressor+Choices: Solver", MLPRegressor_Choices_Solver),
    Example("TernLearn/NeuralNetwork/MLPRegressor+Choices: Loss", MLPRegressor_Choices_Loss),
    Example("TernLearn/NeuralNetwork/MLPRegressor+Choices: LearningRate", MLPRegressor_Choices_LearningRate),
    Example("TernLearn/NeuralNetwork/MLPRegressor+Choices: Epoch", MLPRegressor_Choices_Epoch),
    Example("TernLearn/NeuralNetwork/MLPRegressor+Fit: fit", MLPRegressor_Fit_fit),
    Example("TernLearn/NeuralNetwork/MLPRegressor: MLPRegressor", MLPRegressor_MLPRegressor),
    Example("TernLearn/NeuralNetwork/TabularClassifier: TabularClassifier", TabularClassifier_TabularClassifier),
    Example("TernLearn/NeuralNetwork/TabularRegressor: TabularRegressor", TabularRegressor_TabularRegressor),
    Example("TernLearn/NeuralNetwork/TabularRegressor: TabularEpoch", TabularRegressor_TabularEpoch),
    Example("TernLearn/NeuralNetwork/TabularSettings: TabularValidation", TabularSettings_TabularValidation),
    Example("TernLearn/NeuralNetwork/TabularSettings: TabularActivation", TabularSettings_TabularActivation),
]

private func MLPClassifier_Fit_fit() async throws {
    let x = Tensor((0..<20).map { Double($0) / 20 }, shape: [20, 1]), y = (x .> 0.4).flattened()
    _ = x
    _ = y
    var model = MLPClassifier(hiddenLayerSizes: [8], maxIter: 5, randomState: 0)
    _ = model
    use(try model.fit(x[0..<15], y[0..<15], validation: (x[15..<20], y[15..<20], nil)))
    check("5", model.validationScores!.count)
}

private func MLPClassifier_Fit_partialFit() async throws {
    var model = MLPClassifier(hiddenLayerSizes: [4], randomState: 0)
    _ = model
    use(try model.partialFit(Tensor([[0.0], [1]]), Tensor([0, 2]), classes: [0, 1, 2]))
    use(try model.partialFit(Tensor([[2.0]]), Tensor([1])))
    check("2", model.lossCurve.count)
}

private func MLPClassifier_MLPClassifier() async throws {
    let x = Tensor((0..<12).map { Double($0) / 4 }, shape: [12, 1])
    _ = x
    let sky = ["clear", "clear", "clear", "clear", "cloud", "cloud", "cloud", "cloud", "rain", "rain", "rain", "rain"]
    _ = sky
    var model = MLPClassifier(hiddenLayerSizes: [10], solver: .lbfgs, randomState: 1)
    _ = model
    use(try model.fit(x, sky))
    check("[\"clear\", \"cloud\", \"rain\"]", model.classNames)
    check("[\"clear\", \"rain\"]", try model.predictNames(Tensor([[0.1], [2.6]])))
    check("[12, 3]", try model.predictProba(x).shape)
}

private func MLPRegressor_Choices_Activation() async throws {
    check("\"tanh\", scikit-learn's name", MLPRegressor(activation: .tanh).activation.rawValue)
}

private func MLPRegressor_Choices_Solver() async throws {
    check("\"sgd\"", MLPRegressor(solver: .sgd, learningRateInit: 0.01, momentum: 0.5).solver.rawValue)
}

private func MLPRegressor_Choices_Loss() async throws {
    check("\"exp\": predictions are counts", MLPRegressor(loss: .poisson).outActivation)
}

private func MLPRegressor_Choices_LearningRate() async throws {
    check("\"adaptive\"", MLPRegressor(solver: .sgd, learningRate: .adaptive).learningRate.rawValue)
}

private func MLPRegressor_Choices_Epoch() async throws {
    var model = MLPRegressor(hiddenLayerSizes: [4], maxIter: 2, randomState: 0)
    _ = model
    model.onEpoch = { print("\($0.number) of \($0.maxIter): \($0.loss)") }
    use(try model.fit(Tensor([[0.0], [1]]), Tensor([0.0, 1])))
}

private func MLPRegressor_Fit_fit() async throws {
    let x = Tensor((0..<20).map { Double($0) / 20 }, shape: [20, 1]), y = square(x).flattened()
    _ = x
    _ = y
    var model = MLPRegressor(hiddenLayerSizes: [8], maxIter: 5, randomState: 0)
    _ = model
    let later = 15..<20
    _ = later
    use(try model.fit(x[0..<15], y[0..<15], validation: (x[later], y[later], nil)))
    check("5", model.validationScores!.count)
}

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

private func TabularClassifier_TabularClassifier() async throws {
    let x = Tensor((0..<100).map { Double($0) / 25 }, shape: [100, 1]), y = (sin(3 * x) .> 0).flattened()
    _ = x
    _ = y
    var model = TabularClassifier(randomState: 0)
    _ = model
    use(try model.fit(x, y))
    check("true", try model.score(x, y) > 0.9)
    check("[100, 2]", try model.predictProba(x).shape)
}

private func TabularRegressor_TabularRegressor() async throws {
    let x = Tensor((0..<40).map { Double($0) / 10 }, shape: [40, 1]), y = sin(3 * x).flattened()
    _ = x
    _ = y
    var model = TabularRegressor(randomState: 0)
    _ = model
    use(try model.fit(x, y))
    check("true", try model.score(x, y) > 0.9)
    check("[40, 1]: of each row what was said by those who had not seen it", model.outOfFold.shape)
}

private func TabularRegressor_TabularEpoch() async throws {
    var model = TabularRegressor(maxEpochs: 3, randomState: 0)
    _ = model
    model.onEpoch = { print("\($0.number) of \($0.maxEpochs)") }
}

private func TabularSettings_TabularValidation() async throws {
    check("\"blocks\"", TabularRegressor(validation: .blocks).validation.rawValue)
}

private func TabularSettings_TabularActivation() async throws {
    check("\"relu\"", TabularRegressor(activation: .relu).activation.rawValue)
}
