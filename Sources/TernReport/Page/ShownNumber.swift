import Foundation

/// Numbers of a table as a reader wants them: as many digits as tell the values of a column apart, the same for all.
struct ShownNumber {
    /// How many digits stand behind the point.
    private let decimals: Int

    init(column: [Double]) {
        let sizes = column.filter { $0.isFinite && $0 != 0 }.map(abs)
        guard column.contains(where: { $0.isFinite && $0 != $0.rounded() }), let low = sizes.min(), let high = sizes.max() else {
            decimals = 0
            return
        }
        // Four digits of the largest, two of the smallest, but no more than what the numbers have.
        let wanted = max(3 - Int(log10(high).rounded(.down)), 1 - Int(log10(low).rounded(.down)))
        let written = sizes.map(Self.decimals).max()!
        decimals = max(0, min(wanted, written, 6))
    }

    func text(_ x: Double) -> String {
        guard x.isFinite else { return x.isNaN ? "–" : x < 0 ? "−∞" : "∞" }
        if x != 0, abs(x) < 0.5 * pow(10, -Double(decimals)) || abs(x) >= 1e9 { return Self.scientific(x) }
        let digits = String(format: "%.\(decimals)f", abs(x))
        let whole = digits.prefix { $0 != "." }
        // Thousands apart from ten thousand on, as in print.
        let grouped = whole.count < 5 ? String(whole) : String(whole.reversed().enumerated().flatMap { i, c in
            i > 0 && i % 3 == 0 ? ["\u{202F}", c] : [c]
        }.reversed())
        return (x < 0 ? "−" : "") + grouped + digits.dropFirst(whole.count)
    }

    private static func decimals(_ x: Double) -> Int {
        (0...6).first { abs(x - (x * pow(10, Double($0))).rounded() / pow(10, Double($0))) <= 1e-12 * x } ?? 6
    }

    private static func scientific(_ x: Double) -> String {
        let parts = String(format: "%.2e", abs(x)).split(separator: "e")
        let marks = Dictionary(uniqueKeysWithValues: zip("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return (x < 0 ? "−" : "") + parts[0] + "·10" + String(String(Int(parts[1])!).map { marks[$0]! })
    }
}
