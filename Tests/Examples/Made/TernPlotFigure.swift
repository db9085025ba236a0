// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernPlotFigure = [
    Example("TernPlot/Figure/Axis: Axis", Axis_Axis),
    Example("TernPlot/Figure/Figure+CSV: csv", Figure_CSV_csv),
    Example("TernPlot/Figure/Figure: Figure", Figure_Figure),
    Example("TernPlot/Figure/Panel: Panel", Panel_Panel),
]

private func Axis_Axis() async throws {
    let loss = Axis("MSE", scale: .logarithmic)
    _ = loss
    let year = Axis("year", scale: .time)             // seconds since 1970, UTC
    _ = year
    let depth = Axis("depth (m)", range: 0...200, reversed: true)
    _ = depth
}

private func Figure_CSV_csv() async throws {
    var panel = Panel(title: "Loss")
    let figure = Figure(panel)
    use(try figure.csv.write(toFile: "loss.csv", atomically: true, encoding: .utf8))
}

private func Figure_Figure() async throws {
    var panel = Panel(title: "Loss", x: Axis("epoch"), y: Axis("MSE", scale: .logarithmic))
    _ = panel
    use(panel.add(Line(x: [1, 2, 3], y: [0.5, 0.08, 0.01], label: "training")))
    let figure = Figure(panels: [panel])
    _ = figure
    use(try figure.write(to: "loss.png"))
    use(try figure.write(to: "loss.svg", keepingScript: true))
    use(print(try figure.terminalPreview(columns: 80)))
}

private func Panel_Panel() async throws {
    let epochs = [1.0, 2, 3]
    let training = [0.5, 0.08, 0.01]
    let validation = [0.6, 0.1, 0.03]
    var panel = Panel(title: "Loss", x: Axis("epoch"), y: Axis("MSE", scale: .logarithmic))
    _ = panel
    use(panel.add(Line(x: epochs, y: training, label: "training")))
    use(panel.add(Line(x: epochs, y: validation, label: "validation")))
}
