// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernFigures = [
    Example("Tern/Figures/Descent+Figure: DescentFigure", Descent_Figure_DescentFigure),
    Example("Tern/Figures/History+Figure: figure", History_Figure_figure),
    Example("Tern/Figures/Model+Diagram: diagram", Model_Diagram_diagram),
    Example("Tern/Figures/Tensor+Elements: init", Tensor_Elements_init),
    Example("Tern/Figures/Tensor+Elements: init", Tensor_Elements_init_2),
]

private func Descent_Figure_DescentFigure() async throws {
    let f = TestFunction.bowl
    _ = f
    let runs = [("SGD", minimise(from: f.start, optimizer: SGD(learningRate: 0.1), steps: 20, f.function))]
    _ = runs
    let figure = DescentFigure(f, runs).figure()
    _ = figure
    print(figure.panels.map(\.title))  // ["x_1^2 + 2 x_2^2", "Course"]
    checkPrinted("[\"x_1^2 + 2 x_2^2\", \"Course\"]")
}

private func History_Figure_figure() async throws {
    var history = History()
    _ = history
    use(history.add(0, ["loss": 0.9, "val_loss": 1.1, "mae": 0.8]))
    use(history.add(1, ["loss": 0.5, "val_loss": 0.7, "mae": 0.6]))
    print(history.figure().panels.map(\.y.label))  // ["loss", "mae"]
    checkPrinted("[\"loss\", \"mae\"]")
}

private func Model_Diagram_diagram() async throws {
    let model = Sequential(input: [14, 19, 1]) {
        Conv2D(4, kernelSize: [3, 2], activation: .relu)
        Flatten()
        Dense(1)
    }
    _ = model
    print(model.diagram().panels.count)  // 1
    checkPrinted("1")
}

private func Tensor_Elements_init() async throws {
    let x = Tensor([0.0, 1, 2])
    _ = x
    print(Line(x: x, y: x * x).y)  // [0.0, 1.0, 4.0]
    checkPrinted("[0.0, 1.0, 4.0]")
}

private func Tensor_Elements_init_2() async throws {
    let grid = Grid(values: Tensor([[1.0, 2, 3], [4, 5, 6]]))
    _ = grid
    print(grid.x, grid.y)  // [0.0, 1.0, 2.0] [0.0, 1.0]
    checkPrinted("[0.0, 1.0, 2.0] [0.0, 1.0]")
}
