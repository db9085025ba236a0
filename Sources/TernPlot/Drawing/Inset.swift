/// A small panel that lies on another, such as a part of it seen closer.
///
/// ```swift
/// let closer = Panel(Line(x: [8, 9, 10], y: [0.012, 0.011, 0.011]))
/// var panel = Panel(x: Axis("epoch"), Line(x: [1, 5, 10], y: [0.5, 0.02, 0.011]))
/// panel.insets = [Inset(closer, x: 0.5...0.97, y: 0.5...0.95)]
/// print(panel.insets[0].panel.elements.count)  // 1
/// ```
///
/// It has a frame and letters of 85 % of the style's size. Insets of an inset are not drawn, nor are those of a
/// ``Figure/terminalPreview(columns:rows:)``.
public struct Inset: Sendable, Equatable {
    /// What is drawn on it.
    public var panel: Panel
    /// The part of the outer panel's place that it takes, in shares from the left and from the bottom: labels of its
    /// ticks lie within.
    public var x: ClosedRange<Double>, y: ClosedRange<Double>

    /// A panel over a part of another.
    ///
    /// - Parameters:
    ///   - x: from the left edge, 0, to the right edge, 1, of the outer panel with its labels.
    ///   - y: from the bottom, 0, to the top, 1.
    public init(_ panel: Panel, x: ClosedRange<Double>, y: ClosedRange<Double>) {
        self.panel = panel
        self.x = x
        self.y = y
    }

    func place(in outer: PanelLayout.Box) -> PanelLayout.Box {
        (
            outer.x + x.lowerBound * outer.width, outer.y + y.lowerBound * outer.height,
            (x.upperBound - x.lowerBound) * outer.width,
            (y.upperBound - y.lowerBound) * outer.height
        )
    }
}
