import TernText

/// A value that stands apart from all others as those do that stand for a missing one: -999, 9.97e36, 0 among hundreds.
package struct SuspectedMarker: Equatable {
    package var value: Double
    /// How often it occurs.
    package var count: Int
    /// The least and the greatest of the values that are none.
    package var others: ClosedRange<Double>

    /// The least and the greatest of values that are seen one after the other, with how often each was.
    package struct Extremes {
        fileprivate var low = Ends(repeating: .infinity), high = Ends(repeating: .infinity)

        package init() {}

        /// NaN counts for nothing.
        ///
        /// - Parameter place: kept of the first of its kind; see ``placed(_:)``.
        @inline(__always)
        package mutating func add(_ x: Double, at place: Int = 0) {
            if x <= low.values[Ends.count - 1] { low.add(x, at: place) }
            if -x <= high.values[Ends.count - 1] { high.add(-x, at: place) }
        }

        /// Visits those whose first was added since this was called before.
        package mutating func placed(_ visit: (_ value: Double, _ place: Int) -> Void) {
            low.placed(visit)
            high.placed { visit(-$0, $1) }
        }
    }

    /// The least values, each once.
    fileprivate struct Ends {
        static let count = 4
        var values: SIMD4<Double>, counts = SIMD4<Int>(), places = SIMD4<Int>(repeating: -1)

        init(repeating value: Double) { values = SIMD4(repeating: value) }

        mutating func add(_ x: Double, at place: Int) {
            for k in 0..<Ends.count {
                if x == values[k] {
                    counts[k] += 1
                    return
                }
                guard x < values[k] else { continue }
                for i in stride(from: Ends.count - 1, to: k, by: -1) {
                    (values[i], counts[i], places[i]) = (values[i - 1], counts[i - 1], places[i - 1])
                }
                (values[k], counts[k], places[k]) = (x, 1, place)
                return
            }
        }

        mutating func placed(_ visit: (Double, Int) -> Void) {
            for k in 0..<Ends.count where places[k] >= 0 {
                visit(values[k], places[k])
                places[k] = -1
            }
        }
    }

    /// Those of values, of which NaN counts for nothing; see ``found(in:among:)``.
    package static func found(in values: some Sequence<Double>) -> [SuspectedMarker] {
        var extremes = Extremes(), count = 0
        for x in values where !x.isNaN {
            extremes.add(x)
            count += 1
        }
        return found(in: extremes, among: count)
    }

    /// Those that stand apart, the outermost first; none where most values would.
    ///
    /// - Parameter count: of the values that are known.
    package static func found(in extremes: Extremes, among count: Int) -> [SuspectedMarker] {
        let found = outermost(extremes)
        return 2 * found.reduce(0) { $0 + $1.count } < count ? found : []
    }

    private static func outermost(_ extremes: Extremes) -> [SuspectedMarker] {
        let low = extremes.low, high = extremes.high
        // Of a few codes 0 stands for one as well.
        let areMany = low.values[Ends.count - 1] < -high.values[0]
        var below = 0, above = 0, found: [SuspectedMarker] = []
        func isMarker(_ end: Ends, _ k: Int, _ other: Double, sign: Double) -> Bool {
            let value = sign * end.values[k], next = end.values[k + 1]
            guard value.isFinite, next.isFinite, other >= next, areMany || value != 0 else { return false }
            return stands(value, apartFrom: sign > 0 ? next...other : -other ... -next)
        }
        while true {
            let other = low.values[below], top = high.values[above]
            if below < Ends.count - 1, isMarker(low, below, -top, sign: 1) {
                found.append(SuspectedMarker(value: other, count: low.counts[below], others: 0...0))
                below += 1
            } else if above < Ends.count - 1, isMarker(high, above, -other, sign: -1) {
                found.append(SuspectedMarker(value: -top, count: high.counts[above], others: 0...0))
                above += 1
            } else {
                return found.map { SuspectedMarker(value: $0.value, count: $0.count, others: other...(-top)) }
            }
        }
    }

    /// Whether a number that is written as one that means a missing value lies so far from others.
    package static func stands(_ value: Double, apartFrom others: ClosedRange<Double>) -> Bool {
        let gap = max(others.lowerBound - value, value - others.upperBound)
        return distance(of: value).map { gap > $0 * (others.upperBound - others.lowerBound) } ?? false
    }

    /// How a value is said to be a missing one, for messages.
    package enum Remedy {
        /// In the attributes of a variable.
        case fillValue
        /// On the command line.
        case option

        package func advice(for value: String) -> String {
            switch self {
            case .fillValue: "if it means a missing value, mark it by _FillValue"
            case .option: "if it means a missing value, say --missing-values=\(value)"
            }
        }
    }

    /// "-999 in line 9 and 2 more stands apart from all other values (0 to 39); if it means a missing value, ...".
    ///
    /// - Parameters:
    ///   - place: where the first stands, such as "in line 9"; nil where nobody knows.
    ///   - text: how numbers are written.
    package func sentence(_ place: String?, _ remedy: Remedy, _ text: (Double) -> String) -> String {
        let others = "\(text(self.others.lowerBound)) to \(text(self.others.upperBound))"
        let amount =
            place.map { " \($0)" + (count > 1 ? " and \((count - 1).grouped) more" : "") }
            ?? " (\(count.grouped) value\(count == 1 ? "" : "s"))"
        return
            "\(text(value))\(amount) stands apart from all other values (\(others)); \(remedy.advice(for: text(value)))"
    }

    /// How far from the others a number stands at least, as a share of their range, if it is written as one that means
    /// a missing value; nil where it is a number like any other.
    ///
    /// Such are those of nines (or sixes, sevens, eights) alone, also with zeros behind, fill values of netCDF and its
    /// kin, and 0. Less is asked of those like -999, which are seldom anything else.
    private static func distance(of value: Double) -> Double? {
        let size = abs(value)
        guard size.isFinite else { return nil }
        if size == 0 { return 0.75 }
        func isWrittenSo() -> Bool {
            if size >= 1e15 || [32767, 32768, 2_147_483_647, 2_147_483_648].contains(size) { return true }
            // As single precision writes it, where it came from there.
            let
                text =
                    size == size.rounded()
                    ? "\(Int(size))" : Double(Float(size)) == size ? "\(Float(size))" : "\(size)",
                digits = text.filter(\.isNumber)
            let nines = digits.prefix { $0 == "9" }
            if nines.count > 1, digits.dropFirst(nines.count).allSatisfy({ $0 == "0" }) { return true }
            return digits.count > 1 && Set(digits).count == 1 && "678".contains(digits.first!)
        }
        return isWrittenSo() ? (value <= -999 ? 0.25 : 0.75) : nil
    }
}
