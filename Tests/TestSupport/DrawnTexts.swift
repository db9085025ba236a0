import Foundation
import TernPlot

/// The texts of a drawing, and which of them leave it or lie on another.
///
/// ```swift
/// #expect(DrawnTexts(svg: text).faults.isEmpty)
/// ```
///
/// Texts are taken to be as wide as in DejaVu Sans; a page's own letters are narrower.
public struct DrawnTexts {
    struct Text {
        var text: String
        var x: ClosedRange<Double>, y: ClosedRange<Double>
        var size: Double
    }

    private(set) var texts: [Text] = []
    private var width = 0.0, height = 0.0

    /// Each drawing of a page.
    public static func all(inPage html: String) -> [DrawnTexts] {
        html.components(separatedBy: "<svg ").dropFirst().map {
            DrawnTexts(svg: $0.components(separatedBy: "</svg>")[0])
        }
    }

    public init(svg: String) {
        if let box = svg.firstMatch(of: /viewBox="0 0 ([0-9.]+) ([0-9.]+)"/) {
            (width, height) = (Double(box.1)!, Double(box.2)!)
        }
        // A regular expression that had to find its beginnings by itself would take seconds for a page.
        let pattern =
            /([-0-9.]+),([-0-9.]+)\)( rotate\(([-0-9.]+)\))?"[^>]*font-size="([0-9.]+)"[^>]*text-anchor="([a-z]+)"[^>]*>\s*<text>([^<]*)<\/text>/
        for part in svg.components(separatedBy: "<g transform=\"translate(").dropFirst() {
            guard let match = part.prefix(2000).prefixMatch(of: pattern) else { continue }
            let (x, y, size) = (Double(match.1)!, Double(match.2)!, Double(match.5)!),
                isTurned = match.4.map { $0 != "0" } ?? false
            var text = String(match.7)
            for (entity, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
                text = text.replacingOccurrences(of: entity, with: sign)
            }
            guard !text.allSatisfy(\.isWhitespace) else { continue }
            let wide = textWidth(text, size: size),
                start = match.6 == "middle" ? -wide / 2 : match.6 == "end" ? -wide : 0
            // From the height of capitals to a little below the line.
            let (up, down) = (0.74 * size, 0.1 * size)
            let box =
                isTurned
                ? (x - up...x + down, y - start - wide...y - start) : (x + start...x + start + wide, y - up...y + down)
            texts.append(Text(text: text, x: box.0, y: box.1, size: size))
        }
    }

    /// What is wrong with the drawings of a page, in words.
    public static func faults(inPage html: String) -> [String] {
        all(inPage: html).enumerated().flatMap { i, drawing in drawing.faults.map { "drawing \(i + 1): \($0)" } }
    }

    /// In words.
    public var faults: [String] {
        var found: [String] = []
        for (i, one) in texts.enumerated() {
            if one.x.lowerBound < -1 || one.y.lowerBound < -1 || one.x.upperBound > width + 1
                || one.y.upperBound > height + 1
            {
                found.append(
                    "\"\(one.text)\" leaves the drawing of \(Int(width)) x \(Int(height)): from \(Int(one.x.lowerBound)), \(Int(one.y.lowerBound)) to \(Int(one.x.upperBound)), \(Int(one.y.upperBound))"
                )
            }
            if one.size < 8.9 { found.append("\"\(one.text)\" is \(one.size) px high") }
            for other in texts[(i + 1)...]
            where Self.overlap(one.x, other.x) > 1.5 && Self.overlap(one.y, other.y) > 1.5 {
                found.append(
                    "\"\(one.text)\" lies on \"\(other.text)\" at \(Int(one.x.lowerBound)), \(Int(one.y.lowerBound))")
            }
        }
        return found
    }

    private static func overlap(_ a: ClosedRange<Double>, _ b: ClosedRange<Double>) -> Double {
        min(a.upperBound, b.upperBound) - max(a.lowerBound, b.lowerBound)
    }
}
