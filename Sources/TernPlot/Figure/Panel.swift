/// One pair of axes and all that is drawn on them.
///
/// ```swift
/// var panel = Panel(title: "Loss", x: Axis("epoch"), y: Axis("MSE", scale: .logarithmic))
/// panel.add(Line(x: epochs, y: training, label: "training"))
/// panel.add(Line(x: epochs, y: validation, label: "validation"))
/// ```
public struct Panel: Sendable, Equatable {
    public var title: String
    public var x: Axis
    public var y: Axis
    public var legend: Legend
    /// Whether faint lines go through the ticks; without a choice, where there is no field that they would cross.
    public var grid: Bool?
    /// How many times as long a unit of y is as one of x; without it, the panel fills its place.
    public var aspect: Double?
    /// Whether axes are drawn; a drawing of boxes and arrows needs none.
    public var showsAxes = true
    /// Small panels that lie on this one.
    public var insets: [Inset] = []
    public private(set) var elements: [any PlotElement] = []

    public init(
        title: String = "", x: Axis = Axis(), y: Axis = Axis(), legend: Legend = .automatic, grid: Bool? = nil,
        aspect: Double? = nil, _ elements: any PlotElement...
    ) {
        self.title = title
        self.x = x
        self.y = y
        self.legend = legend
        self.grid = grid
        self.aspect = aspect
        for element in elements { add(element) }
    }

    /// Draws the element over those added before.
    public mutating func add(_ element: some PlotElement) {
        element.prepare(&self)
        elements.append(element)
    }

    /// gnuplot counts years one by one, so that its calendar has an end.
    ///
    /// - Throws: ``PlotError`` where a time is further away than that.
    func checkTimes() throws {
        for (axis, values) in [(x, \Extent.x), (y, \Extent.y)] where axis.scale == .time {
            let bounds = axis.range.map { [$0.lowerBound, $0.upperBound] } ?? []
            let all = bounds + elements.flatMap { $0.extent[keyPath: values] }
            guard let odd = all.first(where: { $0.isFinite && abs($0) > 3.2e12 }) else { continue }
            throw PlotError(
                "a time of \(odd) seconds since 1970 lies more than 100,000 years away; give seconds, or an axis of numbers"
            )
        }
    }

    public static func == (a: Panel, b: Panel) -> Bool {
        a.title == b.title && a.x == b.x && a.y == b.y && a.legend == b.legend && a.grid == b.grid
            && a.aspect == b.aspect && a.showsAxes == b.showsAxes && a.insets == b.insets
            && a.elements.count == b.elements.count
            && zip(a.elements, b.elements).allSatisfy { $0.isEqual(to: $1) }
    }
}

/// Where a panel says what its colours and marks mean.
public enum Legend: String, Sendable, Equatable {
    /// In the emptiest corner, or beside the panel where every corner holds data.
    case automatic
    case topLeft, topRight, bottomLeft, bottomRight
    /// To the right of the panel; below it where there is little room.
    case outside
    /// Below the panel.
    case below
    case none
}

extension PlotElement {
    func isEqual(to other: any PlotElement) -> Bool { (other as? Self) == self }
}
