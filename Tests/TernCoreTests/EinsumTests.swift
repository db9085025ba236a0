import TernCore
import TestSupport
import Testing

/// Random equations with NumPy's results (Scripts/fixtures/numpy_einsum.py).
private struct EinsumFixture: Decodable {
    struct Array: Decodable {
        var shape: [Int], dtype: String, values: [Double]
        var tensor: Tensor {
            Tensor(values, shape: shape).cast(to: DType(name: dtype)!)
        }
    }
    struct Case: Decodable { var equation: String, operands: [Array], result: Array }
    struct Mistake: Decodable { var equation: String, shapes: [[Int]], error: String }
    var cases: [Case], mistakes: [Mistake]
}

@Suite struct EinsumTests {
    private static let fixture = try! Fixture.decode("numpy_einsum", as: EinsumFixture.self)

    /// At once and compiled: to the bit, for the numbers are multiples of powers of two.
    @Test func equalsNumPy() {
        for c in Self.fixture.cases {
            let operands = c.operands.map(\.tensor)
            let atOnce = einsum(c.equation, operands), compiled = compile { einsum(c.equation, $0) }(operands)
            for (ours, how) in [(atOnce, "at once"), (compiled, "compiled")] {
                let isEqual =
                    ours.shape == c.result.shape && ours.dtype.description == c.result.dtype
                    && ours.doubles == c.result.values
                #expect(isEqual, "\(c.equation) of \(operands.map(\.spec)) \(how): \(ours), NumPy \(c.result)")
            }
        }
    }

    @Test func gradientsAreFiniteDifferences() {
        var stream = TestStream(5)
        for c in Self.fixture.cases
        where c.operands.allSatisfy({ $0.dtype == "float64" }) && c.operands.contains(where: { !$0.values.isEmpty }) {
            let operands = c.operands.map(\.tensor)
            let cotangent = stream.tensor(c.result.shape)
            func loss(_ operands: [Tensor]) -> Tensor { (einsum(c.equation, operands) * cotangent).sum() }
            let way = operands.map { stream.tensor($0.shape) }
            // A polynomial of at most the fourth degree along a line: differences are exact but for rounding.
            let slope = finiteDifferences(
                of: { h in loss(zip(operands, way).map { $0 + $1 * h[0] }).item }, at: [0], step: 1e-2)[0]
            for gradients in [gradient(of: loss)(operands), compile(gradient(of: loss))(operands)] {
                let ours = zip(gradients, way).map { ($0 * $1).sum().item }.reduce(0, +)
                expectClose(ours, slope, 1e-9, "\(c.equation) of \(operands.map(\.shape))")
            }
        }
    }

    @Test func gradientsOfGradients() {
        let a = Tensor([[1.0, -2], [0.5, 3]]), b = Tensor([[2.0, 1], [-1, 4]])
        func loss(_ x: Tensor) -> Tensor { einsum("ij,jk,kl->il", x, b, x).sum() }
        let second = gradient { (x: Tensor) in square(gradient(of: loss)(x)).sum() }(a)
        let slope = finiteDifferences(
            of: { square(gradient(of: loss)(Tensor($0, shape: [2, 2]))).sum().item }, at: a.doubles, step: 1e-2)
        expectClose(second.doubles, slope, 1e-8)
    }

    /// The order of products is chosen by their size: an outer product of all three would not fit.
    @Test func smallProductsComeFirst() {
        let n = 4000, u = Tensor.ones([n]), v = Tensor.ones([n])
        #expect(
            einsum("i,j,k,i->jk", u, Tensor.ones([3]), Tensor.ones([2]), v)
                == Tensor(repeating: Double(n), shape: [3, 2]))
        #expect(einsum("i,j,i,j->", u, v, u, v).item == Double(n * n))
    }

    @Test func integersAreExact() {
        let large: Int64 = (1 << 60) + 1
        let big = Tensor([large, 3])
        #expect(einsum("i,i->", big, Tensor([1, 1])).scalars(Int64.self) == [large + 3])
        #expect(einsum("i,j->ij", big, Tensor([1, 2])).scalars(Int64.self) == [large, 2 * large, 3, 6])
    }

    @Test func mistakesEndWithAMessage() async {
        // All that NumPy refuses is refused; a process each, so a few of them here, the rest by the same reader.
        await #expect(processExitsWith: .failure) {
            _ = einsum("ij,jk->ik", Tensor.ones([2, 3]), Tensor.ones([4, 2]))
        }
        await #expect(processExitsWith: .failure) { _ = einsum("ij->ik", Tensor.ones([2, 3])) }
        await #expect(processExitsWith: .failure) { _ = einsum("ii", Tensor.ones([1, 3])) }
        await #expect(processExitsWith: .failure) { _ = einsum("...i->i", Tensor.ones([2, 3])) }
    }

    @Test func refusesWhatNumPyRefuses() {
        for c in Self.fixture.mistakes {
            #expect(einsumMistake(c.equation, c.shapes) != nil, "\(c.equation) of \(c.shapes); NumPy: \(c.error)")
        }
        #expect(
            einsumMistake("ij,jk->ik", [[2, 3], [4, 2]])!.contains(
                "\"j\" has the length 4 in operand 1 and 3 before it"))
        #expect(einsumMistake("i.j", [[2, 3]])!.contains("dots"))
        #expect(einsumMistake("ij->jk", [[2, 3]])!.contains("\"k\" of the output is in no operand"))
        #expect(einsumMistake("ij->jk", [[2]])!.contains("operand 0 has 1 dimension(s), its subscripts name 2"))
    }
}
