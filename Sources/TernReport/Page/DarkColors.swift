import Foundation
import TernPlot

/// Colours of figures' own, such as those of contours, that a dark page would swallow, and what they become there.
///
/// In the figure such a colour is a variable with itself as the fallback; only the dark scheme declares it.
struct DarkColors {
    private var lifted: [String: String] = [:]
    /// By how they are written; empty where they stay.
    private var known: [String: String] = [:]

    /// For the dark scheme.
    var declarations: String {
        lifted.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ";")
    }

    /// The variable for a colour that is too dark, nil for others.
    mutating func lift(_ written: String) -> String? {
        if let known = known[written] { return known.isEmpty ? nil : known }
        let name = variable(for: written)
        known[written] = name ?? ""
        return name
    }

    private mutating func variable(for written: String) -> String? {
        guard let color = Color(written), let paper = Color(Style.dark.background), color.contrast(with: paper) < 3
        else { return nil }
        var lighter = color, share = 0.0
        while lighter.contrast(with: paper) < 3, share < 1 {
            share += 0.05
            lighter = color.mixed(with: Color(red: 255, green: 255, blue: 255), share: share)
        }
        lifted["--c" + color.hex.dropFirst()] = lighter.hex
        return "var(--c\(color.hex.dropFirst()),\(color.hex))"
    }

    /// What becomes of a colour.
    enum Change {
        case color(String)
        /// The same, of a class.
        case marked(String)
    }

    /// A drawing whose colours, the values of attributes that begin with `#` or `rgb(`, are what `change` makes of
    /// them.
    ///
    /// - Parameter change: is told the colour as it is written, and whether it is that of `fill=` in double quotes, as
    ///   texts have it.
    static func replaced(in svg: String, by change: (String, _ isFill: Bool) -> Change?) -> String {
        let source = Array(svg.utf8), fill = Array(" fill=".utf8), hash = UInt8(ascii: "#"), r = UInt8(ascii: "r")
        var result: [UInt8] = [], kept = 0, i = 0
        result.reserveCapacity(source.count + source.count / 8)
        while i + 1 < source.count {
            let quote = source[i]
            i += 1
            // Quotes stand around attributes alone; those of texts are entities.
            guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { continue }
            guard let end = source[i...].firstIndex(of: quote) else { break }
            if source[i] == hash || source[i] == r, end - i < 24 {
                let isFill = quote == UInt8(ascii: "\"") && source[..<(i - 1)].suffix(fill.count).elementsEqual(fill)
                switch change(String(decoding: source[i..<end], as: UTF8.self), isFill) {
                case .color(let other):
                    result += source[kept..<i]
                    result += other.utf8
                    kept = end
                case .marked(let name):
                    result += source[kept...end]
                    result += " class=\"\(name)\"".utf8
                    kept = end + 1
                case nil: break
                }
            }
            i = end + 1
        }
        result += source[kept...]
        return String(decoding: result, as: UTF8.self)
    }
}

/// A colour of the screen.
struct Color: Equatable {
    var red: Int, green: Int, blue: Int

    init(red: Int, green: Int, blue: Int) { (self.red, self.green, self.blue) = (red, green, blue) }

    /// `#rrggbb` or `rgb(r, g, b)`.
    init?(_ text: String) {
        if text.hasPrefix("#"), text.count == 7, let value = Int(text.dropFirst(), radix: 16) {
            self.init(red: value >> 16, green: value >> 8 & 255, blue: value & 255)
        } else {
            let parts = text.split { !$0.isNumber }.compactMap { Int($0) }
            guard text.hasPrefix("rgb("), parts.count == 3 else { return nil }
            self.init(red: parts[0], green: parts[1], blue: parts[2])
        }
    }

    var hex: String { String(format: "#%02x%02x%02x", red, green, blue) }

    func mixed(with other: Color, share: Double) -> Color {
        func mix(_ a: Int, _ b: Int) -> Int { Int((Double(a) * (1 - share) + Double(b) * share).rounded()) }
        return Color(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
    }

    /// From 1 to 21, as WCAG 2.2 defines it (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
    func contrast(with other: Color) -> Double {
        let (a, b) = (luminance, other.luminance)
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    private var luminance: Double {
        func linear(_ x: Int) -> Double {
            let v = Double(x) / 255
            return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }
}
