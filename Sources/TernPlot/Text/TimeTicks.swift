import TernNumbers

/// Ticks of an axis of times: whole years, months, days or hours.
enum TimeTicks {
    private static let day = 86_400.0

    /// - Parameters:
    ///   - range: seconds since 1970 in UTC.
    ///   - count: about how many there is room for.
    static func ticks(over range: ClosedRange<Double>, count: Int) -> [Tick] {
        let wanted = (range.upperBound - range.lowerBound) / Double(max(1, count))
        if wanted > 200 * day { return years(range, atLeast: wanted / (365.25 * day)) }
        if wanted > 20 * day {
            return months(range, every: [1, 2, 3, 6].first { Double($0) * 31 * day >= wanted } ?? 6)
        }
        if wanted > 0.6 * day {
            return even(range, step: Double([1, 2, 5, 10, 20].first { Double($0) * day >= wanted } ?? 20) * day) {
                seconds in
                let (_, month, day) = date(of: seconds)
                return "\(day) \(names[month - 1])"
            }
        }
        let steps = [1.0, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200]
        return even(range, step: steps.first { $0 >= wanted } ?? 43_200) { seconds in
            let second = Int(seconds - (seconds / day).rounded(.down) * day)
            let clock = two(second / 3600) + ":" + two(second / 60 % 60)
            return wanted < 60
                ? clock + ":" + two(second % 60)
                : second == 0 ? "\(date(of: seconds).day) \(names[date(of: seconds).month - 1])" : clock
        }
    }

    private static let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static func two(_ x: Int) -> String { x < 10 ? "0\(x)" : "\(x)" }

    private static func even(_ range: ClosedRange<Double>, step: Double, _ text: (Double) -> String) -> [Tick] {
        let first = (range.lowerBound / step).rounded(.up), last = (range.upperBound / step).rounded(.down)
        guard first <= last else { return [] }
        return (0...Int(last - first)).map { (first + Double($0)) * step }.map { Tick($0, text($0)) }
    }

    private static func years(_ range: ClosedRange<Double>, atLeast wanted: Double) -> [Tick] {
        let step =
            [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000].first {
                Double($0) >= wanted
            } ?? 100_000
        let (low, high) = (date(of: range.lowerBound).year, date(of: range.upperBound).year)
        return stride(from: low - (low % step + step) % step, through: high, by: step).map {
            Tick(seconds(of: $0, 1), "\($0)")
        }
        .filter { range.contains($0.position) }
    }

    private static func months(_ range: ClosedRange<Double>, every step: Int) -> [Tick] {
        let (low, high) = (date(of: range.lowerBound).year, date(of: range.upperBound).year)
        return (low...high).flatMap { year in
            stride(from: 1, through: 12, by: step).map {
                Tick(seconds(of: year, $0), $0 == 1 ? "\(year)" : names[$0 - 1])
            }
        }.filter { range.contains($0.position) }
    }

    private static func seconds(of year: Int, _ month: Int) -> Double {
        Double(GregorianDay.number(year: year, month: month, day: 1) - GregorianDay.unixEpoch) * day
    }

    private static func date(of seconds: Double) -> (year: Int, month: Int, day: Int) {
        GregorianDay.date(of: Int((seconds / day).rounded(.down)) + GregorianDay.unixEpoch)
    }
}
