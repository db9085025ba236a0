/// A grid of coloured cells; cells without a number are grey.
///
/// ```swift
/// let correlation = Grid(x: [0, 1], y: [0, 1], values: [[1, -0.4], [-0.4, 1]])
/// let map = HeatMap(correlation, colors: .anomaly, centered: 0, valueLabel: "r")
/// print(map.colorScale!.range, map.extent.x)  // -1.0...1.0 [-0.5, 1.5]
/// ```
///
/// Cells reach half-way to their neighbours, so that grids need not be regular. matplotlib's `pcolormesh` with
/// `shading="nearest"` is alike.
public struct HeatMap: PlotElement {
    /// Centres of cells and their values.
    public var grid: Grid
    /// From the lowest value to the highest.
    public var colors: ColorMap
    /// The values of the first and the last colour, which also colour what lies beyond; nil: all finite values.
    public var range: ClosedRange<Double>?
    /// What lies in the middle of the colours where no range is given, 0 for anomalies.
    public var centered: Double?
    /// Written beside the bar of colours, such as the unit.
    public var valueLabel: String
    /// Whether each cell's number is written in it; without a choice, where there are 60 cells or fewer.
    public var showsValues: Bool?

    /// Cells in the colours of their values.
    ///
    /// - Parameters:
    ///   - colors: use ``ColorMap/anomaly`` where there is a centre.
    ///   - range: nil covers all finite values.
    ///   - centered: makes the range symmetric about it; heeded where `range` is nil.
    ///   - showsValues: nil shows up to 60 numbers.
    public init(
        _ grid: Grid, colors: ColorMap = .viridis, range: ClosedRange<Double>? = nil, centered: Double? = nil,
        valueLabel: String = "",
        showsValues: Bool? = nil
    ) {
        self.showsValues = showsValues
        self.grid = grid
        self.colors = colors
        self.range = range
        self.centered = centered
        self.valueLabel = valueLabel
    }

    /// The outer edges of the cells; the axes end there.
    public var extent: Extent { grid.extent }
    /// The range given or found, and the label of the bar of colours.
    public var colorScale: ColorScale? {
        ColorScale(map: colors, range: range ?? ColorScale.range(of: grid.flat, centered: centered), label: valueLabel)
    }
    /// - Throws: ``PlotError`` where the values do not fit the grid, it has fewer than two rows or columns, or the
    ///   centre of the colours is no number.
    public func check() throws {
        try grid.check("the heat map")
        try ColorScale.check(centered: centered)
    }
    /// A row for each cell: `x`, `y`, `value`.
    public var columns: [(name: String, values: [Double])] { grid.columns }
    /// gnuplot's `image`, or boxes where cells are unequal; then the numbers, light on dark colours.
    public func draw(in drawing: inout PanelDrawing) {
        grid.drawCells(in: &drawing)
        guard showsValues ?? (grid.flat.count <= 60), let scale = colorScale else { return }
        for (y, row) in zip(grid.y, grid.values) {
            for (x, value) in zip(grid.x, row) where value.isDrawn {
                drawing.text(
                    Self.short(value, within: scale.range), x: x, y: y, size: 0.85,
                    color: scale.isDark(at: value) ? ColorMap.inkOnDark : ColorMap.inkOnLight)
            }
        }
    }

    /// Two digits and more, and none that are nothing beside the largest value.
    private static func short(_ x: Double, within range: ClosedRange<Double>) -> String {
        let largest = max(abs(range.lowerBound), abs(range.upperBound))
        var decimals = 0, scale = 1.0
        while abs(x) * scale < 10, largest * scale < 100, decimals < 300 {
            decimals += 1
            scale *= 10
        }
        let rounded = x.rounded(decimals: decimals)
        return rounded == 0 ? "0" : shownNumber(rounded)
    }
}

/// Lines of equal value, or bands between them.
///
/// ```swift
/// let bowl = Grid(x: -2...2, y: -2...2, count: 41) { x, y in x * x + y * y }
/// let lines = Contour(bowl)
/// print(lines.levels)  // [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
/// ```
public struct Contour: PlotElement {
    /// Points and their values; between them values are linear.
    public var grid: Grid
    /// The values of the lines, growing.
    public var levels: [Double]
    /// Whether the bands between levels are coloured, each in a colour of its own; what lies beyond takes the colours of
    /// the ends.
    public var isFilled: Bool
    /// From the lowest level to the highest.
    public var colors: ColorMap
    /// One colour for all lines as `#rrggbb`, in the place of a scale; some lines then have their value written on
    /// them.
    public var lineColor: String?
    /// Written beside the bar of colours, such as the unit.
    public var valueLabel: String

