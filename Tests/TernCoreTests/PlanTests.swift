import TernCore
import TestSupport
import Testing

/// Programs that plans once got wrong.
@Suite struct PlanTests {
    /// What a function gives at once, compiled and checked, and compiled as everywhere.
    private func expectSame(_ inputs: [Tensor], _ function: @escaping ([Tensor]) -> [Tensor]) {
        let atOnce = function(inputs)
        #expect(PlanTesting(cutsFinely: true, keepsBits: true).applied { compile(function)(inputs) } == atOnce)
        for (a, b) in zip(compile(function)(inputs), atOnce) { expectClose(a, b, 1e-12) }
    }

    private func tensor(_ shape: [Int], _ seed: UInt64) -> Tensor {
        var random = Generator(seed: seed)
        return Tensor(random.standardNormal(count: shape.reduce(1, *)), shape: shape)
    }

    @Test(arguments: [[1, 4, 3], [1, 1, 1], [1, 2, 5], [2, 3, 1], [5, 2, 3]])
    func theSumOfTwoProducts(_ lengths: [Int]) {
        let (m, k, n) = (lengths[0], lengths[1], lengths[2])
        expectSame([tensor([m, k], 1), tensor([k, n], 2), tensor([m, k], 3), tensor([k, n], 4)]) { x in
            [matmul(x[0], x[1]) + matmul(x[2], x[3])]
        }
    }

    @Test func theSumOfThreeProductsWithReluBehindIt() {
        expectSame([tensor([1, 4], 1), tensor([4, 3], 2)]) { x in
            [relu(matmul(x[0], x[1]) + matmul(x[0] * 2, x[1]) + matmul(x[0] - 1, x[1]))]
        }
    }

    @Test func aPartOfAConcatenationBesideWhatItIsMadeOf() {
        expectSame([tensor([3, 2], 1)]) { x in
            let s = tanh(x[0])
            let c = Tensor.concatenated([s, s])
            return [c[3..<6] + s, c]
        }
    }

    @Test func aPartOfABroadcastBesideWhatItRepeats() {
        expectSame([tensor([2, 3], 1)]) { x in
            let s = exp(x[0])
            return [s.broadcast(to: [4, 2, 3])[1] + s]
        }
    }

    @Test func updatesThatSwapTheirInputs() {
        let a = tensor([3], 1), b = tensor([3], 2)
        expectUpdates([a, b], [0: 0, 1: 1]) { [$0[1], $0[0]] }
        expectUpdates([a, b], [0: 0, 1: 1]) { [$0[1] * 2, $0[0] + 1] }
    }

    @Test func outputsThatAreTheOldValueOfAnUpdatedInput() {
        expectUpdates([tensor([4], 1)], [1: 0]) { [$0[0], $0[0] * 2, $0[0][1..<3]] }
    }

    @Test func anUpdateOfNothing() {
        expectUpdates([Tensor.zeros([0, 2]), tensor([2], 1)], [0: 0, 1: 1]) { [$0[0] * 2, $0[1] + 1] }
    }

    /// Three steps of a plan that writes outputs over inputs.
    private func expectUpdates(_ inputs: [Tensor], _ updates: [Int: Int], _ function: ([Tensor]) -> [Tensor]) {
        let plan = PlanTesting().applied { Plan(inputs: inputs.map(\.spec), updates: updates, tracing: function) }
        let buffers = inputs.map { $0.spec.allocate() }
        defer { for buffer in buffers { buffer.deallocate() } }
        for (i, input) in inputs.enumerated() {
            input.copyBytes(to: buffers[i])
            plan.bind(i, to: buffers[i])
        }
        var state = inputs
        for _ in 0..<3 {
            let expected = function(state)
            plan.run()
            for (i, value) in expected.enumerated() {
                let ours = Tensor(copying: plan.output(i), value.spec)
                #expect(ours == value, "output \(i)")
            }
            for (output, input) in updates { state[input] = expected[output] }
        }
    }

    @Test func aGradientOfWhatACompiledFunctionCaptures() {
        let x = tensor([3], 1), w = tensor([3], 2)
        let slope = gradient { (w: Tensor) in
            let f = compile { (x: Tensor) in x * w }
            return (f(x) + f(x)).sum()
        }(w)
        #expect(slope == x * 2)
    }

    /// A file may ask for margins larger than memory before anybody sees its shapes.
    @Test func marginsOfTracedTensorsAreNotFilled() {
        var shape: [Int] = []
        _ = Plan(inputs: [TensorSpec(shape: [8, 1 << 40], dtype: .float32)]) { inputs in
            shape = inputs[0].padded([Margin(before: 1, after: 2), Margin(before: 0, after: 1 << 40)]).shape
            return []
        }
        #expect(shape == [11, 1 << 41])
        let pad = compile { (x: Tensor) in x.padded(1, mode: .constant(2)) }
        #expect(pad(Tensor([3.0, 5])) == Tensor([2.0, 3, 5, 2]))
    }
}
