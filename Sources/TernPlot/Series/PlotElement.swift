/// Something drawn on a panel: a line, a map, or a kind of your own.
///
/// A kind of plot is its data, the part of the plane that it covers, and how it is drawn:
///
/// ```swift
/// struct Cross: PlotElement {
///     var x, y: Double
///     var extent: Extent { Extent(x: [x], y: [y]) }
///     func draw(in drawing: inout PanelDrawing) {
///         let data = drawing.data([[x, y]])
///         drawing.plot("\(data) using 1:2 with points pointtype 2 linecolor rgb \(drawing.nextColor().quoted)")
///     }
/// }
/// ```
public protocol PlotElement: Sendable, Equatable {
    /// What it covers of both axes.
    var extent: Extent { get }
    /// What its colours mean, where they mean numbers.
    var colorScale: ColorScale? { get }
    /// The text of its entry in the legend, if any.
    var label: String { get }
    /// What it shows, as columns of equal length, for ``Figure/csv``.
    var columns: [(name: String, values: [Double])] { get }
    /// - Throws: ``PlotError`` where its parts do not fit together.
    func check() throws
    /// Sets up the panel that it is added to, as a map does the axes.
    func prepare(_ panel: inout Panel)
    func draw(in drawing: inout PanelDrawing)
}

extension PlotElement {
    public var colorScale: ColorScale? { nil }
    public var label: String { "" }
    public var columns: [(name: String, values: [Double])] { [] }
    public func check() throws {}
    public func prepare(_ panel: inout Panel) {}
}

/// The points that an element covers, and how close to the axes it may go.
public struct Extent: Sendable, Equatable {
    public var x: [Double]
    public var y: [Double]
    /// Whether the axis ends where the data do, as for maps.
    public var tightX = false
    public var tightY = false
    /// Whether the vertical axis includes zero without a margin below, as for bars.
    public var fromZero = false

    public init(x: [Double], y: [Double], tightX: Bool = false, tightY: Bool = false, fromZero: Bool = false) {
        self.x = x
        self.y = y
        self.tightX = tightX
        self.tightY = tightY
        self.fromZero = fromZero
    }
}
