import TernCore
import TestSupport
import Testing

@Suite struct CompileTests {
    private static func tensor(_ seed: UInt64, _ shape: [Int], _ dtype: DType = .float64) -> Tensor {
        var stream = TestStream(seed)
        return Tensor(stream.values(shape.reduce(1, *)), shape: shape).cast(to: dtype)
    }

    @Test(arguments: [1, 2, 5, 6, 7, 8, 9, 15, 30, 200], [DType.float32, .float64])
    func aTrainedLayersGradientIsThatOfSingleOperations(rows: Int, dtype: DType) {
        let x = Self.tensor(1, [rows, 7], dtype), w1 = Self.tensor(2, [7, 51], dtype), b1 = Self.tensor(3, [51], dtype)
        let w2 = Self.tensor(4, [51, 35], dtype), b2 = Self.tensor(5, [35], dtype), w3 = Self.tensor(6, [35, 1], dtype)
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
}
