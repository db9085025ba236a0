import TernText

/// Colours for numbers, even in how they are perceived.
///
/// ```swift
/// let heat = ColorMap("heat", colors: ["#fff5eb", "#fd8d3c", "#7f2704"])
/// print(heat.reversed.colors[0], ColorMap.viridis.colors.count)  // #7f2704 13
/// ```
///
/// Source: matplotlib's viridis (van der Walt and Smith, 2015) and its red-blue after ColorBrewer (Brewer, 2002);
/// cividis: Nuñez, Anderton and Renslow, PLOS ONE 13(7), 2018, https://doi.org/10.1371/journal.pone.0199239.
public struct ColorMap: Sendable, Equatable {
    /// What a reader knows it by.
    public var name: String
    /// As `#rrggbb`, at equal distances from the lowest value to the highest, two or more; between them colours are
    /// mixed.
    public var colors: [String]

    /// Colours from the lowest value to the highest.
    public init(_ name: String, colors: [String]) {
        self.name = name
        self.colors = colors
    }

    /// Dark violet through green to yellow, for values without a centre.
    public static let viridis = ColorMap(
        "viridis",
        colors: [
            "#440154", "#481f70", "#443983", "#3b528b", "#31688e", "#287c8e", "#21918c", "#20a486", "#35b779",
            "#5ec962", "#90d743",
            "#c8e020", "#fde725",
        ])
    /// Dark blue to yellow, alike to readers with and without colour vision deficiency.
    public static let cividis = ColorMap(
        "cividis",
        colors: [
            "#00224e", "#003170", "#2a3f6d", "#434e6c", "#575d6d", "#6a6c71", "#7d7c78", "#918b78", "#a59c74",
            "#bcae6c", "#d2c060",
            "#e9d34e", "#fee838",
        ])
    /// Blue below the centre, red above: for anomalies.
    public static let anomaly = ColorMap(
        "anomaly",
        colors: [
            "#053061", "#1c5c9f", "#3783bb", "#6bacd1", "#a7d0e4", "#d7e8f1", "#f7f6f6", "#fcdfcf", "#f7b799",
            "#e48066", "#c94741",
            "#a51429", "#67001f",
        ])
    /// White to black.
    public static let grays = ColorMap("grays", colors: ["#ffffff", "#d9d9d9", "#959595", "#515151", "#000000"])

    /// The same the other way round.
    public var reversed: ColorMap { ColorMap(name + ", reversed", colors: colors.reversed()) }

    /// Red, green and blue from 0 to 1 at a share of the way.
    private func mixed(at share: Double) -> [Double] {
        let place = min(1, max(0, share)) * Double(colors.count - 1), i = min(colors.count - 2, Int(place)),
            t = place - Double(i)
        func part(_ color: String, _ k: Int) -> Double {
            let digits = color.dropFirst(1 + 2 * k).prefix(2)
            return Double(Int(digits, radix: 16) ?? 0) / 255
        }
        return (0..<3).map { k in part(colors[i], k) * (1 - t) + part(colors[i + 1], k) * t }
    }

    /// The colour at a share of the way as `#rrggbb`.
    func color(at share: Double) -> String {
        mixed(at: share).reduce("#") { $0 + Int(($1 * 255).rounded()).hexadecimal(digits: 2) }
    }

    /// Whether the colour at a share of the way is so dark that letters on it are to be light.
    func isDark(at share: Double) -> Bool {
        let mixed = mixed(at: share)
        return 0.299 * mixed[0] + 0.587 * mixed[1] + 0.114 * mixed[2] < 0.55
    }

    /// Letters that lie on colours, which no scheme of a page changes.
    package static let inkOnDark = "#fefefe", inkOnLight = "#111111"

    /// gnuplot's `set palette`.
    var palette: String {
        "set palette defined (" + colors.enumerated().map { "\($0) \($1.quoted)" }.joined(separator: ", ") + ")"
    }
}

/// What colours mean in a panel, drawn as a bar beside it.
///
/// ```swift
/// let scale = HeatMap(Grid(x: [0, 1], y: [0, 1], values: [[1, 2], [3, 5]]), valueLabel: "mm").colorScale!
/// print(scale.map.name, scale.range, scale.label)  // viridis 1.0...5.0 mm
/// ```
public struct ColorScale: Sendable, Equatable {
    /// The colours.
    public var map: ColorMap
    /// The values of the first and the last colour.
    public var range: ClosedRange<Double>
    /// Written beside the bar of colours.
    public var label: String
    /// The bounds of the bands, where colours are in steps; nil: they run smoothly.
    public var levels: [Double]?

    /// A bar for a plot element of your own.
    public init(map: ColorMap, range: ClosedRange<Double>, label: String = "", levels: [Double]? = nil) {
        (self.map, self.range, self.label, self.levels) = (map, range, label, levels)
    }

    /// Whether the colour of a value is so dark that letters on it are to be light.
    func isDark(at value: Double) -> Bool {
        let range = range.drawn()
        return map.isDark(at: (value - range.lowerBound) / (range.upperBound - range.lowerBound))
    }

    /// - Throws: ``PlotError`` where a map has fewer than two colours.
    func check() throws {
        guard map.colors.count > 1 else {
            throw PlotError("the colour map \"\(map.name)\" has \(map.colors.count) colours; give it two or more")
        }
    }

    /// - Throws: ``PlotError`` where a centre is no number that can be drawn.
    static func check(centered: Double?) throws {
        if let centered, !centered.isDrawn {
            throw PlotError("the colours are to be centred at \(centered); give a number within ±1e300, or none")
        }
    }

    /// A range of all values, or symmetric about a centre.
    static func range(of values: [Double], centered: Double?) -> ClosedRange<Double> {
        let finite = values.filter(\.isDrawn)
        guard let low = finite.min(), let high = finite.max() else { return 0...1 }
        if let centered, centered.isDrawn {
            let reach = max(high - centered, centered - low)
            return (centered - (reach > 0 ? reach : 1))...(centered + (reach > 0 ? reach : 1))
        }
        return low < high ? low...high : (low - 0.5)...(high + 0.5)
    }
}
