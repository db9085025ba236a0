/// One or more panels in rows, ready to be drawn to a file or a terminal.
///
/// ```swift
/// var panel = Panel(title: "Loss", x: Axis("epoch"), y: Axis("MSE", scale: .logarithmic))
/// panel.add(Line(x: [1, 2, 3], y: [0.5, 0.08, 0.01], label: "training"))
/// let figure = Figure(panels: [panel])
/// if Figure.canDraw {
///     try figure.write(to: "loss.svg", keepingScript: true)  // and loss.gp, to change by hand
/// }
/// print(figure.size.width, figure.csv.split(separator: "\n").count)  // 600.0 4
/// ```
///
/// A figure is a value: two figures of the same data are equal and give the same bytes of SVG. It is drawn by gnuplot
/// (Williams, Kelley et al., http://www.gnuplot.info) from the script that ``script(for:output:)`` returns.
///
/// It does not do projections other than the plate carrée, three dimensions or animation.
public struct Figure: Sendable, Equatable {
    /// In the order in which they are read: row by row from the upper left.
    public var panels: [Panel]
    /// How many panels stand side by side, one or more.
    public var columns: Int
    /// Above all panels; `x_1^2` and `\sigma` become Unicode.
    public var title: String
    /// Of the whole figure, in CSS pixels.
    public var size: Size
    /// Colours, type and lines of all panels.
    public var style: Style
    /// Whether the panels are steps, which a page may show one after the other.
    public var isSequence = false
    /// How high the rows are beside each other; empty: all alike.
    var rowHeights: [Double] = []

    /// A figure of panels, row by row.
    ///
    /// - Parameters:
    ///   - columns: how many stand side by side, brought between 1 and the number of panels.
    ///   - size: of the whole figure. Without it, 600 x 380 pixels for one panel, else rows of 300 pixels that are 600
    ///     wide, or 430 for each of several columns up to 1290; 30 more in height for a title. What is not between 100
    ///     x 80 and 10,000 x 10,000 is refused when it is drawn.
    public init(
        panels: [Panel], columns: Int = 1, title: String = "", size: Size? = nil, style: Style = .light
    ) {
        self.panels = panels
        self.columns = max(1, min(columns, panels.count))
        self.title = title
        self.style = style
        let rows = (panels.count + self.columns - 1) / self.columns
        self.size = size ?? Size.standard(columns: self.columns, rows: rows, titled: !title.isEmpty)
    }

    /// A figure of one panel.
    ///
    /// - Parameter size: without it, 600 x 380 pixels.
    public init(_ panel: Panel, size: Size? = nil, style: Style = .light) {
        self.init(panels: [panel], size: size, style: style)
    }

    /// The places of the panels as an SVG has them: left, top, width and height.
    package var viewBoxes: [[Double]] {
        panels.indices.map { i in
            let place = place(of: i)
            return [place.x, size.height - place.y - place.height, place.width, place.height]
        }
    }

    var rows: Int { (panels.count - 1) / columns + 1 }

    /// - Throws: ``PlotError`` where there is nothing to draw, series do not fit together, or a setting is none that can
    ///   be drawn.
    package func check() throws {
        guard !panels.isEmpty else { throw PlotError("the figure has no panels; give it at least one") }
        guard columns > 0 else { throw PlotError("the figure has \(columns) columns; give it one or more") }
        try style.check()
        for (index, panel) in (panels + panels.flatMap { $0.insets.map(\.panel) }).enumerated() {
            guard !panel.elements.isEmpty else {
                let name = panel.title.isEmpty ? "\(index + 1)" : "\(index + 1) (\"\(panel.title)\")"
                throw PlotError("panel \(name) is empty; add a line, a map or another element to it")
            }
            for element in panel.elements {
                try element.check()
                try element.colorScale?.check()
            }
            try panel.checkAxes()
        }
        guard size.width >= 100, size.height >= 80, size.width <= 10_000, size.height <= 10_000 else {
            throw PlotError(
                "a figure of \(size.width) x \(size.height) cannot be drawn; give a size from 100 x 80 to 10000 x 10000"
            )
        }
    }
}

/// Width and height in CSS pixels, 96 to the inch.
///
/// ```swift
/// let slide = Size(width: 960, height: 540)
/// let figure = Figure(Panel(Line([1, 4, 9])), size: slide)
/// print(figure.size.width, Figure(Panel()).size.height)  // 960.0 380.0
/// ```
public struct Size: Sendable, Equatable {
    /// In CSS pixels: 96 are an inch in a PDF, one is two dots in a PNG.
    public var width: Double
    /// In CSS pixels.
    public var height: Double

    /// A size in CSS pixels.
    public init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    static func standard(columns: Int, rows: Int, titled: Bool) -> Size {
        let width = columns == 1 ? 600.0 : min(430 * Double(columns), 1290)
        let height = columns == 1 && rows == 1 ? 380.0 : 300 * Double(rows)
        return Size(width: width, height: height + (titled ? 30 : 0))
    }
}
