import Foundation
import TernPlot

/// Colours of figures' own, such as those of contours, that a dark page would swallow, and what they become there.
///
/// In the figure such a colour is a variable with itself as the fallback; only the dark scheme declares it.
struct DarkColors {
    private var lifted: [String: String] = [:]

    /// For the dark scheme.
    var declarations: String { lifted.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ";") }

    /// The figure with variables where colours are too dark.
    mutating func lift(_ svg: String) -> String {
        var known: [Substring: String] = [:]
        return svg.replacing(/(["'])(#[0-9A-Fa-f]{6}|rgb\([0-9, ]+\))\1/) { match in
            let written = match.2
            let color = known[written] ?? variable(for: String(written))
            known[written] = color
            return "\(match.1)\(color)\(match.1)"
        }
    }

    private mutating func variable(for written: String) -> String {
        guard let color = Color(written), let paper = Color(Style.dark.background), color.contrast(with: paper) < 3 else { return written }
        var lighter = color, share = 0.0
        while lighter.contrast(with: paper) < 3, share < 1 {
            share += 0.05
            lighter = color.mixed(with: Color(red: 255, green: 255, blue: 255), share: share)
        }
        lifted["--c" + color.hex.dropFirst()] = lighter.hex
        return "var(--c\(color.hex.dropFirst()),\(color.hex))"
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
