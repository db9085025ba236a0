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

/// Central differences of `f` at `x`, with error of the fourth order in the step.
public func finiteDifferences(of f: ([Double]) -> Double, at x: [Double], step: Double = 1e-3) -> [Double] {
    x.indices.map { i in
        func at(_ h: Double) -> Double {
            var moved = x
            moved[i] += h
            return f(moved)
        }
        return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
    }
}
