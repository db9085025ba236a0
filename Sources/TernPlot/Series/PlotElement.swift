/// Something drawn on a panel: a line, a map, or a kind of your own.
///
/// A kind of plot is its data, the part of the plane that it covers, and how it is drawn:
///
/// ```swift
/// struct Cross: PlotElement {
///     var x: Double, y: Double
///     var extent: Extent { Extent(x: [x], y: [y]) }
///     func draw(in drawing: inout PanelDrawing) {
///         let data = drawing.data([[x, y]])
///         drawing.plot("\(data) using 1:2 with points pointtype 2 linecolor rgb '\(drawing.nextColor())' notitle")
///     }
/// }
/// let script = try Figure(Panel(Cross(x: 1, y: 2))).script(for: .svg, output: "cross.svg")
/// print(script.contains("points pointtype 2"))  // true
/// ```
public protocol PlotElement: Sendable, Equatable {
    /// What it covers of both axes.
    var extent: Extent { get }
    /// What its colours mean, where they mean numbers; a panel shows the first as its bar of colours.
    var colorScale: ColorScale? { get }
    /// The text of its entry in the legend, if any.
    var label: String { get }
    /// What it shows, as columns of equal length, for ``Figure/csv``.
    var columns: [(name: String, values: [Double])] { get }
    /// Called before anything is drawn.
    ///
    /// - Throws: ``PlotError`` where its parts do not fit together.
    func check() throws
    /// Sets up the panel that it is added to, as a map does the axes.
    func prepare(_ panel: inout Panel)
    /// Adds its data and its part of the `plot` command to the panel's script.
    func draw(in drawing: inout PanelDrawing)
}

extension PlotElement {
    /// None: colours mean nothing but the series.
    public var colorScale: ColorScale? { nil }
    /// None: no entry in the legend.
    public var label: String { "" }
    /// None: nothing in the figure's CSV.
    public var columns: [(name: String, values: [Double])] { [] }
    /// Finds nothing amiss.
    public func check() throws {}
    /// Leaves the panel as it is.
    public func prepare(_ panel: inout Panel) {}
}

/// The points that an element covers, and how close to the axes it may go.
///
/// ```swift
/// let bars = Extent(x: [0, 1, 2], y: [3, 1, 2], fromZero: true)
/// print(bars.y.max()!, bars.tightX)  // 3.0 false
/// ```
public struct Extent: Sendable, Equatable {
    /// Of the points or of their bounds; what is not finite is not counted. The legend goes where few of them lie.
    public var x: [Double]
    /// As ``x``.
    public var y: [Double]
    /// Whether the horizontal axis ends where the data do, as for maps, without a margin of 4 %.
    public var tightX = false
    /// The same of the vertical axis.
    public var tightY = false
    /// Whether the vertical axis includes zero without a margin below, as for bars; one that is logarithmic does not.
    public var fromZero = false

    /// Points with a margin about them, unless it is said otherwise.
    public init(x: [Double], y: [Double], tightX: Bool = false, tightY: Bool = false, fromZero: Bool = false) {
        self.x = x
        self.y = y
        self.tightX = tightX
        self.tightY = tightY
        self.fromZero = fromZero
    }
}
