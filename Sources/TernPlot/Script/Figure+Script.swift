#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import TernText

/// What a figure is drawn as; the raw value is the ending of the file.
///
/// ```swift
/// print(FigureFormat.allCases.map(\.rawValue))  // ["png", "svg", "pdf"]
/// ```
public enum FigureFormat: String, Sendable, CaseIterable {
    /// Dots, two to the pixel of the figure's size.
    case png
    /// Lines and texts, for pages.
    case svg
    /// Lines and texts, for paper: 96 pixels are an inch.
    case pdf
}

extension Figure {
    /// The gnuplot script that draws the figure, with its data in it; gnuplot itself is not needed.
    ///
    /// ```swift
    /// let script = try Figure(Panel(Line([1, 4, 9]))).script(for: .pdf, output: "squares.pdf")
    /// print(script.hasPrefix("# gnuplot"), script.contains("set output './squares.pdf'"))  // true true
    /// ```
    ///
    /// - Parameter output: the file that it writes, in the folder where it is run unless it begins with `/`.
    /// - Throws: ``PlotError`` where there is nothing to draw or series do not fit together.
    public func script(for format: FigureFormat, output: String) throws -> String {
        try check()
        let font = style.font, size = style.fontSize
        let terminal =
            switch format {
            case .png:
                // Twice as many dots, for sharp screens.
                "pngcairo size \(Int(self.size.width * 2)),\(Int(self.size.height * 2)) fontscale 2 linewidth 2 pointscale 2 font \("\(font),\(size * 0.75)".quoted) "
                    + "noenhanced background rgb \(style.background.quoted)"
            case .svg:
                "svg size \(Int(self.size.width)),\(Int(self.size.height)) dynamic font \("\(font), Helvetica, Arial, sans-serif,\(size)".quoted) noenhanced "
                    + "background rgb \(style.background.quoted)"
            case .pdf:
                "pdfcairo size \(self.size.width / 96)in,\(self.size.height / 96)in font \("\(font),\(size * 0.75)".quoted) noenhanced linewidth 0.75 pointscale 0.8 "
                    + "background rgb \(style.background.quoted)"
            }
        // Letters are measured in points there, 72 to the inch.
        return script(
            terminal: terminal, output: "set output \(output.quotedPath)", fontUnit: format == .svg ? 1 : 0.75)
    }

    /// The script that draws the figure in letters, to standard output.
    func textScript(columns: Int, rows: Int) throws -> String {
        try check()
        return script(
            terminal: "dumb size \(columns),\(rows) noenhanced mono", output: "set output", fontUnit: 1, isText: true)
    }

