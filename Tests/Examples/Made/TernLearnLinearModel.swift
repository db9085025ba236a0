// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnLinearModel = [
    Example("TernLearn/LinearModel/LinearRegression: LinearRegression", LinearRegression_LinearRegression),
    Example("TernLearn/LinearModel/Ridge: Ridge", Ridge_Ridge),
]

private func LinearRegression_LinearRegression() async throws {
    let x = Tensor.random([8, 1], seed: 1)
    let y = x.sum(axis: 1)
    var line = LinearRegression()
    _ = line
    use(try line.fit(x, y))
    use(print(line.coef, line.intercept))
}

private func Ridge_Ridge() async throws {
    let x = Tensor.random([8, 1], seed: 1)
    let y = x.sum(axis: 1)
    let xTest = x
    let yTest = y
    var model = Ridge(alpha: 100)
    _ = model
    use(try model.fit(x, y))
    let r2 = try model.score(xTest, yTest)
    _ = r2
}
