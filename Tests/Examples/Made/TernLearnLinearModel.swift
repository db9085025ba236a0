// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnLinearModel = [
    Example("TernLearn/LinearModel/LinearRegression: LinearRegression", LinearRegression_LinearRegression),
    Example("TernLearn/LinearModel/LogisticRegression: LogisticRegression", LogisticRegression_LogisticRegression),
    Example("TernLearn/LinearModel/LogisticRegression: Penalty", LogisticRegression_Penalty),
    Example("TernLearn/LinearModel/LogisticRegression: ClassWeight", LogisticRegression_ClassWeight),
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

private func LogisticRegression_LogisticRegression() async throws {
    var model = LogisticRegression()
    _ = model
    let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([0, 0, 1, 1])
    _ = x
    _ = y
    use(try model.fit(x, y))
    check("[0, 1]", try model.predict(Tensor([[0.4], [2.7]])))
    check("[[0.5, 0.5]], up to rounding", try model.predictProba(Tensor([[1.5]])))
}

private func LogisticRegression_Penalty() async throws {
    check("\"none\"", LogisticRegression(penalty: .none).penalty.rawValue)
}

private func LogisticRegression_ClassWeight() async throws {
    use(LogisticRegression(classWeight: .of([1: 10])))
}

private func Ridge_Ridge() async throws {
    var model = Ridge(alpha: 5)
    _ = model
    use(try model.fit(Tensor([[0.0], [1], [2], [3]]), Tensor([1.0, 3, 5, 7])))
    check("[1], half of what least squares find", model.coef)
    check("2.5", model.intercept)
    check("[6.5]", try model.predict(Tensor([[4.0]])))
}
