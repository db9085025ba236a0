// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernPlotScript = [
    Example("TernPlot/Script/Figure+Script: FigureFormat", Figure_Script_FigureFormat),
    Example("TernPlot/Script/Figure+Script: script", Figure_Script_script),
    Example("TernPlot/Script/PanelDrawing: PanelDrawing", PanelDrawing_PanelDrawing),
    Example("TernPlot/Script/PanelDrawing: TextAnchor", PanelDrawing_TextAnchor),
]

private func Figure_Script_FigureFormat() async throws {
    print(FigureFormat.allCases.map(\.rawValue))  // ["png", "svg", "pdf"]
    checkPrinted("[\"png\", \"svg\", \"pdf\"]")
}

private func Figure_Script_script() async throws {
    let script = try Figure(Panel(Line([1, 4, 9]))).script(for: .pdf, output: "squares.pdf")
    _ = script
    print(script.hasPrefix("# gnuplot"), script.contains("set output './squares.pdf'"))  // true true
    checkPrinted("true true")
}

private func PanelDrawing_PanelDrawing() async throws {
    struct Mean: PlotElement {
        var values: [Double]
        var extent: Extent { Extent(x: [], y: values) }
        func draw(in drawing: inout PanelDrawing) {
            let mean = values.reduce(0, +) / Double(values.count)
            drawing.plot("\(mean) with lines linecolor rgb '\(drawing.nextColor())' title 'mean'")
        }
    }
    let figure = Figure(Panel(Mean(values: [1, 2, 6])))
    _ = figure
    print(try figure.script(for: .svg, output: "mean.svg").contains("plot 3.0 with lines"))  // true
    checkPrinted("true")
}

private func PanelDrawing_TextAnchor() async throws {
    print(Caption("max", x: 3, y: 1, anchor: .right).anchor.rawValue)  // right
    checkPrinted("right")
}
