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
        let panels = names.map { Self.panel($0, of: [self], label: $0.replacing("_", with: " "), style: style) }
        return Figure(panels: panels, columns: min(2, max(1, panels.count)), style: style)
    }

    /// One quantity in one training or several, such as those of an ensemble, and that of validation beside it.
    ///
    /// - Parameter label: of the axis.
    package static func panel(_ name: String, of histories: [History], label: String, style: Style = .light) -> Panel {
        let shown = [(name, "training"), ("val_" + name, "validation")].filter { key, _ in
            histories.contains { $0.values[key] != nil }
        }
        let all = shown.flatMap { key, _ in histories.flatMap { $0[key] } }.filter(\.isFinite)
        var panel = Panel(x: Axis("epoch"), y: Axis(label, scale: .suiting(all, beyond: 20)))
        for (i, (key, label)) in shown.enumerated() {
            for (k, history) in histories.enumerated() where !history[key].isEmpty {
                panel.add(
                    Line(
                        x: history.epochs.suffix(history[key].count).map { Double($0 + 1) }, y: history[key],
                        label: shown.count > 1 && k == 0 ? label : "", color: style.cycle[i]))
            }
        }
        return panel
    }
}
