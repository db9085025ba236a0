import TernText

/// How a line is dashed.
///
/// ```swift
/// let truth = Line([1, 2, 4], label: "truth", color: "#222222", style: .dashed)
/// print(truth.style == .dashed)  // true
/// ```
public enum LineStyle: Sendable, Equatable {
    /// Without gaps.
    case solid
    /// Strokes with gaps of somewhat more than half their length.
    case dashed
    /// Dots with gaps of twice their length.
    case dotted
    /// The first, number 0, is solid; four in turn are told apart by their dashes.
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
///
/// ```swift
/// let loss = Line(x: [1, 2, 3], y: [0.5, .nan, 0.01], label: "loss", marks: true)
/// print(loss.extent.x, Line([1, 4, 9]).x)  // [1.0, 2.0, 3.0] [0.0, 1.0, 2.0]
/// ```
public struct Line: PlotElement {
    /// As many x as y, in the order in which they are joined.
    public var x: [Double], y: [Double]
    /// Its entry in the legend; without one it has none.
    public var label: String
    /// A colour as `#rrggbb`; nil: the next of the style.
    public var color: String?
    /// How it is dashed.
    public var style: LineStyle
    /// Whether points are marked by dots.
    public var marks: Bool

    /// A line through points.
    ///
    /// - Parameters:
    ///   - x: as many as `y`; they need not grow.
    ///   - color: `#rrggbb`; nil takes the next of the style.
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

    /// Values over their number, from 0.
    public init(
        _ y: [Double], label: String = "", color: String? = nil, style: LineStyle = .automatic, marks: Bool = false
    ) {
        self.init(x: y.indices.map(Double.init), y: y, label: label, color: color, style: style, marks: marks)
    }

    /// All its points.
    public var extent: Extent { Extent(x: x, y: y) }
    /// - Throws: ``PlotError`` where x and y differ in number.
    public func check() throws { try checkCounts("line", ("x", x.count), ("y", y.count), of: label) }
    /// A row for each point: `x`, `y`.
    public var columns: [(name: String, values: [Double])] { [("x", x), ("y", y)] }

    /// gnuplot's `lines`, or `linespoints` with marks.
    public func draw(in drawing: inout PanelDrawing) {
        let style =
            style == .automatic && color == nil && drawing.marksLines ? .numbered(drawing.colorCount) : self.style
        let data = drawing.data(zip(x, y).map { [$0, $1] }), color = color ?? drawing.nextColor()
        drawing.plot(
            "\(data) using 1:2 with lines\(marks ? "points pointtype 7 pointsize 0.45" : "") linewidth \(drawing.style.lineWidth) "
                + "linecolor rgb \(color.quoted) \(style.dashes) \(drawing.title(label))")
    }
}

/// Values that hold until the next one, such as a schedule of learning rates.
///
/// ```swift
/// let rate = Steps(x: [0, 10, 20], y: [0.1, 0.01, 0.001], label: "learning rate")
/// print(rate.columns.map(\.name))  // ["x", "y"]
/// ```
public struct Steps: PlotElement {
    /// Where a value begins, growing, and the value.
    public var x: [Double], y: [Double]
    /// Its entry in the legend; without one it has none.
    public var label: String
    /// `#rrggbb`; nil: the next of the style.
    public var color: String?

    /// A value y from each x on; the last is a point at the end.
    public init(x: [Double], y: [Double], label: String = "", color: String? = nil) {
        self.x = x
        self.y = y
        self.label = label
        self.color = color
    }

    /// All its points.
    public var extent: Extent { Extent(x: x, y: y) }
    /// - Throws: ``PlotError`` where x and y differ in number.
    public func check() throws { try checkCounts("steps", ("x", x.count), ("y", y.count), of: label) }
    /// A row for each point: `x`, `y`.
    public var columns: [(name: String, values: [Double])] { [("x", x), ("y", y)] }

    /// gnuplot's `steps`.
    public func draw(in drawing: inout PanelDrawing) {
        let data = drawing.data(zip(x, y).map { [$0, $1] }), color = color ?? drawing.nextColor()
        drawing.plot(
            "\(data) using 1:2 with steps linewidth \(drawing.style.lineWidth) linecolor rgb \(color.quoted) \(drawing.title(label))"
        )
    }
}

/// The shape of a point; the raw value is gnuplot's `pointtype`.
///
/// ```swift
/// print(Mark.dot.rawValue, Scatter(x: [1], y: [2], mark: .cross).mark)  // 7 cross
/// ```
public enum Mark: Int, Sendable, Equatable {
    /// A filled circle.
    case dot = 7
    /// A ring.
    case circle = 6
    /// A filled square.
    case square = 5
    /// A filled triangle.
    case triangle = 9
    /// A filled square on its corner.
    case diamond = 13
    /// Two lines: ×.
    case cross = 2
    /// Two lines: +.
    case plus = 1
}

/// Points, each by itself.
///
/// ```swift
/// let points = Scatter(x: [0.1, 0.4], y: [0.2, 0.3], label: "stations", mark: .triangle, opacity: 0.5)
/// print(points.mark.rawValue, points.size)  // 9 5.0
/// ```
public struct Scatter: PlotElement {
    /// As many x as y; where one is not finite, there is no point.
    public var x: [Double], y: [Double]
    /// Its entry in the legend; without one it has none.
    public var label: String
    /// `#rrggbb`; nil: the next of the style.
    public var color: String?
    /// The shape of all points.
    public var mark: Mark
    /// How large marks are, in points.
    public var size: Double
    /// From 0, invisible, to 1; beyond, the nearer end.
    public var opacity: Double

