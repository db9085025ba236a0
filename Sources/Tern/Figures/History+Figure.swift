import TernNN
import TernPlot

extension History {
    /// The course of training: a panel for the loss and one for each metric, with that of validation beside it.
    ///
    /// ```swift
    /// try model.fit(x, y, epochs: 30, validationSplit: 0.2).figure().write(to: "history.png")
    /// ```
    public func figure(style: Style = .light) -> Figure {
        let names = values.keys.filter { !$0.hasPrefix("val_") }.sorted { $0 == "loss" || $1 != "loss" && $0 < $1 }
        let panels = names.map { name -> Panel in
            let shown = [(name, "training"), ("val_" + name, "validation")].filter { values[$0.0] != nil }
            let all = shown.flatMap { self[$0.0] }.filter(\.isFinite)
            let isWide = (all.min() ?? 0) > 0 && (all.max() ?? 1) / (all.min() ?? 1) > 20
            var panel = Panel(
                x: Axis("epoch"), y: Axis(name.replacing("_", with: " "), scale: isWide ? .logarithmic : .linear))
            for (key, label) in shown {
                panel.add(
                    Line(
                        x: epochs.suffix(self[key].count).map { Double($0 + 1) }, y: self[key],
                        label: shown.count > 1 ? label : ""))
            }
            return panel
        }
        return Figure(panels: panels, columns: min(2, max(1, panels.count)), style: style)
    }
}
