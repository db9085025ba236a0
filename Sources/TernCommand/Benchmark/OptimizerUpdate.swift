import Tern

/// One update of `count` parameters, all that an optimiser does in a step beside the gradient.
struct OptimizerUpdate {
    let name: String
    let optimizer: any Optimizer
    let count: Int

    static func all(count: Int) -> [OptimizerUpdate] {
        let optimizers: [(String, any Optimizer)] = [
            ("SGD", SGD()), ("SGD, momentum", SGD(momentum: 0.9)), ("RMSprop", RMSprop()), ("Adam", Adam()),
            ("AdamW", AdamW()), ("Lion", Lion()),
        ]
        return optimizers.map { OptimizerUpdate(name: $0, optimizer: $1, count: count) }
    }

    private var layout: ParameterLayout { ParameterLayout(shapes: [[count]], dtype: .float32) }

    /// Bytes that must be read and written: the gradient once, parameters and slots twice.
    var byteCount: Double {
        Double((3 + 2 * optimizer.initialSlots(for: layout, at: layout.filled()).count) * count * 4)
    }

    func time(_ repeats: Int) -> [Double] {
        let layout = layout, slots = optimizer.initialSlots(for: layout, at: layout.filled())
        var numbers: [Float] = []
        optimizer.scalars(atStep: 1, learningRate: 1e-3) { numbers.append(Float($0)) }
        let inputs = [layout.filled(with: 1)] + slots + [layout.filled(with: 0.5)] + numbers.map { Tensor($0) }
        let updates = Dictionary(uniqueKeysWithValues: (0...slots.count).map { ($0, $0) })
        let plan = Plan(inputs: inputs.map(\.spec), updates: updates) { values in
            let moved = optimizer.update(
                OptimizerStep(
                    parameters: values[0], gradient: values[slots.count + 1],
                    slots: Array(values[1..<(slots.count + 1)]),
                    scalars: Array(values[(slots.count + 2)...]), layout: layout))
            return [moved.parameters] + moved.slots
        }
        return Self.run(plan, inputs, repeats)
    }

    /// Bytes read and written a second by a copy of all parameters.
    static func copySpeed(count: Int, _ repeats: Int) -> Double {
        let source = Tensor.ones([count]), target = Tensor.zeros([count])
        let plan = Plan(inputs: [source.spec, target.spec], updates: [0: 1]) { [$0[0]] }
        return Double(2 * 4 * count) / median(run(plan, [source, target], repeats))
    }

    /// On copies of the inputs, which the plan may change.
    private static func run(_ plan: Plan, _ inputs: [Tensor], _ repeats: Int) -> [Double] {
        let memory = inputs.map { tensor in
            let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(64, tensor.spec.byteCount), alignment: 64)
            tensor.withUnsafeBytes { bytes.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
            return bytes
        }
        defer { for bytes in memory { bytes.deallocate() } }
        for (i, bytes) in memory.enumerated() { plan.bind(i, to: bytes) }
        return times(repeats) { plan.run() }
    }
}
