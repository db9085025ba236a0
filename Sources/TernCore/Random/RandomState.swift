#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The stream of `numpy.random.RandomState(seed)`, number for number.
///
/// ```swift
/// var state = RandomState(seed: 42)
/// state.normal(count: 2)                  // [0.4967141530112327, -0.13826430117118466]
/// var other = RandomState(seed: 42)
/// other.permutation(5)                    // [1, 4, 2, 0, 3]
/// ```
///
/// A copy continues independently from the same place. NumPy froze this stream for good, and scikit-learn's
/// `random_state` is one.
public struct RandomState: RandomStream, Equatable {
    @usableFromInline var engine: MersenneTwister
    /// The second number of a pair of normal ones, kept for the next call.
    @usableFromInline var spareNormal: Double?

    /// true: the algorithms are those of NumPy 1.16 for good.
    public static var isFrozen: Bool { true }

    /// The stream that the seed stands for.
    public init(seed: UInt32) {
        engine = MersenneTwister(seed: seed)
    }

    /// The next 32 bits of the Mersenne Twister.
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
        RandomLimits.check(interval: low, high, mayFall: true)
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

    /// A number from the exponential distribution with mean 1, by inversion: NumPy's `standard_exponential()`.
    public mutating func standardExponential() -> Double { -log(1 - engine.nextDouble()) }

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