    /// Lines at levels, which are sorted.
    ///
    /// - Parameters:
    ///   - levels: by default about ten round numbers within the values.
    ///   - isFilled: false draws lines alone.
    ///   - lineColor: nil colours lines by their level.
    public init(
        _ grid: Grid, levels: [Double]? = nil, isFilled: Bool = false, colors: ColorMap = .viridis,
        lineColor: String? = nil,
        valueLabel: String = ""
    ) {
        self.lineColor = lineColor
        self.grid = grid
        self.levels = (levels ?? Self.roundLevels(ColorScale.range(of: grid.flat, centered: nil))).sorted()
        self.isFilled = isFilled
        self.colors = colors
        self.valueLabel = valueLabel
    }

    static func roundLevels(_ range: ClosedRange<Double>) -> [Double] {
        let range = range.drawn(), span = range.upperBound - range.lowerBound
        var step = 1.0
        while step > span / 10 { step /= 10 }
        while step * 10 <= span / 10 { step *= 10 }
        step = [1, 2, 2.5, 5, 10].map { $0 * step }.min { abs(span / $0 - 10) < abs(span / $1 - 10) }!
        let first = (range.lowerBound / step).rounded(.up)
        return (0...40).map { (first + Double($0)) * step }.filter { range.contains($0) }
    }

    /// From the first point to the last of both axes, which end there.
    public var extent: Extent {
        func ends(_ c: [Double]) -> [Double] { [c.min(), c.max()].compactMap { $0 } }
        return Extent(x: ends(grid.x), y: ends(grid.y), tightX: true, tightY: true)
    }

    /// From the lowest level to the highest; nil where lines have one colour and no bands, or there is a single level.
    public var colorScale: ColorScale? {
        guard isFilled || lineColor == nil, let low = levels.first, let high = levels.last, low < high else {
            return nil
        }
        return ColorScale(map: colors, range: low...high, label: valueLabel, levels: isFilled ? levels : nil)
    }

    /// A row for each point: `x`, `y`, `value`.
    public var columns: [(name: String, values: [Double])] { grid.columns }

    /// - Throws: ``PlotError`` where the values do not fit the grid, it has fewer than two rows or columns, there are
    ///   no levels, one is no number, or they do not grow.
    public func check() throws {
        try grid.check("the contour plot")
        if levels.isEmpty { throw PlotError("the contour plot has no levels; all values are the same") }
        if let odd = levels.first(where: { !$0.isDrawn }) {
            throw PlotError("the contour plot has a level of \(odd); give numbers within ±1e300")
        }
        if zip(levels, levels.dropFirst()).contains(where: >) {
            throw PlotError("the levels of the contour plot do not grow; sort them")
        }
    }

    /// gnuplot's `set contour` at the levels; bands are cells of a grid refined to some 300 points.
    public func draw(in drawing: inout PanelDrawing) {
        let grid = grid.ascending
        if isFilled {
            Grid(x: grid.x, y: grid.y, values: grid.values.map { $0.map(band) }).refined(from: grid, band: band)
                .drawCells(in: &drawing)
        }
        let rows = drawing.data(grid.lines)
        let lines = rows + "_lines"
        drawing.prepare(
            """
            set contour base
            set cntrparam levels discrete \(levels.map(number).joined(separator: ","))
            unset surface
            set table \(lines)
            splot \(rows) using 1:2:3 with lines
            unset table
            unset contour
            set surface
            """)
        let color =
            lineColor.map { "rgb \($0.quoted)" } ?? (isFilled ? "rgb \(drawing.style.background.quoted)" : "palette")
        drawing.plot(
            "\(lines) using 1:2:3 with lines linewidth \(isFilled ? 0.5 : lineColor == nil ? 1.2 : 0.9) linecolor \(color) notitle"
        )
        guard lineColor != nil else { return }
        for label in labels(grid) {
            drawing.text(
                label.text, x: label.x, y: label.y,
                size: 0.8, color: drawing.style.muted)
        }
    }

