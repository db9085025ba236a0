import Foundation

/// A field on a grid of longitudes and latitudes, with coastlines.
///
/// ```swift
/// Panel(title: "SST anomaly", WorldMap(longitudes: lon, latitudes: lat, values: sst, centered: 0, valueLabel: "K"))
/// ```
///
/// Longitudes may run from 0 to 360 or from −180 to 180; the map is cut where the data begin. Its projection is the plate
/// carrée. Coastlines: Natural Earth at 1:110 million, public domain.
public struct WorldMap: PlotElement {
    public var grid: Grid
    public var colors: ColorMap
    public var range: ClosedRange<Double>?
    public var centered: Double?
    public var valueLabel: String

    /// - Parameters:
    ///   - values: a row for each latitude, a column for each longitude; NaN stays empty.
    ///   - centered: what lies in the middle of the colours, 0 for anomalies.
    public init(
        longitudes: [Double], latitudes: [Double], values: [[Double]], colors: ColorMap? = nil, range: ClosedRange<Double>? = nil,
        centered: Double? = nil, valueLabel: String = ""
    ) {
        grid = Grid(x: longitudes, y: latitudes, values: values)
        self.colors = colors ?? (centered == nil ? .viridis : .anomaly)
        self.range = range
        self.centered = centered
        self.valueLabel = valueLabel
    }

    public var extent: Extent {
        var extent = grid.ascending.extent
        extent.y = extent.y.map { min(90, max(-90, $0)) }
        return extent
    }
    public var colorScale: ColorScale? {
        ColorScale(map: colors, range: range ?? ColorScale.range(of: grid.flat, centered: centered), label: valueLabel)
    }

    public var columns: [(name: String, values: [Double])] { grid.columns }

    public func check() throws {
        try grid.check("the map")
        if let odd = grid.y.first(where: { !(-90.01...90.01).contains($0) }) {
            throw PlotError("the map has a latitude of \(odd) degrees; latitudes lie between -90 and 90 (are the axes swapped?)")
        }
        if let odd = grid.x.first(where: { !(-720...720).contains($0) }) {
            throw PlotError("the map has a longitude of \(odd) degrees; longitudes run from 0 to 360 or from -180 to 180 (is a value missing?)")
        }
    }

    public func prepare(_ panel: inout Panel) {
        panel.x.scale = .longitude
        panel.y.scale = .latitude
        if panel.aspect == nil { panel.aspect = 1 }
        if panel.grid == nil { panel.grid = false }
    }

    public func draw(in drawing: inout PanelDrawing) {
        grid.drawCells(in: &drawing)
        let bounds = extent.x
        var lines: [String] = []
        for coast in Self.coastlines {
            for turn in [-360.0, 0, 360] {
                let moved = coast.map { ($0.0 + turn, $0.1) }
                guard moved.contains(where: { $0.0 >= bounds[0] && $0.0 <= bounds[1] }) else { continue }
                lines += moved.map { "\(number(($0.0 * 100).rounded() / 100)) \(number($0.1))" } + [""]
            }
        }
        let data = drawing.data(lines: lines)
        drawing.plot("\(data) using 1:2 with lines linewidth 0.7 linecolor rgb \(drawing.style.foreground.quoted) notitle")
    }

    /// Lines of longitude and latitude in degrees.
    static let coastlines: [[(Double, Double)]] = {
        String(decoding: PackageResources.coastlines_txt, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let steps = line.split(separator: " ").map { Int($0)! }
            var (x, y) = (0, 0)
            return stride(from: 0, to: steps.count - 1, by: 2).map { i in
                (x, y) = (x + steps[i], y + steps[i + 1])
                return (Double(x) / 100, Double(y) / 100)
            }
        }
    }()
}
