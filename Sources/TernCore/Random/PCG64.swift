/// The permuted congruential generator PCG64 (XSL-RR 128/64), NumPy's default engine.
///
/// ```swift
/// var engine = PCG64(seedSequence: SeedSequence(42))
/// engine.next()                           // 14276969152011380360
/// ```
///
/// Source: M. E. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number
/// Generation", Harvey Mudd College report HMC-CS-2014-0905, 2014.
public struct PCG64: RandomNumberGenerator, Sendable, Equatable {
    // 128 bits in halves.
    @usableFromInline var high: UInt64
    @usableFromInline var low: UInt64
    @usableFromInline let incrementHigh: UInt64
    @usableFromInline let incrementLow: UInt64
    /// The upper half of the last word that was split for 32 bits, and whether it has not been used yet.
    @usableFromInline var spareWord: UInt32 = 0
    @usableFromInline var hasSpareWord = false

    /// The engine that a seed sequence starts, `numpy.random.PCG64(sequence)`.
    public init(seedSequence: SeedSequence) {
        let words = seedSequence.longWords(4)
        incrementHigh = words[2] << 1 | words[3] >> 63
        incrementLow = words[3] << 1 | 1
        high = 0
        low = 0
        step()
        let (sum, carry) = low.addingReportingOverflow(words[1])
        low = sum
        high = high &+ words[0] &+ (carry ? 1 : 0)
        step()
    }

    @inlinable @inline(__always)
    mutating func step() {
        let multiplierHigh: UInt64 = 0x2360_ed05_1fc6_5da4
        let multiplierLow: UInt64 = 0x4385_df64_9fcc_f645
        let product = low.multipliedFullWidth(by: multiplierLow)
        let top = product.high &+ high &* multiplierLow &+ low &* multiplierHigh
        let (sum, carry) = product.low.addingReportingOverflow(incrementLow)
        low = sum
        high = top &+ incrementHigh &+ (carry ? 1 : 0)
    }

    /// The next 64 bits.
    @inlinable
    public mutating func next() -> UInt64 {
        step()
        let word = high ^ low, turn = high >> 58
        return word &>> turn | word &<< (0 &- turn)
    }

    /// The next 32 bits; the two halves of a 64-bit word in turn, the lower one first.
    @inlinable
    public mutating func nextWord() -> UInt32 {
        if hasSpareWord {
            hasSpareWord = false
            return spareWord
        }
        let word = next()
        spareWord = UInt32(truncatingIfNeeded: word >> 32)
        hasSpareWord = true
        return UInt32(truncatingIfNeeded: word)
    }

    /// The next number in [0, 1) with 53 random bits.
    @inlinable
    public mutating func nextDouble() -> Double {
        Double(next() >> 11) * 0x1p-53
    }
}
