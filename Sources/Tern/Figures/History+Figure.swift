import TernNN
import TernPlot

extension History {
    /// The course of training: a panel for the loss and one for each metric, with that of validation beside it.
    ///
    /// ```swift
    /// var history = History()
    /// history.add(0, ["loss": 0.9, "val_loss": 1.1, "mae": 0.8])
    /// history.add(1, ["loss": 0.5, "val_loss": 0.7, "mae": 0.6])
    /// print(history.figure().panels.map(\.y.label))  // ["loss", "mae"]
    /// ```
    ///
    /// Epochs are counted from 1. The axis is logarithmic where all values are positive and the largest is over 20
    /// times the least.
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