    private func script(terminal: String, output: String, fontUnit: Double, isText: Bool = false) -> String {
        var lines = [
            "# gnuplot \u{2265} 5.4; written by Tern. Change what you like and run it again.",
            "set terminal \(terminal)", output, "set encoding utf8",
        ]
        let ink = style.foreground.quoted
        let isMultiple = panels.count > 1 || !title.isEmpty || panels.contains { !$0.insets.isEmpty }
        if isMultiple { lines.append("set multiplot") }
        if !title.isEmpty {
            let fitted = title.fitting(size.width - 16, size: style.fontSize * 1.15)
            lines.append(
                "set label 1000 \(fitted.text.shown) at screen 0.5, screen \(1 - 16 / size.height) center front "
                    + "textcolor rgb \(ink) font ',\(isText ? style.fontSize : fitted.size * fontUnit)'")
        }
        var drawn = 0
        for (index, panel) in panels.enumerated() {
            lines += panel.script(drawn, self, at: place(of: index), fontUnit: fontUnit, isText: isText)
            drawn += 1
            lines.append("unset label; unset object; unset arrow")
            for inset in panel.insets where !isText {
                lines += inset.panel.script(
                    drawn, self, at: inset.place(in: place(of: index)), fontUnit: fontUnit, isText: false, isInset: true
                )
                lines.append("unset label; unset object; unset arrow")
                drawn += 1
            }
        }
        if isMultiple { lines.append("unset multiplot") }
        lines.append("unset output")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The place of a panel in pixels from the left and the bottom.
    func place(of index: Int) -> PanelLayout.Box {
        let top = title.isEmpty ? 0.0 : 30
        let width = size.width / Double(columns), row = index / columns
        // Rows are of one height, unless they are told apart and still as many.
        let all = rowHeights.count == rows ? rowHeights : Array(repeating: 1.0, count: rows)
        let unit = (size.height - top) / all.reduce(0, +)
        let above = all.prefix(row + 1).reduce(0, +) * unit
        return (Double(index % columns) * width, size.height - top - above, width, all[row] * unit)
    }
}

extension Panel {
    /// - Parameter number: of the panels drawn before.
    func script(
        _ number: Int, _ figure: Figure, at place: PanelLayout.Box, fontUnit: Double, isText: Bool,
        isInset: Bool = false
    ) -> [String] {
        var style = figure.style
        if isInset { style.fontSize *= 0.85 }
        var drawing = PanelDrawing(number: number + 1, style: style, fontUnit: fontUnit)
        drawing.marksLines = elements.count { ($0 as? Line)?.color == nil && $0 is Line } > 1
        for element in elements { element.draw(in: &drawing) }
        let ink = style.foreground.quoted
        let scale = elements.lazy.compactMap(\.colorScale).first
        let xRange = range(of: x, \.x, \.tightX, zero: false), yRange = range(of: y, \.y, \.tightY, zero: true)
        let labels = elements.map(\.label).filter { !$0.isEmpty }.map(unicode)
        let position = labels.isEmpty ? Legend.none : legendPosition(xRange, yRange, labels, place.width)
        let layout = PanelLayout(
            self, at: place, style: style, xRange: xRange, yRange: yRange, scale: scale, labels: labels,
            legend: position)
        let (w, h) = (figure.size.width, figure.size.height), box = layout.box

        var lines = ["", "# panel \(number + 1)"]
        if !isText {
            lines += [
                // Lines whose ends both lie outside are seen in between.
                "set clip two",
                showsAxes
                    ? "set border \(isInset ? 15 : 3) linewidth 0.9 linecolor rgb \(style.muted.quoted)"
                    : "unset border",
                "set tics nomirror out scale 0.6,0.35 textcolor rgb \(style.muted.quoted) font ',\(style.fontSize * fontUnit)'",
            ]
        }
        lines += drawing.blocks
        if !isText {
            lines.append(
                "set lmargin at screen \(box.x / w); set rmargin at screen \((box.x + box.width) / w); "
                    + "set bmargin at screen \(box.y / h); set tmargin at screen \((box.y + box.height) / h)")
            if scale != nil {
                lines.append(
                    "set colorbox vertical user origin screen \((box.x + box.width + PanelLayout.bar.gap) / w), screen \(box.y / h) "
                        + "size screen \(PanelLayout.bar.width / w), screen \(box.height / h) noborder")
            }
            lines.append("unset title; unset xlabel; unset ylabel; unset cblabel")
            if isInset {
                lines.append(
                    "set object rectangle from screen \(place.x / w), screen \(place.y / h) to screen \((place.x + place.width) / w), "
                        + "screen \((place.y + place.height) / h) behind fillcolor rgb \(style.background.quoted) fillstyle solid noborder"
                )
            }
            func label(_ text: String, _ x: Double, _ y: Double, _ room: Double, isTurned: Bool = false, size: Double) {
                guard !text.isEmpty else { return }
                let fitted = text.fitting(room, size: size)
                // In the middle where it fits, and else as far aside as it must.
                let half = textWidth(unicode(fitted.text), size: fitted.size) / 2
                let (x, y) =
                    isTurned
                    ? (x, max(place.y + half + 2, min(y, place.y + place.height - half - 2)))
                    : (max(half + 2, min(x, w - half - 2)), y)
                lines.append(
                    "set label \(fitted.text.shown) at screen \(x / w), screen \(y / h) center\(isTurned ? " rotate by 90" : "") "
                        + "front textcolor rgb \(ink) font ',\(fitted.size * fontUnit)'")
            }
            let size = style.fontSize
            label(
                title, box.x + box.width / 2, box.y + box.height + 1.2 * size, place.width - 8,
                size: size * (isInset ? 1 : 1.05))
            if showsAxes {
                label(x.label, box.x + box.width / 2, box.y - 3.3 * size, place.width - 8, size: size)
                label(y.label, layout.yLabelX, box.y + box.height / 2, place.height - 4, isTurned: true, size: size)
            }
            if let scale {
                label(
                    scale.label, layout.barLabelX, box.y + box.height / 2, place.height - 4, isTurned: true, size: size)
            }
        } else {
            lines.append(title.isEmpty ? "unset title" : "set title \(title.shown)")
            for (name, axis) in [("x", x), ("y", y)] {
                lines.append(axis.label.isEmpty ? "unset \(name)label" : "set \(name)label \(axis.label.shown)")
            }
        }
        lines += axis("x", x, xRange, isText ? nil : layout.xTicks) + axis("y", y, yRange, isText ? nil : layout.yTicks)
        if !showsAxes { lines.append("unset xtics; unset ytics") }
        let isField = elements.contains { $0.colorScale != nil }
        lines.append(
            showsAxes && (grid ?? !isField)
                ? "set grid back linetype 1 linewidth 0.7 linecolor rgb \(style.grid.quoted)" : "unset grid")
        if let scale {
            lines.append(steppedPalette(scale))
            let range = scale.range.drawn()
            lines.append("set cbrange [\(range.lowerBound):\(range.upperBound)]")
            lines.append(
                layout.colorTicks.map {
                    "set cbtics (\($0.map { "\($0.label.shownAtTick) \(TernPlot.number($0.position))" }.joined(separator: ", ")))"
                } ?? "set cbtics autofreq")
        } else {
            lines.append("unset colorbox")
        }
        lines.append(
            labels.isEmpty || position == .none ? "unset key" : key(position, labels, layout, style, (w, h), fontUnit))
        lines += drawing.before
        lines.append(
            "plot " + (drawing.clauses.isEmpty ? "NaN notitle" : drawing.clauses.joined(separator: ", \\\n     ")))
        return lines
    }

