import TernCore
import TestSupport
import Testing

/// Every operation on every type, and random cases of the functions, at once and compiled, against NumPy.
@Suite struct NumPyCasesTests {
    private static let operations = try! Fixture.decode("numpy_operations", as: NumPyCases.self).cases
    private static let random = try! Fixture.decode("numpy_random_cases", as: NumPyCases.self).cases

    /// Results that are exact to the last bit and sign of zero.
    private static let exact: Set<String> = [
        "abs", "sign", "square", "sqrt", "floor", "ceil", "round", "trunc", "negate", "float32", "float64", "add",
        "subtract", "multiply", "divide", "floorDivide", "remainder", "maximum", "minimum", "select", "sorted",
        "taking",
        "takingAlong", "transposed", "reversed", "concatenated", "stacked", "rolled",
    ]

    private static func check(_ test: NumPyCase, exact: Bool) {
        let inputs = test.inputs, p = test.parameters
        for (way, ours) in [
            ("at once", p.results(test.f, inputs)),
            ("compiled", compile { (t: [Tensor]) -> [Tensor] in p.results(test.f, t) }(inputs)),
        ] {
            if let difference = test.difference(ours, exact: exact) {
                Issue.record("\(test.story) \(way): \(difference)\n    inputs \(inputs.map(\.description))")
            }
        }
    }

    @Test(arguments: Set(operations.map(\.f)).sorted())
    func everyTypeGivesWhatNumPyGives(_ name: String) {
        for test in Self.operations where test.f == name && test.out != nil {
            // A maximum of both zeros may have either sign.
            Self.check(test, exact: Self.exact.contains(name) && name != "maximum" && name != "minimum")
        }
    }

    @Test(arguments: Set(random.map(\.f)).sorted())
    func randomCasesGiveWhatNumPyGives(_ name: String) {
        for test in Self.random where test.f == name { Self.check(test, exact: Self.exact.contains(name)) }
    }

    /// What NumPy refuses, or answers in a type that Tern lacks, ends with the operation and the type.
    @Test func theRestEndsWithAMessage() async {
        let refused = Self.operations.filter { $0.refused != nil }
        #expect(
            Set(refused.map(\.f)) == [
                "sign", "square", "negate", "reciprocal", "subtract", "floorDivide", "remainder", "power",
            ])
        for test in refused {
            let name = test.f, dtype = test.in[0].dtype
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                [name = name as String, dtype = dtype as String] in
                let x = Tensor.ones([2], dtype: DType(name: dtype)!)
                _ = unaryOperations[name].map { $0(x) } ?? binaryOperations[name]!(x, x)
            }
            #expect(message(result).contains("Tern: \(name) of \(dtype) is not defined"), "\(name) of \(dtype)")
        }
    }

    /// Conditions on values hold for compiled functions too.
    @Test func conditionsOnValuesAreCheckedWhenAFunctionRuns() async {
        let power = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = compile { (x: [Tensor]) in TernCore.power(x[0], x[1]) }([Tensor([2, 1]), Tensor([3, -1])])
        }
        #expect(message(power).contains("power: integers have no negative powers"))
        let place = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = compile { (x: Tensor) in x.argmax(axis: 1, skippingNaN: true) }(Tensor([[1, .nan], [.nan, .nan]]))
        }
        #expect(message(place).contains("argmax(skippingNaN:): a slice holds nothing but NaN"))
        let range = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor([1.0, .nan]).histogram(bins: 3)
        }
        #expect(message(range).contains("histogram: the elements are not all finite"))
        let edges = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor([1.0, 2]).histogram(edges: Tensor([1, 3, 2]))
        }
        #expect(message(edges).contains("histogram: the edges decrease somewhere"))
        let empty = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([0, 3]).padded(1, mode: .edge)
        }
        #expect(message(empty).contains("padded: axis 0 of float32[0, 3] is empty"))
        let number = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor([1, 2] as [Int32]) + 3_000_000_000
        }
        #expect(message(number).contains("the number 3000000000 is beyond int32"))
    }

    @Test func integersBeyondDoublesStayExact() {
        let big = 9_007_199_254_740_993  // 2^53 + 1, which no double holds
        let x = Tensor([big, big - 1, big + 1])
        #expect((x + 0).scalars(Int.self) == [big, big - 1, big + 1])
        #expect((x - big).scalars(Int.self) == [0, -1, 1])
        #expect((x .== big).scalars(Bool.self) == [true, false, false])
        #expect(x.sorted().scalars(Int.self) == [big - 1, big, big + 1])
        #expect(matmul(x.reshaped([1, 3]), Tensor([1, 1, -1]).reshaped([3, 1])).scalars(Int.self) == [big - 2])
        #expect(Tensor(repeating: big, shape: [1], dtype: .int64).scalars(Int.self) == [big])
        #expect(x.clipped(to: big...big).scalars(Int.self) == [big, big, big])
        #expect(x.padded(1, mode: .constant(PaddingValues(big))).scalars(Int.self).first == big)
        #expect(Tensor([Int.max, Int.min]).description == "[ 9223372036854775807, -9223372036854775808]")
    }
}
