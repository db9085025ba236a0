// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernFigures = [
    Example("Tern/Figures/Descent+Figure: DescentFigure", Descent_Figure_DescentFigure),
    Example("Tern/Figures/History+Figure: figure", History_Figure_figure),
    Example("Tern/Figures/LearningRateCurve+Figure: figure", LearningRateCurve_Figure_figure),
    Example("Tern/Figures/Model+Diagram: diagram", Model_Diagram_diagram),
    Example("Tern/Figures/Tensor+Elements: init", Tensor_Elements_init),
]

private func Descent_Figure_DescentFigure() async throws {
    let f = TestFunction.bowl
    _ = f
    let runs = [("SGD", minimise(from: f.start, optimizer: SGD(learningRate: 0.1), steps: 20, f.function))]
    _ = runs
    use(try DescentFigure(f, runs).figure().write(to: "bowl.png"))
}

private func History_Figure_figure() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let y = x.sum(axis: 1, keepingDimensions: true)
    use(try model.fit(x, y, epochs: 30, validationSplit: 0.2).figure().write(to: "history.png"))
}

private func LearningRateCurve_Figure_figure() async throws {
    let model = Sequential(input: [3]) {
        Dense(8, activation: .relu)
        Dense(1)
    }
    model.compile(loss: .meanSquaredError)
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let y = x.sum(axis: 1, keepingDimensions: true)
    use(try model.learningRates(x, y).figure().write(to: "rates.svg"))
}

private func Model_Diagram_diagram() async throws {
    let model = Sequential(input: [14, 19, 1]) {
        Conv2D(4, kernelSize: [3, 2], activation: .relu)
        Flatten()
        Dense(1)
    }
    _ = model
    use(try model.diagram().write(to: "model.svg"))
}

private func Tensor_Elements_init() async throws {
    var panel = Panel(title: "Sine")
    let x = Tensor([0.0, 0.5, 1.0])
    use(panel.add(Line(x: x, y: sin(x), label: "sine")))
}
