/// What the elements of a panel put into its part of a gnuplot script.
///
/// ```swift
/// struct Mean: PlotElement {
///     var values: [Double]
///     var extent: Extent { Extent(x: [], y: values) }
///     func draw(in drawing: inout PanelDrawing) {
///         let mean = values.reduce(0, +) / Double(values.count)
///         drawing.plot("\(mean) with lines linecolor rgb '\(drawing.nextColor())' title 'mean'")
///     }
/// }
/// let figure = Figure(Panel(Mean(values: [1, 2, 6])))
/// print(try figure.script(for: .svg, output: "mean.svg").contains("plot 3.0 with lines"))  // true
/// ```
///
/// A script is looked at before it is run, and refused where it could reach outside the drawing: commands begin with
/// `set`, `unset`, `plot` or `splot`, strings stand in single quotes, nothing is read from files, and nothing is piped.
public struct PanelDrawing {
    /// Colours, type and lines of the figure; letters of an inset are smaller already.
    public let style: Style
    /// The number of the panel, from 1.
    let number: Int
    private(set) var blocks: [String] = []
    private(set) var before: [String] = []
    private(set) var clauses: [String] = []
    private var colors = 0
    /// The size of letters in the terminal's measure, by that in pixels.
    let fontUnit: Double
    /// Whether lines are told apart by dashes as well as by colour.
    var marksLines = false

    init(number: Int, style: Style, fontUnit: Double) {
        self.number = number
        self.style = style
        self.fontUnit = fontUnit
    }

    /// The number of colours that were taken so far.
    var colorCount: Int { colors }

    /// A text over all that is drawn, at a place on the axes; lines stand below each other.
    ///
    /// Nothing is drawn where a coordinate is not finite.
    ///
    /// - Parameters:
    ///   - text: `\n` begins a new line, `x_1` and `\sigma` become Unicode.
    ///   - anchor: which part of the text lies at the place.
    ///   - size: of its letters, by those of the style.
    ///   - color: `#rrggbb`; nil is the style's ``Style/foreground``.
    ///   - isTurned: whether it runs upwards.
    ///   - shift: to the right and upwards, in letters.
    public mutating func text(
        _ text: String, x: Double, y: Double, anchor: TextAnchor = .center, size: Double = 1, color: String? = nil,
        isTurned: Bool = false,
        shift: (x: Double, y: Double) = (0, 0)
    ) {
        guard x.isDrawn, y.isDrawn else { return }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (i, line) in lines.enumerated() where !line.isEmpty {
            let down = (Double(lines.count - 1) / 2 - Double(i)) * 0.9 * size
            let offset = isTurned ? (shift.x - down * 1.6, shift.y) : (shift.x, shift.y + down)
            prepare(
                "set label \(String(line).shown) at first \(x), first \(y) \(anchor.rawValue)\(isTurned ? " rotate by 90" : "") front "
                    + "offset character \(offset.0), character \(offset.1) textcolor rgb \((color ?? style.foreground).quoted) "
                    + "font ',\(style.fontSize * size * fontUnit)'")
        }
    }

    /// The next colour of the style's cycle as `#rrggbb`, which begins again after its last; each call takes one.
    public mutating func nextColor() -> String {
        defer { colors += 1 }
        return style.cycle[colors % style.cycle.count]
    }

    /// Keeps rows of numbers in the script and returns the name of the block, to be plotted; an empty row is an empty
    /// line, which parts lines and rows of grids. What is not finite is written `NaN`, a gap.
    public mutating func data(_ rows: [[Double]]) -> String {
        data(lines: rows.map { row in row.map(TernPlot.number).joined(separator: " ") })
    }

    mutating func data(lines: [String]) -> String {
        let name = "$panel\(number)_\(blocks.count + 1)"
        blocks.append("\(name) << EOD\n\(lines.joined(separator: "\n"))\nEOD")
        return name
    }

    /// A command to be done before the panel is drawn, such as `set arrow`.
    public mutating func prepare(_ command: String) { before.append(command) }

    /// A part of the panel's `plot` command, which is joined to the others by commas.
    public mutating func plot(_ clause: String) { clauses.append(clause) }

    /// The part of a clause that names it in the legend.
    func title(_ label: String) -> String { label.isEmpty ? "notitle" : "title \(label.shown)" }
}

/// Which part of a text lies at its place; upwards, always its middle.
///
/// ```swift
/// print(Caption("max", x: 3, y: 1, anchor: .right).anchor.rawValue)  // right
/// ```
public enum TextAnchor: String, Sendable {
    /// The text stands to the right of its place.
    case left
    /// The text stands about its place.
    case center
    /// The text stands to the left of its place.
    case right
}
