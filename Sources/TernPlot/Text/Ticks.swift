import TernNumbers

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Axis {
    /// Ticks for which there is room; nil where gnuplot is to choose them.
    ///
    /// - Parameters:
    ///   - length: of the axis, in pixels.
    ///   - room: how much of it a label takes, by its text.
    func chosenTicks(over range: ClosedRange<Double>, length: Double, room: (String) -> Double) -> [Tick]? {
        let ticks: [Tick]?
        switch scale {
        case _ where self.ticks != nil: ticks = self.ticks
        case .linear: ticks = Self.even(range, length, room)
        case .time:
            ticks =
                range.isWithin(3.2e12) ? TimeTicks.ticks(over: range, count: max(1, Int(length / room("00 Mmm")))) : nil
        case .logarithmic: ticks = Self.decades(range, length, room)
        // What is no part of the globe is numbers.
        case .longitude:
            ticks = Self.degrees(range, "W", "E", from: [60], length, room) ?? Self.even(range, length, room)
        case .latitude:
            ticks = Self.degrees(range, "S", "N", from: [], length, room) ?? Self.even(range, length, room)
        }
        return ticks.map { thinned($0, range, length, room) }
    }

    /// How much of a range lies below a value, by their places on the axis.
    func share(of x: Double, in range: ClosedRange<Double>) -> Double {
        let (v, a, b) =
            scale == .logarithmic
            ? (log(x), log(range.lowerBound), log(range.upperBound)) : (x, range.lowerBound, range.upperBound)
        return (v - a) / (b - a)
    }

    /// Without the texts that would lie on others.
    private func thinned(_ ticks: [Tick], _ range: ClosedRange<Double>, _ length: Double, _ room: (String) -> Double)
        -> [Tick]
    {
        var taken: [ClosedRange<Double>] = []
        var result = ticks
        // Powers of ten go before their parts.
        for index in ticks.indices.sorted(by: {
            (ticks[$0].isMinor ? 1 : 0, ticks[$0].position) < (ticks[$1].isMinor ? 1 : 0, ticks[$1].position)
        })
        where !ticks[index].label.isEmpty {
            let center = length * share(of: ticks[index].position, in: range), half = room(ticks[index].label) / 2
            guard center.isFinite, half.isFinite else { continue }
            if taken.contains(where: { $0.overlaps(center - half...center + half) }) {
                result[index].label = ""
            } else {
                taken.append(center - half...center + half)
            }
        }
        return result
    }

    /// Round numbers at equal distances, all with as many digits; large and small ones with a power of ten behind them,
    /// which the digits of a narrow range far from zero do without.
    static func even(_ range: ClosedRange<Double>, _ length: Double, _ room: (String) -> Double) -> [Tick]? {
        let span = range.upperBound - range.lowerBound, high = max(abs(range.lowerBound), abs(range.upperBound))
        guard span > 1e-300, span.isFinite, span > high * 1e-10 else { return nil }
        guard high < (span > high * 1e-6 ? 1e6 : 1e15), high > 1e-4 else {
            let exponent = Int(floor(log10(high))), unit = pow(10, Double(exponent)), power = times(exponent)
            let scaled = even(range.lowerBound / unit...range.upperBound / unit, length) { room($0 + power) }
            return scaled?.map { Tick($0.position * unit, $0.position == 0 ? "0" : $0.label + power) }
        }
        let power = pow(10, floor(log10(span / 8)))
        var coarsest: [Tick]?
        for step in [1.0, 2, 5, 10, 20, 50, 100].map({ $0 * power }) {
            let first = (range.lowerBound / step - 1e-9).rounded(.up),
                last = (range.upperBound / step + 1e-9).rounded(.down)
            guard first <= last else { continue }
            let decimals = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
            let ticks = (0...Int(last - first)).map {
                Tick((first + Double($0)) * step, fixed((first + Double($0)) * step, decimals))
            }
            let widest = ticks.map { room($0.label) }.max() ?? 0
            if Double(ticks.count) <= 9, length * step / span >= widest { return ticks }
            coarsest = ticks
        }
        // Where there is hardly any room, one says more than many that lie on each other.
        return coarsest.map { [$0[$0.count / 2]] }
    }

    /// With a minus sign, and without digits that are nothing for all.
    private static func fixed(_ x: Double, _ decimals: Int) -> String {
        let scale = pow(10, Double(decimals)), whole = Int((abs(x) * scale).rounded())
        let digits = String(whole), padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let text = decimals == 0 ? padded : padded.dropLast(decimals) + "." + padded.suffix(decimals)
        return (x < 0 && whole != 0 ? "\u{2212}" : "") + text
    }

    private static func decades(_ range: ClosedRange<Double>, _ length: Double, _ room: (String) -> Double) -> [Tick] {
        let low = Int(floor(log10(range.lowerBound) + 1e-9)), high = Int(ceil(log10(range.upperBound) - 1e-9))
        let most = max(2, min(7, Int(length / room("10⁻¹⁰"))))
        let step = max(1, (high - low + most - 1) / most)
        let decades = (low...max(low, high)).map { power in
            Tick(
                pow(10, Double(power)),
                power % step == 0 ? "10" + superscript(power) : "")
        }
        // With few powers of ten in view their parts are named too.
        let count = decades.count { range.contains($0.position) }
        let parts = count < 2 ? [2, 3, 5] : count < 3 ? [2, 5] : []
        let isPlain = range.lowerBound >= 1e-3 && range.upperBound < 1e5 && count < 3
        let inner =
            high - low > 12
            ? []
            : (low...max(low, high)).flatMap { power in
                (2...9).map {
                    Tick(
                        Double($0) * pow(10, Double(power)), parts.contains($0) ? part($0, power, isPlain) : "",
                        isMinor: true)
                }
            }
        let all = decades.map { isPlain && !$0.label.isEmpty ? Tick($0.position, short($0.position)) : $0 } + inner
        let seen = all.filter { range.contains($0.position) }
        guard seen.count(where: { !$0.label.isEmpty }) < 2, range.upperBound / range.lowerBound < 20 else {
            return seen
        }
        // Within a part of a decade, round numbers as on an axis that is not logarithmic.
        return even(range, length, room) ?? seen
    }

    private static func part(_ digit: Int, _ power: Int, _ isPlain: Bool) -> String {
        isPlain ? short(Double(digit) * pow(10, Double(power))) : "\(digit)" + times(power)
    }

    private static func times(_ power: Int) -> String { "·10" + superscript(power) }

    private static func short(_ x: Double) -> String { number((x * 1e9).rounded() / 1e9) }

    /// How far ticks of degrees may lie apart; what is finer is numbers.
    private static let degreeSteps = [
        30.0, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001,
    ]

    /// - Parameter from: steps that are larger than all others.
    private static func degrees(
        _ range: ClosedRange<Double>, _ below: String, _ above: String, from largest: [Double], _ length: Double,
        _ room: (String) -> Double
    ) -> [Tick]? {
        guard range.isWithin(720) else { return nil }
        let span = range.upperBound - range.lowerBound, steps = largest + degreeSteps
        func most(_ step: Double) -> Double {
            let decimals = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
            let whole = largest.isEmpty ? "00" : "000", fraction = String(repeating: "0", count: decimals)
            return length / room(whole + (decimals > 0 ? "." : "") + fraction + "°" + below)
        }
        let finest = steps.lastIndex { span / $0 <= min(7, most($0)) } ?? 0
        for step in steps[finest...] {
            // A part of a degree is divided by, so that 10.2 has no digits beside these.
            let parts = step < 1 ? (1 / step).rounded() : 1, whole = step < 1 ? 1 : step
            let first = ceil(range.lowerBound / step - 1e-9), last = floor(range.upperBound / step + 1e-9)
            guard first <= last else { continue }
            return (Int(first)...Int(last)).map { k in
                let x = Double(k) * whole / parts, wrapped = Longitudes.turned(x, from: -180)
                let side = wrapped == 0 || abs(wrapped) == 180 ? "" : wrapped < 0 ? below : above
                return Tick(x, short(abs(wrapped)) + "°" + side)
            }
        }
        return nil
    }
}

extension ClosedRange<Double> {
    /// Whether both bounds are at most so far from zero.
    func isWithin(_ reach: Double) -> Bool { Swift.max(abs(lowerBound), abs(upperBound)) <= reach }

    /// The range as an axis can have it: with finite bounds that differ by more than the precision of numbers, so that
    /// ticks advance, and above zero where it is logarithmic.
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