    /// The colours, in steps where the levels of a filled contour make them so.
    private func steppedPalette(_ scale: ColorScale) -> String {
        guard let levels = scale.levels, levels.count > 1 else {
            return scale.map.palette + "; set palette maxcolors 0"
        }
        // Each colour from level to level: gnuplot's own steps (maxcolors) are of equal width, and as many as the map has
        // colours where these are more.
        let bands = levels.count - 1
        let ends = (0..<bands).flatMap { band in
            let color = scale.map.color(at: Double(band) / Double(max(1, bands - 1))).quoted
            return [levels[band], levels[band + 1]].map { "\(TernPlot.number($0)) \(color)" }
        }
        return "set palette defined (\(ends.joined(separator: ", "))); set palette maxcolors 0"
    }

    private func axis(_ name: String, _ axis: Axis, _ range: ClosedRange<Double>, _ ticks: [Tick]?) -> [String] {
        var lines = [axis.scale == .logarithmic ? "set logscale \(name)" : "unset logscale \(name)"]
        let ends = axis.reversed ? (range.upperBound, range.lowerBound) : (range.lowerBound, range.upperBound)
        lines.append("set \(name)range [\(ends.0):\(ends.1)]")
        if axis.scale == .time, ticks == nil {
            let days = (range.upperBound - range.lowerBound) / 86_400
            let format = days > 1500 ? "%Y" : days > 90 ? "%Y-%m" : days > 3 ? "%d %b" : "%H:%M"
            lines.append("set \(name)data time; set timefmt '%s'; set format \(name) \(format.quoted)")
        } else {
            lines.append("set \(name)data; set format \(name) '%.12g'")
        }
        if let ticks {
            let texts = ticks.map {
                "\($0.label.shownAtTick) \(TernPlot.number($0.position)) \($0.isMinor && $0.label.isEmpty ? 1 : 0)"
            }
            // gnuplot writes no names at minor ticks.
            lines.append("set \(name)tics (\(texts.joined(separator: ", ")))")
        } else {
            lines.append("set \(name)tics autofreq")
        }
        return lines
    }

