/// How all figures look: the one place for colours, type and lines. Colours are `#rrggbb`.
///
/// ```swift
/// var style = Style.dark
/// style.fontSize = 14
/// let figure = Figure(Panel(Line([1, 2])), style: style)
/// print(figure.style.background, figure.style.cycle.count)  // #16181c 8
/// ```
///
/// Series take the hues of Okabe and Ito, which colour-blind readers tell apart (Okabe and Ito, "Color universal
/// design", 2008), each with a contrast of 3 and more to the background.
public struct Style: Sendable, Equatable {
    /// Behind everything.
    public var background: String
    /// Text, axes and coastlines.
    public var foreground: String
    /// Labels of ticks, axes, rules and lines of drawings.
    public var muted: String
    /// Lines through the ticks.
    public var grid: String
    /// Lines of equal value behind something else.
    public var contour: String
    /// What series take in turn, one or more.
    public var cycle: [String]
    /// Cells of a field without a number.
    public var missing = "#c9c9c9"
    /// A font that the machine knows; pages fall back to Helvetica and Arial.
    public var font = "DejaVu Sans"
    /// In pixels, from 1 to 1000; titles are a little larger, insets smaller.
    public var fontSize = 12.0
    /// Of curves, in gnuplot's line widths (about a pixel in SVG).
    public var lineWidth = 1.8

    /// - Throws: ``PlotError`` where there is no colour for series, or letters or lines have no size.
    func check() throws {
        guard !cycle.isEmpty else {
            throw PlotError("the style has no colours for series (cycle); give it at least one")
        }
        guard (1...1000).contains(fontSize) else {
            throw PlotError("letters of \(fontSize) pixels cannot be drawn; give a fontSize from 1 to 1000")
        }
        guard lineWidth >= 0, lineWidth.isDrawn else {
            throw PlotError("lines of a width of \(lineWidth) cannot be drawn; give a lineWidth of 0 or more")
        }
    }

    /// Dark ink on white, for screens and paper.
    public static let light = Style(
        background: "#ffffff", foreground: "#222222", muted: "#555555", grid: "#e3e3e3", contour: "#b4bec9",
        cycle: ["#0072b2", "#d55e00", "#00805c", "#b8568c", "#a87400", "#2f8fcb", "#7a5195", "#222222"])

    /// Light ink on a dark page.
    public static let dark = Style(
        background: "#16181c", foreground: "#e8e8e8", muted: "#a8a8a8", grid: "#33363c", contour: "#4c5560",
        cycle: ["#56b4e9", "#e69f00", "#2bc59b", "#e59cc5", "#f0e442", "#5aa0ff", "#b79ad8", "#e8e8e8"])
}
