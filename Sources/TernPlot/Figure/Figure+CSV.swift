import TernText

extension Figure {
    /// The numbers that the figure shows: a row for each point, with its panel, its series and what the series' kind
    /// has of x, y, lower, upper, value, u, v and count.
    ///
    /// ```swift
    /// let figure = Figure(Panel(Line(x: [1, 2], y: [0.5, 0.25], label: "loss")))
    /// let lines = figure.csv.split(separator: "\n")
    /// print(lines[0])  // panel,series,x,y
    /// print(lines[2])  // 1,loss,2.0,0.25
    /// ```
    ///
    /// What a kind lacks and what is NaN stays empty; infinities are `inf` and `-inf`. A panel without a title goes by its
    /// number, a series without a label by its kind and number. The insets of a panel follow it; one without a title goes
    /// by the panel's name and its number, such as `1 inset 1`. Numbers are not rounded: they read back as they were.
    public var csv: String {
        let named = panels.enumerated().flatMap { index, panel in
            let name = panel.title.isEmpty ? "\(index + 1)" : panel.title.unliteral
            let insets = panel.insets.map(\.panel).enumerated().map { number, inset in
                (name: inset.title.isEmpty ? "\(name) inset \(number + 1)" : inset.title.unliteral, panel: inset)
            }
            return [(name: name, panel: panel)] + insets
        }
        let series = named.flatMap { name, panel in
            panel.elements.filter { !$0.columns.isEmpty }.enumerated().map { number, element in
                // What the legend does not name is named by its kind and place.
                let kind = "\(type(of: element))".lowercased() + " \(number + 1)"
                return (
                    panel: name,
                    label: element.label.isEmpty ? kind : element.label.unliteral,
                    columns: element.columns
                )
            }
        }
        var names: [String] = []
        for name in series.flatMap({ $0.columns.map(\.name) }) where !names.contains(name) { names.append(name) }
        var lines = [(["panel", "series"] + names).joined(separator: ",")]
        for one in series {
            let columns = names.map { name in one.columns.first { $0.name == name }?.values }
            for row in 0..<(one.columns.map(\.values.count).min() ?? 0) {
                let values = columns.map { $0.map { $0[row].isNaN ? "" : "\($0[row])" } ?? "" }
                lines.append(([one.panel, one.label].map { $0.csvField() } + values).joined(separator: ","))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
