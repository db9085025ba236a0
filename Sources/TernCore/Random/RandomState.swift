#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A random stream that gives, number for number, what NumPy's stream of the same kind gives.
///
/// ```swift
/// func halves(of n: Int, using stream: inout some RandomStream) -> ([Int], [Int]) {
///     let order = stream.permutation(n)
///     return (Array(order[..<(n / 2)]), Array(order[(n / 2)...]))
/// }
/// ```
///
/// The sampling that `RandomState` and `Generator` share is here; each type adds what differs.
/// Normal numbers agree to the last bit where the platform's `log`, `log1p` and `exp` do.
public protocol RandomStream: RandomNumberGenerator, Sendable {
    /// The next 32 bits.
    mutating func nextWord() -> UInt32

    /// A number from the uniform distribution on [0, 1), NumPy's `random()`.
    mutating func random() -> Double

    /// A number from the normal distribution with mean 0 and standard deviation 1.
    mutating func standardNormal() -> Double

    /// Fills the buffer with numbers from the uniform distribution on [low, high).
    mutating func fillUniform(_ buffer: UnsafeMutableBufferPointer<Double>, low: Double, high: Double)

    /// One integer drawn evenly from the range, NumPy's `randint(low, high)` or `integers(low, high)`.
    mutating func integer(in range: Range<Int>) -> Int

    /// Integers drawn evenly from the range, as NumPy's int64 ones.
    mutating func integers(in range: Range<Int>, count: Int) -> [Int]

    /// Positions drawn evenly from 0..<n, none twice.
    mutating func distinct(_ n: Int, count: Int) -> [Int]
}

// MARK: - Numbers

extension RandomStream {
    /// Numbers from the uniform distribution on [0, 1), NumPy's `random(count)`.
    ///
    /// ```swift
    /// var state = RandomState(seed: 42)
    /// let x = state.random(count: 3)  // [0.3745401188473625, 0.9507143064099162, 0.7319939418114051]
    /// ```
    @inlinable
    public mutating func random(count: Int) -> [Double] {
        uniform(low: 0, high: 1, count: count)
    }

    /// One number from the uniform distribution on [low, high), NumPy's `uniform(low, high)`.
    @inlinable
    public mutating func uniform(low: Double = 0, high: Double = 1) -> Double {
        RandomLimits.check(interval: low, high)
        return low + (high - low) * random()
    }

    /// Numbers from the uniform distribution on [low, high), NumPy's `uniform(low, high, count)`.
    ///
    /// ```swift
    /// var state = RandomState(seed: 0)
    /// let weights = state.uniform(low: -0.5, high: 0.5, count: 100)
    /// ```
    @inlinable
    public mutating func uniform(low: Double = 0, high: Double = 1, count: Int) -> [Double] {
        RandomLimits.check(count: count)
        return [Double](unsafeUninitializedCapacity: count) { buffer, filled in
            fillUniform(UnsafeMutableBufferPointer(rebasing: buffer[..<count]), low: low, high: high)
            filled = count
        }
    }

    /// Fills the buffer with numbers from the uniform distribution on [low, high).
    @inlinable
    public mutating func fillUniform(
        _ buffer: UnsafeMutableBufferPointer<Double>, low: Double = 0, high: Double = 1
    ) {
        RandomLimits.check(interval: low, high)
        for i in 0..<buffer.count { buffer[i] = low + (high - low) * random() }
    }

    /// Numbers with mean 0 and standard deviation 1, NumPy's `standard_normal(count)`.
    ///
    /// ```swift
    /// var generator = Generator(seed: 42)
    /// let noise = generator.standardNormal(count: 2)  // [0.30471707975443135, -1.0399841062404955]
    /// ```
    @inlinable
    public mutating func standardNormal(count: Int) -> [Double] {
        RandomLimits.check(count: count)
        return [Double](unsafeUninitializedCapacity: count) { buffer, filled in
            for i in 0..<count { buffer[i] = standardNormal() }
            filled = count
        }
    }

    /// Numbers from a normal distribution, NumPy's `normal(mean, standardDeviation, count)`.
    ///
    /// ```swift
    /// var state = RandomState(seed: 1)
    /// let heights = state.normal(mean: 1.7, standardDeviation: 0.1, count: 50)
    /// ```
    @inlinable
    public mutating func normal(mean: Double = 0, standardDeviation: Double = 1, count: Int) -> [Double] {
        RandomLimits.check(count: count)
        guard standardDeviation >= 0 else {
            fail("a standard deviation is 0 or more, given \(standardDeviation)")
        }
        return [Double](unsafeUninitializedCapacity: count) { buffer, filled in
            for i in 0..<count { buffer[i] = mean + standardDeviation * standardNormal() }
            filled = count
        }
    }
}

