import TernCore
import TestSupport
import Testing

/// The kernels of whole series beside the same steps taken one by one.
@Suite struct LongShortTermMemoryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var batch: Int, steps: Int, units: Int, returnsSequences: Bool, dtype: DType
        var testDescription: String { "\(batch) x \(steps), \(units) units, all: \(returnsSequences), \(dtype)" }

        var input: Tensor { TestStream.tensor(1, [batch, steps, 4 * units], dtype, in: -3...3) }
        var kernel: Tensor { TestStream.tensor(2, [units, 4 * units], dtype) }
        var weights: Tensor { TestStream.tensor(3, [batch] + (returnsSequences ? [steps] : []) + [units], dtype) }
        var tolerance: Double { dtype == .float64 ? 1e-12 : 2e-5 }

        func kernels(_ input: Tensor, _ kernel: Tensor) -> Tensor {
            longShortTermMemory(input, kernel, returnsSequences: returnsSequences)
        }

        func steps(_ input: Tensor, _ kernel: Tensor) -> Tensor {
            var h = Tensor.zeros([batch, units], dtype: input.dtype), c = h, outputs: [Tensor] = []
            for t in 0..<steps {
                let gates = (input[.all, t] + matmul(h, kernel)).split(into: 4, axis: 1)
                c = sigmoid(gates[1]) * c + sigmoid(gates[0]) * tanh(gates[2])
                h = sigmoid(gates[3]) * tanh(c)
                outputs.append(h)
            }
            return returnsSequences ? .stacked(outputs, axis: 1) : h
        }
    }

    private static let cases = [(1, 1, 1), (3, 2, 5), (5, 7, 16), (17, 4, 25), (33, 3, 40), (2, 3, 300)].flatMap {
        sizes in
        [false, true].flatMap { all in
            [DType.float32, .float64].map {
                Case(batch: sizes.0, steps: sizes.1, units: sizes.2, returnsSequences: all, dtype: $0)
            }
        }
    }

    @Test(arguments: cases)
    func valuesAndGradientsAreThoseOfTheSteps(_ c: Case) {
        let wanted = c.steps(c.input, c.kernel), found = c.kernels(c.input, c.kernel)
        #expect(found.shape == wanted.shape)
        expectClose(found.doubles, wanted.doubles, c.tolerance, "values")
        let planned = compile { (p: [Tensor]) in c.kernels(p[0], p[1]) }([c.input, c.kernel])
        #expect(planned == found, "compiled values")
        func slopes(_ f: @escaping (Tensor, Tensor) -> Tensor) -> ([Tensor]) -> [Tensor] {
            gradient { (p: [Tensor]) in (f(p[0], p[1]) * c.weights).sum() }
        }
        let arguments = [c.input, c.kernel], expected = slopes(c.steps)(arguments)
        let own = [("plain", slopes(c.kernels)(arguments)), ("compiled", compile(slopes(c.kernels))(arguments))]
        for (name, found) in own {
            for (slope, (wanted, argument)) in zip(found, zip(expected, ["input", "kernel"])) {
                expectClose(
                    slope.doubles, wanted.doubles, c.tolerance, unit: Closeness.magnitude(wanted.doubles),
                    "\(name) gradient of the \(argument)")
            }
        }
    }

    @Test(arguments: [false, true])
    func gradientsAreThoseOfFiniteDifferences(_ returnsSequences: Bool) {
        let c = Case(batch: 2, steps: 3, units: 2, returnsSequences: returnsSequences, dtype: .float64)
        func loss(_ x: Tensor, _ u: Tensor) -> Tensor { (c.kernels(x, u) * c.weights).sum() }
        let (dx, du) = gradient(of: loss)(c.input, c.kernel)
        let x = finiteDifferences(of: { loss(Tensor($0, shape: c.input.shape), c.kernel).item }, at: c.input.doubles)
        let u = finiteDifferences(of: { loss(c.input, Tensor($0, shape: c.kernel.shape)).item }, at: c.kernel.doubles)
        expectClose(dx.doubles, x, 1e-9, "input")
        expectClose(du.doubles, u, 1e-9, "kernel")
    }

    /// Such as a penalty on slopes takes.
    @Test(arguments: [false, true])
    func gradientsOfGradientsAreThoseOfTheSteps(_ returnsSequences: Bool) {
        let c = Case(batch: 2, steps: 3, units: 3, returnsSequences: returnsSequences, dtype: .float64)
        func penalty(_ f: @escaping (Tensor, Tensor) -> Tensor) -> (Tensor, Tensor) -> (Tensor, Tensor) {
            gradient { (x: Tensor, u: Tensor) in
                let (dx, du) = gradient { (x: Tensor, u: Tensor) in (square(f(x, u)) * c.weights).sum() }(x, u)
                return square(dx).sum() + square(du).sum()
            }
        }
        let (dx, du) = penalty(c.kernels)(c.input, c.kernel), wanted = penalty(c.steps)(c.input, c.kernel)
        expectClose(dx.doubles, wanted.0.doubles, 1e-11, "input")
        expectClose(du.doubles, wanted.1.doubles, 1e-11, "kernel")
    }

    @Test func bitsDoNotDependOnThreads() {
        let c = Case(batch: 61, steps: 20, units: 48, returnsSequences: true, dtype: .float32)
        func results() -> [Tensor] {
            let (dx, du) = gradient { (x: Tensor, u: Tensor) in (c.kernels(x, u) * c.weights).sum() }(c.input, c.kernel)
            return [c.kernels(c.input, c.kernel), dx, du]
        }
        let expected = ThreadPool.withThreads(1) { results() }
        for threads in [2, 5] { #expect(ThreadPool.withThreads(threads) { results() } == expected) }
    }

    @Test func whatIsNoNumberStaysInItsExample() {
        let c = Case(batch: 3, steps: 4, units: 5, returnsSequences: true, dtype: .float32)
        var x = c.input
        x[1, 2, 0] = Tensor(Float.nan)
        let y = c.kernels(x, c.kernel), clean = c.kernels(c.input, c.kernel)
        #expect(y[0] == clean[0] && y[2] == clean[2] && y[1, 1] == clean[1, 1])
        #expect(y[1, 3].doubles.allSatisfy { $0.isNaN })
    }
}
