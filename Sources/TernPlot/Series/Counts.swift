#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import TernNumbers

/// How often values fall into each of equal bins, as `numpy.histogram` counts them.
///
/// ```swift
/// let rain = Histogram([0, 1, 1, 2, 4], bins: 4, label: "rain (mm)")
/// print(rain.counts, rain.edges)  // [1, 2, 1, 1] [0.0, 1.0, 2.0, 3.0, 4.0]
/// ```
///
/// A bin holds its lower edge and not its upper one; the last holds both.
public struct Histogram: PlotElement {
    /// What was counted; the bins are not counted anew where it is changed.
    public var values: [Double]
    /// One more than bins, from the lowest to the highest.
    public var edges: [Double]
    /// How many values each bin holds.
    public var counts: [Int]
    /// Its entry in the legend; without one it has none.
    public var label: String
    /// `#rrggbb`; nil: the next of the style.
    public var color: String?

    /// Counts the values that are finite and lie in the range.
    ///
    /// - Parameters:
    ///   - bins: by default as many as the rule of Freedman and Diaconis gives (width 2·IQR·n^(−1/3), 1981), from 5 to
    ///     60; 10 where there are three values or fewer or half of them are alike. Less than one is taken for one.
    ///   - range: of all bins; nil is from the lowest value to the highest, and half a unit to both sides of values
    ///     that are all alike. Where edges would fall on each other, as numbers are not that precise, which NumPy
    ///     refuses, it is widened.
    /// - Complexity: O(n log n) in the number of values.
    public init(
        _ values: [Double], bins: Int? = nil, range: ClosedRange<Double>? = nil, label: String = "",
        color: String? = nil
    ) {
        let finite = values.filter(\.isDrawn).sorted()
        var low = range?.lowerBound ?? finite.first ?? 0, high = range?.upperBound ?? finite.last ?? 1
        (low, high) = (min(1e300, max(-1e300, low)), min(1e300, max(-1e300, high)))
        if low == high { (low, high) = (low - 0.5, high + 0.5) }
        var number = bins ?? 10
        if bins == nil, finite.count > 3 {
            let spread = finite[finite.count * 3 / 4] - finite[finite.count / 4]
            let width = 2 * spread / cbrt(Double(finite.count))
            number = width > 0 ? Int(min(60, max(5, ((high - low) / width).rounded(.up)))) : 10
        }
        let count = max(1, number)
        // As numpy.linspace rounds: the edges decide where a value on one of them is counted.
        func bounds() -> [Double] {
            let step = (high - low) / Double(count)
            return (0..<count).map { Double($0) * step + low } + [high]
        }
        edges = bounds()
        if !edges.isStrictlyMonotonic {
            let wide = (low...high).drawn()
            (low, high) = (wide.lowerBound, wide.upperBound)
            edges = bounds()
        }
        counts = Array(repeating: 0, count: count)
        for value in finite where value >= low && value <= high {
            var bin = min(count - 1, Int((value - low) / (high - low) * Double(count)))
            // The product may be rounded over an edge, and the edge is what counts.
            while bin > 0, value < edges[bin] { bin -= 1 }
            while bin + 1 < count, value >= edges[bin + 1] { bin += 1 }
            counts[bin] += 1
        }
        self.values = values
        self.label = label
        self.color = color
    }

    /// The edges and the counts; its axis begins at zero where it is not logarithmic.
    public var extent: Extent { Extent(x: edges, y: counts.map(Double.init), fromZero: true) }
    /// - Throws: ``PlotError`` where there is not one edge more than counts.
    public func check() throws {
        guard edges.count == counts.count + 1 else {
            throw PlotError(
                "histogram \"\(label)\" has \(edges.count) edges and \(counts.count) counts; give one edge more than counts"
            )
        }
    }
    /// A row for each bin: `lower`, `upper`, `count`.
    public var columns: [(name: String, values: [Double])] {
        [("lower", Array(edges.dropLast())), ("upper", Array(edges.dropFirst())), ("count", counts.map(Double.init))]
    }

    /// gnuplot's `boxes`, as wide as the bins.
    public func draw(in drawing: inout PanelDrawing) {
        let data = drawing.data(
            counts.indices.map { [(edges[$0] + edges[$0 + 1]) / 2, Double(counts[$0]), edges[$0 + 1] - edges[$0]] })
        let color = color ?? drawing.nextColor()
        drawing.plot(
            "\(data) using 1:2:3 with boxes fillstyle transparent solid 0.75 border rgb \(drawing.style.background.quoted) "
                + "linecolor rgb \(color.quoted) \(drawing.title(label))")
    }
}

/// A bar for each name, from zero to its value.
///
/// ```swift
/// let skill = Bars(["ridge", "network"], [0.42, 0.61], label: "skill")
/// let panel = Panel(skill)
/// print(panel.x.ticks!.map(\.label))  // ["ridge", "network"]
/// ```
///
/// Bars stand at 0, 1, 2, ... of the x axis and are 0.7 wide; their names become its ticks.
public struct Bars: PlotElement {
    /// Written below the bars.
    public var names: [String]
    /// As many as names; what is not finite has no bar.
    public var values: [Double]
    /// Its entry in the legend; without one it has none.
    public var label: String
    /// `#rrggbb`; nil: the next of the style.
    public var color: String?

    /// A bar for each name, in their order.
    public init(_ names: [String], _ values: [Double], label: String = "", color: String? = nil) {
        self.names = names
        self.values = values
        self.label = label
        self.color = color
    }

    /// From 0.6 before the first bar to 0.6 behind the last; the vertical axis begins at zero where it is not
    /// logarithmic.
    public var extent: Extent { Extent(x: [-0.6, Double(names.count) - 0.4], y: values, tightX: true, fromZero: true) }
    /// A row for each bar: its number from 0 as `x`, its value as `y`.
    public var columns: [(name: String, values: [Double])] { [("x", names.indices.map(Double.init)), ("y", values)] }
    /// - Throws: ``PlotError`` where names and values differ in number.
    public func check() throws { try checkCounts("bars", ("names", names.count), ("values", values.count), of: label) }

    /// Writes the names at the ticks of the x axis, in the place of those it had.
    public func prepare(_ panel: inout Panel) {
        panel.x.ticks = names.enumerated().map { Tick(Double($0), $1) }
    }

    /// gnuplot's `boxes`.
    public func draw(in drawing: inout PanelDrawing) {
        let data = drawing.data(values.enumerated().map { [Double($0), $1] }), color = color ?? drawing.nextColor()
        drawing.plot(
            "\(data) using 1:2:(0.7) with boxes fillstyle solid 0.85 noborder linecolor rgb \(color.quoted) \(drawing.title(label))"
        )
    }
}
