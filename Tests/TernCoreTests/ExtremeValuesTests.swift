import TernCore
import TestSupport
import Testing

/// Deviations are numbers up to the largest of their type: a power of two in all numbers is one in the result.
@Suite struct ExtremeValuesTests {
    @Test(arguments: [DType.float32, .float64], [false, true])
    func deviationsScaleWithTheirNumbers(_ dtype: DType, _ skipsNaN: Bool) {
        let x = TestStream.tensor(5, [4, 10], dtype)
        func deviation(_ x: Tensor) -> Tensor {
            x.standardDeviation(axes: [1], degreesOfFreedom: 1, skippingNaN: skipsNaN)
        }
        func variance(_ x: Tensor) -> Tensor { x.variance(axes: [0], keepingDimensions: true, skippingNaN: skipsNaN) }
        for exponent in stride(from: 0, through: dtype == .float32 ? 124 : 1020, by: 4) {
            let size = Double(sign: .plus, exponent: exponent, significand: 1), large = x * size
            #expect(deviation(large) == deviation(x) * size, "2^\(exponent)")
            #expect(compile(deviation)(large) == compile(deviation)(x) * size, "compiled, 2^\(exponent)")
            let slope = gradient { (x: Tensor) in deviation(x).sum() }
            #expect(slope(large) == slope(x), "gradient, 2^\(exponent)")
            if exponent <= (dtype == .float32 ? 60 : 508) {
                #expect(variance(large) == variance(x) * size * size, "variance, 2^\(exponent)")
            }
        }
    }

    /// Sums of squares may be too large where their mean is not.
    @Test func variancesOfManyLargeNumbersAreFinite() {
        let x = Tensor((0..<1000).map { $0 % 2 == 0 ? 1e19 : -1e19 }).cast(to: .float32)
        expectClose(x.variance().item, 1e38, 1e-6, unit: 1e38)
        expectClose(compile { (x: Tensor) in x.variance() }(x).item, 1e38, 1e-6, unit: 1e38)
    }

    @Test(arguments: [DType.float32, .float64])
    func functionsOfNumbersStayFinite(_ dtype: DType) {
        var numbers = ExtremeNumbers(1)
        let x = numbers.tensor([400], dtype.exponents(), dtype: dtype)
        let functions: [(String, (Tensor) -> Tensor)] = [
            ("sigmoid", { sigmoid($0) }), ("tanh", { tanh($0) }), ("atan", { atan($0) }), ("erf", { erf($0) }),
            ("relu", { relu($0) }), ("log1p", { log1p(abs($0)) }), ("clip", { $0.clipped(to: -1...1) }),
        ]
        for (name, function) in functions {
            let slope = gradient { (x: Tensor) in function(x).sum() }
            for values in [function(x), compile(function)(x), slope(x), compile(slope)(x)] {
                #expect(values.doubles.allSatisfy { $0.isFinite }, "\(name)")
            }
        }
        // A square that nothing chooses adds nothing to the gradient.
        let unchosen = gradient { (x: Tensor) in select(abs(x) .< 1, square(x), 0 * x).sum() }(x)
        #expect(unchosen.doubles.allSatisfy { $0.isFinite })
    }

    @Test func theMedianOfAnOddNumberIsOneOfThem() {
        #expect(Tensor([1.7e308]).median().item == 1.7e308)
        #expect(Tensor([-1e308, 1.7e308, 1.6e308]).median().item == 1.6e308)
    }
}
