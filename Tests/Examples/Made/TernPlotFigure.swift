// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernPlotFigure = [
    Example("TernPlot/Figure/Axis: Axis", Axis_Axis),
    Example("TernPlot/Figure/Axis: Scale", Axis_Scale),
    Example("TernPlot/Figure/Axis: Tick", Axis_Tick),
    Example("TernPlot/Figure/Figure+CSV: csv", Figure_CSV_csv),
    Example("TernPlot/Figure/Figure: Figure", Figure_Figure),
    Example("TernPlot/Figure/Figure: Size", Figure_Size),
    Example("TernPlot/Figure/Panel: Panel", Panel_Panel),
    Example("TernPlot/Figure/Panel: Legend", Panel_Legend),
    Example("TernPlot/Figure/PlotError: PlotError", PlotError_PlotError),
]

private func Axis_Axis() async throws {
    let loss = Axis("MSE", scale: .logarithmic)
    _ = loss
    let year = Axis("year", scale: .time)  // seconds since 1970, UTC
    _ = year
    let depth = Axis("depth (m)", range: 0...200, reversed: true)
    _ = depth
    print(loss.scale, year.label, depth.range!)  // logarithmic year 0.0...200.0
    checkPrinted("logarithmic year 0.0...200.0")
}

private func Axis_Scale() async throws {
    print(Axis("latitude", scale: .latitude).scale == .latitude)  // true
    checkPrinted("true")
}

private func Axis_Tick() async throws {
    let months = Axis("month", ticks: [Tick(1, "Jan"), Tick(4, "Apr"), Tick(7, "Jul"), Tick(2, "", isMinor: true)])
    _ = months
    print(months.ticks!.count)  // 4
    checkPrinted("4")
}

private func Figure_CSV_csv() async throws {
    let figure = Figure(Panel(Line(x: [1, 2], y: [0.5, 0.25], label: "loss")))
    _ = figure
    let lines = figure.csv.split(separator: "\n")
    _ = lines
    print(lines[0])  // panel,series,x,y
    checkPrinted("panel,series,x,y")
    print(lines[2])  // 1,loss,2.0,0.25
    checkPrinted("1,loss,2.0,0.25")
}

private func Figure_Figure() async throws {
    var panel = Panel(title: "Loss", x: Axis("epoch"), y: Axis("MSE", scale: .logarithmic))
    _ = panel
    use(panel.add(Line(x: [1, 2, 3], y: [0.5, 0.08, 0.01], label: "training")))
    let figure = Figure(panels: [panel])
    _ = figure
    if Figure.canDraw {
        try figure.write(to: "loss.svg", keepingScript: true)  // and loss.gp, to change by hand
    }
    print(figure.size.width, figure.csv.split(separator: "\n").count)  // 600.0 4
    checkPrinted("600.0 4")
}

private func Figure_Size() async throws {
    let slide = Size(width: 960, height: 540)
    _ = slide
    let figure = Figure(Panel(Line([1, 4, 9])), size: slide)
    _ = figure
    print(figure.size.width, Figure(Panel()).size.height)  // 960.0 380.0
    checkPrinted("960.0 380.0")
}

private func Panel_Panel() async throws {
    let epochs = [1.0, 2, 3], training = [0.5, 0.08, 0.01], validation = [0.6, 0.2, 0.19]
    _ = epochs
    _ = training
    _ = validation
    var panel = Panel(title: "Loss", x: Axis("epoch"), y: Axis("MSE", scale: .logarithmic))
    _ = panel
    use(panel.add(Line(x: epochs, y: training, label: "training")))
    use(panel.add(Line(x: epochs, y: validation, label: "validation")))
    print(panel.elements.map(\.label))  // ["training", "validation"]
    checkPrinted("[\"training\", \"validation\"]")
}

private func Panel_Legend() async throws {
    let panel = Panel(legend: .below, Line([1, 2], label: "a"), Line([2, 1], label: "b"))
    _ = panel
    print(panel.legend.rawValue)  // below
    checkPrinted("below")
}

private func PlotError_PlotError() async throws {
    do {
        _ = try Figure(Panel()).script(for: .svg, output: "empty.svg")
    } catch {
        print(error)  // panel 1 is empty; add a line, a map or another element to it
    }
    checkPrinted("panel 1 is empty; add a line, a map or another element to it")
}
