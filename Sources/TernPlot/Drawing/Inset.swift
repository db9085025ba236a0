/// A small panel that lies on another, such as a part of it seen closer.
///
/// ```swift
/// panel.insets = [Inset(closer, x: 0.5...0.97, y: 0.5...0.95)]
/// ```
public struct Inset: Sendable, Equatable {
    public var panel: Panel
    /// The part of the outer panel's place that it takes, in shares from the left and the bottom.
    public var x: ClosedRange<Double>, y: ClosedRange<Double>

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
