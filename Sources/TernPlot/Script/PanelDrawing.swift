/// What the elements of a panel put into its part of a gnuplot script.
public struct PanelDrawing {
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
    /// - Parameters:
    ///   - size: of its letters, by those of the style.
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

    /// The next colour of the cycle.
    public mutating func nextColor() -> String {
        defer { colors += 1 }
        return style.cycle[colors % style.cycle.count]
    }

    /// Keeps rows of numbers in the script and returns the name of the block; an empty row is an empty line.
    public mutating func data(_ rows: [[Double]]) -> String {
        data(lines: rows.map { row in row.map(TernPlot.number).joined(separator: " ") })
    }

    mutating func data(lines: [String]) -> String {
        let name = "$panel\(number)_\(blocks.count + 1)"
        blocks.append("\(name) << EOD\n\(lines.joined(separator: "\n"))\nEOD")
        return name
    }

    /// A command to be done before the panel is drawn.
    public mutating func prepare(_ command: String) { before.append(command) }

    /// A part of the panel's `plot` command.
    public mutating func plot(_ clause: String) { clauses.append(clause) }

    /// The part of a clause that names it in the legend.
    func title(_ label: String) -> String { label.isEmpty ? "notitle" : "title \(label.shown)" }
}

/// What of a text lies at its place.
public enum TextAnchor: String, Sendable { case left, center, right }
