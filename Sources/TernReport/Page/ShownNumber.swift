import Foundation
import TernPlot

/// Numbers of a table as a reader wants them: as many digits as tell the values of a column apart, the same for all.
package struct ShownNumber {
    /// How many digits stand behind the point.
    private var decimals = 0
    /// What is smaller is written as a power of ten.
    private var smallest = 0.0

    package init(column: [Double]) {
        let finite = column.filter(\.isFinite), high = finite.map(abs).max() ?? 0
        guard finite.contains(where: { $0 != $0.rounded() }) else { return }
        smallest = high < 1e-3 ? .infinity : high * 1e-4
        let sizes = finite.map(abs).filter { $0 >= smallest }
        guard let low = sizes.min() else { return }
        // Four digits of the largest, two of the smallest, three of how far they lie apart; but not more than they
        // have.
        let span = finite.max()! - finite.min()!
        let wanted = max(3 - Self.power(high), 1 - Self.power(low), span > 0 ? 2 - Self.power(span) : 0)
        decimals = max(0, min(wanted, sizes.map(Self.decimals).max()!, 6))
    }

    private static func power(_ x: Double) -> Int { Int(log10(x).rounded(.down)) }

    package func text(_ x: Double) -> String {
        guard x.isFinite else { return x.isNaN ? "–" : x < 0 ? "−∞" : "∞" }
        if x != 0, abs(x) < smallest || abs(x) >= 1e9 { return Self.scientific(x) }
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

    private static func decimals(_ x: Double) -> Int {
        (0...6).first { abs(x - (x * pow(10, Double($0))).rounded() / pow(10, Double($0))) <= 1e-12 * x } ?? 6
    }

    private static func scientific(_ x: Double) -> String {
        let parts = String(format: "%.2e", abs(x)).split(separator: "e")
        return (x < 0 ? "−" : "") + parts[0] + "·10" + superscript(Int(parts[1])!)
    }
}
