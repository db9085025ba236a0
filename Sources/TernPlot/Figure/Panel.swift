/// One pair of axes and all that is drawn on them.
///
/// ```swift
/// let epochs = [1.0, 2, 3], training = [0.5, 0.08, 0.01], validation = [0.6, 0.2, 0.19]
/// var panel = Panel(title: "Loss", x: Axis("epoch"), y: Axis("MSE", scale: .logarithmic))
/// panel.add(Line(x: epochs, y: training, label: "training"))
/// panel.add(Line(x: epochs, y: validation, label: "validation"))
/// print(panel.elements.map(\.label))  // ["training", "validation"]
/// ```
public struct Panel: Sendable, Equatable {
    /// Above the axes; `x_1^2` and `\sigma` become Unicode.
    public var title: String
    /// The horizontal axis.
    public var x: Axis
    /// The vertical axis.
    public var y: Axis
    /// Where the labels of the elements stand; elements without a label have no entry.
    public var legend: Legend
    /// Whether faint lines go through the ticks; without a choice, where there is no field that they would cross.
    public var grid: Bool?
    /// How many times as long a unit of y is as one of x, above 0; without it, the panel fills its place.
    public var aspect: Double?
    /// Whether axes are drawn; a drawing of boxes and arrows needs none.
    public var showsAxes = true
    /// Small panels that lie on this one.
    public var insets: [Inset] = []
    /// What is drawn, in the order in which it was added: later ones lie over earlier ones.
    public private(set) var elements: [any PlotElement] = []

    /// A panel of elements; more can be added later.
    ///
    /// - Parameters:
    ///   - legend: where labels stand.
    ///   - grid: whether faint lines go through the ticks; nil draws them where there is no field.
    ///   - aspect: how many times as long a unit of y is as one of x; nil fills the place.
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

    /// Draws the element over those added before, after it has set up the axes as it needs them (a map its degrees,
    /// bars their names).
    public mutating func add(_ element: some PlotElement) {
        element.prepare(&self)
        elements.append(element)
    }

    /// - Throws: ``PlotError`` where a range, a time, the aspect or the place of an inset is none that can be drawn.
    func checkAxes() throws {
        try checkTimes()
        for axis in [x, y] where axis.scale == .logarithmic {
            guard let range = axis.range, range.lowerBound <= 0 else { continue }
            throw PlotError(
                "a logarithmic axis cannot begin at \(range.lowerBound); give it a range above 0, or none, which covers all data above 0"
            )
        }
        if let aspect, !(aspect > 0 && aspect.isDrawn) {
            throw PlotError("a panel cannot have an aspect of \(aspect); give a number above 0, or none")
        }
        for range in insets.flatMap({ [$0.x, $0.y] }) where range.lowerBound < 0 || range.upperBound > 1 {
            throw PlotError(
                "an inset from \(range.lowerBound) to \(range.upperBound) leaves its panel; give shares from 0 to 1")
        }
    }

    /// gnuplot counts years one by one, so that its calendar has an end.
    ///
    /// - Throws: ``PlotError`` where a time is further away than that.
    private func checkTimes() throws {
        for (axis, values) in [(x, \Extent.x), (y, \Extent.y)] where axis.scale == .time {
            let bounds = axis.range.map { [$0.lowerBound, $0.upperBound] } ?? []
            let all = bounds + elements.flatMap { $0.extent[keyPath: values] }
            guard let odd = all.first(where: { $0.isFinite && abs($0) > 3.2e12 }) else { continue }
            throw PlotError(
                "a time of \(odd) seconds since 1970 lies more than 100,000 years away; give seconds, or an axis of numbers"
            )
        }
    }

    /// Whether all settings and elements are alike, in the same order; elements of different kinds differ.
    public static func == (a: Panel, b: Panel) -> Bool {
        a.title == b.title && a.x == b.x && a.y == b.y && a.legend == b.legend && a.grid == b.grid
            && a.aspect == b.aspect && a.showsAxes == b.showsAxes && a.insets == b.insets
            && a.elements.count == b.elements.count
            && zip(a.elements, b.elements).allSatisfy { $0.isEqual(to: $1) }
    }
}

/// Where a panel says what its colours and marks mean.
///
/// ```swift
/// let panel = Panel(legend: .below, Line([1, 2], label: "a"), Line([2, 1], label: "b"))
/// print(panel.legend.rawValue)  // below
/// ```
public enum Legend: String, Sendable, Equatable {
    /// In the corner with the fewest points, or beside the panel where every corner holds data or there are bars.
    case automatic
    /// Over the data, in a corner of the axes.
    case topLeft, topRight, bottomLeft, bottomRight
    /// To the right of the panel; below it where the panel is less than 460 pixels wide.
    case outside
    /// Below the panel, one name a line.
    case below
    /// Nowhere, though elements have labels.
    case none
}

extension PlotElement {
    func isEqual(to other: any PlotElement) -> Bool { (other as? Self) == self }
}
