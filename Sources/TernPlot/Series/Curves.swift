/// How a line is drawn.
public enum LineStyle: Sendable, Equatable {
    case solid, dashed, dotted
    /// The first is solid; four in turn are told apart by their dashes.
    case numbered(Int)
    /// Solid; where several lines of a panel take the style's colours, numbered as these are.
    case automatic

    var dashes: String {
        switch self {
        case .solid, .automatic: "dashtype solid"
        case .dashed: "dashtype (8,5)"
        case .dotted: "dashtype (2,4)"
        case .numbered(let n): "dashtype " + ["solid", "(14,4)", "(6,3)", "(12,3,3,3)"][((n % 4) + 4) % 4]
        }
    }
}

/// Points joined by a line; where a value is not finite, the line has a gap.
public struct Line: PlotElement {
    public var x: [Double], y: [Double]
    public var label: String
    /// A colour as `#rrggbb`; nil: the next of the style.
    public var color: String?
    public var style: LineStyle
    /// Whether points are marked.
    public var marks: Bool

    public init(
        x: [Double], y: [Double], label: String = "", color: String? = nil, style: LineStyle = .automatic,
        marks: Bool = false
    ) {
        self.x = x
        self.y = y
        self.label = label
        self.color = color
        self.style = style
        self.marks = marks
    }

    /// Values by their number, from 0.
    public init(
        _ y: [Double], label: String = "", color: String? = nil, style: LineStyle = .automatic, marks: Bool = false
    ) {
        self.init(x: y.indices.map(Double.init), y: y, label: label, color: color, style: style, marks: marks)
    }

    public var extent: Extent { Extent(x: x, y: y) }
    public func check() throws { try checkCounts("line", ("x", x.count), ("y", y.count), of: label) }
    public var columns: [(name: String, values: [Double])] { [("x", x), ("y", y)] }

    public func draw(in drawing: inout PanelDrawing) {
        let style =
            style == .automatic && color == nil && drawing.marksLines ? .numbered(drawing.colorCount) : self.style
        let data = drawing.data(zip(x, y).map { [$0, $1] }), color = color ?? drawing.nextColor()
        drawing.plot(
            "\(data) using 1:2 with lines\(marks ? "points pointtype 7 pointsize 0.45" : "") linewidth \(drawing.style.lineWidth) "
                + "linecolor rgb \(color.quoted) \(style.dashes) \(drawing.title(label))")
    }
}

/// Values that hold until the next one.
public struct Steps: PlotElement {
    public var x: [Double], y: [Double]
    public var label: String
    public var color: String?

    public init(x: [Double], y: [Double], label: String = "", color: String? = nil) {
        self.x = x
        self.y = y
        self.label = label
        self.color = color
    }

    public var extent: Extent { Extent(x: x, y: y) }
    public func check() throws { try checkCounts("steps", ("x", x.count), ("y", y.count), of: label) }
    public var columns: [(name: String, values: [Double])] { [("x", x), ("y", y)] }

    public func draw(in drawing: inout PanelDrawing) {
        let data = drawing.data(zip(x, y).map { [$0, $1] }), color = color ?? drawing.nextColor()
        drawing.plot(
            "\(data) using 1:2 with steps linewidth \(drawing.style.lineWidth) linecolor rgb \(color.quoted) \(drawing.title(label))"
        )
    }
}

/// The shape of a mark.
public enum Mark: Int, Sendable, Equatable {
    case dot = 7, circle = 6, square = 5, triangle = 9, diamond = 13, cross = 2, plus = 1
}

/// Points, each by itself.
public struct Scatter: PlotElement {
    public var x: [Double], y: [Double]
    public var label: String
    public var color: String?
    public var mark: Mark
    /// In points.
    public var size: Double
    /// From 0, invisible, to 1.
    public var opacity: Double

    public init(
        x: [Double], y: [Double], label: String = "", color: String? = nil, mark: Mark = .dot, size: Double = 5,
        opacity: Double = 1
    ) {
        self.x = x
        self.y = y
        self.label = label
        self.color = color
        self.mark = mark
        self.size = size
        self.opacity = opacity
    }

    public var extent: Extent { Extent(x: x, y: y) }
    public func check() throws { try checkCounts("scatter", ("x", x.count), ("y", y.count), of: label) }
    public var columns: [(name: String, values: [Double])] { [("x", x), ("y", y)] }

    public func draw(in drawing: inout PanelDrawing) {
        let data = drawing.data(zip(x, y).map { [$0, $1] }), color = color ?? drawing.nextColor()
        // gnuplot's colours carry what is missing from full opacity in front.
        let alpha = Int((1 - min(1, max(0, opacity))) * 255), hex = String(alpha, radix: 16)
        let faded = alpha == 0 ? color : "#" + (hex.count < 2 ? "0" : "") + hex + color.dropFirst()
        drawing.plot(
            "\(data) using 1:2 with points pointtype \(mark.rawValue) pointsize \(size / 8) linewidth 1.2 "
                + "linecolor rgb \(faded.quoted) \(drawing.title(label))")
    }
}

/// What lies between two curves, such as a mean plus and minus a standard deviation.
public struct Band: PlotElement {
    public var x: [Double], lower: [Double], upper: [Double]
    public var label: String
    public var color: String?
    public var opacity: Double

    public init(
        x: [Double], lower: [Double], upper: [Double], label: String = "", color: String? = nil, opacity: Double = 0.22
    ) {
        self.x = x
        self.lower = lower
        self.upper = upper
        self.label = label
        self.color = color
        self.opacity = opacity
    }

    public var extent: Extent { Extent(x: x + x, y: lower + upper) }
    public func check() throws {
        try checkCounts("band", ("x", x.count), ("lower", lower.count), ("upper", upper.count), of: label)
    }
    public var columns: [(name: String, values: [Double])] { [("x", x), ("lower", lower), ("upper", upper)] }

    public func draw(in drawing: inout PanelDrawing) {
        let data = drawing.data(x.indices.map { [x[$0], lower[$0], upper[$0]] }), color = color ?? drawing.nextColor()
        drawing.plot(
            "\(data) using 1:2:3 with filledcurves fillstyle transparent solid \(opacity) noborder "
                + "fillcolor rgb \(color.quoted) \(drawing.title(label))")
    }
}

/// A straight line across the panel, to mark a value.
public struct Rule: PlotElement {
    public var x: Double?, y: Double?

    public init(x: Double) { (self.x, y) = (x, nil) }
    public init(y: Double) { (x, self.y) = (nil, y) }

    public var extent: Extent { Extent(x: x.map { [$0] } ?? [], y: y.map { [$0] } ?? []) }

    public func draw(in drawing: inout PanelDrawing) {
        guard [x, y].compactMap({ $0 }).allSatisfy(\.isDrawn) else { return }
        let ends =
            x.map { "from first \($0), graph 0 to first \($0), graph 1" }
            ?? "from graph 0, first \(y!) to graph 1, first \(y!)"
        drawing.prepare("set arrow \(ends) nohead back linewidth 0.9 linecolor rgb \(drawing.style.muted.quoted)")
    }
}
