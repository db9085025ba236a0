// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearn = [
    Example("TernLearn/Estimator: Regressor", Estimator_Regressor),
]

private func Estimator_Regressor() async throws {
    let x = Tensor.random([8, 1], seed: 1)
    let y = x.sum(axis: 1)
    var model = MLPRegressor(hiddenLayerSizes: [50, 50], randomState: 42)
    _ = model
    use(try model.fit(x, y))
    let r2 = try model.score(x, y)
    _ = r2
}
