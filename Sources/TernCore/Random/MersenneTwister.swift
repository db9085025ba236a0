/// The Mersenne Twister MT19937: 32-bit words with a period of 2^19937 − 1.
///
/// ```swift
/// var engine = MersenneTwister(seed: 5489)
/// let first = engine.nextWord()  // 3499211612
/// ```
///
/// Source: M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed
/// uniform pseudo-random number generator", ACM Transactions on Modeling and Computer Simulation
/// 8(1), 1998. The seeding is the authors' of 2002, as in `numpy.random.RandomState(seed)`.
public struct MersenneTwister: RandomNumberGenerator, Sendable, Equatable {
    @usableFromInline static let length = 624
    @usableFromInline static let middle = 397

    @usableFromInline var words: [UInt32]
    /// The next word to hand out; `length` when all are used up.
    @usableFromInline var position: Int

    /// The engine that an integer seed stands for.
    public init(seed: UInt32) {
        var word = seed
        words = [UInt32](repeating: 0, count: Self.length)
        for i in 0..<Self.length {
            words[i] = word
            word = 1_812_433_253 &* (word ^ (word >> 30)) &+ UInt32(truncatingIfNeeded: i + 1)
        }
        position = Self.length
    }

    /// The next 32 bits.
    @inlinable
    public mutating func nextWord() -> UInt32 {
        if position >= Self.length { refill() }
        let word = words[position]
        position += 1
        return Self.temper(word)
    }

    /// The next 64 bits, the first word drawn on top.
    @inlinable
    public mutating func next() -> UInt64 {
        let high = UInt64(nextWord())
        return high << 32 | UInt64(nextWord())
    }

    /// The next number in [0, 1) with 53 random bits.
    @inlinable
    public mutating func nextDouble() -> Double {
        let high = nextWord()
        return Self.double(high, nextWord())
    }

    @inlinable @inline(__always)
    static func temper(_ word: UInt32) -> UInt32 {
        var y = word
        y ^= y >> 11
        y ^= (y << 7) & 0x9d2c_5680
        y ^= (y << 15) & 0xefc6_0000
        return y ^ (y >> 18)
    }

    @inlinable @inline(__always)
    static func double(_ high: UInt32, _ low: UInt32) -> Double {
        // 27 and 26 bits, put together without rounding.
        (Double(Int32(bitPattern: high >> 5)) * 0x1p26 + Double(Int32(bitPattern: low >> 6))) * 0x1p-53
    }

    /// Fills the buffer as calls of ``nextDouble()`` would, a block of words at a time.
    @usableFromInline
    mutating func fill(_ buffer: UnsafeMutableBufferPointer<Double>, offset: Double, scale: Double) {
        var done = 0
        while done < buffer.count {
            if position >= Self.length { refill() }
            let pairs = min((Self.length - position) / 2, buffer.count - done)
            guard pairs > 0 else {
                // One word is left in this block: this pair straddles two blocks.
                buffer[done] = offset + scale * nextDouble()
                done += 1
                continue
            }
            let out = buffer.baseAddress! + done
            words.withUnsafeBufferPointer { words in
                let from = words.baseAddress! + position
                for i in 0..<pairs {
                    let value = Self.double(Self.temper(from[2 * i]), Self.temper(from[2 * i + 1]))
                    out[i] = offset + scale * value
                }
            }
            position += 2 * pairs
            done += pairs
        }
    }

    /// Makes the next block of words.
    @usableFromInline @inline(never)
    mutating func refill() {
        let length = Self.length, middle = Self.middle
        words.withUnsafeMutableBufferPointer { buffer in
            let key = buffer.baseAddress!
            for i in 0..<(length - middle) {
                key[i] = key[i + middle] ^ Self.twist(key[i], key[i + 1])
            }
            for i in (length - middle)..<(length - 1) {
                key[i] = key[i + middle - length] ^ Self.twist(key[i], key[i + 1])
            }
            key[length - 1] = key[middle - 1] ^ Self.twist(key[length - 1], key[0])
        }
        position = 0
    }

    @inline(__always)
    private static func twist(_ upper: UInt32, _ lower: UInt32) -> UInt32 {
        let y = (upper & 0x8000_0000) | (lower & 0x7fff_ffff)
        return (y >> 1) ^ ((0 &- (y & 1)) & 0x9908_b0df)
    }
}
