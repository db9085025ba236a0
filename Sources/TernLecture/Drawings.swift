import Tern

/// Drawings of neurons and networks that several sections use.
enum Drawings {
    private static let colors = Style.light.cycle
    static let inputColor = colors[1], unitColor = colors[0], outputColor = colors[2]

    /// A biological neuron, as simple as it can be drawn, with the five steps of its artificial likeness.
    static func biologicalNeuron() -> Panel {
        let ink = Style.light.muted
        var parts: [any PlotElement] = []
        // Dendrites come together in the cell's body, the axon leaves it and branches.
        for (x, y) in [(14.0, 168.0), (10, 128), (10, 92), (14, 52)] {
            parts.append(
                Arrow(
                    x: [x, 70, 118], y: [y, (y + 110) / 2 + (y > 110 ? 12 : -12), y > 110 ? 120 : 100], color: ink,
                    width: 2, hasHead: false))
        }
        parts.append(Arrow(x: [150, 290], y: [110, 110], color: ink, width: 3, hasHead: false))
        for y in [150.0, 110, 70] { parts.append(Arrow(x: [290, 318, 344], y: [110, y, y], color: ink, width: 2)) }
        parts.append(Block(x: 134, y: 110, width: 60, height: 52, shape: .circle, color: unitColor))
        parts += [
            Caption("dendrites", x: 44, y: 190), Caption("1, 2", x: 44, y: 26),
            Caption("cell body", x: 134, y: 158), Caption("3, 4", x: 134, y: 62, color: unitColor),
            Caption("axon", x: 226, y: 126), Caption("5", x: 226, y: 92, color: outputColor),
            Caption("other neurons", x: 310, y: 180),
        ]
        return Panel(drawing: Size(width: 370, height: 205), title: "A nerve cell", parts)
    }

    /// Inputs, weights, the sum with its bias, the activation, the output.
    static func neuron() -> Panel {
        var parts: [any PlotElement] = []
        let rows = [("x₁", "w₁", 168.0), ("x₂", "w₂", 110), ("x₃", "w₃", 52)]
        for (_, weight, y) in rows {
            parts.append(Arrow(x: [46, 146], y: [y, 110 + (y - 110) * 0.28]))
            parts.append(Caption(weight, x: 92, y: 110 + (y - 110) * 0.69 + (y < 110 ? -13 : 12), color: unitColor))
        }
        parts += [
            Arrow(x: [168, 168], y: [44, 88], text: "b"), Arrow(x: [190, 232], y: [110, 110]),
            Arrow(x: [278, 322], y: [110, 110]),
        ]
        for (name, _, y) in rows {
            parts.append(Block(name, x: 28, y: y, width: 36, height: 36, shape: .circle, color: inputColor))
        }
        parts += [
            Block("Σ", x: 168, y: 110, width: 44, height: 44, shape: .circle, color: unitColor, textSize: 1.3),
            Block("f", x: 255, y: 110, width: 46, height: 44, color: unitColor, textSize: 1.2),
            Block("y", x: 342, y: 110, width: 38, height: 38, shape: .circle, color: outputColor),
            Caption("1", x: 28, y: 196), Caption("2", x: 92, y: 196, color: unitColor),
            Caption("3", x: 168, y: 196, color: unitColor),
            Caption("4", x: 255, y: 196, color: unitColor), Caption("5", x: 342, y: 196, color: outputColor),
            Caption("inputs", x: 28, y: 16), Caption("weights", x: 96, y: 16), Caption("sum, bias", x: 178, y: 16),
            Caption("activation", x: 262, y: 16),
            Caption("output", x: 342, y: 16),
        ]
        return Panel(drawing: Size(width: 370, height: 205), title: "Its artificial likeness", parts)
    }

    /// Units in columns, each joined to all of the column before; names stand below, shapes above.
    static func network(
        _ columns: [(count: Int, name: String, shape: String)], symbols: [String] = [], title: String = "",
        size: Size = Size(width: 400, height: 250)
    ) -> Panel {
        let step = (size.width - 100) / Double(columns.count - 1)
        func x(_ column: Int) -> Double { 50 + Double(column) * step }
        func y(_ row: Int, of count: Int) -> Double {
            let gap = min(44, (size.height - 80) / Double(max(1, count)))
            return size.height / 2 + 4 + (Double(count - 1) / 2 - Double(row)) * gap
        }
        var lines: [any PlotElement] = [], units: [any PlotElement] = []
        for (c, column) in columns.enumerated() {
            let color = c == 0 ? inputColor : c == columns.count - 1 ? outputColor : unitColor
            for row in 0..<column.count {
                if c > 0 {
                    for before in 0..<columns[c - 1].count {
                        lines.append(
                            Arrow(
                                x: [x(c - 1) + 15, x(c) - 16],
                                y: [y(before, of: columns[c - 1].count), y(row, of: column.count)], width: 0.7))
                    }
                }
                let symbol = c < symbols.count && !symbols[c].isEmpty ? symbols[c] + "_\(row + 1)" : ""
                units.append(
                    Block(
                        symbol, x: x(c), y: y(row, of: column.count), width: 30, height: 30, shape: .circle,
                        color: color, textSize: 0.92))
            }
            units.append(Caption(column.name, x: x(c), y: 12))
            units.append(Caption(column.shape, x: x(c), y: size.height - 10, color: Style.light.muted, size: 0.92))
        }
        return Panel(drawing: size, title: title, lines + units)
    }
}
