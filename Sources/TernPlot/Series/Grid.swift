import TernNumbers

/// Values on a grid: a row for each y, a column for each x.
///
/// ```swift
/// let field = Grid(x: [0, 10, 20], y: [50, 60], values: [[1, 2, 3], [4, 5, .nan]])
/// print(field.values[1][0])  // 4.0
/// ```
///
/// Coordinates may run either way and need not be equally far apart; NaN is a gap.
public struct Grid: Sendable, Equatable {
    /// The centres of the columns and of the rows, two or more of each to be drawn.
    public var x: [Double], y: [Double]
    /// `values[row][column]`: a row for each y.
    public var values: [[Double]]

    /// A grid of values, which is checked when it is drawn.
    public init(x: [Double], y: [Double], values: [[Double]]) {
        self.x = x
        self.y = y
        self.values = values
    }

    /// A function of two variables over a part of the plane, such as a loss over two weights.
    ///
    /// ```swift
    /// let bowl = Grid(x: -1...1, y: 0...1, count: 3) { x, y in x * x + y }
    /// print(bowl.values)  // [[1.0, 0.0, 1.0], [1.5, 0.5, 1.5], [2.0, 1.0, 2.0]]
    /// ```
    ///
    /// - Parameter count: of points along each axis, with both ends; two or more.
    /// - Complexity: `count`² calls of the function.
    public init(
        x: ClosedRange<Double>, y: ClosedRange<Double>, count: Int = 121, _ function: (Double, Double) -> Double
    ) {
        let (xs, ys) = (x.points(count), y.points(count))
        self.init(x: xs, y: ys, values: ys.map { b in xs.map { function($0, b) } })
    }

    var flat: [Double] { values.flatMap { $0 } }

    /// A row for each cell.
    var columns: [(name: String, values: [Double])] {
        [("x", y.flatMap { _ in x }), ("y", y.flatMap { b in x.map { _ in b } }), ("value", flat)]
    }

    func check(_ what: String) throws {
        guard values.count == y.count, values.allSatisfy({ $0.count == x.count }), x.count > 1, y.count > 1 else {
            throw PlotError(
                "\(what) has \(x.count) x and \(y.count) y, and \(values.count) rows of \(values.first?.count ?? 0) values; "
                    + "give a row for each y with a value for each x, two or more of each")
        }
    }

    /// With x and y growing.
    var ascending: Grid {
        let columns = x.indices.sorted { x[$0] < x[$1] }, rows = y.indices.sorted { y[$0] < y[$1] }
        return Grid(
            x: columns.map { x[$0] }, y: rows.map { y[$0] }, values: rows.map { row in columns.map { values[row][$0] } }
        )
    }

    /// Whether centres are equally far apart, so that the grid is a picture. Places are compared and not steps, whose
    /// small drifts add up.
    var isRegular: Bool {
        func even(_ c: [Double]) -> Bool {
            let step = (c.last! - c[0]) / Double(c.count - 1)
            return c.enumerated().allSatisfy { abs($1 - (c[0] + Double($0) * step)) < 0.02 * abs(step) }
        }
        return even(x) && even(y)
    }

    /// The edges of the cells, first and last; of a grid that cannot be drawn what centres there are.
    var extent: Extent {
        guard x.count > 1, y.count > 1 else { return Extent(x: x, y: y, tightX: true, tightY: true) }
        let (xs, ys) = (x.sorted().cellEdges, y.sorted().cellEdges)
        return Extent(x: [xs[0], xs.last!], y: [ys[0], ys.last!], tightX: true, tightY: true)
    }

    /// The points of each row with their values, rows apart by an empty line, as gnuplot reads grids.
    var lines: [[Double]] {
        y.indices.flatMap { row in x.indices.map { [x[$0], y[row], values[row][$0]] } + [[]] }
    }

    /// Cells in the colours of their values.
    func drawCells(in drawing: inout PanelDrawing) {
        let grid = ascending
        if grid.values.contains(where: { $0.contains { !$0.isDrawn } }) {
            drawing.prepare(
                "set object rectangle from graph 0, graph 0 to graph 1, graph 1 behind fillcolor rgb \(drawing.style.missing.quoted) fillstyle solid noborder"
            )
        }
        if grid.isRegular {
            let data = drawing.data(grid.lines)
            drawing.plot("\(data) using 1:2:3 with image notitle")
        } else {
            let (xs, ys) = (grid.x.cellEdges, grid.y.cellEdges)
            let data = drawing.data(
                grid.y.indices.flatMap { row in
                    grid.x.indices.compactMap { column -> [Double]? in
                        let value = grid.values[row][column]
                        return value.isFinite
                            ? [grid.x[column], grid.y[row], xs[column], xs[column + 1], ys[row], ys[row + 1], value]
                            : nil
                    }
                })
            drawing.plot(
                "\(data) using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid 1 noborder linewidth 0 linecolor palette notitle"
            )
        }
    }
}
