// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernPlotSeries = [
    Example("TernPlot/Series/Counts: Histogram", Counts_Histogram),
    Example("TernPlot/Series/Counts: Bars", Counts_Bars),
    Example("TernPlot/Series/Curves: LineStyle", Curves_LineStyle),
    Example("TernPlot/Series/Curves: Line", Curves_Line),
    Example("TernPlot/Series/Curves: Steps", Curves_Steps),
    Example("TernPlot/Series/Curves: Mark", Curves_Mark),
    Example("TernPlot/Series/Curves: Scatter", Curves_Scatter),
    Example("TernPlot/Series/Curves: Band", Curves_Band),
    Example("TernPlot/Series/Curves: Rule", Curves_Rule),
    Example("TernPlot/Series/Fields: HeatMap", Fields_HeatMap),
    Example("TernPlot/Series/Fields: Contour", Fields_Contour),
    Example("TernPlot/Series/Fields: Quiver", Fields_Quiver),
    Example("TernPlot/Series/Grid: Grid", Grid_Grid),
    Example("TernPlot/Series/Grid: init", Grid_init),
    Example("TernPlot/Series/PlotElement: PlotElement", PlotElement_PlotElement),
    Example("TernPlot/Series/PlotElement: Extent", PlotElement_Extent),
    Example("TernPlot/Series/WorldMap: WorldMap", WorldMap_WorldMap),
]

private func Counts_Histogram() async throws {
    let rain = Histogram([0, 1, 1, 2, 4], bins: 4, label: "rain (mm)")
    _ = rain
    print(rain.counts, rain.edges)  // [1, 2, 1, 1] [0.0, 1.0, 2.0, 3.0, 4.0]
    checkPrinted("[1, 2, 1, 1] [0.0, 1.0, 2.0, 3.0, 4.0]")
}

private func Counts_Bars() async throws {
    let skill = Bars(["ridge", "network"], [0.42, 0.61], label: "skill")
    _ = skill
    let panel = Panel(skill)
    _ = panel
    print(panel.x.ticks!.map(\.label))  // ["ridge", "network"]
    checkPrinted("[\"ridge\", \"network\"]")
}

private func Curves_LineStyle() async throws {
    let truth = Line([1, 2, 4], label: "truth", color: "#222222", style: .dashed)
    _ = truth
    print(truth.style == .dashed)  // true
    checkPrinted("true")
}

private func Curves_Line() async throws {
    let loss = Line(x: [1, 2, 3], y: [0.5, .nan, 0.01], label: "loss", marks: true)
    _ = loss
    print(loss.extent.x, Line([1, 4, 9]).x)  // [1.0, 2.0, 3.0] [0.0, 1.0, 2.0]
    checkPrinted("[1.0, 2.0, 3.0] [0.0, 1.0, 2.0]")
}

private func Curves_Steps() async throws {
    let rate = Steps(x: [0, 10, 20], y: [0.1, 0.01, 0.001], label: "learning rate")
    _ = rate
    print(rate.columns.map(\.name))  // ["x", "y"]
    checkPrinted("[\"x\", \"y\"]")
}

private func Curves_Mark() async throws {
    print(Mark.dot.rawValue, Scatter(x: [1], y: [2], mark: .cross).mark)  // 7 cross
    checkPrinted("7 cross")
}

private func Curves_Scatter() async throws {
    let points = Scatter(x: [0.1, 0.4], y: [0.2, 0.3], label: "stations", mark: .triangle, opacity: 0.5)
    _ = points
    print(points.mark.rawValue, points.size)  // 9 5.0
    checkPrinted("9 5.0")
}

private func Curves_Band() async throws {
    let spread = Band(x: [0, 1, 2], lower: [1, 1.5, 2], upper: [2, 2.5, 4], label: "±1 sd")
    _ = spread
    print(spread.columns.map(\.name))  // ["x", "lower", "upper"]
    checkPrinted("[\"x\", \"lower\", \"upper\"]")
}

