// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnLinearModel = [
    Example("TernLearn/LinearModel/LinearRegression: LinearRegression", LinearRegression_LinearRegression),
    Example("TernLearn/LinearModel/Ridge: Ridge", Ridge_Ridge),
]

private func LinearRegression_LinearRegression() async throws {
    var line = LinearRegression()
    _ = line
    use(try line.fit(Tensor([[0.0], [1], [2], [3]]), Tensor([1.0, 3, 5, 7])))
    check("[2]", line.coef)
    check("1", line.intercept)
    check("[9]", try line.predict(Tensor([[4.0]])))
}

private func Ridge_Ridge() async throws {
    var model = Ridge(alpha: 5)
    _ = model
    use(try model.fit(Tensor([[0.0], [1], [2], [3]]), Tensor([1.0, 3, 5, 7])))
    check("[1], half of what least squares find", model.coef)
    check("2.5", model.intercept)
    check("[6.5]", try model.predict(Tensor([[4.0]])))
}
