/// A value that stands apart from all others as those do that stand for a missing one: -999, 9.97e36.
package struct SuspectedMarker: Equatable {
    package var value: Double
    /// The least and the greatest of the other values.
    package var others: ClosedRange<Double>

    /// The two least and the two greatest of values that are seen one after the other.
    package struct Extremes {
        package private(set) var least = Double.infinity, most = -Double.infinity
        fileprivate var second = Double.infinity, last = -Double.infinity

        package init() {}

        /// NaN counts for nothing.
        @inline(__always)
        package mutating func add(_ x: Double) {
            if x < least { (least, second) = (x, least) } else if x > least, x < second { second = x }
            if x > most { (most, last) = (x, most) } else if x < most, x > last { last = x }
        }
    }

    /// - Parameter values: NaN among them counts for nothing.
    /// - Returns: nil where nothing stands apart so.
    package init?(in values: some Sequence<Double>) {
        var extremes = Extremes()
        for x in values { extremes.add(x) }
        self.init(extremes)
    }

    /// - Returns: nil where nothing stands apart so.
    package init?(_ extremes: Extremes) {
        let (least, second, most, last) = (extremes.least, extremes.second, extremes.most, extremes.last)
        if Self.looksSo(least), second.isFinite, second - least > Self.distance(of: least) * (most - second) {
            (value, others) = (least, second...most)
        } else if Self.looksSo(most), last.isFinite, most - last > Self.distance(of: most) * (last - least) {
            (value, others) = (most, least...last)
        } else {
            return nil
        }
    }

    /// How far from the others a marker stands at least, as a share of their range: less where it is like -999, which is seldom anything else.
    package static func distance(of value: Double) -> Double { value <= -999 ? 0.25 : 0.75 }

    /// Whether a number is written with nines (or sixes, sevens, eights) alone, or is a fill value of netCDF and its kin.
    package static func looksSo(_ value: Double) -> Bool {
        let size = abs(value)
        guard size.isFinite else { return false }
        if size >= 1e15 || [32767, 32768, 2_147_483_647, 2_147_483_648].contains(size) { return true }
        let text = size == size.rounded() && size < 1e15 ? "\(Int(size))" : "\(size)", digits = text.filter(\.isNumber)
        return digits.count > 1 && Set(digits).count == 1 && "6789".contains(digits.first!)
    }
}
