/// A matrix drawn as cells with their numbers, such as an image and a kernel of a convolution.
///
/// ```swift
/// let part = NumberGrid.Part(rows: 0...1, columns: 0...1)
/// let image = NumberGrid([[0, 1, 2], [3, 4, 5], [6, 7, 8]], x: 20, y: 120, text: "input", marked: part)
/// print(image.extent.x, image.extent.y)  // [20.0, 110.0] [30.0, 120.0]
/// ```
public struct NumberGrid: PlotElement {
    /// Cells that stand out by a tint and a frame.
    ///
    /// ```swift
    /// let row = NumberGrid.Part(rows: 1...1, columns: 0...2, color: "#d55e00")
    /// print(row.rows.count, row.columns.count)  // 1 3
    /// ```
    public struct Part: Sendable, Equatable {
        /// From 0, at the top and at the left; both ends count.
        public var rows: ClosedRange<Int>, columns: ClosedRange<Int>
        /// `#rrggbb`; nil is the first colour of the style.
        public var color: String?

        /// A rectangle of cells.
        ///
        /// - Parameters:
        ///   - rows: from 0 at the top.
        ///   - columns: from 0 at the left.
        public init(rows: ClosedRange<Int>, columns: ClosedRange<Int>, color: String? = nil) {
            self.rows = rows
            self.columns = columns
            self.color = color
        }
    }

    /// `values[row][column]`, the first row at the top; what is not finite leaves its cell empty.
    public var values: [[Double]]
    /// The upper left corner, in units of the axes.
    public var x: Double, y: Double
    /// The side of a cell, in units of the axes; below 24 the numbers are smaller.
    public var cell: Double
    /// Written above the grid.
    public var text: String
    /// Cells that stand out; later parts lie over earlier ones.
    public var marked: [Part]
    /// How many cells from the rim inwards have numbers in faint letters, such as zeros of padding.
    public var faint: Int

    /// A grid whose upper left corner lies at (x, y).
    ///
    /// - Parameters:
    ///   - values: rows of one length, the first at the top.
    ///   - cell: the side of a cell; 30 suits a drawing, which is measured in pixels.
    ///   - faint: the width of the rim whose numbers are faint, in cells.
    public init(
        _ values: [[Double]], x: Double, y: Double, cell: Double = 30, text: String = "", marked: Part...,
        faint: Int = 0
    ) {
        self.values = values
        self.x = x
        self.y = y
        self.cell = cell
        self.text = text
        self.marked = marked
        self.faint = faint
    }

    private var rows: Int { values.count }
    private var width: Int { values.first?.count ?? 0 }
    /// The cells row by row: x counts columns and y rows, both from 0.
    public var columns: [(name: String, values: [Double])] {
        [
            ("x", values.flatMap { $0.indices.map(Double.init) }),
            ("y", values.enumerated().flatMap { i, row in row.map { _ in Double(i) } }),
            ("value", values.flatMap { $0 }),
        ]
    }

    /// The edges of the grid, without the text above it.
    public var extent: Extent { Extent(x: [x, x + Double(width) * cell], y: [y - Double(rows) * cell, y]) }

    /// - Throws: ``PlotError`` where rows differ in length, there is no cell, or a marked part reaches beyond the grid.
    public func check() throws {
        guard width > 0, values.allSatisfy({ $0.count == width }) else {
            throw PlotError("a grid of numbers \"\(text)\" has rows of different lengths, or none; give all as many")
        }
        if let odd = marked.first(where: {
            $0.rows.lowerBound < 0 || $0.rows.upperBound >= rows || $0.columns.lowerBound < 0
                || $0.columns.upperBound >= width
        }) {
            throw PlotError(
                "rows \(odd.rows) and columns \(odd.columns) are to be marked in a grid of \(rows) x \(width); both begin at 0"
            )
        }
    }

    /// The tints of marked parts, the lines of the grid, the frames of the parts, then the numbers.
    public func draw(in drawing: inout PanelDrawing) {
        func corners(_ rows: ClosedRange<Int>, _ columns: ClosedRange<Int>) -> [[Double]] {
            let (left, right) = (x + Double(columns.lowerBound) * cell, x + Double(columns.upperBound + 1) * cell)
            let (top, bottom) = (y - Double(rows.lowerBound) * cell, y - Double(rows.upperBound + 1) * cell)
            return [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]
        }
        for part in marked {
            let data = drawing.data(corners(part.rows, part.columns)),
                color = (part.color ?? drawing.style.cycle[0]).quoted
            drawing.plot(
                "\(data) using 1:2 with filledcurves closed fillstyle transparent solid 0.22 noborder fillcolor rgb \(color) notitle"
            )
        }
        var lines: [[Double]] = []
        for i in 0...rows {
            lines += [[x, y - Double(i) * cell], [x + Double(width) * cell, y - Double(i) * cell], []]
        }
        for j in 0...width {
            lines += [[x + Double(j) * cell, y], [x + Double(j) * cell, y - Double(rows) * cell], []]
        }
        let data = drawing.data(lines)
        drawing.plot("\(data) using 1:2 with lines linewidth 0.8 linecolor rgb \(drawing.style.muted.quoted) notitle")
        for part in marked {
            let data = drawing.data(corners(part.rows, part.columns)),
                color = (part.color ?? drawing.style.cycle[0]).quoted
            drawing.plot("\(data) using 1:2 with lines linewidth 2 linecolor rgb \(color) notitle")
        }
        for (i, row) in values.enumerated() {
            for (j, value) in row.enumerated() where value.isFinite {
                let isFaint = min(i, j, rows - 1 - i, width - 1 - j) < faint
                drawing.text(
                    shownNumber(value), x: x + (Double(j) + 0.5) * cell,
                    y: y - (Double(i) + 0.5) * cell,
                    size: cell < 24 ? 0.83 : 1, color: isFaint ? drawing.style.muted : nil)
            }
        }
        drawing.text(text, x: x + Double(width) * cell / 2, y: y, shift: (0, 0.7))
    }
}
