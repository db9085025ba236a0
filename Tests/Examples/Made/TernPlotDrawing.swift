// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernPlotDrawing = [
    Example("TernPlot/Drawing/Arrow: Arrow", Arrow_Arrow),
    Example("TernPlot/Drawing/Arrow: Bracket", Arrow_Bracket),
    Example("TernPlot/Drawing/Arrow: Side", Arrow_Side),
    Example("TernPlot/Drawing/Block: Block", Block_Block),
    Example("TernPlot/Drawing/Block: Shape", Block_Shape),
    Example("TernPlot/Drawing/Block: Caption", Block_Caption),
    Example("TernPlot/Drawing/Figure+Drawing: init", Figure_Drawing_init),
    Example("TernPlot/Drawing/Inset: Inset", Inset_Inset),
    Example("TernPlot/Drawing/NumberGrid: NumberGrid", NumberGrid_NumberGrid),
    Example("TernPlot/Drawing/NumberGrid: Part", NumberGrid_Part),
]

private func Arrow_Arrow() async throws {
    let arrow = Arrow(x: [0, 40, 40], y: [10, 10, 60], text: "skip")
    _ = arrow
    let panel = Panel(drawing: Size(width: 120, height: 80), arrow)
    _ = panel
    print(arrow.extent.y, panel.showsAxes)  // [10.0, 10.0, 60.0] false
    checkPrinted("[10.0, 10.0, 60.0] false")
}

private func Arrow_Bracket() async throws {
    let bracket = Bracket(20...120, at: 60, .above, text: "3 layers")
    _ = bracket
    print(bracket.extent.x, bracket.extent.y)  // [20.0, 120.0] [60.0, 60.0]
    checkPrinted("[20.0, 120.0] [60.0, 60.0]")
}

private func Arrow_Side() async throws {
    print(Bracket(0...10, at: 5, .left).side)  // left
    checkPrinted("left")
}

private func Block_Block() async throws {
    let layer = Block("Dense\n16", x: 60, y: 40, width: 90, height: 44, color: Style.light.cycle[0])
    _ = layer
    let unit = Block("Σ", x: 180, y: 40, width: 36, height: 36, shape: .circle)
    _ = unit
    print(layer.extent.x, unit.extent.x)  // [15.0, 105.0] [162.0, 198.0]
    checkPrinted("[15.0, 105.0] [162.0, 198.0]")
}

private func Block_Shape() async throws {
    print(Block("+", x: 0, y: 0, width: 20, height: 20, shape: .circle).shape)  // circle
    checkPrinted("circle")
}

private func Block_Caption() async throws {
    let caption = Caption("El Niño, 1997/98", x: 1997.9, y: 2.4, anchor: .left)
    _ = caption
    let panel = Panel(Line(x: [1997, 1998, 1999], y: [-0.5, 2.3, -1.4]), caption)
    _ = panel
    print(panel.elements.count, caption.extent.x)  // 2 [1997.9]
    checkPrinted("2 [1997.9]")
}

private func Figure_Drawing_init() async throws {
    let network = Panel(
        drawing: Size(width: 260, height: 90),
        Block("input", x: 50, y: 45, width: 80, height: 36), Arrow(x: [92, 160], y: [45, 45]),
        Block("neuron", x: 205, y: 45, width: 90, height: 36, shape: .circle))
    _ = network
    print(network.elements.count, network.x.range!)  // 3 0.0...260.0
    checkPrinted("3 0.0...260.0")
}

private func Inset_Inset() async throws {
    let closer = Panel(Line(x: [8, 9, 10], y: [0.012, 0.011, 0.011]))
    _ = closer
    var panel = Panel(x: Axis("epoch"), Line(x: [1, 5, 10], y: [0.5, 0.02, 0.011]))
    _ = panel
    panel.insets = [Inset(closer, x: 0.5...0.97, y: 0.5...0.95)]
    print(panel.insets[0].panel.elements.count)  // 1
    checkPrinted("1")
}

private func NumberGrid_NumberGrid() async throws {
    let part = NumberGrid.Part(rows: 0...1, columns: 0...1)
    _ = part
    let image = NumberGrid([[0, 1, 2], [3, 4, 5], [6, 7, 8]], x: 20, y: 120, text: "input", marked: part)
    _ = image
    print(image.extent.x, image.extent.y)  // [20.0, 110.0] [30.0, 120.0]
    checkPrinted("[20.0, 110.0] [30.0, 120.0]")
}

private func NumberGrid_Part() async throws {
    let row = NumberGrid.Part(rows: 1...1, columns: 0...2, color: "#d55e00")
    _ = row
    print(row.rows.count, row.columns.count)  // 1 3
    checkPrinted("1 3")
}
