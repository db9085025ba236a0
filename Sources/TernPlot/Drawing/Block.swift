#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A unit or a layer of a drawing: a circle or a rectangle about a text.
///
/// ```swift
/// let layer = Block("Dense\n16", x: 60, y: 40, width: 90, height: 44, color: Style.light.cycle[0])
/// let unit = Block("Σ", x: 180, y: 40, width: 36, height: 36, shape: .circle)
/// print(layer.extent.x, unit.extent.x)  // [15.0, 105.0] [162.0, 198.0]
/// ```
///
/// It hides what was added to the panel before it and lies under what comes after.
public struct Block: PlotElement {
    /// The outline of a block.
    ///
    /// ```swift
    /// print(Block("+", x: 0, y: 0, width: 20, height: 20, shape: .circle).shape)  // circle
    /// ```
    public enum Shape: Sendable {
        /// With square corners.
        case rectangle
        /// An ellipse where width and height differ.
        case circle
    }

    /// At its middle; `\n` begins a new line, `x_1` and `\sigma` become Unicode.
    public var text: String
    /// Its middle, in units of the axes.
    public var x: Double, y: Double
    /// The whole width and height, in units of the axes.
    public var width: Double, height: Double
    /// Its outline.
    public var shape: Shape
    /// Of its rim, and a tint of it within, as `#rrggbb`; nil is the style's ``Style/foreground``.
    public var color: String?
    /// How strong the tint is, from 0 (the background) to 1 (``color``); what lies outside is brought to the nearer
    /// end.
    public var tint: Double
    /// Of the letters, by those of the style: 1 is ``Style/fontSize``.
    public var textSize: Double
    /// Whether its rim is dashed, as for what is left out or optional.
    public var isDashed: Bool

    /// A block about the point (x, y).
    ///
    /// - Parameters:
    ///   - width: in units of the axes, which are pixels in a drawing.
    ///   - tint: how strong its inside is coloured, from 0 to 1.
    ///   - textSize: by the letters of the style.
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

    /// Its left and right, lower and upper edge.
    public var extent: Extent { Extent(x: [x - width / 2, x + width / 2], y: [y - height / 2, y + height / 2]) }

    /// gnuplot's `filledcurves` in the background's colour and in the tint, then `lines` for the rim.
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

/// A text at a place of a drawing or a plot, over all that is drawn.
///
/// ```swift
/// let caption = Caption("El Niño, 1997/98", x: 1997.9, y: 2.4, anchor: .left)
/// let panel = Panel(Line(x: [1997, 1998, 1999], y: [-0.5, 2.3, -1.4]), caption)
/// print(panel.elements.count, caption.extent.x)  // 2 [1997.9]
/// ```
public struct Caption: PlotElement {
    /// `\n` begins a new line, `x_1` and `\sigma` become Unicode.
    public var text: String
    /// The place, in units of the axes.
    public var x: Double, y: Double
    /// Which part of the text lies at the place.
    public var anchor: TextAnchor
    /// `#rrggbb`; nil is the style's ``Style/foreground``.
    public var color: String?
    /// Of the letters, by those of the style: 1 is ``Style/fontSize``.
    public var size: Double
    /// Whether it runs upwards, turned by 90 degrees.
    public var isTurned: Bool

    /// A text whose `anchor` lies at (x, y).
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

    /// Its place alone: how far the letters reach is not counted.
    public var extent: Extent { Extent(x: [x], y: [y]) }
    /// A label of gnuplot's for each line; nothing where a coordinate is not finite.
    public func draw(in drawing: inout PanelDrawing) {
        drawing.text(text, x: x, y: y, anchor: anchor, size: size, color: color, isTurned: isTurned)
    }
}
