import TernCore

/// Numbers of all sizes, the same for a seed: ± 2^e with e uniform between bounds, times a number from 1 to 2.
public struct ExtremeNumbers {
    private var stream: TestStream
    public init(_ seed: UInt64) { stream = TestStream(seed) }

    /// One number; one in ten is 0.
    public mutating func next(_ exponents: ClosedRange<Double>, negative: Bool = true) -> Double {
        if stream.next(0, 10) < 1 { return 0 }
        let size = stream.next(1, 2) * exp2(stream.next(exponents.lowerBound, exponents.upperBound).rounded())
        return negative && stream.next() < 0 ? -size : size
    }

    public mutating func tensor(
        _ shape: [Int], _ exponents: ClosedRange<Double>, negative: Bool = true, dtype: DType
    ) -> Tensor {
        Tensor((0..<shape.reduce(1, *)).map { _ in next(exponents, negative: negative) }, shape: shape).cast(to: dtype)
    }

    private func exp2(_ x: Double) -> Double { Double(sign: .plus, exponent: Int(x), significand: 1) }
}

extension DType {
    /// The exponents of all but the largest numbers: what two of them differ by is a number.
    public func exponents(below margin: Double = 1) -> ClosedRange<Double> {
        self == .float32 ? -100...(126 - margin) : -900...(1022 - margin)
    }
}
