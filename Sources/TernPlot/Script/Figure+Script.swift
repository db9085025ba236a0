#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What a figure is drawn as.
public enum FigureFormat: String, Sendable, CaseIterable {
    case png, svg, pdf
}

extension Figure {
    /// The gnuplot script that draws the figure, with its data in it.
    ///
    /// - Parameter output: the file that it writes.
    /// - Throws: ``PlotError`` where there is nothing to draw or series do not fit together.
    public func script(for format: FigureFormat, output: String) throws -> String {
        try check()
        let font = style.font, size = style.fontSize
        let terminal = switch format {
        case .png:
            // Twice as many dots, for sharp screens.
            "pngcairo size \(Int(self.size.width * 2)),\(Int(self.size.height * 2)) fontscale 2 linewidth 2 pointscale 2 font \("\(font),\(size * 0.92)".quoted) "
                + "noenhanced background rgb \(style.background.quoted)"
        case .svg:
            "svg size \(Int(self.size.width)),\(Int(self.size.height)) dynamic font \("\(font), Helvetica, Arial, sans-serif,\(size)".quoted) noenhanced "
                + "background rgb \(style.background.quoted)"
        case .pdf:
            "pdfcairo size \(self.size.width / 96)in,\(self.size.height / 96)in font \("\(font),\(size * 0.75)".quoted) noenhanced linewidth 0.75 pointscale 0.8 "
                + "background rgb \(style.background.quoted)"
        }
        return script(terminal: terminal, output: "set output \(output.quotedPath)")
    }

    /// The script that draws the figure in letters, to standard output.
    func textScript(columns: Int, rows: Int) throws -> String {
        try check()
        return script(terminal: "dumb size \(columns),\(rows) noenhanced mono", output: "set output", isText: true)
    }

