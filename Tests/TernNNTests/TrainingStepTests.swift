import AllocationCounter
import TernCore
import TernNN
import TestSupport
import Testing

/// A network of two layers, as a user would write one.
private struct Net: TensorStructure {
    var w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor

    init(_ inputs: Int, _ units: Int, _ dtype: DType) {
        var stream = TestStream(8)
        func weights(_ shape: [Int]) -> Tensor {
            stream.tensor(shape, -0.3, 0.3).cast(to: dtype)
        }
        w1 = weights([inputs, units])
        b1 = weights([units])
        w2 = weights([units, 1])
        b2 = weights([1])
    }

    mutating func visitTensors(_ visitor: inout TensorVisitor) {
        visitor.visit("w1", &w1)
        visitor.visit("b1", &b1)
        visitor.visit("w2", &w2)
        visitor.visit("b2", &b2)
    }

    func callAsFunction(_ x: Tensor) -> Tensor { matmul(tanh(matmul(x, w1) + b1), w2) + b2 }

    func loss(_ batch: [Tensor]) -> Tensor { square(self(batch[0]) - batch[1]).mean() }
}

@Suite(.serialized) struct TrainingStepTests {
    private static func data(_ n: Int, _ inputs: Int, _ dtype: DType) -> [Tensor] {
        var stream = TestStream(4)
        let x = stream.tensor([n, inputs])
        return [x.cast(to: dtype), sin(x.sum(axis: 1, keepingDimensions: true)).cast(to: dtype)]
    }

    private static let optimizers: [any Optimizer] = [
        SGD(), SGD(momentum: 0.9), SGD(momentum: 0.9, nesterov: true), Adam(),
        Adam(beta1: 0.5, beta2: 0.9, epsilon: 1e-3),
        AdamW(), Adam(amsgrad: true), Adamax(), Nadam(), Adagrad(), Adadelta(), RMSprop(momentum: 0.5, centered: true),
        Lion(),
        Ftrl(l1: 0.01), LAMB(), Adafactor(), Muon(), SGD().clipping(.globalNorm(0.1)), Adam().clipping(.norm(0.1)),
        SGD().accumulatingGradients(of: 2), Adam().averagingWeights(),
    ]

    /// The compiled step against gradients and updates done one operation at a time.
    @Test(arguments: optimizers.indices)
    func stepsAreThoseOfSingleOperations(_ index: Int) {
        let optimizer = Self.optimizers[index]
        func run(_ optimizer: some Optimizer) {
            let data = Self.data(30, 3, .float64)
            var net = Net(3, 5, .float64)
            let step = TrainingStep(model: net, optimizer: optimizer, data: data) { $0.loss($1) }
            var state = optimizer.initialState(for: net.tensors)
            for number in 1...4 {
                let rows = Array((number * 3)..<(number * 3 + 7))
                let reported = step.run(rows: rows, learningRate: 0.05)
                let batch = data.map { $0.taking(Tensor(rows)) }
                let (loss, gradient) = valueAndGradient { (net: Net) in net.loss(batch) }(net)
                #expect(abs(reported - loss.item) < 1e-13)
                net = net.replacingTensors(
                    optimizer.updated(net.tensors, gradients: gradient.tensors, state: &state, learningRate: 0.05))
                for (ours, theirs) in zip(step.model.tensors, net.tensors) {
                    #expect(abs(ours - theirs).max().item < 1e-13)
                }
            }
        }
        run(optimizer)
    }

    @Test(arguments: [1, 2, 5], [DType.float32, .float64])
    func stepsAllocateNothing(_ threads: Int, _ dtype: DType) {
        ThreadPool.withThreads(threads) {
            let data = Self.data(2000, 20, dtype)
            let step = TrainingStep(model: Net(20, 64, dtype), optimizer: Adam(), data: data) { $0.loss($1) }
            let rows = (0..<2000).map { Int64($0 * 7 % 2000) }
            rows.withUnsafeBufferPointer { rows in
                for count in [200, 150] { _ = step.run(rows: rows.baseAddress!, count: count, learningRate: 1e-3) }
                // Other tests allocate at the same time: one quiet window is proof.
                var fewest = Int64.max
                for _ in 0..<5000 where fewest > 0 {
                    let before = allocation_count()
                    for i in 0..<4 {
                        _ = step.run(rows: rows.baseAddress! + i, count: i % 2 == 0 ? 200 : 150, learningRate: 1e-3)
                    }
                    fewest = min(fewest, allocation_count() - before)
                }
                #expect(fewest == 0, "4 steps made \(fewest) allocations")
            }
        }
        // The counter counts.
        let before = allocation_count()
        withExtendedLifetime(Tensor.zeros([100])) {}
        #expect(allocation_is_counted() == 0 || allocation_count() > before)
    }

    @Test func trainingGoesOnFromSavedState() {
        let data = Self.data(40, 3, .float64)
        func step(_ net: Net) -> TrainingStep<Net> {
            TrainingStep(model: net, optimizer: Adam(), data: data) { $0.loss($1) }
        }
        let whole = step(Net(3, 4, .float64)), first = step(Net(3, 4, .float64))
        for _ in 0..<6 { _ = whole.run(rows: 0..<40, learningRate: 0.01) }
        for _ in 0..<3 { _ = first.run(rows: 0..<40, learningRate: 0.01) }
        let second = step(first.model)
        second.optimizerState = first.optimizerState
        for _ in 0..<3 { _ = second.run(rows: 0..<40, learningRate: 0.01) }
        #expect(second.model.tensors == whole.model.tensors)
        #expect(second.stepCount == 6)
    }

    @Test func aStateOfAnotherOptimizerIsRefused() {
        let data = Self.data(40, 3, .float64), net = Net(3, 4, .float64)
        let step = TrainingStep(model: net, optimizer: Adam(), data: data) { $0.loss($1) }
        let own = step.optimizerState.slots
        for slots in [[], [own[0]], [own[0], .zeros([100_000], dtype: .float64)], own.map { $0.cast(to: .float32) }] {
            let failure = #expect(throws: CaughtFailure.self) {
                try catchingFailure { step.optimizerState = OptimizerState(slots: slots, stepCount: 3) }
            }
            #expect(failure?.description.contains("cannot take the place of") == true)
        }
        #expect(step.stepCount == 0 && step.optimizerState.slots == own)
    }

    @Test func anEvaluationSeesTheParametersOfTheMoment() {
        let data = Self.data(20, 3, .float64)
        let step = TrainingStep(model: Net(3, 4, .float64), optimizer: SGD(), data: data) { $0.loss($1) }
        let evaluate = step.evaluation(on: data) { $0.loss($1) }
        for _ in 0..<3 {
            let before = evaluate().item
            #expect(abs(step.run(rows: 0..<20, learningRate: 0.1) - before) < 1e-14)
            #expect(evaluate().item < before)
        }
    }
}
