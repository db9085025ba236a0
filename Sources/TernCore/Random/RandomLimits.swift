/// Refuses what no stream can draw.
@usableFromInline
enum RandomLimits {
    @usableFromInline
    static func check(count: Int) {
        guard count >= 0 else { fail("a count of random numbers is 0 or more, given \(count)") }
    }

    @usableFromInline
    static func check(count: Int, distinctOf n: Int) {
        check(count: count)
        guard count <= n else {
            fail("cannot choose \(count) of \(n) elements without replacement; choose at most \(n), or replace")
        }
    }

    /// - Parameter name: of the function and its argument.
    @usableFromInline
    static func check(_ value: Double, atLeastZero name: StaticString) {
        if !(value >= 0) { fail("\(name) is 0 or more, given \(value)") }
    }

    @usableFromInline
    static func check(_ value: Double, aboveZero name: StaticString) {
        if !(value > 0) { fail("\(name) is above 0, given \(value)") }
    }

    @usableFromInline
    static func check(probability value: Double, aboveZero: Bool = false, _ name: StaticString) {
        if !(value >= 0 && value <= 1) || (aboveZero && value == 0) {
            fail("\(name) is a probability, \(aboveZero ? "above 0 and at most 1" : "from 0 to 1"), given \(value)")
        }
    }

    @usableFromInline
    static func check(trials: Int, _ name: StaticString) {
        if trials < 0 { fail("\(name) is 0 or more, given \(trials)") }
    }

    @usableFromInline
    static func check(rate: Double, _ name: StaticString) {
        check(rate, atLeastZero: name)
        // NumPy's limit, ten standard deviations below the largest integer.
        if rate > 0x1p63 - 10 * 0x1p63.squareRoot() {
            fail("\(name) is too large for counts of 64 bits, given \(rate)")
        }
    }

    /// NumPy's own loop finds no angle where the parameter of its envelope is rounded to 1.
    @usableFromInline
    static func check(vonMises s: Double, _ concentration: Double) {
        if !(s > 1) {
            fail("vonMises: RandomState draws no angles of a concentration of \(concentration); draw from a Generator")
        }
    }

    /// NumPy's own count is below 0 where 1 less the probability is 1.
    @usableFromInline
    static func check(geometric probability: Double) {
        if 1 - probability == 1 {
            fail("geometric: RandomState counts no trials of a probability of \(probability); draw from a Generator")
        }
    }

    @usableFromInline
    static func check(interval low: Double, _ high: Double, mayFall: Bool) {
        if !mayFall && high < low {
            fail("uniform numbers lie from a lower to an upper bound, given \(low) and \(high)")
        }
        guard (high - low).isFinite else {
            fail("uniform numbers need a finite interval, given \(low) to \(high)")
        }
    }

    /// How far the last integer of a range lies above the first.
    static func span(_ range: Range<Int>) -> UInt64 {
        guard !range.isEmpty else {
            fail("cannot draw an integer from the empty range \(range); give one with an upper bound above the lower")
        }
        return UInt64(bitPattern: Int64(range.upperBound &- 1 &- range.lowerBound))
    }

    static func check(probabilities: [Double], count: Int) {
        guard probabilities.count == count else {
            fail("give one probability for each of the \(count) elements, given \(probabilities.count)")
        }
        if let wrong = probabilities.first(where: { !($0 >= 0) }) {
            fail("a probability is 0 or more, given \(wrong)")
        }
        let sum = compensatedSum(probabilities[...])
        guard abs(sum - 1) <= 0x1p-26 else {
            fail("probabilities sum to 1, given a sum of \(sum); divide them by their sum")
        }
    }

    /// Kahan's sum, so that many small probabilities are not refused for rounding.
    static func compensatedSum(_ values: ArraySlice<Double>) -> Double {
        var sum = 0.0, lost = 0.0
        for value in values {
            let term = value - lost
            let next = sum + term
            lost = (next - sum) - term
            sum = next
        }
        return sum
    }
}