    private func script(terminal: String, output: String, isText: Bool = false) -> String {
        var lines = ["# gnuplot \u{2265} 5.4; written by Tern. Change what you like and run it again.", "set terminal \(terminal)", output, "set encoding utf8"]
        let ink = style.foreground.quoted
        if !isText {
            lines += [
                "set border 3 linewidth 0.9 linecolor rgb \(style.muted.quoted)",
                "set tics nomirror out scale 0.6,0.35 textcolor rgb \(style.muted.quoted)",
            ]
        }
        if panels.count > 1 || !title.isEmpty { lines.append("set multiplot") }
        if !title.isEmpty {
            lines.append("set label 1000 \(title.shown) at screen 0.5, screen \(1 - 16 / size.height) center front "
                + "textcolor rgb \(ink) font ',\(style.fontSize * (isText ? 1 : 1.15))'")
        }
        for (index, panel) in panels.enumerated() {
            lines += panel.script(index, self, isText: isText)
            if index == 0 && !title.isEmpty { lines.append("unset label 1000") }
        }
        if panels.count > 1 || !title.isEmpty { lines.append("unset multiplot") }
        lines.append("unset output")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The place of a panel in pixels from the left and the bottom.
    func place(of index: Int) -> (x: Double, y: Double, width: Double, height: Double) {
        let top = title.isEmpty ? 0.0 : 30
        let width = size.width / Double(columns), height = (size.height - top) / Double(rows)
        return (Double(index % columns) * width, size.height - top - Double(index / columns + 1) * height, width, height)
    }
}

extension Panel {
    func script(_ index: Int, _ figure: Figure, isText: Bool) -> [String] {
        var drawing = PanelDrawing(number: index + 1, style: figure.style)
        for element in elements { element.draw(in: &drawing) }
        let style = figure.style, ink = style.foreground.quoted
        let scale = elements.lazy.compactMap(\.colorScale).first
        let xRange = range(of: x, \.x, \.tightX, zero: false), yRange = range(of: y, \.y, \.tightY, zero: true)
        let labels = elements.map(\.label).filter { !$0.isEmpty }.map(unicode)
        let position = legendPosition(xRange, yRange, labels)

        var lines = ["", "# panel \(index + 1)"] + drawing.blocks
        if !isText {
            // Room for what stands around the axes.
            let place = figure.place(of: index)
            let wide = y.scale == .latitude ? 44.0 : 58.0
            let longest = Double(labels.map(\.count).max() ?? 0)
            var right = 18.0
            if let scale {
                // Numbers below 1 are longer.
                let isFine = scale.range.upperBound - scale.range.lowerBound < 1
                right = 66 + (isFine ? 14 : 0) + (scale.label.isEmpty ? 0 : 20)
            }
            if position == .outside { right += longest * style.fontSize * 0.58 + 44 }
            let left = wide + (y.label.isEmpty ? 0 : 8), top = title.isEmpty ? 16.0 : 36, bottom = x.label.isEmpty ? 32.0 : 56
            var box = (x: place.x + left, y: place.y + bottom, width: place.width - left - right, height: place.height - top - bottom)
            if let aspect {
                let ratio = aspect * (yRange.upperBound - yRange.lowerBound) / (xRange.upperBound - xRange.lowerBound)
                let height = min(box.height, box.width * ratio), width = height / ratio
                box = (box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height)
            }
            let (w, h) = (figure.size.width, figure.size.height)
            lines.append("set lmargin at screen \(box.x / w); set rmargin at screen \((box.x + box.width) / w); "
                + "set bmargin at screen \(box.y / h); set tmargin at screen \((box.y + box.height) / h)")
            if scale != nil {
                lines.append("set colorbox vertical user origin screen \((box.x + box.width + 12) / w), screen \(box.y / h) "
                    + "size screen \(11 / w), screen \(box.height / h) noborder")
            }
        }
        lines.append(title.isEmpty ? "unset title" : "set title \(title.shown) textcolor rgb \(ink) font ',\(style.fontSize * 1.05)' offset 0,-0.4")
        lines += axis("x", x, xRange, ink) + axis("y", y, yRange, ink)
        let isField = elements.contains { $0.colorScale != nil }
        lines.append(grid ?? !isField ? "set grid back linetype 1 linewidth 0.7 linecolor rgb \(style.grid.quoted)" : "unset grid")
        if let scale {
            lines.append(steppedPalette(scale))
            let range = scale.range.drawn()
            lines.append("set cbrange [\(range.lowerBound):\(range.upperBound)]")
            lines.append("set cblabel \(scale.label.shown) textcolor rgb \(ink) offset 0.7,0")
            lines.append(scale.levels.map { "set cbtics (\(Self.thinned($0).map(number).joined(separator: ", ")))" } ?? "set cbtics autofreq")
        } else {
            lines.append("unset colorbox")
        }
        lines.append(labels.isEmpty || position == .none ? "unset key" : key(position, style))
        lines += drawing.before
        lines.append("plot " + (drawing.clauses.isEmpty ? "NaN notitle" : drawing.clauses.joined(separator: ", \\\n     ")))
        if drawing.before.contains(where: { $0.hasPrefix("set arrow") }) { lines.append("unset arrow") }
        return lines
    }

    private static func thinned(_ levels: [Double]) -> [Double] {
        let step = (levels.count + 8) / 9
        return levels.enumerated().filter { $0.offset % max(1, step) == 0 }.map { ($0.element * 1e9).rounded() / 1e9 }
    }

    /// The colours, in steps where the levels of a filled contour make them so.
    private func steppedPalette(_ scale: ColorScale) -> String {
        guard let levels = scale.levels, levels.count > 1 else { return scale.map.palette + "; set palette maxcolors 0" }
        return scale.map.palette + "; set palette maxcolors \(levels.count - 1)"
    }

    private func axis(_ name: String, _ axis: Axis, _ range: ClosedRange<Double>, _ ink: String) -> [String] {
        var lines = [axis.label.isEmpty ? "unset \(name)label" : "set \(name)label \(axis.label.shown) textcolor rgb \(ink)"]
        lines.append(axis.scale == .logarithmic ? "set logscale \(name)" : "unset logscale \(name)")
        let ends = axis.reversed ? (range.upperBound, range.lowerBound) : (range.lowerBound, range.upperBound)
        lines.append("set \(name)range [\(ends.0):\(ends.1)]")
        if axis.scale == .time {
            let days = (range.upperBound - range.lowerBound) / 86_400
            let format = days > 1500 ? "%Y" : days > 90 ? "%Y-%m" : days > 3 ? "%d %b" : "%H:%M"
            lines.append("set \(name)data time; set timefmt '%s'; set format \(name) \(format.quoted)")
        } else {
            lines.append("set \(name)data; set format \(name) '%g'")
        }
        if let ticks = axis.chosenTicks(over: range) {
            let texts = ticks.map { "\($0.label.shownAtTick) \(number($0.position)) \($0.isMinor ? 1 : 0)" }
            lines.append("set \(name)tics (\(texts.joined(separator: ", ")))")
        } else {
            lines.append("set \(name)tics autofreq")
        }
        return lines
    }

