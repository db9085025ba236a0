// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernPlotStyle = [
    Example("TernPlot/Style/ColorMap: ColorMap", ColorMap_ColorMap),
    Example("TernPlot/Style/ColorMap: ColorScale", ColorMap_ColorScale),
    Example("TernPlot/Style/Style: Style", Style_Style),
]

private func ColorMap_ColorMap() async throws {
    let heat = ColorMap("heat", colors: ["#fff5eb", "#fd8d3c", "#7f2704"])
    _ = heat
    print(heat.reversed.colors[0], ColorMap.viridis.colors.count)  // #7f2704 13
    checkPrinted("#7f2704 13")
}

private func ColorMap_ColorScale() async throws {
    let scale = HeatMap(Grid(x: [0, 1], y: [0, 1], values: [[1, 2], [3, 5]]), valueLabel: "mm").colorScale!
    _ = scale
    print(scale.map.name, scale.range, scale.label)  // viridis 1.0...5.0 mm
    checkPrinted("viridis 1.0...5.0 mm")
}

private func Style_Style() async throws {
    var style = Style.dark
    _ = style
    style.fontSize = 14
    let figure = Figure(Panel(Line([1, 2])), style: style)
    _ = figure
    print(figure.style.background, figure.style.cycle.count)  // #16181c 8
    checkPrinted("#16181c 8")
}
