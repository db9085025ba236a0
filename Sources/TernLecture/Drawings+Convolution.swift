import Tern

/// Windows on small grids of numbers: convolution, padding, strides, pooling.
extension Drawings {
    /// One step of a window: the input with the window marked, the kernel, and the output so far.
    static func windowStep(
        input: [[Double]], kernel: [[Double]], output: [[Double]], row: Int, column: Int, title: String, sum: String
    ) -> Panel {
        let k = kernel.count, color = unitColor
        let shown = output.enumerated().map { i, line in
            line.enumerated().map { j, x in i < row || i == row && j <= column ? x : .nan }
        }
        let size = Size(width: 400, height: 168)
        return Panel(
            drawing: size, title: title,
            [
                NumberGrid(
                    input, x: 26, y: 136, cell: 34,
                    marked: .init(rows: row...row + k - 1, columns: column...column + k - 1, color: color)),
                Caption("∗", x: 152, y: 86, size: 1.4),
                NumberGrid(
                    kernel, x: 178, y: 119, cell: 34, marked: .init(rows: 0...k - 1, columns: 0...k - 1, color: color)),
                Caption("=", x: 270, y: 86, size: 1.4),
                NumberGrid(
                    shown, x: 296, y: 119, cell: 34,
                    marked: .init(rows: row...row, columns: column...column, color: outputColor)),
                Caption(sum, x: 200, y: 12),
            ])
    }

    /// A grid with a margin of zeros, and the result.
    static func padding(input: [[Double]], kernel: [[Double]], output: [[Double]]) -> Panel {
        let n = input.count, wide = input[0].count
        let padded = (0..<n + 2).map { i in
            (0..<wide + 2).map { j in i > 0 && i <= n && j > 0 && j <= wide ? input[i - 1][j - 1] : 0 }
        }
        return Panel(
            drawing: Size(width: 430, height: 190), title: "Padding of 1",
            [
                NumberGrid(
                    padded, x: 14, y: 160, cell: 28, marked: .init(rows: 0...1, columns: 0...1, color: unitColor),
                    faint: 1),
                Caption("∗", x: 170, y: 90, size: 1.4),
                NumberGrid(
                    kernel, x: 188, y: 118, cell: 28, marked: .init(rows: 0...1, columns: 0...1, color: unitColor)),
                Caption("=", x: 262, y: 90, size: 1.4),
                NumberGrid(
                    output, x: 280, y: 146, cell: 28, marked: .init(rows: 0...0, columns: 0...0, color: outputColor)),
                Caption("5 × 5 with its zeros", x: 84, y: 10), Caption("4 × 4", x: 336, y: 10),
            ])
    }

    /// Windows that do not overlap, and what becomes of each.
    static func windows(input: [[Double]], size k: Int, output: [[Double]], title: String, below: String) -> Panel {
        let colors = Style.light.cycle, n = input.count / k, m = input[0].count / k
        var parts: [NumberGrid.Part] = [], results: [NumberGrid.Part] = []
        for i in 0..<n {
            for j in 0..<m {
                let color = colors[(i * m + j) % 4]
                parts.append(.init(rows: i * k...i * k + k - 1, columns: j * k...j * k + k - 1, color: color))
                results.append(.init(rows: i...i, columns: j...j, color: color))
            }
        }
        var (a, b) = (NumberGrid(input, x: 30, y: 160, cell: 34), NumberGrid(output, x: 260, y: 126, cell: 34))
        (a.marked, b.marked) = (parts, results)
        return Panel(
            drawing: Size(width: 370, height: 190), title: title,
            [a, Arrow(x: [186, 244], y: [92, 92]), b, Caption(below, x: 185, y: 10)])
    }

    /// A window that moves by several cells at once.
    static func stride(input: [[Double]], kernel k: Int, step: Int, output: [[Double]]) -> Panel {
        let colors = Style.light.cycle
        var a = NumberGrid(input, x: 20, y: 176, cell: 30), b = NumberGrid(output, x: 262, y: 131, cell: 30)
        for (i, row) in output.indices.enumerated() {
            for (j, column) in output[0].indices.enumerated() {
                let color = colors[(i * output[0].count + j) % 4]
                a.marked.append(
                    .init(
                        rows: row * step...row * step + k - 1, columns: column * step...column * step + k - 1,
                        color: color))
                b.marked.append(.init(rows: row...row, columns: column...column, color: color))
            }
        }
        return Panel(
            drawing: Size(width: 370, height: 205), title: "Stride of \(step)",
            [
                a, Arrow(x: [186, 244], y: [101, 101]), b,
                Caption("sums of 2 × 2 windows, every third cell", x: 185, y: 10),
            ])
    }

    /// From a picture to an answer, as blocks that become smaller and deeper.
    static func convolutionalNetwork(_ blocks: [(width: Int, height: Int, depth: Int, name: String)]) -> Panel {
        var parts: [any PlotElement] = [], x = 12.0
        let scale = 6.0, middle = 105.0
        for (i, block) in blocks.enumerated() {
            let (w, h) = (max(7, Double(block.width) * scale * 0.8), max(7, Double(block.height) * scale)),
                sheets = min(8, block.depth)
            let shift = 5.0
            for sheet in (0..<sheets).reversed() {
                let offset = shift * Double(sheet)
                parts.append(
                    Block(
                        x: x + w / 2 + offset, y: middle + offset - shift * Double(sheets - 1) / 2, width: w, height: h,
                        color: i == 0 ? inputColor : i == blocks.count - 1 ? outputColor : unitColor))
            }
            let total = w + shift * Double(sheets - 1)
            parts.append(
                Caption("\(block.height) × \(block.width) × \(block.depth)", x: x + total / 2, y: 18, size: 0.9))
            let name = block.name
            if i < blocks.count - 1 {
                parts.append(Arrow(x: [x + total + 8, x + total + 66], y: [middle, middle]))
                parts.append(Caption(name, x: x + total + 37, y: i % 2 == 0 ? 176 : 160, size: 0.9))
            }
            x += total + 74
        }
        return Panel(drawing: Size(width: x - 50, height: 196), parts)
    }
}