private func Curves_Rule() async throws {
    let zero = Rule(y: 0), start = Rule(x: 1950)
    _ = zero
    _ = start
    print(zero.y!, start.y == nil)  // 0.0 true
    checkPrinted("0.0 true")
}

private func Fields_HeatMap() async throws {
    let correlation = Grid(x: [0, 1], y: [0, 1], values: [[1, -0.4], [-0.4, 1]])
    _ = correlation
    let map = HeatMap(correlation, colors: .anomaly, centered: 0, valueLabel: "r")
    _ = map
    print(map.colorScale!.range, map.extent.x)  // -1.0...1.0 [-0.5, 1.5]
    checkPrinted("-1.0...1.0 [-0.5, 1.5]")
}

private func Fields_Contour() async throws {
    let bowl = Grid(x: -2...2, y: -2...2, count: 41) { x, y in x * x + y * y }
    _ = bowl
    let lines = Contour(bowl)
    _ = lines
    print(lines.levels)  // [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    checkPrinted("[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]")
}

private func Fields_Quiver() async throws {
    let wind = Quiver(x: [0, 10], y: [50, 50], u: [5, 0], v: [0, -5], scale: 0.5)
    _ = wind
    print(wind.extent.x, wind.extent.y)  // [0.0, 10.0, 2.5, 10.0] [50.0, 50.0, 50.0, 47.5]
    checkPrinted("[0.0, 10.0, 2.5, 10.0] [50.0, 50.0, 50.0, 47.5]")
}

private func Grid_Grid() async throws {
    let field = Grid(x: [0, 10, 20], y: [50, 60], values: [[1, 2, 3], [4, 5, .nan]])
    _ = field
    print(field.values[1][0])  // 4.0
    checkPrinted("4.0")
}

private func Grid_init() async throws {
    let bowl = Grid(x: -1...1, y: 0...1, count: 3) { x, y in x * x + y }
    _ = bowl
    print(bowl.values)  // [[1.0, 0.0, 1.0], [1.5, 0.5, 1.5], [2.0, 1.0, 2.0]]
    checkPrinted("[[1.0, 0.0, 1.0], [1.5, 0.5, 1.5], [2.0, 1.0, 2.0]]")
}

private func PlotElement_PlotElement() async throws {
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    _ = x
    let y = x.sum(axis: 1, keepingDimensions: true)
    _ = y
    struct Cross: PlotElement {
        var x: Double, y: Double
        var extent: Extent { Extent(x: [x], y: [y]) }
        func draw(in drawing: inout PanelDrawing) {
            let data = drawing.data([[x, y]])
            drawing.plot("\(data) using 1:2 with points pointtype 2 linecolor rgb '\(drawing.nextColor())' notitle")
        }
    }
    let script = try Figure(Panel(Cross(x: 1, y: 2))).script(for: .svg, output: "cross.svg")
    _ = script
    print(script.contains("points pointtype 2"))  // true
    checkPrinted("true")
}

private func PlotElement_Extent() async throws {
    let bars = Extent(x: [0, 1, 2], y: [3, 1, 2], fromZero: true)
    _ = bars
    print(bars.y.max()!, bars.tightX)  // 3.0 false
    checkPrinted("3.0 false")
}

private func WorldMap_WorldMap() async throws {
    let sst = WorldMap(
        longitudes: [0, 90, 180, 270], latitudes: [-45, 45], values: [[1, 2, 0, -1], [0, 1, .nan, -2]], centered: 0,
        valueLabel: "K")
    _ = sst
    let panel = Panel(title: "SST anomaly", sst)
    _ = panel
    print(sst.extent.x, sst.colorScale!.range, panel.x.scale)  // [-45.0, 315.0] -2.0...2.0 longitude
    checkPrinted("[-45.0, 315.0] -2.0...2.0 longitude")
}
