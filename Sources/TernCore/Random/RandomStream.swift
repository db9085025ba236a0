/// A random stream that gives, number for number, what NumPy's stream of the same kind gives.
///
/// ```swift
/// func halves(of n: Int, using stream: inout some RandomStream) -> ([Int], [Int]) {
///     let order = stream.permutation(n)
///     return (Array(order[..<(n / 2)]), Array(order[(n / 2)...]))
/// }
/// var stream = RandomState(seed: 42)
/// let (first, second) = halves(of: 6, using: &stream)     // [0, 1, 5] and [2, 4, 3]
/// ```
///
/// The sampling that `RandomState` and `Generator` share is here; each type adds what differs. Of each distribution
/// there is a function for one number and one for `count` of them, which gives the numbers that as many single calls
/// would. Numbers agree to the last bit where the platform's `log`, `log1p`, `exp` and `pow` do. Parameters that a
/// distribution does not have (a negative rate) end the program.
///
/// NumPy draws from a distribution whose parameter is an array element by element, last axis fastest; so does
/// `rates.map { stream.poisson(rate: $0) }`.
public protocol RandomStream: RandomNumberGenerator, Sendable {
    /// Whether the algorithms are those of NumPy 1.16, which `RandomState` keeps for good. Where NumPy has mended one
    /// since, the formula of either kind stands in the function that draws.
    static var isFrozen: Bool { get }

    /// The next 32 bits.
    mutating func nextWord() -> UInt32

    /// A number from the uniform distribution on [0, 1), NumPy's `random()`.
    mutating func random() -> Double

    /// A number from the normal distribution with mean 0 and standard deviation 1.
    mutating func standardNormal() -> Double

    /// A number from the exponential distribution with mean 1.
    mutating func standardExponential() -> Double

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
        RandomLimits.check(interval: low, high, mayFall: Self.isFrozen)
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
        RandomLimits.check(interval: low, high, mayFall: Self.isFrozen)
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
        draws(count) { $0.standardNormal() }
    }

    /// A number from a normal distribution, NumPy's `normal(mean, standardDeviation)`.
    @inlinable
    public mutating func normal(mean: Double, standardDeviation: Double = 1) -> Double {
        RandomLimits.check(standardDeviation, atLeastZero: "normal: standardDeviation")
        return mean + standardDeviation * standardNormal()
    }

    /// Numbers from a normal distribution, NumPy's `normal(mean, standardDeviation, count)`.
    ///
    /// ```swift
    /// var state = RandomState(seed: 1)
    /// let heights = state.normal(mean: 1.7, standardDeviation: 0.1, count: 50)
    /// ```
    @inlinable
    public mutating func normal(mean: Double = 0, standardDeviation: Double = 1, count: Int) -> [Double] {
        RandomLimits.check(standardDeviation, atLeastZero: "normal: standardDeviation")
        return draws(count) { mean + standardDeviation * $0.standardNormal() }
    }

    /// What `draw` gives in `count` calls.
    @inlinable @inline(__always)
    mutating func draws<Value>(_ count: Int, _ draw: (inout Self) -> Value) -> [Value] {
        RandomLimits.check(count: count)
        return [Value](unsafeUninitializedCapacity: count) { buffer, filled in
            for i in 0..<count { buffer.initializeElement(at: i, to: draw(&self)) }
            filled = count
        }
    }
}
