#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Axis {
    /// Ticks that gnuplot would not write well by itself; nil where it does.
    func chosenTicks(over range: ClosedRange<Double>) -> [Tick]? {
        if let ticks { return ticks }
        switch scale {
        case .linear, .time: return nil
        case .logarithmic: return Self.decades(range)
        // What is no part of the globe is numbers.
        case .longitude: return range.isWithin(720) ? Self.degrees(range, "W", "E", steps: [60, 30, 20, 10, 5, 2, 1]) : nil
        case .latitude: return range.isWithin(720) ? Self.degrees(range, "S", "N", steps: [30, 20, 10, 5, 2, 1]) : nil
        }
    }

    private static func decades(_ range: ClosedRange<Double>) -> [Tick] {
        let low = Int(floor(log10(range.lowerBound) + 1e-9)), high = Int(ceil(log10(range.upperBound) - 1e-9))
        let step = max(1, (high - low) / 6)
        let decades = (low...max(low, high)).map { power in
            Tick(pow(10, Double(power)), (power - low) % step == 0 ? "10" + String(String(power).map { superscripts[$0] ?? $0 }) : "")
        }
        // With a single power of ten, or none, in view its parts are named too.
        let namesParts = decades.count { range.contains($0.position) } < 2
        let inner = high - low > 12 ? [] : (low...max(low, high)).flatMap { power in
            (2...9).map { Tick(Double($0) * pow(10, Double(power)), namesParts && [2, 5].contains($0) ? short(Double($0) * pow(10, Double(power))) : "", isMinor: true) }
        }
        return (decades + inner).filter { range.contains($0.position) }
    }

    private static func short(_ x: Double) -> String { number((x * 1e9).rounded() / 1e9) }

    private static func degrees(_ range: ClosedRange<Double>, _ below: String, _ above: String, steps: [Double]) -> [Tick] {
        let span = range.upperBound - range.lowerBound
        let step = steps.first { span / $0 >= 4 } ?? 0.5
        let first = ceil(range.lowerBound / step), last = floor((range.upperBound + 1e-9) / step)
        guard first <= last else { return [] }
        return (Int(first)...Int(last)).map { k in
            let x = Double(k) * step
            let wrapped = x > 180 ? x - 360 : x
            return Tick(x, number(abs(wrapped)) + "°" + (wrapped == 0 || abs(wrapped) == 180 ? "" : wrapped < 0 ? below : above))
        }
    }
}

extension ClosedRange<Double> {
    /// Whether both bounds are at most so far from zero.
    func isWithin(_ reach: Double) -> Bool { Swift.max(abs(lowerBound), abs(upperBound)) <= reach }

    /// The range as an axis can have it: with finite bounds that differ by more than the precision of numbers, so that ticks
    /// advance, and above zero where it is logarithmic.
    func drawn(isLogarithmic: Bool = false) -> ClosedRange<Double> {
        let least = isLogarithmic ? 1e-300 : -1e300
        let low = Swift.min(Swift.max(lowerBound, least), 1e300), high = Swift.min(Swift.max(upperBound, least), 1e300)
        let room = Swift.max(abs(low), abs(high)) * 1e-9
        if high - low > Swift.max(room, isLogarithmic ? 0 : 1e-300) { return low...high }
        if isLogarithmic { return Swift.max(low / 2, least)...Swift.max(high * 2, 2 * least) }
        let reach = room > 1e-300 ? 2 * room : 0.5
        return low - reach...high + reach
    }
}
