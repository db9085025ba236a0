/// A line through two or more points with a head at its end, for drawings and over plots.
///
/// ```swift
/// let arrow = Arrow(x: [0, 40, 40], y: [10, 10, 60], text: "skip")
/// let panel = Panel(drawing: Size(width: 120, height: 80), arrow)
/// print(arrow.extent.y, panel.showsAxes)  // [10.0, 10.0, 60.0] false
/// ```
public struct Arrow: PlotElement {
    /// The points, in units of the axes: pixels from the lower left in a drawing.
    public var x: [Double], y: [Double]
    /// Written beside the middle segment: above it, or to its right where it is steeper than 1; line breaks are kept.
    public var text: String
    /// `#rrggbb`; nil is the style's ``Style/muted``.
    public var color: String?
    /// How the shaft is dashed; the head is drawn in the same way.
    public var style: LineStyle
    /// Of the line, in gnuplot's line widths (about a pixel in SVG).
    public var width: Double
    /// Without it, a plain line.
    public var hasHead: Bool

    /// Two points make a straight arrow, more of them one with corners.
    ///
    /// - Parameters:
    ///   - x: as many as `y`, in units of the axes.
    ///   - hasHead: false draws a line through all points.
    public init(
        x: [Double], y: [Double], text: String = "", color: String? = nil, style: LineStyle = .solid,
        width: Double = 1.1, hasHead: Bool = true
    ) {
        self.x = x
        self.y = y
        self.text = text
        self.color = color
        self.style = style
        self.width = width
        self.hasHead = hasHead
    }

    /// Its points, so that the axes reach as far as it does.
    public var extent: Extent { Extent(x: x, y: y) }
    /// - Throws: ``PlotError`` where `x` and `y` differ in number or there are fewer than two points.
    public func check() throws {
        try checkCounts("arrow", ("x", x.count), ("y", y.count), of: text)
        if x.count < 2 { throw PlotError("an arrow goes through \(x.count) points; give it two or more") }
    }

    /// gnuplot's `vectors` for the last segment, `lines` for those before it.
    public func draw(in drawing: inout PanelDrawing) {
        let color = (color ?? drawing.style.muted).quoted, n = x.count
        let look = "linewidth \(width) linecolor rgb \(color) \(style.dashes) notitle"
        if n > 2 || !hasHead {
            let data = drawing.data(zip(x, y).dropLast(hasHead ? 1 : 0).map { [$0, $1] })
            drawing.plot("\(data) using 1:2 with lines \(look)")
        }
        if hasHead {
            let data = drawing.data([[x[n - 2], y[n - 2], x[n - 1] - x[n - 2], y[n - 1] - y[n - 2]]])
            drawing.plot("\(data) using 1:2:3:4 with vectors head filled size character 0.9,18 \(look)")
        }
        let i = (n - 2) / 2, isSteep = abs(y[i + 1] - y[i]) > abs(x[i + 1] - x[i])
        drawing.text(
            text, x: (x[i] + x[i + 1]) / 2, y: (y[i] + y[i + 1]) / 2, anchor: isSteep ? .left : .center, size: 0.92,
            shift: isSteep ? (0.8, 0) : (0, 0.65))
    }
}

/// A bracket that holds things together, with a text at its middle.
///
/// ```swift
/// let bracket = Bracket(20...120, at: 60, .above, text: "3 layers")
/// print(bracket.extent.x, bracket.extent.y)  // [20.0, 120.0] [60.0, 60.0]
/// ```
public struct Bracket: PlotElement {
    /// On which side of what it holds a bracket lies; its ends reach towards the other side.
    ///
    /// ```swift
    /// print(Bracket(0...10, at: 5, .left).side)  // left
    /// ```
    public enum Side: Sendable {
        /// The span runs along x; the text stands over the bracket (`above`) or under it (`below`).
        case above, below
        /// The span runs along y; the text stands outside, to the left or the right.
        case left, right
    }

    /// From one end to the other: along x where it lies above or below, else along y.
    public var span: ClosedRange<Double>
    /// Where its back lies on the other axis.
    public var position: Double
    /// On which side of what it holds it lies.
    public var side: Side
    /// Written at its middle, on the outer side.
    public var text: String
    /// How far its ends reach towards what it holds, in units of the axes.
    public var depth: Double
    /// `#rrggbb`; nil is the style's ``Style/muted``.
    public var color: String?

    /// A bracket of solid lines.
    ///
    /// - Parameters:
    ///   - span: from one end to the other.
    ///   - position: where its back lies on the other axis.
    ///   - depth: in units of the axes: 6 suits a drawing, which is measured in pixels.
    public init(
        _ span: ClosedRange<Double>, at position: Double, _ side: Side, text: String = "", depth: Double = 6,
        color: String? = nil
    ) {
        self.span = span
        self.position = position
        self.side = side
        self.text = text
        self.depth = depth
        self.color = color
    }

    private var isUpright: Bool { side == .left || side == .right }
    /// The ends of its back; its text and its depth are not counted.
    public var extent: Extent {
        let ends = [span.lowerBound, span.upperBound], here = [position, position]
        return isUpright ? Extent(x: here, y: ends) : Extent(x: ends, y: here)
    }

    /// gnuplot's `lines` through four points.
    public func draw(in drawing: inout PanelDrawing) {
        let inward = side == .above || side == .right ? position - depth : position + depth,
            (a, b) = (span.lowerBound, span.upperBound)
        let points = [[a, inward], [a, position], [b, position], [b, inward]]
        let data = drawing.data(points.map { isUpright ? [$0[1], $0[0]] : $0 })
        drawing.plot(
            "\(data) using 1:2 with lines linewidth 1.1 linecolor rgb \((color ?? drawing.style.muted).quoted) notitle")
        let middle = (a + b) / 2
        switch side {
        case .above: drawing.text(text, x: middle, y: position, size: 0.92, shift: (0, 0.65))
        case .below: drawing.text(text, x: middle, y: position, size: 0.92, shift: (0, -0.65))
        case .left: drawing.text(text, x: position, y: middle, anchor: .right, size: 0.92, shift: (-0.7, 0))
        case .right: drawing.text(text, x: position, y: middle, anchor: .left, size: 0.92, shift: (0.7, 0))
        }
    }
}
