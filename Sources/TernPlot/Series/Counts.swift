#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How often values fall into each of equal bins.
public struct Histogram: PlotElement {
    public var values: [Double]
    public var edges: [Double]
    public var counts: [Int]
    public var label: String
    public var color: String?

    /// - Parameter bins: by default as many as the rule of Freedman and Diaconis gives, from 5 to 60.
    public init(
        _ values: [Double], bins: Int? = nil, range: ClosedRange<Double>? = nil, label: String = "",
        color: String? = nil
    ) {
        let finite = values.filter(\.isDrawn).sorted()
        var low = range?.lowerBound ?? finite.first ?? 0, high = range?.upperBound ?? finite.last ?? 1
        if low == high { (low, high) = (low - 0.5, high + 0.5) }
        let wide = (low...high).drawn()
        (low, high) = (wide.lowerBound, wide.upperBound)
        var number = bins ?? 10
        if bins == nil, finite.count > 3 {
            let spread = finite[finite.count * 3 / 4] - finite[finite.count / 4]
            let width = 2 * spread / cbrt(Double(finite.count))
            number = width > 0 ? Int(min(60, max(5, ((high - low) / width).rounded(.up)))) : 10
        }
        let count = max(1, number)
        edges = (0...count).map { low + (high - low) * Double($0) / Double(count) }
        counts = Array(repeating: 0, count: count)
        for value in finite where value >= low && value <= high {
            counts[min(count - 1, Int((value - low) / (high - low) * Double(count)))] += 1
        }
        self.values = values
        self.label = label
        self.color = color
    }

    public var extent: Extent { Extent(x: edges, y: counts.map(Double.init), fromZero: true) }
    public var columns: [(name: String, values: [Double])] {
        [("lower", Array(edges.dropLast())), ("upper", Array(edges.dropFirst())), ("count", counts.map(Double.init))]
    }

    public func draw(in drawing: inout PanelDrawing) {
        let data = drawing.data(
            counts.indices.map { [(edges[$0] + edges[$0 + 1]) / 2, Double(counts[$0]), edges[$0 + 1] - edges[$0]] })
        let color = color ?? drawing.nextColor()
        drawing.plot(
            "\(data) using 1:2:3 with boxes fillstyle transparent solid 0.75 border rgb \(drawing.style.background.quoted) "
                + "linecolor rgb \(color.quoted) \(drawing.title(label))")
    }
}

/// A bar for each name.
public struct Bars: PlotElement {
    public var names: [String]
    public var values: [Double]
    public var label: String
    public var color: String?

    public init(_ names: [String], _ values: [Double], label: String = "", color: String? = nil) {
        self.names = names
        self.values = values
        self.label = label
        self.color = color
    }

    public var extent: Extent { Extent(x: [-0.6, Double(names.count) - 0.4], y: values, tightX: true, fromZero: true) }
    public var columns: [(name: String, values: [Double])] { [("x", names.indices.map(Double.init)), ("y", values)] }
    public func check() throws { try checkCounts("bars", ("names", names.count), ("values", values.count), of: label) }

    public func prepare(_ panel: inout Panel) {
        panel.x.ticks = names.enumerated().map { Tick(Double($0), $1) }
    }

    public func draw(in drawing: inout PanelDrawing) {
        let data = drawing.data(values.enumerated().map { [Double($0), $1] }), color = color ?? drawing.nextColor()
        drawing.plot(
            "\(data) using 1:2:(0.7) with boxes fillstyle solid 0.85 noborder linecolor rgb \(color.quoted) \(drawing.title(label))"
        )
    }
}
