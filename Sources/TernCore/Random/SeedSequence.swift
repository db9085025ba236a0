/// Mixes seeds, also similar ones, into well-spread starting states; `numpy.random.SeedSequence`.
///
/// ```swift
/// var seeds = SeedSequence(12345)
/// seeds.words(2)                                                          // [2688385916, 3048105090]
/// let workers = seeds.spawn(4).map { Generator(seedSequence: $0) }        // four unrelated streams
/// ```
///
/// Source: M. E. O'Neill, "Developing a seed_seq alternative", pcg-random.org, 2015, in the form that NumPy gave it in
/// 2019 (release 1.17).
public struct SeedSequence: Sendable, Equatable {
    /// The seed, in words of 32 bits from the lowest up.
    public let entropy: [UInt32]

    /// Which child of which child this is; empty for a sequence that was not spawned.
    public let spawnKey: [UInt32]

    /// How many children have been spawned.
    public private(set) var childCount = 0

    private var pool: [UInt32]

    /// The sequence that an integer seed stands for.
    public init(_ seed: UInt64, spawnKey: [UInt32] = []) {
        let low = UInt32(truncatingIfNeeded: seed), high = UInt32(truncatingIfNeeded: seed >> 32)
        self.init(entropy: high == 0 ? [low] : [low, high], spawnKey: spawnKey)
    }

    /// The sequence that several 32-bit seeds stand for, as a list of them does in NumPy.
    public init(entropy: [UInt32], spawnKey: [UInt32] = []) {
        self.entropy = entropy
        self.spawnKey = spawnKey
        pool = Self.mixed(entropy, spawnKey)
    }

    /// Words for the state of an engine, NumPy's `generate_state(count, uint32)`.
    public func words(_ count: Int) -> [UInt32] {
        RandomLimits.check(count: count)
        var multiplier: UInt32 = 0x8b51_f9dd
        return (0..<count).map { i in
            var word = pool[i % Self.poolSize] ^ multiplier
            multiplier &*= 0x58f3_8ded
            word &*= multiplier
            return word ^ (word >> 16)
        }
    }

    /// Words of 64 bits, NumPy's `generate_state(count, uint64)`.
    public func longWords(_ count: Int) -> [UInt64] {
        let halves = words(2 * count)
        return (0..<count).map { UInt64(halves[2 * $0]) | UInt64(halves[2 * $0 + 1]) << 32 }
    }

    /// New sequences, independent of this one, of each other and of those spawned before.
    ///
    /// ```swift
    /// var seeds = SeedSequence(7)
    /// seeds.spawn(2).map { $0.words(1) }      // [[1201125462], [3618983171]]
    /// ```
    public mutating func spawn(_ count: Int) -> [SeedSequence] {
        RandomLimits.check(count: count)
        defer { childCount += count }
        return (childCount..<childCount + count).map {
            SeedSequence(entropy: entropy, spawnKey: spawnKey + [UInt32($0)])
        }
    }

    private static let poolSize = 4

    private static func mixed(_ entropy: [UInt32], _ spawnKey: [UInt32]) -> [UInt32] {
        var words = entropy
        if !spawnKey.isEmpty {
            // Zeros up to the pool's size keep a child apart from a longer seed.
            while words.count < poolSize { words.append(0) }
            words += spawnKey
        }

        var multiplier: UInt32 = 0x43b0_d7e5
        func hashed(_ word: UInt32) -> UInt32 {
            var value = word ^ multiplier
            multiplier &*= 0x931e_8875
            value &*= multiplier
            return value ^ (value >> 16)
        }
        func joined(_ x: UInt32, _ y: UInt32) -> UInt32 {
            let value = 0xca01_f9dd &* x &- 0x4973_f715 &* y
            return value ^ (value >> 16)
        }

        var pool = (0..<poolSize).map { hashed($0 < words.count ? words[$0] : 0) }
        for source in 0..<poolSize {
            for target in 0..<poolSize where source != target {
                pool[target] = joined(pool[target], hashed(pool[source]))
            }
        }
        for word in words.dropFirst(poolSize) {
            for target in 0..<poolSize {
                pool[target] = joined(pool[target], hashed(word))
            }
        }
        return pool
    }
}
