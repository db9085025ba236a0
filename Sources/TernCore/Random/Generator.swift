#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The stream of `numpy.random.default_rng(seed)`, number for number.
///
/// ```swift
/// var generator = Generator(seed: 42)
/// generator.normal(mean: 0, standardDeviation: 0.1, count: 2)     // [0.030471707975443137, -0.10399841062404956]
/// var other = Generator(seed: 42)
/// other.permutation(5)                                            // [4, 2, 3, 1, 0]
/// ```
///
/// A copy continues independently from the same place; ``spawn(_:)`` gives unrelated streams. NumPy may change this
/// stream in a later release; it was compared with NumPy 2.4.6.
public struct Generator: RandomStream, Equatable {
    @usableFromInline var engine: PCG64
    private var seeds: SeedSequence

    /// false: where NumPy has mended an algorithm, so has this stream.
    public static var isFrozen: Bool { false }

    /// The stream that the seed stands for, NumPy's `default_rng(seed)`.
    public init(seed: UInt64) {
        self.init(seedSequence: SeedSequence(seed))
    }

    /// The stream that a seed sequence starts.
    public init(seedSequence: SeedSequence) {
        engine = PCG64(seedSequence: seedSequence)
        seeds = seedSequence
    }

    /// Streams independent of this one and of each other, one for each of `count` workers: NumPy's `spawn`.
    ///
    /// ```swift
    /// var generator = Generator(seed: 42)
    /// var streams = generator.spawn(8)
    /// streams[0].integers(in: 0..<100, count: 3)      // [49, 91, 58]
    /// ```
    public mutating func spawn(_ count: Int) -> [Generator] {
        seeds.spawn(count).map { Generator(seedSequence: $0) }
    }

    /// The next 32 bits: half of a word of 64, whose other half is kept for the next call.
    @inlinable
    public mutating func nextWord() -> UInt32 { engine.nextWord() }

    /// The next 64 bits.
    @inlinable
    public mutating func next() -> UInt64 { engine.next() }

    /// A number from the uniform distribution on [0, 1), NumPy's `random()`.
    @inlinable
    public mutating func random() -> Double { engine.nextDouble() }

    /// A number with mean 0 and standard deviation 1, NumPy's `standard_normal()`.
    ///
    /// Source: G. Marsaglia and W. W. Tsang, "The Ziggurat Method for Generating Random
    /// Variables", Journal of Statistical Software 5(8), 2000.
    public mutating func standardNormal() -> Double {
        while true {
            // From the lowest bit: 8 for the layer, 1 for the sign, 52 for the magnitude.
            let bits = engine.next()
            let layer = Int(bits & 0xff)
            let magnitude = (bits >> 9) & 0x000f_ffff_ffff_ffff
            let size = Double(magnitude) * Ziggurat.widths[layer]
            let value = bits & 0x100 == 0 ? size : -size
            if magnitude < Ziggurat.inside[layer] { return value }
            if layer == 0 {
                let far = tail()
                return magnitude & 0x100 == 0 ? far : -far
            }
            let lower = Ziggurat.heights[layer], upper = Ziggurat.heights[layer - 1]
            if (upper - lower) * engine.nextDouble() + lower < exp(-0.5 * value * value) { return value }
        }
    }

    /// A number beyond the ziggurat's lowest layer.
    ///
    /// Source: G. Marsaglia, "Generating a variable from the tail of the normal distribution",
    /// Technometrics 6(1), 1964.
    @inline(never)
    private mutating func tail() -> Double {
        while true {
            let x = -Ziggurat.inverseTail * log1p(-engine.nextDouble())
            let y = -log1p(-engine.nextDouble())
            if y + y > x * x { return Ziggurat.tail + x }
        }
    }

    /// A number from the exponential distribution with mean 1, NumPy's `standard_exponential()`.
    ///
    /// Source: G. Marsaglia and W. W. Tsang, "The Ziggurat Method for Generating Random
    /// Variables", Journal of Statistical Software 5(8), 2000.
    public mutating func standardExponential() -> Double {
        while true {
            // From the fourth bit on: 8 for the layer, 53 for the magnitude.
            let bits = engine.next() >> 3
            let layer = Int(bits & 0xff)
            let magnitude = bits >> 8
            let value = Double(magnitude) * ExponentialZiggurat.widths[layer]
            if magnitude < ExponentialZiggurat.inside[layer] { return value }
            if layer == 0 { return ExponentialZiggurat.tail - log1p(-engine.nextDouble()) }
            let lower = ExponentialZiggurat.heights[layer], upper = ExponentialZiggurat.heights[layer - 1]
            if (upper - lower) * engine.nextDouble() + lower < exp(-value) { return value }
        }
    }

