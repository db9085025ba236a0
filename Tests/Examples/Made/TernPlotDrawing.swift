// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernPlotDrawing = [
    Example("TernPlot/Drawing/Arrow: Arrow", Arrow_Arrow),
    Example("TernPlot/Drawing/Block: Block", Block_Block),
    Example("TernPlot/Drawing/Figure+Drawing: init", Figure_Drawing_init),
    Example("TernPlot/Drawing/Inset: Inset", Inset_Inset),
    Example("TernPlot/Drawing/NumberGrid: NumberGrid", NumberGrid_NumberGrid),
]

private func Arrow_Arrow() async throws {
    use(Arrow(x: [0, 40, 40], y: [10, 10, 60], text: "skip"))
}

private func Block_Block() async throws {
    use(Block("Dense\n16", x: 60, y: 40, width: 90, height: 44, color: Style.light.cycle[0]))
    use(Block("Σ", x: 180, y: 40, width: 36, height: 36, shape: .circle))
}

private func Figure_Drawing_init() async throws {
    let network = Panel(drawing: Size(width: 260, height: 90),
        Block("input", x: 50, y: 45, width: 80, height: 36), Arrow(x: [92, 160], y: [45, 45]),
        Block("neuron", x: 205, y: 45, width: 90, height: 36, shape: .circle))
    _ = network
    use(try Figure(network).write(to: "network.svg"))
}

private func Inset_Inset() async throws {
    var panel = Panel(title: "Loss")
    let closer = Panel(title: "closer")
    panel.insets = [Inset(closer, x: 0.5...0.97, y: 0.5...0.95)]
}

private func NumberGrid_NumberGrid() async throws {
    use(NumberGrid([[0, 1, 2], [3, 4, 5], [6, 7, 8]], x: 20, y: 120, text: "input", marked: NumberGrid.Part(rows: 0...1, columns: 0...1)))
}