    /// A mark at each (x, y).
    ///
    /// - Parameters:
    ///   - color: `#rrggbb`; nil takes the next of the style.
    ///   - opacity: less than 1 shows where many points lie on each other.
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

    /// All its points.
    public var extent: Extent { Extent(x: x, y: y) }
    /// - Throws: ``PlotError`` where x and y differ in number.
    public func check() throws { try checkCounts("scatter", ("x", x.count), ("y", y.count), of: label) }
    /// A row for each point: `x`, `y`.
    public var columns: [(name: String, values: [Double])] { [("x", x), ("y", y)] }

    /// gnuplot's `points`.
    public func draw(in drawing: inout PanelDrawing) {
        let data = drawing.data(zip(x, y).map { [$0, $1] }), color = color ?? drawing.nextColor()
        // gnuplot's colours carry what is missing from full opacity in front.
        let alpha = Int((1 - min(1, max(0, opacity))) * 255)
        let faded = alpha == 0 ? color : "#" + alpha.hexadecimal(digits: 2) + color.dropFirst()
        drawing.plot(
            "\(data) using 1:2 with points pointtype \(mark.rawValue) pointsize \(size / 8) linewidth 1.2 "
                + "linecolor rgb \(faded.quoted) \(drawing.title(label))")
    }
}

/// What lies between two curves, such as a mean plus and minus a standard deviation.
///
/// ```swift
/// let spread = Band(x: [0, 1, 2], lower: [1, 1.5, 2], upper: [2, 2.5, 4], label: "±1 sd")
/// print(spread.columns.map(\.name))  // ["x", "lower", "upper"]
/// ```
public struct Band: PlotElement {
    /// As many of each; x is to grow.
    public var x: [Double], lower: [Double], upper: [Double]
    /// Its entry in the legend; without one it has none.
    public var label: String
    /// `#rrggbb`; nil: the next of the style.
    public var color: String?
    /// From 0, invisible, to 1.
    public var opacity: Double

    /// The plane between `lower` and `upper`.
    ///
    /// - Parameter opacity: faint, so that curves and lines of the grid are seen through it.
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

    /// The points of both curves.
    public var extent: Extent { Extent(x: x + x, y: lower + upper) }
    /// - Throws: ``PlotError`` where x, lower and upper differ in number.
    public func check() throws {
        try checkCounts("band", ("x", x.count), ("lower", lower.count), ("upper", upper.count), of: label)
    }
    /// A row for each x: `x`, `lower`, `upper`.
    public var columns: [(name: String, values: [Double])] { [("x", x), ("lower", lower), ("upper", upper)] }

    /// gnuplot's `filledcurves`.
    public func draw(in drawing: inout PanelDrawing) {
        let data = drawing.data(x.indices.map { [x[$0], lower[$0], upper[$0]] }), color = color ?? drawing.nextColor()
        drawing.plot(
            "\(data) using 1:2:3 with filledcurves fillstyle transparent solid \(opacity) noborder "
                + "fillcolor rgb \(color.quoted) \(drawing.title(label))")
    }
}

/// A straight line across the panel behind the data, to mark a value.
///
/// ```swift
/// let zero = Rule(y: 0), start = Rule(x: 1950)
/// print(zero.y!, start.y == nil)  // 0.0 true
/// ```
public struct Rule: PlotElement {
    /// Where it stands; one of the two is nil. An x makes it upright, a y level.
    public var x: Double?, y: Double?

    /// An upright line.
    public init(x: Double) { (self.x, y) = (x, nil) }
    /// A level line.
    public init(y: Double) { (x, self.y) = (nil, y) }

    /// Its value, so that the axis reaches to it.
    public var extent: Extent { Extent(x: x.map { [$0] } ?? [], y: y.map { [$0] } ?? []) }

    /// An arrow without a head in the style's ``Style/muted``; nothing where the value is not finite.
    public func draw(in drawing: inout PanelDrawing) {
        guard [x, y].compactMap({ $0 }).allSatisfy(\.isDrawn) else { return }
        let ends =
            x.map { "from first \($0), graph 0 to first \($0), graph 1" }
            ?? "from graph 0, first \(y!) to graph 1, first \(y!)"
        drawing.prepare("set arrow \(ends) nohead back linewidth 0.9 linecolor rgb \(drawing.style.muted.quoted)")
    }
}
