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
        case .longitude: return Self.degrees(range, "W", "E", steps: [60, 30, 20, 10, 5, 2, 1])
        case .latitude: return Self.degrees(range, "S", "N", steps: [30, 20, 10, 5, 2, 1])
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
        return stride(from: ceil(range.lowerBound / step) * step, through: range.upperBound + 1e-9, by: step).map { x in
            let wrapped = x > 180 ? x - 360 : x
            return Tick(x, number(abs(wrapped)) + "°" + (wrapped == 0 || abs(wrapped) == 180 ? "" : wrapped < 0 ? below : above))
        }
    }
}
