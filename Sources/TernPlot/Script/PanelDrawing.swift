/// What the elements of a panel put into its part of a gnuplot script.
public struct PanelDrawing {
    public let style: Style
    /// The number of the panel, from 1.
    let number: Int
    private(set) var blocks: [String] = []
    private(set) var before: [String] = []
    private(set) var clauses: [String] = []
    private var colors = 0

    init(number: Int, style: Style) {
        self.number = number
        self.style = style
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
