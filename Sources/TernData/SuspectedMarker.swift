/// A value that stands apart from all others as those do that stand for a missing one: -999, 9.97e36.
package struct SuspectedMarker: Equatable {
    package var value: Double
    /// The least and the greatest of the other values.
    package var others: ClosedRange<Double>

    /// - Parameter values: NaN among them counts for nothing.
    /// - Returns: nil where nothing stands apart so.
    package init?(in values: some Sequence<Double>) {
        var (least, second, most, last) = (Double.infinity, Double.infinity, -Double.infinity, -Double.infinity)
        for x in values {
            if x < least { (least, second) = (x, least) } else if x > least, x < second { second = x }
            if x > most { (most, last) = (x, most) } else if x < most, x > last { last = x }
        }
        if Self.looksSo(least), second.isFinite, second - least > 0.75 * (most - second) {
            (value, others) = (least, second...most)
        } else if Self.looksSo(most), last.isFinite, most - last > 0.75 * (last - least) {
            (value, others) = (most, least...last)
        } else {
            return nil
        }
    }

    /// Whether a number is written with nines (or sixes, sevens, eights) alone, or is a fill value of netCDF and its kin.
    private static func looksSo(_ value: Double) -> Bool {
        let size = abs(value)
        guard size.isFinite else { return false }
        if size >= 1e15 || [32767, 32768, 2_147_483_647, 2_147_483_648].contains(size) { return true }
        let text = size == size.rounded() && size < 1e15 ? "\(Int(size))" : "\(size)", digits = text.filter(\.isNumber)
        return digits.count > 1 && Set(digits).count == 1 && "6789".contains(digits.first!)
    }
}