    /// Places on some of the lines, far from each other, for their values.
    private func labels(_ grid: Grid) -> [(text: String, x: Double, y: Double)] {
        guard grid.x.count > 10, grid.y.count > 10 else { return [] }
        let (w, h) = (grid.x.last! - grid.x[0], grid.y.last! - grid.y[0])
        var found: [(text: String, x: Double, y: Double)] = []
        let step = max(1, levels.count / 6)
        for (level, text) in zip(levels, shownNumbers(levels)).enumerated().filter({ $0.offset % step == step - 1 })
            .map(\.element)
        {
            search: for share in [0.8, 0.2, 0.65, 0.35, 0.9, 0.5] {
                let column = Int(share * Double(grid.x.count - 1)), x = grid.x[column]
                for row in (grid.y.count / 12)..<(grid.y.count - grid.y.count / 12 - 1) {
                    let (a, b) = (grid.values[row][column], grid.values[row + 1][column])
                    guard a.isFinite, b.isFinite, (a - level) * (b - level) < 0 else { continue }
                    let y = grid.y[row] + (grid.y[row + 1] - grid.y[row]) * (level - a) / (b - a)
                    if found.contains(where: { abs($0.x - x) < 0.13 * w && abs($0.y - y) < 0.09 * h }) { continue }
                    found.append((text, x, y))
                    break search
                }
            }
        }
        return found
    }

    /// The middle of the band in which a value lies.
    private func band(_ value: Double) -> Double {
        guard value.isFinite else { return .nan }
        guard let above = levels.firstIndex(where: { value < $0 }) else { return levels.last! }
        return above == 0 ? levels[0] : (levels[above - 1] + levels[above]) / 2
    }
}

extension Grid {
    /// A finer grid, linear between the points of `source`, for bands with smooth bounds.
    fileprivate func refined(from source: Grid, band: (Double) -> Double) -> Grid {
        let factor = max(1, 300 / max(source.x.count, source.y.count))
        func fine(_ c: [Double]) -> [Double] {
            zip(c, c.dropFirst()).flatMap { a, b in (0..<factor).map { a + (b - a) * Double($0) / Double(factor) } } + [
                c.last!
            ]
        }
        let values = (0...((source.y.count - 1) * factor)).map { row -> [Double] in
            let i = min(row / factor, source.y.count - 2), v = Double(row - i * factor) / Double(factor)
            return (0...((source.x.count - 1) * factor)).map { column in
                let j = min(column / factor, source.x.count - 2), u = Double(column - j * factor) / Double(factor)
                let top = source.values[i][j] * (1 - u) + source.values[i][j + 1] * u
                let bottom = source.values[i + 1][j] * (1 - u) + source.values[i + 1][j + 1] * u
                return band(top * (1 - v) + bottom * v)
            }
        }
        return Grid(x: fine(source.x), y: fine(source.y), values: values)
    }
}

/// Arrows: winds, gradients, steps.
///
/// ```swift
/// let wind = Quiver(x: [0, 10], y: [50, 50], u: [5, 0], v: [0, -5], scale: 0.5)
/// print(wind.extent.x, wind.extent.y)  // [0.0, 10.0, 2.5, 10.0] [50.0, 50.0, 50.0, 47.5]
/// ```
public struct Quiver: PlotElement {
    /// Where arrows begin, and their components along the axes; as many of each.
    public var x: [Double], y: [Double], u: [Double], v: [Double]
    /// What an arrow's components are multiplied by, in units of the axes: an arrow ends at (x + scale·u, y + scale·v).
    public var scale: Double
    /// Its entry in the legend; without one it has none.
    public var label: String
    /// `#rrggbb`; nil is the style's ``Style/foreground``.
    public var color: String?

    /// An arrow from each (x, y), as matplotlib's `quiver` with `angles="xy"` and a scale of 1/`scale`.
    public init(
        x: [Double], y: [Double], u: [Double], v: [Double], scale: Double = 1, label: String = "", color: String? = nil
    ) {
        self.x = x
        self.y = y
        self.u = u
        self.v = v
        self.scale = scale
        self.label = label
        self.color = color
    }

    /// Where arrows begin, then where they end.
    public var extent: Extent {
        Extent(x: x + zip(x, u).map { $0 + scale * $1 }, y: y + zip(y, v).map { $0 + scale * $1 })
    }
    /// - Throws: ``PlotError`` where x, y, u and v differ in number.
    public func check() throws {
        try checkCounts("quiver", ("x", x.count), ("y", y.count), ("u", u.count), ("v", v.count), of: label)
    }
    /// A row for each arrow: `x`, `y`, `u`, `v`, without the scale.
    public var columns: [(name: String, values: [Double])] { [("x", x), ("y", y), ("u", u), ("v", v)] }
    /// gnuplot's `vectors`.
    public func draw(in drawing: inout PanelDrawing) {
        let data = drawing.data(x.indices.map { [x[$0], y[$0], scale * u[$0], scale * v[$0]] })
        let color = color ?? drawing.style.foreground
        drawing.plot(
            "\(data) using 1:2:3:4 with vectors head filled size screen 0.008,20 linewidth 1.1 "
                + "linecolor rgb \(color.quoted) \(drawing.title(label))")
    }
}
