// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearn = [
    Example("TernLearn/Estimator: Estimator", Estimator_Estimator),
    Example("TernLearn/Estimator: Predictor", Estimator_Predictor),
    Example("TernLearn/Estimator: Regressor", Estimator_Regressor),
    Example("TernLearn/Estimator: Classifier", Estimator_Classifier),
    Example("TernLearn/Estimator: Transformer", Estimator_Transformer),
    Example("TernLearn/Estimator: EstimatorError", Estimator_EstimatorError),
]

private func Estimator_Estimator() async throws {
    let models: [any Estimator] = [Ridge(alpha: 2), StandardScaler()]
    _ = models
    check("[\"Ridge\", \"StandardScaler\"]", models.map { type(of: $0).kind })
    check("2", try models[0].parameter("alpha"))
}

private func Estimator_Predictor() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    _ = model
    let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([1.0, 3, 5, 7])
    _ = x
    _ = y
    func learned(_ model: some Predictor) throws -> Double {
        var model = model
        try model.fit(x, y)
        return try model.score(x, y)
    }
    check("1.0", try learned(LinearRegression()))
    check("0.75", try learned(Ridge(alpha: 5)))
}

private func Estimator_Regressor() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    _ = model
    let x = Tensor.random([8, 1], seed: 1)
    _ = x
    let y = x.sum(axis: 1)
    _ = y
    func r2(_ model: some Regressor, _ x: Tensor, _ y: Tensor) throws -> Double { try model.score(x, y) }
}

private func Estimator_Classifier() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    _ = model
    let x = Tensor.random([8, 1], seed: 1)
    _ = x
    let y = x.sum(axis: 1)
    _ = y
    func accuracy(_ model: some Classifier, _ x: Tensor, _ y: Tensor) throws -> Double { try model.score(x, y) }
}

private func Estimator_Transformer() async throws {
    var scaler: any Transformer = MinMaxScaler()
    _ = scaler
    let scaled = try scaler.fitTransform(Tensor([[1.0], [3]]))          // [[0], [1]]
    check("[[0], [1]]", each: [scaled as Any])
    _ = scaled
    check("[[1], [3]]", try scaler.inverseTransform(scaled))
}

private func Estimator_EstimatorError() async throws {
    var model = Ridge(alpha: -1)
    _ = model
    do {
        try model.fit(Tensor([[1.0], [2]]), Tensor([1.0, 2]))
    } catch let error as EstimatorError {
        print(error)        // Ridge: alpha is -1.0; it must be a number from 0 on
    }
    checkPrinted("Ridge: alpha is -1.0; it must be a number from 0 on")
}
