import TernNN
import TernPlot

extension LearningRateCurve {
    /// Losses by learning rate on a logarithmic axis: of batches as points, smoothed as a line, with the suggested rate
    /// marked.
    public func figure(style: Style = .light) -> Figure {
        var panel = Panel(x: Axis("learning rate", scale: .logarithmic), y: Axis("loss"))
        panel.add(Scatter(x: rates, y: losses, label: "batches", size: 3, opacity: 0.5))
        panel.add(Line(x: rates, y: smoothed, label: "smoothed"))
        if let suggestion { panel.add(Rule(x: suggestion)) }
        return Figure(panel, style: style)
    }
}
