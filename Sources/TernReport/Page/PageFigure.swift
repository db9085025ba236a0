import Foundation
import TernPlot

/// A figure as a page holds it: small, and in colours that follow the reader's scheme.
struct PageFigure {
    private(set) var svg: String
    /// Sizes are rules of the page's style, by class, since the page allows no attributes of style.
    private(set) var sizeRules: [String: String] = [:]

    /// Below this share of its size a figure's letters would be too small to read.
    private static let least = 0.76
    private static let narrowWidth = 345.0

    /// The figure for a page on which it has no room.
    static func narrow(_ figure: Figure) -> Figure? { figure.narrowed(to: narrowWidth) }

    /// - Parameters:
    ///   - data: the SVG as the figure gives it.
    ///   - narrow: what stands in its place where there is no room.
    ///   - name: another for each figure of a page.
    ///   - colors: what the page has to declare for its dark scheme.
    init(
        _ figure: Figure, data: Data, narrow: (figure: Figure, data: Data)? = nil, name: String, description: String,
        colors: inout DarkColors
    ) {
        let width = figure.size.width, wide = "wide-\(Int(width))"
        svg = Self.drawing(figure, data, name: name, description: description, classes: wide, colors: &colors)
        sizeRules[wide] =
            "svg.\(wide){width:\(Int(width))px" + (narrow == nil ? ";min-width:\(Int(width * Self.least))px}" : "}")
        guard let narrow else { return }
        let (own, of) = ("narrow-\(Int(width))", "wide-\(Int(width))-of-two")
        svg =
            svg.replacing("class=\"\(wide)\"", with: "class=\"\(wide) \(of)\"", maxReplacements: 1)
            + Self.drawing(
                narrow.figure, narrow.data, name: name + "-narrow", description: description, classes: "narrow \(own)",
                colors: &colors)
        // The box is the container, whatever the width of the window.
        sizeRules[own] =
            "@container (max-width:\(Int(width * Self.least))px){.drawing svg.\(of){display:none}.drawing svg.\(own){display:block}}"
    }

    private static func drawing(
        _ figure: Figure, _ data: Data, name: String, description: String, classes: String, colors: inout DarkColors
    ) -> String {
        var text = Figure.inlined(data, name: name, description: description)
        text = compacted(text, name: name)
        let isField = holdsField(figure)
        let roles = Dictionary(
            variables(of: figure.style).flatMap { color, variable in spellings(of: color).map { ($0, variable) } },
            uniquingKeysWith: { first, _ in first })
        // Letters on colours, which say nothing against the page.
        let inks = Set([ColorMap.inkOnDark, ColorMap.inkOnLight].flatMap(spellings))
        text = DarkColors.replaced(in: text) { color, isFill in
            if let variable = roles[color] {
                // Coastlines and arrows lie on colours that stay as they are, and so do they; letters follow.
                return isField && variable == "plot-foreground" && !isFill ? nil : .color("var(--\(variable))")
            }
            if !isField, let lifted = colors.lift(color) { return .color(lifted) }
            return isFill && inks.contains(color) ? .marked("inlaid") : nil
        }
        let boxes =
            figure.isSequence
            ? figure.viewBoxes.map { $0.map { "\(Int($0.rounded()))" }.joined(separator: " ") }.joined(separator: ";")
            : ""
        let steps = boxes.isEmpty ? "" : " data-steps=\"\(boxes)\""
        return text.replacing("<svg role", with: "<svg class=\"\(classes)\"\(steps) role", maxReplacements: 1)
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
        for (i, color) in style.cycle.enumerated() where !names.contains(where: { $0.0 == color }) {
            names.append((color, "plot-\(i + 1)"))
        }
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
            var text = line.drop { $0 == "\t" || $0 == " " }
            if text == "</g>", let last = lines.last, last.hasPrefix("<g fill=\"none\""), last.hasSuffix(">"),
                !last.dropLast().contains(">")
            {
                lines.removeLast()
                continue
            }
            if text.hasPrefix("<g id=\"") {
                text = text.replacing(/\ id="[^"]*gnuplot_[a-z0-9_]*"/, with: "").replacing(
                    /<title>gnuplot_plot_[a-z0-9]*<\/title>/, with: "")
            }
            lines.append(text)
        }
        // Marks refer to each other, the later to those before.
        var uses: [Substring: Int] = [:]
        func reference(_ line: Substring) -> Substring? {
            line.hasPrefix("<use")
                ? line.firstRange(of: "href='#").map { line[$0.upperBound...].prefix { $0 != "'" } } : nil
        }
        for part in svg.components(separatedBy: "href='#").dropFirst() {
            uses[part.prefix { $0 != "'" }, default: 0] += 1
        }
        for i in lines.indices.reversed()
        where ["<circle id", "<path id", "<rect id", "<use"].contains(where: lines[i].hasPrefix) {
            guard let start = lines[i].firstRange(of: "id='\(name)-gp") else { continue }
            let id = lines[i][start.lowerBound...].dropFirst(4).prefix { $0 != "'" }
            guard uses[id, default: 0] == 0 else { continue }
            if let other = reference(lines[i]) { uses[other]! -= 1 }
            lines[i] = ""
        }
        return lines.lazy.filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