    /// What an axis covers: all data and a twentieth more on each side, unless it is said.
    func range(
        of axis: Axis, _ values: KeyPath<Extent, [Double]>, _ tight: KeyPath<Extent, Bool>, zero: Bool
    ) -> ClosedRange<Double> {
        covered(by: axis, values, tight, zero: zero).drawn(isLogarithmic: axis.scale == .logarithmic)
    }

    private func covered(
        by axis: Axis, _ values: KeyPath<Extent, [Double]>, _ tight: KeyPath<Extent, Bool>, zero: Bool
    ) -> ClosedRange<Double> {
        if let range = axis.range { return range }
        let extents = elements.map(\.extent)
        let isLog = axis.scale == .logarithmic
        let all = extents.flatMap { $0[keyPath: values] }.filter { $0.isDrawn && (!isLog || $0 >= 1e-300) }
        guard var low = all.min(), var high = all.max() else { return isLog ? 1...10 : 0...1 }
        if zero && extents.contains(where: \.fromZero) { (low, high) = (min(0, low), max(0, high)) }
        if isLog {
            if low == high { return low / 2...high * 2 }
            let margin = pow(high / low, 0.04)
            return low / margin...high * margin
        }
        if low == high { (low, high) = (low - max(0.5, abs(low) * 0.1), high + max(0.5, abs(high) * 0.1)) }
        if extents.contains(where: { $0[keyPath: tight] }) { return low...high }
        let margin = (high - low) * 0.04
        let isFromZero = zero && extents.contains(where: \.fromZero)
        return (isFromZero && low == 0 ? 0 : low - margin)...(isFromZero && high == 0 ? 0 : high + margin)
    }

    /// The corner with the fewest points in it, or outside where all are full.
    private func legendPosition(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>, _ labels: [String]) -> Legend {
        guard legend == .automatic, !labels.isEmpty else { return legend }
        func share(_ value: Double, _ range: ClosedRange<Double>, _ axis: Axis) -> Double {
            let isLog = axis.scale == .logarithmic
            let (v, a, b) = isLog ? (log(value), log(range.lowerBound), log(range.upperBound)) : (value, range.lowerBound, range.upperBound)
            return axis.reversed ? (b - v) / (b - a) : (v - a) / (b - a)
        }
        let height = min(0.6, 0.09 * Double(labels.count) + 0.08), width = min(0.7, 0.018 * Double(labels.map(\.count).max()!) + 0.14)
        var found: [(Legend, Int)] = [(.topRight, 0), (.topLeft, 0), (.bottomRight, 0), (.bottomLeft, 0)]
        for extent in elements.filter({ $0.colorScale == nil }).map(\.extent) {
            for (a, b) in zip(extent.x, extent.y) {
                let (u, v) = (share(a, x, self.x), share(b, y, self.y))
                guard u.isFinite, v.isFinite else { continue }
                let isTop = v > 1 - height, isBottom = v < height, isLeft = u < width, isRight = u > 1 - width
                for (i, isIn) in [isTop && isRight, isTop && isLeft, isBottom && isRight, isBottom && isLeft].enumerated() where isIn {
                    found[i].1 += 1
                }
            }
        }
        let best = found.enumerated().min { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }!.element
        let total = elements.reduce(0) { $0 + $1.extent.x.count }
        let hasBars = elements.contains { $0.extent.fromZero }
        return best.1 * 12 > total || hasBars ? .outside : best.0
    }

    private func key(_ position: Legend, _ style: Style) -> String {
        let place = switch position {
        case .topLeft: "inside top left"
        case .bottomLeft: "inside bottom left"
        case .bottomRight: "inside bottom right"
        case .outside: "at graph 1.02, graph 1 left top"
        default: "inside top right"
        }
        return "set key \(place) Left reverse samplen 2 spacing 1.15 textcolor rgb \(style.foreground.quoted) opaque"
    }
}
