// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernPlotSeries = [
    Example("TernPlot/Series/PlotElement: PlotElement", PlotElement_PlotElement),
    Example("TernPlot/Series/WorldMap: WorldMap", WorldMap_WorldMap),
]

private func PlotElement_PlotElement() async throws {
    let x = Tensor.random([64, 3], seed: 1, dtype: .float32)
    let y = x.sum(axis: 1, keepingDimensions: true)
    struct Cross: PlotElement {
        var x, y: Double
        var extent: Extent { Extent(x: [x], y: [y]) }
        func draw(in drawing: inout PanelDrawing) {
            let data = drawing.data([[x, y]])
            drawing.plot("\(data) using 1:2 with points pointtype 2 linecolor rgb \(drawing.nextColor().quoted)")
        }
    }
}

private func WorldMap_WorldMap() async throws {
    let lon = [0.0, 90, 180, 270]
    let lat = [-45.0, 0, 45]
    let sst = [[0.1, 0.2, 0.3, 0], [0.5, -1, 0, 0], [0, 0, 0.2, 0.3]]
    use(Panel(title: "SST anomaly", WorldMap(longitudes: lon, latitudes: lat, values: sst, centered: 0, valueLabel: "K")))
}
