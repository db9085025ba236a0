import Foundation
import TernPlot

/// A figure as a page holds it: small, and in colours that follow the reader's scheme.
struct PageFigure {
    let svg: String
    /// Its size is a rule of the page's style, since the page allows no attributes of style.
    let sizeClass: String, sizeRule: String

    /// - Parameters:
    ///   - data: the SVG as the figure gives it.
    ///   - name: another for each figure of a page.
    ///   - colors: what the page has to declare for its dark scheme.
    init(_ figure: Figure, data: Data, name: String, description: String, colors: inout DarkColors) {
        var text = Figure.inlined(data, name: name, description: description)
        text = Self.compacted(text, name: name)
        for (color, variable) in Self.variables(of: figure.style) {
            for written in Self.spellings(of: color) {
                if variable == "plot-foreground", Self.holdsField(figure) {
                    // Coastlines and arrows lie on colours that stay as they are, and so do they; letters follow.
                    text = text.replacing("fill=\"\(written)\"", with: "fill=\"var(--\(variable))\"")
                    continue
                }
                text = text.replacing("\"\(written)\"", with: "\"var(--\(variable))\"").replacing("'\(written)'", with: "'var(--\(variable))'")
            }
        }
        if !Self.holdsField(figure) { text = colors.lift(text) }
        // Below three quarters of its size, letters would be too small to read; the figure's box scrolls instead.
        let width = figure.size.width
        sizeClass = "wide-\(Int(width))"
        sizeRule = "width:\(Int(width))px;min-width:\(Int(width * 0.72))px"
        svg = text.replacing("<svg role", with: "<svg class=\"\(sizeClass)\" role", maxReplacements: 1)
    }

    private static func holdsField(_ figure: Figure) -> Bool {
        figure.panels.contains { panel in
            panel.elements.contains { $0 is WorldMap || $0 is HeatMap || ($0 as? Contour)?.isFilled == true }
        }
    }

    /// The colours of a style and what the page calls them.
    static func variables(of style: Style) -> [(color: String, name: String)] {
        var names: [(String, String)] = [
            (style.background, "plot-background"), (style.foreground, "plot-foreground"), (style.muted, "plot-muted"),
            (style.grid, "plot-grid"), (style.contour, "plot-contour"),
        ]
        for (i, color) in style.cycle.enumerated() where !names.contains(where: { $0.0 == color }) { names.append((color, "plot-\(i + 1)")) }
        return names
    }

    /// The page's declarations of those colours.
    static func declarations(of style: Style) -> String {
        variables(of: style).map { "--\($0.name):\($0.color)" }.joined(separator: ";")
            // Where two roles share a colour in one scheme, the other still asks for both.
            + style.cycle.enumerated().map { ";--plot-\($0.offset + 1):\($0.element)" }.joined()
    }

    /// How gnuplot writes a colour, `#rrggbb` in a style.
    private static func spellings(of written: String) -> [String] {
        guard let color = Color(written) else { return [written] }
        let (r, g, b) = (color.red, color.green, color.blue)
        func padded(_ x: Int) -> String { String(repeating: " ", count: 3 - "\(x)".count) + "\(x)" }
        return [written, written.uppercased(), "rgb(\(r),\(g),\(b))", "rgb(\(padded(r)), \(padded(g)), \(padded(b)))"]
    }

    /// Without groups that hold nothing, marks that nothing uses, and the names of groups, which gnuplot gives twice.
    private static func compacted(_ svg: String, name: String) -> String {
        var lines: [Substring] = []
        for line in svg.split(separator: "\n") {
            let text = line.drop { $0 == "\t" || $0 == " " }
            if text == "</g>", let last = lines.last, last.hasPrefix("<g fill=\"none\""), last.hasSuffix(">"), !last.dropLast().contains(">") {
                lines.removeLast()
            } else {
                lines.append(text)
            }
        }
        // Marks refer to each other; the last go first.
        var changed = true
        while changed {
            changed = false
            let text = lines.joined(separator: "\n")
            lines.removeAll { line in
                guard let start = line.range(of: "id='\(name)-gp"), ["<circle", "<path", "<rect", "<use"].contains(where: line.hasPrefix)
                else { return false }
                let id = line[start.lowerBound...].dropFirst(4).prefix { $0 != "'" }
                let isUsed = text.contains("href='#\(id)'")
                if !isUsed { changed = true }
                return !isUsed
            }
        }
        return lines.joined(separator: "\n").replacing(/\ id="[^"]*gnuplot_[a-z0-9_]*"/, with: "")
    }
}
