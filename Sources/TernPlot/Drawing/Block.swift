#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A unit or a layer of a drawing: a circle or a rectangle about a text.
///
/// ```swift
/// Block("Dense\n16", x: 60, y: 40, width: 90, height: 44, color: Style.light.cycle[0])
/// Block("Σ", x: 180, y: 40, width: 36, height: 36, shape: .circle)
/// ```
public struct Block: PlotElement {
    public enum Shape: Sendable { case rectangle, circle }

    /// Lines stand below each other.
    public var text: String
    /// Its middle.
    public var x: Double, y: Double
    public var width: Double, height: Double
    public var shape: Shape
    /// Of its rim, and a tint of it within; nil: that of texts.
    public var color: String?
    /// How strong the tint is, from 0 to 1.
    public var tint: Double
    /// Of the letters, by those of the style.
    public var textSize: Double
    public var isDashed: Bool

    public init(
        _ text: String = "", x: Double, y: Double, width: Double, height: Double, shape: Shape = .rectangle,
        color: String? = nil, tint: Double = 0.13,
        textSize: Double = 1, isDashed: Bool = false
    ) {
        self.text = text
        self.x = x
        self.y = y
        self.width = width
        self.height = height
        self.shape = shape
        self.color = color
        self.tint = tint
        self.textSize = textSize
        self.isDashed = isDashed
    }

    public var extent: Extent { Extent(x: [x - width / 2, x + width / 2], y: [y - height / 2, y + height / 2]) }

    public func draw(in drawing: inout PanelDrawing) {
        let (a, b) = (width / 2, height / 2)
        let rim: [[Double]] =
            switch shape {
            case .rectangle: [[x - a, y - b], [x + a, y - b], [x + a, y + b], [x - a, y + b], [x - a, y - b]]
            case .circle:
                (0...48).map { i in
                    let angle = Double(i) / 24 * .pi
                    return [x + a * cos(angle), y + b * sin(angle)]
                }
            }
        let data = drawing.data(rim), color = color ?? drawing.style.foreground
        // What lies behind does not shine through the tint.
        drawing.plot(
            "\(data) using 1:2 with filledcurves closed fillstyle solid 1 noborder fillcolor rgb \(drawing.style.background.quoted) notitle"
        )
        drawing.plot(
            "\(data) using 1:2 with filledcurves closed fillstyle transparent solid \(min(1, max(0, tint))) noborder fillcolor rgb \(color.quoted) notitle"
        )
        drawing.plot(
            "\(data) using 1:2 with lines linewidth 1.3 linecolor rgb \(color.quoted) \(isDashed ? LineStyle.dashed.dashes : "") notitle"
        )
        drawing.text(text, x: x, y: y, size: textSize)
    }
}

/// A text at a place of a drawing or a plot.
public struct Caption: PlotElement {
    public var text: String
    public var x: Double, y: Double
    public var anchor: TextAnchor
    public var color: String?
    /// Of the letters, by those of the style.
    public var size: Double
    public var isTurned: Bool

    public init(
        _ text: String, x: Double, y: Double, anchor: TextAnchor = .center, color: String? = nil, size: Double = 1,
        isTurned: Bool = false
    ) {
        self.text = text
        self.x = x
        self.y = y
        self.anchor = anchor
        self.color = color
        self.size = size
        self.isTurned = isTurned
    }

    public var extent: Extent { Extent(x: [x], y: [y]) }
    public func draw(in drawing: inout PanelDrawing) {
        drawing.text(text, x: x, y: y, anchor: anchor, size: size, color: color, isTurned: isTurned)
    }
}
