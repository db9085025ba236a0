import TernCore

/// A stream of numbers for test data, the same in every run.
public struct TestStream {
    private var state: UInt64
    public init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    /// Uniform in [low, high).
    public mutating func next(_ low: Double = -1, _ high: Double = 1) -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return low + (high - low) * Double(state >> 11) * 0x1p-53
    }

    public mutating func values(_ count: Int, _ low: Double = -1, _ high: Double = 1) -> [Double] {
        (0..<count).map { _ in next(low, high) }
    }
}

extension TestStream {
    /// The next numbers as a tensor, uniform in [low, high).
    public mutating func tensor(_ shape: [Int], _ low: Double = -1, _ high: Double = 1) -> Tensor {
        Tensor(values(shape.reduce(1, *), low, high), shape: shape)
    }

    /// The first numbers of a stream, uniform between the bounds.
    public static func tensor(
        _ seed: UInt64, _ shape: [Int], _ dtype: DType = .float64, in bounds: ClosedRange<Double> = -1...1
    ) -> Tensor {
        var stream = TestStream(seed)
        return stream.tensor(shape, bounds.lowerBound, bounds.upperBound).cast(to: dtype)
    }
}
