/// The step of which all numbers of a column are multiples, but for an offset: what rounding to digits leaves.
package struct RoundingStep {
    /// 0 where numbers have all their digits, or are all the same.
    package private(set) var size = 0.0
    /// How many different numbers there are.
    package private(set) var distinct = 0
    /// Whether the numbers are all those of their range, as years and months are.
    package private(set) var isCounter = false

    /// - Parameters:
    ///   - values: NaN among them counts for nothing.
    ///   - groups: of values that have an offset of their own, such as the mean of a month that was taken away.
    ///   - noise: what values are uncertain by.
    /// - Complexity: that of sorting.
    package init(of values: [Double], groups: [Int]? = nil, noise: Double? = nil) {
        let rows = values.indices.filter { values[$0].isFinite }
        let noise = noise ?? 1e-12 * (rows.map { abs(values[$0]) }.max() ?? 0)
        var gaps: [Double] = []
        func add(_ sorted: [Double]) {
            guard var last = sorted.first else { return }
            distinct += 1
            for x in sorted where x - last > 4 * noise {
                gaps.append(x - last)
                distinct += 1
                last = x
            }
        }
        if let groups {
            for own in Dictionary(grouping: rows, by: { groups[$0] }).values { add(own.map { values[$0] }.sorted()) }
        } else {
            add(rows.map { values[$0] }.sorted())
        }
        gaps.sort()
        guard var step = gaps.first else { return }
        // All gaps so far, and how many steps they are: the longer the way, the better it tells the step.
        var way = 0.0, count = 0.0
        for (i, gap) in gaps.enumerated() {
            let left = abs(gap - step * (gap / step).rounded())
            let drift = count > 0 ? 8 * (gap / step).rounded() * Double(i).squareRoot() / count : 0
            if left > noise * (16 + drift) {
                step = Self.commonDivisor(step, left, tolerance: 16 * noise)
                if step <= 64 * noise { return }
                (way, count) = (0, 0)
                for gap in gaps[..<i] { (way, count) = (way + gap, count + (gap / step).rounded()) }
            }
            (way, count) = (way + gap, count + (gap / step).rounded())
            step = way / count
        }
        guard gaps.allSatisfy({ abs($0 / step - ($0 / step).rounded()) < 0.1 }) else { return }
        size = step
        isCounter = groups == nil && gaps.allSatisfy { $0 < 1.5 * step }
    }

    /// Euclid's, for numbers that are known but to a tolerance.
    private static func commonDivisor(_ a: Double, _ b: Double, tolerance: Double) -> Double {
        var (a, b) = (a, b)
        while b > tolerance { (a, b) = (b, abs(a - b * (a / b).rounded())) }
        return a
    }
}
