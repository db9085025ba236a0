import Foundation
import TernNumbers

/// A field on a grid of longitudes and latitudes, with coastlines.
///
/// ```swift
/// let sst = WorldMap(
///     longitudes: [0, 90, 180, 270], latitudes: [-45, 45], values: [[1, 2, 0, -1], [0, 1, .nan, -2]], centered: 0,
///     valueLabel: "K")
/// let panel = Panel(title: "SST anomaly", sst)
/// print(sst.extent.x, sst.colorScale!.range, panel.x.scale)  // [-45.0, 315.0] -2.0...2.0 longitude
/// ```
///
/// Longitudes may run from 0 to 360 or from −180 to 180, and over either edge, as 350, 355, 0, 5, which then go on as
/// 360 and 365; the map is cut where the data begin. Its projection is the plate carrée. Coastlines: Natural Earth at
/// 1:110 million, public domain.
public struct WorldMap: PlotElement {
    /// Longitudes as x, latitudes as y, in degrees.
    public var grid: Grid
    /// From the lowest value to the highest.
    public var colors: ColorMap
    /// The values of the first and the last colour, which also colour what lies beyond; nil: all finite values.
    public var range: ClosedRange<Double>?
    /// What lies in the middle of the colours where no range is given.
    public var centered: Double?
    /// Written beside the bar of colours, such as the unit.
    public var valueLabel: String

    /// A map of coloured cells.
    ///
    /// - Parameters:
    ///   - longitudes: in degrees east, the centres of the cells.
    ///   - latitudes: in degrees north, in either direction.
    ///   - values: a row for each latitude, a column for each longitude; NaN stays grey.
    ///   - colors: nil is ``ColorMap/anomaly`` where there is a centre, else ``ColorMap/viridis``.
    ///   - range: nil covers all finite values.
    ///   - centered: what lies in the middle of the colours, 0 for anomalies.
    public init(
        longitudes: [Double], latitudes: [Double], values: [[Double]], colors: ColorMap? = nil,
        range: ClosedRange<Double>? = nil,
        centered: Double? = nil, valueLabel: String = ""
    ) {
        grid = Grid(x: Self.continued(longitudes), y: latitudes, values: values)
        self.colors = colors ?? (centered == nil ? .viridis : .anomaly)
        self.range = range
        self.centered = centered
        self.valueLabel = valueLabel
    }

    /// Longitudes that begin anew behind 360 or 180 degrees, continued, so that neighbours stay side by side; others as
    /// they are.
    private static func continued(_ longitudes: [Double]) -> [Double] {
        guard !longitudes.isStrictlyMonotonic, longitudes.allSatisfy({ abs($0) <= 720 }),
            let continued = Longitudes.continued(longitudes), let first = continued.first, let last = continued.last,
            abs(last - first) <= 360
        else { return longitudes }
        return continued
    }

    /// The outer edges of the cells, within the poles.
    public var extent: Extent {
        var extent = grid.extent
        extent.y = extent.y.map { min(90, max(-90, $0)) }
        return extent
    }
    /// The range given or found, and the label of the bar of colours.
    public var colorScale: ColorScale? {
        ColorScale(map: colors, range: range ?? ColorScale.range(of: grid.flat, centered: centered), label: valueLabel)
    }

    /// A row for each cell: longitude as `x`, latitude as `y`, `value`.
    public var columns: [(name: String, values: [Double])] { grid.columns }

    /// - Throws: ``PlotError`` where the values do not fit the grid, it has fewer than two rows or columns, a latitude
    ///   lies beyond a pole, a longitude beyond ±720 degrees, or the centre of the colours is no number.
    public func check() throws {
        try grid.check("the map")
        try ColorScale.check(centered: centered)
        if let complaint = Sphere.complaint(aboutLatitudes: grid.y) {
            throw PlotError("the rows of the map: \(complaint) (are the axes swapped?)")
        }
        if let odd = grid.x.first(where: { !(-720...720).contains($0) }) {
            throw PlotError(
                "the map has a longitude of \(odd) degrees; longitudes run from 0 to 360 or from -180 to 180 (is a value missing?)"
            )
        }
    }

    /// Gives the axes degrees, a degree of both the same length, and no lines that would cross the map; an aspect or a
    /// grid that was chosen stays.
    public func prepare(_ panel: inout Panel) {
        panel.x.scale = .longitude
        panel.y.scale = .latitude
        if panel.aspect == nil { panel.aspect = 1 }
        if panel.grid == nil { panel.grid = false }
    }

    /// Coasts are light where the colours below are dark.
    public func draw(in drawing: inout PanelDrawing) {
        grid.drawCells(in: &drawing)
        let bounds = extent.x, isDark = darkness
        var dark: [String] = [], light: [String] = []
        for coast in Self.coastlines {
            for turn in stride(from: -720.0, through: 720, by: 360) {
                let moved = coast.map { ($0.0 + turn, $0.1) }
                guard moved.contains(where: { $0.0 >= bounds[0] && $0.0 <= bounds[1] }) else { continue }
                var wasLight: Bool?, last = ""
                for (x, y) in moved {
                    let point = "\(number((x * 100).rounded() / 100)) \(number(y))", isLight = isDark(x, y)
                    // Where the colour changes, both lines have the point between.
                    let start = isLight == wasLight ? [] : last.isEmpty ? [""] : ["", last]
                    if isLight { light += start + [point] } else { dark += start + [point] }
                    (wasLight, last) = (isLight, point)
                }
            }
        }
        for (lines, color) in [(dark, drawing.style.foreground), (light, ColorMap.inkOnDark)]
        where lines.contains(where: { !$0.isEmpty }) {
            let data = drawing.data(lines: lines)
            drawing.plot("\(data) using 1:2 with lines linewidth 0.7 linecolor rgb \(color.quoted) notitle")
        }
    }

    /// Whether a place lies in a cell whose colour is dark.
    private var darkness: (_ x: Double, _ y: Double) -> Bool {
        let grid = grid.ascending, (xs, ys) = (grid.x.cellEdges, grid.y.cellEdges), scale = colorScale!
        let dark = grid.values.map { row in row.map { $0.isDrawn && scale.isDark(at: $0) } }
        func cell(_ value: Double, _ edges: [Double]) -> Int? {
            guard value >= edges[0], value < edges.last! else { return nil }
            return edges.partitioningIndex { $0 > value } - 1
        }
        return { x, y in
            guard let column = cell(x, xs), let row = cell(y, ys) else { return false }
            return dark[row][column]
        }
    }

    /// Lines of longitude and latitude in degrees.
    static let coastlines: [[(Double, Double)]] = {
        String(decoding: PackageResources.coastlines_txt, as: UTF8.self).split(separator: "\n").filter {
            !$0.hasPrefix("#")
        }.map { line in
            let steps = line.split(separator: " ").map { Int($0)! }
            var (x, y) = (0, 0)
            return stride(from: 0, to: steps.count - 1, by: 2).map { i in
                (x, y) = (x + steps[i], y + steps[i + 1])
                return (Double(x) / 100, Double(y) / 100)
            }
        }
    }()
}
