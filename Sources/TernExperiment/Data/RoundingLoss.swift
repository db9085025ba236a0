/// What single precision would round of values in double precision, beside what they vary by.
struct RoundingLoss {
    /// How many values a step has.
    private let width: Int
    private var sums: [Double], squares: [Double], counts: [Double], origins: [Double]
    private var error = 0.0

    /// - Parameter places: how many places vary each by itself: the values of a step, or 1 where there is a single
    ///   step, whose values differ among themselves.
    init(places: Int) {
        width = places
        sums = [Double](repeating: 0, count: places)
        (squares, counts, origins) = (sums, sums, [Double](repeating: .nan, count: places))
    }

    /// Steps, one after the other.
    mutating func add(_ values: UnsafeBufferPointer<Double>) {
        var place = 0
        for value in values {
            if value.isFinite {
                if origins[place].isNaN { origins[place] = value }
                let x = value - origins[place], rounding = Double(Float(value)) - value
                sums[place] += x
                squares[place] += x * x
                counts[place] += 1
                error += rounding * rounding
            }
            place = place + 1 == width ? 0 : place + 1
        }
    }

    /// Whether rounding would add more than 1/100,000 of the variation, as root mean squares.
    var matters: Bool {
        let variation = sums.indices.reduce(0.0) {
            $0 + (counts[$1] > 0 ? max(0, squares[$1] - sums[$1] * sums[$1] / counts[$1]) : 0)
        }
        return variation > 0 && error > 1e-10 * variation
    }
}
