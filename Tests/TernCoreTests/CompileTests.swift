import TernCore
import TestSupport
import Testing

@Suite struct CompileTests {
    @Test(arguments: [1, 2, 5, 6, 7, 8, 9, 15, 30, 200], [DType.float32, .float64])
    func aTrainedLayersGradientIsThatOfSingleOperations(rows: Int, dtype: DType) {
        let x = TestStream.tensor(1, [rows, 7], dtype), w1 = TestStream.tensor(2, [7, 51], dtype),
            b1 = TestStream.tensor(3, [51], dtype)
        let w2 = TestStream.tensor(4, [51, 35], dtype), b2 = TestStream.tensor(5, [35], dtype),
            w3 = TestStream.tensor(6, [35, 1], dtype)
        let f = valueAndGradient { (p: [Tensor]) in
            let h = relu(matmul(relu(matmul(x, p[0]) + p[1]), p[2]) + p[3])
            let out = matmul(h, p[4])
            return dot(out, out) + p.map { dot($0, $0) }.reduce(Tensor(repeating: 0, shape: [], dtype: dtype), +)
        }
        let p = [w1, b1, w2, b2, w3]
        let g = compile { (p: [Tensor]) -> [Tensor] in
            let (value, gradient) = f(p)
            return [value] + gradient
        }
        let eager = f(p)
        let tolerance = dtype == .float32 ? 2e-5 : 1e-12
        for (a, b) in zip(g(p), [eager.value] + eager.gradient) {
            #expect(a.dtype == b.dtype)
            expectClose(a, b, tolerance)
        }
    }

    @Test func tensorsInOtherPlacesHaveAPlanOfTheirOwn() {
        let x = Tensor([1.0, 2])
        let either = compile { (a: Tensor?, b: Tensor?) -> Tensor in
            if let a { return a * 2 }
            return b! * 3
        }
        #expect(either(x, nil) == x * 2)
        #expect(either(nil, x) == x * 3)
        let byName = compile { (parts: [String: Tensor]) -> Tensor in
            if let scale = parts["scale"] { return scale * 10 }
            return parts["shift"]! + 10
        }
        #expect(byName(["scale": x]) == x * 10)
        #expect(byName(["shift": x]) == x + 10)
        #expect(byName(["scale": x]) == x * 10)
    }

    /// What fails while it is traced, and what fails as it runs.
    @Test func aFailureThatIsCaughtLeavesACompiledFunctionUsable() throws {
        let pair = compile { (x: Tensor) in x.reshaped([2]) }
        let failure = #expect(throws: CaughtFailure.self) { try catchingFailure { pair(Tensor([1.0, 2, 3])) } }
        #expect(failure?.description.contains("cannot take the shape [2]") == true)
        #expect(pair(Tensor([1.0, 2], shape: [2, 1])) == Tensor([1.0, 2]))
        let x = Tensor([1.0, 2, 3]), chosen = compile { (at: Tensor) in x.taking(at) }
        #expect(chosen(Tensor([2])) == Tensor([3.0]))
        #expect(throws: CaughtFailure.self) { try catchingFailure { chosen(Tensor([7])) } }
        #expect(chosen(Tensor([0])) == Tensor([1.0]))
        #expect(try catchingFailure { chosen(Tensor([1])) } == Tensor([2.0]))
    }
}
