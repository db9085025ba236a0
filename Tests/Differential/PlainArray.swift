import TernCore
import TestSupport

/// An array of the reference interpreter: plain numbers in row-major order. Truth values are 0 and 1; integers are
/// exact as long as they stay below 2^53, and the interpreter gives up beyond.
struct PlainArray {
    var shape: [Int]
    var dtype: DType
    var values: [Double]

    var count: Int { values.count }
    var rank: Int { shape.count }

    static func count(_ shape: [Int]) -> Int { shape.reduce(1, *) }

    /// The positions of all elements, in row-major order.
    static func positions(_ shape: [Int]) -> [[Int]] {
        var result: [[Int]] = [[]]
        for length in shape { result = result.flatMap { start in (0..<length).map { start + [$0] } } }
        return result
    }

    static func offset(_ position: [Int], in shape: [Int]) -> Int {
        zip(position, shape).reduce(0) { $0 * $1.1 + $1.0 }
    }

    /// The element that broadcasting puts at `position` of a larger shape.
    func broadcastElement(_ position: [Int]) -> Double {
        let own = position.suffix(rank)
        return values[Self.offset(zip(own, shape).map { $1 == 1 ? 0 : $0 }, in: shape)]
    }

    var tensor: Tensor { Tensor(values, shape: shape).cast(to: dtype) }

    init(shape: [Int], dtype: DType, values: [Double]) {
        self.shape = shape
        self.dtype = dtype
        self.values = values
    }

    init(shape: [Int], dtype: DType, at element: ([Int]) throws -> Double) rethrows {
        self.init(shape: shape, dtype: dtype, values: try Self.positions(shape).map(element))
    }
}

/// What the interpreter can't say: an integer too large, a number that no integer stands for.
struct Undefined: Error {}

/// Rounding played: each result is moved by some units in its last place, so that how far the outcomes of several
/// runs lie apart says how well a program determines its own result.
struct Noise {
    var stream: RandomBits
    /// In units of the last place.
    static let size = 8.0

    mutating func moved(_ value: Double, by scale: Double, _ dtype: DType) -> Double {
        let last = dtype == .float32 ? 0x1p-24 : 0x1p-53
        return value + scale * last * Self.size * (2 * stream.unit() - 1)
    }

    mutating func moved(_ tensor: Tensor) -> Tensor {
        guard tensor.dtype.isFloatingPoint else { return tensor }
        let factors = (0..<tensor.count).map { _ in moved(1, by: 1, tensor.dtype) }
        return tensor * Tensor(factors, shape: tensor.shape).cast(to: tensor.dtype)
    }
}

/// What programs and noise are drawn with.
struct RandomBits {
    private var source: SplitMix64

    init(_ seed: UInt64) { source = SplitMix64(seed) }

    mutating func next() -> UInt64 { source.next() }

    /// In [0, 1).
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func integer(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    mutating func pick<T>(_ choices: [T]) -> T { choices[integer(0...(choices.count - 1))] }

    mutating func shuffled<T>(_ items: [T]) -> [T] {
        var items = items
        for i in items.indices.dropLast() { items.swapAt(i, integer(i...(items.count - 1))) }
        return items
    }
}
