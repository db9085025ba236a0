import TernCore
import Testing

@Suite struct LimitsTests {
    @Test func failuresAreCaught() throws {
        #expect(try catchingFailure { Tensor([1.0, 2.0]).sum().item } == 3)
        struct Other: Error {}
        #expect(throws: Other.self) { try catchingFailure { throw Other() } }
        for _ in 0..<20 {
            let failure = #expect(throws: CaughtFailure.self) {
                try catchingFailure { Tensor([1.0, 2.0]) + Tensor([1.0, 2.0, 3.0]) }
            }
            #expect(failure?.description.contains("[2]") == true)
        }
        // Within another, the inner one catches.
        let words = try catchingFailure { () -> String in
            do { return try catchingFailure { fail("inside") } } catch let failure as CaughtFailure {
                return failure.description
            }
        }
        #expect(words == "inside")
    }

    @Test func shapesThatNoTensorHasAreCaught() {
        for shape in [[Int.max, 2], [0, .max, .max], [-1], [1 << 40, 1 << 40], [1 << 61]] {
            #expect(throws: CaughtFailure.self, "\(shape)") {
                try catchingFailure { Tensor.zeros(shape, dtype: .float64) }
            }
        }
        #expect(throws: CaughtFailure.self) { try catchingFailure { Tensor.zeros([1 << 45], dtype: .float64) } }
    }

    @Test(arguments: [DType.float32, .float64, .int64, .bool])
    func innerProductsAreOfVectorsOfOneLength(_ dtype: DType) {
        for (a, b) in [(1, 3), (3, 1), (1, 0)] {
            #expect(throws: CaughtFailure.self) {
                try catchingFailure { dot(Tensor.ones([a], dtype: dtype), Tensor.ones([b], dtype: dtype)) }
            }
        }
    }

    /// NumPy's own `RandomState.vonmises` does not return.
    @Test(arguments: [1e17, 1e300, .infinity]) func angleOfAnySpreadIsDrawnOrRefused(_ concentration: Double) throws {
        #expect(throws: CaughtFailure.self) {
            try catchingFailure {
                var state = RandomState(seed: 0)
                return state.vonMises(mean: 0, concentration: concentration)
            }
        }
        var generator = Generator(seed: 0)
        #expect(abs(generator.vonMises(mean: 0, concentration: concentration)) < 1e-7)
    }

    /// NumPy's own count is the least integer.
    @Test func trialsOfTinyProbabilitiesAreRefusedOrCounted() {
        #expect(throws: CaughtFailure.self) {
            try catchingFailure {
                var state = RandomState(seed: 0)
                return state.geometric(probability: 1e-20)
            }
        }
        var generator = Generator(seed: 0)
        #expect(generator.geometric(probability: 1e-20) > 0)
    }

    @Test(arguments: [true, false]) func poolsOfNoCellsAreRefused(_ maximum: Bool) {
        let margins = [Margin(before: 1, after: 1), Margin(before: 1, after: 1)]
        #expect(throws: CaughtFailure.self) {
            try catchingFailure {
                pooling(Tensor.ones([1, 0, 3, 1]), maximum: maximum, size: [2, 2], strides: [1, 1], margins: margins)
            }
        }
    }

    @Test func longTensorsShowTheirEnds() {
        #expect(
            Tensor([1, 2, 3, 4, 100_000, 6, 7, 8, 9, 10]).description == "[ 1,  2,  3, ...,  8,  9, 10]")
        #expect(Tensor.zeros([0, 3]).description == "[]")
        #expect(Tensor([1.5, .nan, -.infinity]).description == "[ 1.5,  nan, -inf]")
    }

    /// Their kernel writes floats and doubles, and reads one number.
    @Test func randomNumbersAreFloatingAndOfOneCounter() {
        let counter = Tensor(Int64(1))
        for dtype in [DType.int32, .int64, .bool] {
            #expect(throws: CaughtFailure.self, "\(dtype)") {
                try catchingFailure { Tensor.uniform([3], dtype: dtype, key: 1, counter: counter) }
            }
            #expect(throws: CaughtFailure.self, "\(dtype)") {
                try catchingFailure { Tensor.normal([3], dtype: dtype, key: 1, counter: counter) }
            }
        }
        for shape in [[0], [2]] {
            #expect(throws: CaughtFailure.self, "\(shape)") {
                try catchingFailure { Tensor.normal([3], key: 1, counter: .zeros(shape, dtype: .int64)) }
            }
        }
        #expect(Tensor.normal([3], key: 1, counter: counter) == Tensor.normal([3], key: 1, counter: Tensor([Int64(1)])))
    }

    /// Against the product of doubles, over random lengths.
    @Test func productsAreChecked() {
        var random = RandomState(seed: 3)
        for _ in 0..<2000 {
            let lengths = random.integers(in: 0..<6, count: 1 + random.integers(in: 0..<4, count: 1)[0]).map {
                [0, 1, 7, 1 << 20, 1 << 40, Int.max][$0]
            }
            let exact = lengths.filter { $0 != 0 }.reduce(1.0) { $0 * Double($1) }
            #expect(
                checkedProduct(lengths)
                    == (exact >= 0x1p63 && !lengths.filter { $0 > 1 }.elementsEqual([.max])
                        ? nil : lengths.contains(0) ? 0 : lengths.reduce(1, *)),
                "\(lengths)")
        }
        #expect(checkedProduct([3, -1]) == nil && checkedProduct([]) == 1)
        #expect(checkedSum([.max, 1]) == nil && checkedSum([1, 2]) == 3)
        #expect(Int(wholeOf: .nan) == nil && Int(wholeOf: 1e30) == nil && Int(wholeOf: -2.7) == -2)
    }

    @Test func memoryIsAskedFor() {
        #expect(MachineMemory.complaint(about: 1 << 20) == nil)
        #expect(MachineMemory.complaint(about: 1 << 50)?.hasPrefix("it needs 1.1 PB, and this ") == true)
        #expect(MachineMemory.complaint(about: nil) == "it needs more memory than any machine has")
        let words = [
            (0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (1536, "1.5 kB"), (999_999, "1 MB"),
            (8_800_000_000_000, "8.8 TB"), (.max, "9.2 EB"),
        ]
        for (bytes, text) in words { #expect(MachineMemory.words(bytes) == text) }
    }

    @Test func stepsAndEndsOfSlicesMayBeOfAnySize() {
        let x = Tensor([1.0, 2, 3])
        #expect(x[.every(.max)] == Tensor([1.0]) && x[.every(.min)] == Tensor([3.0]))
        #expect(x[0...Int.max] == x && x[...Int.max] == x && x[Int.min...] == x)
        var y = x
        y[.every(.max)] = Tensor([7.0])
        #expect(y == Tensor([7.0, 2, 3]))
    }
}
