extension Panel {
    /// A panel without axes for boxes, arrows and texts: its plane is measured in pixels from the lower left.
    ///
    /// ```swift
    /// let network = Panel(
    ///     drawing: Size(width: 260, height: 90),
    ///     Block("input", x: 50, y: 45, width: 80, height: 36), Arrow(x: [92, 160], y: [45, 45]),
    ///     Block("neuron", x: 205, y: 45, width: 90, height: 36, shape: .circle))
    /// print(network.elements.count, network.x.range!)  // 3 0.0...260.0
    /// ```
    ///
    /// Units of both axes are alike, and it has neither legend nor grid.
    public init(drawing size: Size, title: String = "", _ elements: any PlotElement...) {
        self.init(drawing: size, title: title, elements)
    }

    /// The same of elements in an array, for drawings that a program puts together.
    public init(drawing size: Size, title: String = "", _ elements: [any PlotElement]) {
        self.init(
            title: title, x: Axis(range: 0...max(0, size.width)), y: Axis(range: 0...max(0, size.height)),
            legend: .none, grid: false,
            aspect: 1)
        showsAxes = false
        for element in elements { add(element) }
    }
}

extension Figure {
    /// A figure of drawings side by side, each in its own size.
    ///
    /// The places are as wide as the widest panel, and a row is as high as its highest.
    ///
    /// - Parameter columns: without it, all in one row.
    public init(drawings panels: [Panel], columns: Int? = nil, style: Style = .light) {
        let columns = max(1, columns ?? panels.count), widest = panels.map(\.drawnSize.width).max() ?? 100
        let rows = stride(from: 0, to: panels.count, by: columns).map {
            panels[$0..<min(panels.count, $0 + columns)].map(\.drawnSize.height).max()!
        }
        self.init(
            panels: panels, columns: columns,
            size: Size(width: widest * Double(min(columns, max(1, panels.count))), height: rows.reduce(0, +)),
            style: style)
        rowHeights = rows
    }

    /// The same for a narrow page: panels below each other, none wider than that, or nil where it is narrow already.
    package func narrowed(to width: Double) -> Figure? {
        guard size.width > width + 40, panels.count > 1 || panels.contains(where: \.showsAxes) else { return nil }
        var narrow = self
        narrow.columns = 1
        narrow.rowHeights = panels.map { $0.height(ofWidth: width, style) }
        let widest = panels.filter { !$0.showsAxes }.map(\.drawnSize.width).max() ?? 0
        narrow.size = Size(width: max(width, widest), height: narrow.rowHeights.reduce(0, +) + (title.isEmpty ? 0 : 30))
        return narrow.size.height <= 10_000 ? narrow : nil
    }
}

extension Panel {
    /// What a panel without axes takes, with its title.
    fileprivate var drawnSize: Size {
        Size(width: (x.range?.upperBound ?? 100), height: (y.range?.upperBound ?? 100) + (title.isEmpty ? 0 : 32) + 4)
    }

    fileprivate func height(ofWidth width: Double, _ style: Style) -> Double {
        guard showsAxes else { return drawnSize.height }
        let names = Double(elements.count { !$0.label.isEmpty }) * PanelLayout.pitch * style.fontSize
        let around = 7 * style.fontSize + (legend == .outside || legend == .below ? names : 0)
        guard let aspect else { return 200 + around }
        let (xs, ys) = (range(of: x, \.x, \.tightX, zero: false), range(of: y, \.y, \.tightY, zero: true))
        let hasBar = elements.contains { $0.colorScale != nil }
        let ratio = aspect * (ys.upperBound - ys.lowerBound) / (xs.upperBound - xs.lowerBound)
        return min(420, max(60, (width - (hasBar ? 130 : 80)) * ratio)) + around
    }
}