// MARK: - Orders and selections

extension RandomStream {
    /// Puts the elements in random order, NumPy's `shuffle(array)`.
    ///
    /// ```swift
    /// var state = RandomState(seed: 0)
    /// var rows = [0, 1, 2, 3, 4]
    /// state.shuffle(&rows)  // [2, 0, 1, 3, 4]
    /// ```
    ///
    /// Swift's own `shuffle(using:)` draws in another way, and gives another order.
    @inlinable
    public mutating func shuffle<Elements>(_ elements: inout Elements)
    where Elements: MutableCollection & RandomAccessCollection {
        let count = elements.count
        let done: Void? = elements.withContiguousMutableStorageIfAvailable { buffer in
            for i in stride(from: count - 1, to: 0, by: -1) {
                buffer.swapAt(i, interval(upTo: i))
            }
        }
        if done != nil { return }
        for i in stride(from: count - 1, to: 0, by: -1) {
            let j = interval(upTo: i)
            elements.swapAt(
                elements.index(elements.startIndex, offsetBy: i),
                elements.index(elements.startIndex, offsetBy: j))
        }
    }

    /// The numbers 0..<n in random order, NumPy's `permutation(n)`.
    ///
    /// ```swift
    /// var state = RandomState(seed: 42)
    /// let order = state.permutation(5)  // [1, 4, 2, 0, 3]
    /// ```
    @inlinable
    public mutating func permutation(_ n: Int) -> [Int] {
        RandomLimits.check(count: n)
        return permutation(Array(0..<n))
    }

    /// The elements of an array in random order, NumPy's `permutation(array)`.
    @inlinable
    public mutating func permutation<Element>(_ elements: [Element]) -> [Element] {
        var copy = elements
        shuffle(&copy)
        return copy
    }

    /// Positions drawn from 0..<n, NumPy's `choice(n, count, replace, p)`.
    ///
    /// ```swift
    /// var state = RandomState(seed: 42)
    /// let picked = state.choice(10, count: 3, replacing: false)  // [8, 1, 5]
    /// let often = state.choice(2, count: 100, probabilities: [0.9, 0.1])
    /// ```
    ///
    /// - Parameters:
    ///   - replacing: whether a position may be drawn more than once.
    ///   - probabilities: one for each position, summing to 1; nil draws evenly.
    @inlinable
    public mutating func choice(
        _ n: Int, count: Int, replacing: Bool = true, probabilities: [Double]? = nil
    ) -> [Int] {
        RandomLimits.check(count: count)
        if count == 0 { return [] }
        guard n > 0 else { fail("cannot choose \(count) from \(n) elements; give at least 1 element") }
        if !replacing { RandomLimits.check(count: count, distinctOf: n) }
        if let probabilities {
            return weighted(n, count: count, replacing: replacing, probabilities)
        }
        return replacing ? integers(in: 0..<n, count: count) : distinct(n, count: count)
    }
}

// MARK: - Shared steps

extension RandomStream {
    /// An integer in 0...max, by rejection under the smallest mask that covers max.
    @inlinable @inline(__always)
    mutating func interval(upTo max: Int) -> Int {
        guard max > 0 else { return 0 }
        return Int(truncatingIfNeeded: masked(UInt64(max)))
    }

    /// A value of at most `max` cut out of 32 bits if they suffice, else out of 64.
    @inlinable @inline(__always)
    mutating func masked(_ max: UInt64) -> UInt64 {
        let mask = UInt64.max &>> UInt64(max.leadingZeroBitCount)
        if max <= 0xffff_ffff {
            while true {
                let value = UInt64(nextWord()) & mask
                if value <= max { return value }
            }
        }
        while true {
            let value = next() & mask
            if value <= max { return value }
        }
    }

    @usableFromInline
    mutating func weighted(_ n: Int, count: Int, replacing: Bool, _ probabilities: [Double]) -> [Int] {
        RandomLimits.check(probabilities: probabilities, count: n)
        if replacing {
            let sums = cumulative(probabilities)
            return random(count: count).map { firstAbove($0, in: sums) }
        }
        let possible = probabilities.count { $0 > 0 }
        guard possible >= count else {
            fail("cannot choose \(count) elements without replacement when only \(possible) have a probability above 0")
        }
        // Rounds: draw what is missing, keep the first of equals, and take the found ones out.
        var left = probabilities
        var found: [Int] = []
        while found.count < count {
            let sums = cumulative(left)
            for value in random(count: count - found.count) {
                let position = firstAbove(value, in: sums)
                if left[position] > 0 {
                    left[position] = 0
                    found.append(position)
                }
            }
        }
        return found
    }
}