    /// One integer drawn evenly from the range, NumPy's `integers(low, high)`.
    public mutating func integer(in range: Range<Int>) -> Int {
        range.lowerBound &+ Int(truncatingIfNeeded: bounded(RandomLimits.span(range)))
    }

    /// Integers drawn evenly from the range, NumPy's `integers(low, high, count)` of int64.
    ///
    /// ```swift
    /// var generator = Generator(seed: 42)
    /// let dice = generator.integers(in: 1..<7, count: 5)  // [1, 5, 4, 3, 3]
    /// ```
    public mutating func integers(in range: Range<Int>, count: Int) -> [Int] {
        RandomLimits.check(count: count)
        if count == 0 { return [] }
        let above = RandomLimits.span(range)
        return [Int](unsafeUninitializedCapacity: count) { buffer, filled in
            for i in 0..<count {
                buffer[i] = range.lowerBound &+ Int(truncatingIfNeeded: bounded(above))
            }
            filled = count
        }
    }

    /// A value in 0...above by a multiplication instead of a division.
    ///
    /// Source: D. Lemire, "Fast Random Integer Generation in an Interval", ACM Transactions on
    /// Modeling and Computer Simulation 29(1), 2019.
    @inline(__always)
    private mutating func bounded(_ above: UInt64) -> UInt64 {
        if above == 0 { return 0 }
        if above == 0xffff_ffff { return UInt64(nextWord()) }
        if above < 0xffff_ffff {
            let size = UInt32(above) + 1
            var product = nextWord().multipliedFullWidth(by: size)
            if product.low < size {
                let threshold = (0 &- size) % size
                while product.low < threshold { product = nextWord().multipliedFullWidth(by: size) }
            }
            return UInt64(product.high)
        }
        // A Range<Int> cannot hold all 2^64 values, so the size does not overflow.
        let size = above + 1
        var product = next().multipliedFullWidth(by: size)
        if product.low < size {
            let threshold = (0 &- size) % size
            while product.low < threshold { product = next().multipliedFullWidth(by: size) }
        }
        return product.high
    }

    /// Positions drawn evenly from 0..<n, none twice.
    ///
    /// Few positions are drawn by Floyd's method, many by shuffling the end of 0..<n.
    /// Source: J. Bentley and R. Floyd, "A sample of brilliance", Communications of the ACM 30(9), 1987.
    public mutating func distinct(_ n: Int, count: Int) -> [Int] {
        RandomLimits.check(count: count, distinctOf: n)
        // NumPy's limits between the two.
        if n > 10000, count > n / 50 {
            var all = Array(0..<n)
            shuffleEnd(&all, from: max(n - count, 1))
            return Array(all[(n - count)...])
        }
        var seen = Set<Int>(minimumCapacity: count)
        var positions: [Int] = []
        positions.reserveCapacity(count)
        for last in (n - count)..<n {
            let drawn = Int(bounded(UInt64(last)))
            let position = seen.insert(drawn).inserted ? drawn : last
            seen.insert(position)
            positions.append(position)
        }
        shuffleEnd(&positions, from: 1)
        return positions
    }

    /// Gives each place from the last down to `first` an element from those up to it.
    private mutating func shuffleEnd(_ elements: inout [Int], from first: Int) {
        for i in stride(from: elements.count - 1, through: first, by: -1) {
            elements.swapAt(i, Int(bounded(UInt64(i))))
        }
    }

    /// A tensor whose elements along an axis are put in random order, each line on its own, NumPy's `permuted(x,
    /// axis)`; without an axis, all its elements.
    ///
    /// ```swift
    /// var generator = Generator(seed: 0)
    /// generator.permuted(Tensor([[1, 2, 3], [4, 5, 6]]), axis: 1)     // [[3, 1, 2], [6, 5, 4]]
    /// ```
    public mutating func permuted(_ x: Tensor, axis: Int? = nil) -> Tensor {
        guard let axis else { return permutation(x.flattened()).reshaped(x.shape) }
        let place = x.normalized([axis], in: "permuted")[0], length = x.shape[place]
        let lines = x.shape[..<place].reduce(1, *) * x.shape[(place + 1)...].reduce(1, *)
        let orders = (0..<lines).flatMap { _ in permutation(length).map(Int64.init) }
        // Lines one after the other in the order of the other axes: the shuffled axis last.
        let others = x.shape.indices.filter { $0 != place }
        let last = Tensor(orders, shape: others.map { x.shape[$0] } + [length])
        let order = x.shape.indices.map { axis in others.firstIndex(of: axis) ?? others.count }
        return x.takingAlong(last.transposed(order), axis: place)
    }
}