    /// What an axis covers: all data and 4 % more on each side, unless it is said.
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
        if isLog {
            if low == high { return low / 2...high * 2 }
            let margin = pow(high / low, 0.04)
            return low / margin...high * margin
        }
        let isFromZero = zero && extents.contains(where: \.fromZero)
        if isFromZero { (low, high) = (min(0, low), max(0, high)) }
        if low == high { (low, high) = (low - max(0.5, abs(low) * 0.1), high + max(0.5, abs(high) * 0.1)) }
        if extents.contains(where: { $0[keyPath: tight] }) { return low...high }
        let margin = (high - low) * 0.04
        return (isFromZero && low == 0 ? 0 : low - margin)...(isFromZero && high == 0 ? 0 : high + margin)
    }

    /// The corner with the fewest points in it, or outside where all are full.
    private func legendPosition(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>, _ labels: [String], _ width: Double)
        -> Legend
    {
        // Where there is little room beside the axes, names go below.
        let beside: Legend = width < 460 ? .below : .outside
        guard legend == .automatic else { return legend == .outside ? beside : legend }
        func share(_ value: Double, _ range: ClosedRange<Double>, _ axis: Axis) -> Double {
            let share = axis.share(of: value, in: range)
            return axis.reversed ? 1 - share : share
        }
        let height = min(0.6, 0.09 * Double(labels.count) + 0.08),
            width = min(0.7, 0.018 * Double(labels.map(\.count).max()!) + 0.14)
        var found: [(Legend, Int)] = [(.topRight, 0), (.topLeft, 0), (.bottomRight, 0), (.bottomLeft, 0)]
        for extent in elements.filter({ $0.colorScale == nil }).map(\.extent) {
            for (a, b) in zip(extent.x, extent.y) {
                let (u, v) = (share(a, x, self.x), share(b, y, self.y))
                guard u.isFinite, v.isFinite else { continue }
                let isTop = v > 1 - height, isBottom = v < height, isLeft = u < width, isRight = u > 1 - width
                for (i, isIn) in [isTop && isRight, isTop && isLeft, isBottom && isRight, isBottom && isLeft]
                    .enumerated() where isIn
                {
                    found[i].1 += 1
                }
            }
        }
        let best = found.enumerated().min { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }!.element
        let total = elements.reduce(0) { $0 + $1.extent.x.count }
        let hasBars = elements.contains { $0.extent.fromZero }
        return best.1 * 12 > total || hasBars ? beside : best.0
    }

    /// Texts begin at a place that does not depend on how wide gnuplot takes them for.
    private func key(
        _ position: Legend, _ labels: [String], _ layout: PanelLayout, _ style: Style, _ size: (w: Double, h: Double),
        _ fontUnit: Double
    ) -> String {
        let box = layout.box, gap = 6.0
        let wide = (labels.map { textWidth($0, size: style.fontSize) }.max() ?? 0) + PanelLayout.sample
        let high = Double(labels.count) * PanelLayout.pitch * style.fontSize
        let (right, top) = (max(box.x + gap, box.x + box.width - wide - gap), box.y + box.height - gap)
        let (x, y) =
            switch position {
            case .topLeft: (box.x + gap, top)
            case .bottomLeft: (box.x + gap, box.y + high + gap)
            case .bottomRight: (right, box.y + high + gap)
            case .outside, .below: (layout.keyX, layout.keyY)
            default: (right, top)
            }
        let isOver = position != .outside && position != .below
        return "set key at screen \(x / size.w), screen \(y / size.h) left top Left reverse samplen 2.5 spacing 1.03 "
            + "textcolor rgb \(style.foreground.quoted) font ',\(style.fontSize * fontUnit)'\(isOver ? " opaque" : " noopaque")"
    }
}

extension String {
    /// The text and a size of its letters, at most `size`, in which it is no wider than `room`; cut where even small
    /// letters do not help.
    func fitting(_ room: Double, size: Double) -> (text: String, size: Double) {
        var plain = unicode(self), wide = textWidth(plain, size: 1)
        let least = min(size, 9.6)
        if wide * size <= room { return (self, size) }
        // What is cut is text, so that no mark is cut from its letter.
        let whole = plain
        while wide * least > room, plain.unicodeScalars.count > 4 {
            let count = plain.unicodeScalars.count
            plain = plain.shortened(to: min(count - 1, max(4, Int(Double(count) * room / (wide * least)))))
            wide = textWidth(plain, size: 1)
            if plain.unicodeScalars.count >= count { break }
        }
        return (plain == whole ? self : plain.literal, max(least, min(size, room / wide)))
    }
}
