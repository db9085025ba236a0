// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernPlotStyle = [
    Example("TernPlot/Style/Style: Style", Style_Style),
]

private func Style_Style() async throws {
    var panel = Panel(title: "Loss")
    use(Figure(panel, style: .dark))
}
