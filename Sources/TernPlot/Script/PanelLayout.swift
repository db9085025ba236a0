/// Where the axes of a panel lie, and all that stands around them, in pixels from the left and the bottom of the
/// figure.
///
/// Room is left for texts as wide as they are, so that none leaves the figure or lies on another.
struct PanelLayout {
    typealias Box = (x: Double, y: Double, width: Double, height: Double)

    /// What the axes enclose.
    let box: Box
    let xTicks: [Tick]?, yTicks: [Tick]?, colorTicks: [Tick]?
    /// The middle of the vertical label, and of that of the bar of colours.
    let yLabelX: Double, barLabelX: Double
    /// Where the list of names begins, where it stands beside or below the axes.
    let keyX: Double, keyY: Double

    static let sample = 46.0, pitch = 1.55, bar = (gap: 12.0, width: 11.0)

    init(
        _ panel: Panel, at place: Box, style: Style, xRange: ClosedRange<Double>, yRange: ClosedRange<Double>,
        scale: ColorScale?, labels: [String],
        legend: Legend
    ) {
        let size = style.fontSize
        func width(_ text: String) -> Double { textWidth(unicode(text), size: size) }
        let across: (String) -> Double = { textWidth($0, size: size) + size },
            down: (String) -> Double = { _ in 2.1 * size }
        // However long names are, most of the place is for what they name.
        let longest = min(0.5 * place.width, labels.map(width).max() ?? 0)
        func cut(_ ticks: [Tick]?) -> [Tick]? {
            ticks?.map { tick in
                guard width(tick.label) > 0.35 * place.width else { return tick }
                var tick = tick
                tick.label = tick.label.fitting(0.35 * place.width * 9.6 / size, size: min(size, 9.6)).text
                return tick
            }
        }
        let top = panel.title.isEmpty ? size : 2.6 * size
        var bottom = panel.showsAxes ? (panel.x.label.isEmpty ? 2.6 * size : 4.3 * size) : size / 3
        if legend == .below { bottom += Double(labels.count) * Self.pitch * size + 4 }
        let height = max(20, place.height - (panel.showsAxes ? top : panel.title.isEmpty ? 0 : top) - bottom)
        var yTicks = cut(panel.y.chosenTicks(over: yRange, length: height, room: down))

        /// Left and right of the axes, with the ticks of the bar of colours and how far its label lies from them.
        func margins(_ yTicks: [Tick]?, _ height: Double) -> (
            left: Double, right: Double, ticks: [Tick]?, label: Double
        ) {
            guard panel.showsAxes else { return (0, 0, nil, 0) }
            let left =
                (yTicks.map { $0.map { width($0.label) }.max() ?? 0 } ?? 5 * size) + 14
                + (panel.y.label.isEmpty ? 0 : 1.7 * size)
            var right = 1.8 * size, ticks: [Tick]?, label = 0.0
            if let scale {
                ticks = Self.ticks(of: scale, height)
                let widest = ticks.map { $0.map { width($0.label) }.max() ?? 0 } ?? 4.5 * size
                label = Self.bar.gap + Self.bar.width + 12 + widest + size
                right = label + (scale.label.isEmpty ? -size / 2 : size)
            }
            if legend == .outside { right += longest + Self.sample + 8 }
            return (left, right, ticks, label)
        }
        var around = margins(yTicks, height)
        var box: Box = (
            place.x + around.left, place.y + bottom, max(20, place.width - around.left - around.right), height
        )
        if let aspect = panel.aspect {
            let ratio = aspect * (yRange.upperBound - yRange.lowerBound) / (xRange.upperBound - xRange.lowerBound)
            let fitted = max(1, min(box.height, box.width * ratio))
            yTicks = cut(panel.y.chosenTicks(over: yRange, length: fitted, room: down))
            around = margins(yTicks, fitted)
            let wide = max(20, place.width - around.left - around.right), high = max(1, min(height, wide * ratio))
            // A strip of less than a pixel is not as long as it should be.
            let long = min(wide, high / ratio)
            // In the middle of its place; what stands beside it moves with it.
            box = (
                place.x + around.left + (wide - long) / 2, place.y + bottom + (height - high) / 2, long, high
            )
        }
        self.box = box
        self.yTicks = yTicks
        colorTicks = around.ticks
        xTicks = cut(panel.x.chosenTicks(over: xRange, length: box.width, room: across))
        yLabelX = box.x - around.left + size * 0.8
        barLabelX = box.x + box.width + around.label
        keyX = legend == .outside ? box.x + box.width + around.right - longest - Self.sample - 4 : place.x + around.left
        keyY = legend == .outside ? box.y + box.height : box.y - bottom + Double(labels.count) * Self.pitch * size + 2
    }

    private static func ticks(of scale: ColorScale, _ height: Double) -> [Tick]? {
        let range = scale.range.drawn()
        guard let levels = scale.levels else { return Axis.even(range, height) { _ in 18 } }
        let step = max(1, (levels.count + 8) / 9)
        let ticks = zip(levels, shownNumbers(levels)).enumerated().filter { $0.offset % step == 0 }.map {
            Tick($0.element.0, $0.element.1)
        }
        return Axis(ticks: ticks).chosenTicks(over: range, length: height) { _ in 18 }
    }
}
