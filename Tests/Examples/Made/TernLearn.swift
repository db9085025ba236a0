// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearn = [
    Example("TernLearn/Estimator: Regressor", Estimator_Regressor),
    Example("TernLearn/Estimator: EstimatorError", Estimator_EstimatorError),
]

private func Estimator_Regressor() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    _ = model
    let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([1.0, 3, 5, 7])
    _ = x
    _ = y
    func learned(_ model: some Regressor) throws -> Double {
        var model = model
        try model.fit(x, y)
        return try model.score(x, y)
    }
    check("1.0", try learned(LinearRegression()))
    check("0.75", try learned(Ridge(alpha: 5)))
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