/// Running sums, scaled so that the last is 1.
private func cumulative(_ probabilities: [Double]) -> [Double] {
    var sum = 0.0
    var sums = probabilities
    for i in sums.indices {
        sum += sums[i]
        sums[i] = sum
    }
    return sums.map { $0 / sum }
}

/// The first position whose running sum is above the value.
private func firstAbove(_ value: Double, in sums: [Double]) -> Int {
    var low = 0, high = sums.count
    while low < high {
        let middle = (low + high) / 2
        if value < sums[middle] { high = middle } else { low = middle + 1 }
    }
    return low
}

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

    @usableFromInline
    static func check(interval low: Double, _ high: Double) {
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
        // Kahan's sum, so that many small probabilities are not refused for rounding.
        var sum = 0.0, lost = 0.0
        for probability in probabilities {
            let term = probability - lost
            let next = sum + term
            lost = (next - sum) - term
            sum = next
        }
        guard abs(sum - 1) <= 0x1p-26 else {
            fail("probabilities sum to 1, given a sum of \(sum); divide them by their sum")
        }
    }
}

// MARK: - NumPy's legacy stream

/// The stream of `numpy.random.RandomState(seed)`, number for number.
///
/// ```swift
/// var state = RandomState(seed: 42)
/// let weights = state.normal(mean: 0, standardDeviation: 0.1, count: 20)
/// let order = state.permutation(1000)
/// ```
///
/// A copy continues independently from the same place. NumPy froze this stream for good, and
/// scikit-learn's `random_state` is one.
public struct RandomState: RandomStream, Equatable {
    @usableFromInline var engine: MersenneTwister
    /// The second number of a pair of normal ones, kept for the next call.
    @usableFromInline var spareNormal: Double?

    /// The stream that the seed stands for.
    public init(seed: UInt32) {
        engine = MersenneTwister(seed: seed)
    }

    @inlinable
    public mutating func nextWord() -> UInt32 { engine.nextWord() }

    /// The next 64 bits.
    @inlinable
    public mutating func next() -> UInt64 { engine.next() }

    /// A number from the uniform distribution on [0, 1), NumPy's `random_sample()`.
    @inlinable
    public mutating func random() -> Double { engine.nextDouble() }

    /// Fills the buffer with numbers from the uniform distribution on [low, high).
    public mutating func fillUniform(
        _ buffer: UnsafeMutableBufferPointer<Double>, low: Double = 0, high: Double = 1
    ) {
        RandomLimits.check(interval: low, high)
        engine.fill(buffer, offset: low, scale: high - low)
    }

    /// A number with mean 0 and standard deviation 1, NumPy's `standard_normal()`.
    ///
    /// Source: G. Marsaglia and T. A. Bray, "A convenient method for generating normal variables",
    /// SIAM Review 6(3), 1964.
    public mutating func standardNormal() -> Double {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        while true {
            let x = 2 * engine.nextDouble() - 1
            let y = 2 * engine.nextDouble() - 1
            let square = x * x + y * y
            guard square < 1, square != 0 else { continue }
            let factor = (-2 * log(square) / square).squareRoot()
            spareNormal = factor * x
            return factor * y
        }
    }

    /// One integer drawn evenly from the range, NumPy's `randint(low, high)`.
    public mutating func integer(in range: Range<Int>) -> Int {
        let above = RandomLimits.span(range)
        return above == 0 ? range.lowerBound : draw(from: range.lowerBound, above)
    }

    /// Integers drawn evenly from the range, NumPy's `randint(low, high, count)` of int64.
    ///
    /// ```swift
    /// var state = RandomState(seed: 42)
    /// let dice = state.integers(in: 1..<7, count: 5)  // [4, 5, 3, 5, 5]
    /// ```
    public mutating func integers(in range: Range<Int>, count: Int) -> [Int] {
        RandomLimits.check(count: count)
        if count == 0 { return [] }
        let above = RandomLimits.span(range)
        // A single value needs no random bits, and NumPy takes none.
        if above == 0 { return [Int](repeating: range.lowerBound, count: count) }
        return [Int](unsafeUninitializedCapacity: count) { buffer, filled in
            for i in 0..<count { buffer[i] = draw(from: range.lowerBound, above) }
            filled = count
        }
    }

    @inline(__always)
    private mutating func draw(from low: Int, _ above: UInt64) -> Int {
        low &+ Int(truncatingIfNeeded: masked(above))
    }

    /// Positions drawn evenly from 0..<n, none twice: the start of a whole permutation.
    public mutating func distinct(_ n: Int, count: Int) -> [Int] {
        RandomLimits.check(count: count, distinctOf: n)
        return Array(permutation(n).prefix(count))
    }
}
