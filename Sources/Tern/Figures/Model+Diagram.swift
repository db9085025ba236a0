import TernCore
import TernNN
import TernPlot

extension Model {
    /// A drawing of the model: a box for each use of a layer with the shape that it gives and its parameters, an arrow
    /// for each result that another reads.
    ///
    /// ```swift
    /// let model = Sequential(input: [14, 19, 1]) {
    ///     Conv2D(4, kernelSize: [3, 2], activation: .relu)
    ///     Flatten()
    ///     Dense(1)
    /// }
    /// print(model.diagram().panels.count)  // 1
    /// ```
    ///
    /// Layers stand below what they read. Of a model that is deeper than a page is long, the middle is left out.
    public func diagram(style: Style = .light) -> Figure {
        let boxes = summaryRows.map { row in
            DiagramBox(
                title: row.name + (row.name == row.kind ? "" : " (\(row.kind))"),
                detail: row.shape.map { "\($0)" }.joined(separator: " × ").nonEmpty(or: "a number")
                    + (row.parameterCount > 0
                        ? ", \(row.parameterCount.grouped) parameter\(row.parameterCount == 1 ? "" : "s")" : ""),
                reads: row.reads, isInput: row.isInput)
        }
        return ModelDiagram(boxes, style: style).figure()
    }
}

/// One box of a diagram.
private struct DiagramBox {
    var title: String, detail: String
    /// The boxes whose results it takes.
    var reads: [Int]
    var isInput: Bool
}

/// Boxes in rows, each below all that it reads.
private struct ModelDiagram {
    private let boxes: [DiagramBox], style: Style
    private let rows: [[Int]], rowOf: [Int]
    /// How many rows are left out, and behind which.
    private var hidden: (after: Int, count: Int)?
    private let height = 42.0, gap = 24.0, width: Double

    init(_ boxes: [DiagramBox], style: Style) {
        self.boxes = boxes
        self.style = style
        var rowOf = Array(repeating: 0, count: boxes.count)
        for (i, box) in boxes.enumerated() { rowOf[i] = (box.reads.map { rowOf[$0] + 1 }.max() ?? 0) }
        var rows = (0...(rowOf.max() ?? 0)).map { row in boxes.indices.filter { rowOf[$0] == row } }
        let most = 120
        if rows.count > most {
            let count = rows.count - most + 1
            hidden = (most / 2, count)
            for i in rowOf.indices {
                if rowOf[i] >= most / 2 + count { rowOf[i] -= count - 1 } else if rowOf[i] >= most / 2 { rowOf[i] = -1 }
            }
            rows.replaceSubrange(most / 2..<(most / 2 + count), with: [[]])
        }
        let texts = boxes.indices.filter { rowOf[$0] >= 0 }.flatMap { [boxes[$0].title, boxes[$0].detail] }
        width = (texts.map { textWidth($0, size: style.fontSize) }.max() ?? 80) + 24
        (self.rowOf, self.rows) = (rowOf, rows)
    }

    func figure() -> Figure {
        let widest = Double(rows.map(\.count).max() ?? 1),
            skips = boxes.indices.flatMap { i in boxes[i].reads.filter { rowOf[i] > rowOf[$0] + 1 } }.count
        let side = skips > 0 ? 20 + 10 * Double(min(skips, 6)) : 16.0
        let size = Size(
            width: widest * width + (widest - 1) * gap + 2 * side,
            height: Double(rows.count) * (height + gap) - gap + 24)
        func middle(_ i: Int) -> (x: Double, y: Double) {
            let row = rows[rowOf[i]], place = Double(row.firstIndex(of: i)!) - Double(row.count - 1) / 2
            return (size.width / 2 + place * (width + gap), level(rowOf[i]))
        }
        func level(_ row: Int) -> Double { size.height - 12 - height / 2 - Double(row) * (height + gap) }
        var arrows: [any PlotElement] = [], blocks: [any PlotElement] = []
        var skip = 0
        for i in boxes.indices where rowOf[i] >= 0 {
            let to = middle(i), inputs = boxes[i].reads.filter { rowOf[$0] >= 0 }
            for (k, from) in inputs.map({ (index: $0, place: middle($0)) }).enumerated() {
                // Arrows come in side by side.
                let x = to.x + (Double(k) - Double(inputs.count - 1) / 2) * min(18, width / Double(inputs.count + 1))
                let (start, end) = (from.place.y - height / 2, to.y + height / 2)
                if rowOf[i] == rowOf[from.index] + 1 {
                    arrows.append(
                        Arrow(x: from.place.x == x ? [x, x] : [from.place.x, x], y: [start, end], color: style.muted))
                } else {
                    // Past the rows between, outside of all boxes.
                    let isLeft = skip % 2 == 1
                    let lane = isLeft ? 8 + 10 * Double(skip / 2 % 3) : size.width - 8 - 10 * Double(skip / 2 % 3)
                    skip += 1
                    let (a, b) =
                        isLeft
                        ? (from.place.x - width / 2, to.x - width / 2) : (from.place.x + width / 2, to.x + width / 2)
                    if rows[rowOf[from.index]].count == 1, rows[rowOf[i]].count == 1 {
                        arrows.append(
                            Arrow(
                                x: [a, lane, lane, b], y: [from.place.y, from.place.y, to.y, to.y], color: style.muted))
                    } else {
                        arrows.append(
                            Arrow(
                                x: [from.place.x, from.place.x, lane, lane, x, x],
                                y: [start, start - gap / 3, start - gap / 3, end + gap / 2, end + gap / 2, end],
                                color: style.muted))
                    }
                }
            }
            blocks.append(
                Block(
                    boxes[i].title.literal + "\n" + boxes[i].detail, x: to.x, y: to.y, width: width, height: height,
                    color: boxes[i].isInput ? style.cycle[1] : style.cycle[0], textSize: 0.95))
        }
        if let hidden {
            blocks.append(
                Caption(
                    "… \(hidden.count) more rows of layers …", x: size.width / 2, y: level(hidden.after),
                    color: style.muted))
        }
        return Figure(drawings: [Panel(drawing: size, arrows + blocks)], style: style)
    }
}

extension String {
    fileprivate func nonEmpty(or other: String) -> String { isEmpty ? other : self }
}
