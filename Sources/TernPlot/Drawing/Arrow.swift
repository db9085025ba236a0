/// A line along some points with a head at its end.
///
/// ```swift
/// Arrow(x: [0, 40, 40], y: [10, 10, 60], text: "skip")
/// ```
public struct Arrow: PlotElement {
    public var x: [Double], y: [Double]
    /// Beside its middle.
    public var text: String
    public var color: String?
    public var style: LineStyle
    public var width: Double
    public var hasHead: Bool

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

    public var extent: Extent { Extent(x: x, y: y) }
    public func check() throws {
        try checkCounts("arrow", ("x", x.count), ("y", y.count), of: text)
        if x.count < 2 { throw PlotError("an arrow goes through \(x.count) points; give it two or more") }
    }

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
public struct Bracket: PlotElement {
    public enum Side: Sendable { case above, below, left, right }

    /// From one end to the other, along the side.
    public var span: ClosedRange<Double>
    /// Where it lies across.
    public var position: Double
    public var side: Side
    public var text: String
    /// How far its ends reach towards what it holds.
    public var depth: Double
    public var color: String?

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
    public var extent: Extent {
        let ends = [span.lowerBound, span.upperBound], here = [position, position]
        return isUpright ? Extent(x: here, y: ends) : Extent(x: ends, y: here)
    }

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
