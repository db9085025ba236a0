import Foundation
import TernPlot

/// Numbers of a table as a reader wants them: as many digits as their size and how far they lie apart ask for, the same
/// for all of a column.
package struct ShownNumber {
    /// How many digits stand behind the point.
    private var decimals = 0
    /// The same before a power of ten.
    private var powerDecimals = 2
    /// What is smaller is written as a power of ten.
    private var smallest = 0.0

    package init(column: [Double]) {
        let finite = column.filter(\.isFinite), high = finite.map(abs).max() ?? 0
        let isWhole = finite.allSatisfy { $0 == $0.rounded() }
        if !isWhole { smallest = high < 1e-3 ? .infinity : high * 1e-4 }
        let sizes = finite.map(abs).filter { $0 >= smallest }
        if !isWhole, let low = sizes.min() {
            // Four digits of the largest, two of the smallest, three of how far they lie apart; but not more than they
            // have.
            let wanted = max(3 - Self.power(high), 1 - Self.power(low), Self.spanPower(finite).map { 2 - $0 } ?? 0)
            decimals = max(0, min(wanted, sizes.map { Self.decimals($0, atMost: 6) }.max()!))
        }
        // Three digits of the largest there, and again three of how far they lie apart.
        let far = finite.filter(hasPower)
        if let high = far.map(abs).max(), let span = Self.spanPower(far) {
            let own = far.map { Self.decimals(abs($0) / pow(10, Double(Self.power(abs($0)))), atMost: 9) }
            powerDecimals = max(2, min(2 + Self.power(high) - span, own.max()!))
        }
    }

    private static func power(_ x: Double) -> Int { Int(log10(x).rounded(.down)) }

    /// The power of ten of how far numbers lie apart; nil where that is nothing, or more than a number can be.
    private static func spanPower(_ values: [Double]) -> Int? {
        guard let low = values.min(), let high = values.max() else { return nil }
        let span = high - low
        return span > 0 && span.isFinite ? power(span) : nil
    }

    private func hasPower(_ x: Double) -> Bool { x != 0 && abs(x) < smallest || abs(x) >= 1e9 }

    package func text(_ x: Double) -> String {
        guard x.isFinite else { return x.isNaN ? "–" : x < 0 ? "−∞" : "∞" }
        if hasPower(x) { return Self.scientific(x, powerDecimals) }
        let digits = String(format: "%.\(decimals)f", abs(x))
        let whole = digits.prefix { $0 != "." }
        // Thousands apart from ten thousand on, as in print.
        let grouped =
            whole.count < 5
            ? String(whole)
            : String(
                whole.reversed().enumerated().flatMap { i, c in
                    i > 0 && i % 3 == 0 ? ["\u{202F}", c] : [c]
                }.reversed())
        return (x < 0 ? "−" : "") + grouped + digits.dropFirst(whole.count)
    }

    private static func decimals(_ x: Double, atMost most: Int) -> Int {
        (0...most).first { abs(x - (x * pow(10, Double($0))).rounded() / pow(10, Double($0))) <= 1e-12 * x } ?? most
    }

    private static func scientific(_ x: Double, _ decimals: Int) -> String {
        let parts = String(format: "%.\(decimals)e", abs(x)).split(separator: "e")
        return (x < 0 ? "−" : "") + parts[0] + "·10" + superscript(Int(parts[1])!)
    }
}
