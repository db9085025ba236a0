import Tern

/// One update of many parameters: all that an optimiser does in a step beside the gradient.
enum OptimizerCase: BenchmarkCase {
    static let summary = "updates of 10 million parameters, beside a plain copy of as many bytes"
    static let peers = ["torch"]
    static let sharesProcess = true

    private static let optimizers: [(name: String, make: @Sendable () -> any Optimizer)] = [
        ("SGD", { SGD() }), ("SGD, momentum", { SGD(momentum: 0.9) }), ("RMSprop", { RMSprop() }), ("Adam", { Adam() }),
        ("AdamW", { AdamW() }), ("Lion", { Lion() }),
    ]

    private static func layout(_ isQuick: Bool) -> ParameterLayout {
        ParameterLayout(shapes: [[isQuick ? 10_000 : 10_000_000]], dtype: .float32)
    }

    static func parts(isQuick: Bool) -> [BenchmarkPart] {
        // Slots are made for a few parameters, to be counted: the gradient is read, the others are read and written.
        let few = ParameterLayout(shapes: [[1]], dtype: .float32)
        return optimizers.map { name, make in
            let slots = make().initialSlots(for: few, at: few.filled()).count
            return BenchmarkPart(
                name: name, unit: "an update", bytes: Double(4 * (3 + 2 * slots) * (isQuick ? 10_000 : 10_000_000)))
        }
    }

    static func prepare(_ part: String, _ setting: BenchmarkSetting) -> BenchmarkRun {
        let optimizer = optimizers.first { $0.name == part }!.make()
        let layout = layout(setting.isQuick), slots = optimizer.initialSlots(for: layout, at: layout.filled())
        var numbers: [Float] = []
        optimizer.scalars(atStep: 1, learningRate: 1e-3) { numbers.append(Float($0)) }
        let inputs = [layout.filled(with: 1)] + slots + [layout.filled(with: 0.5)] + numbers.map { Tensor($0) }
        let updates = Dictionary(uniqueKeysWithValues: (0...slots.count).map { ($0, $0) })
        let plan = Plan(inputs: inputs.map(\.spec), updates: updates) { values in
            let moved = optimizer.update(
                OptimizerStep(
                    parameters: values[0], gradient: values[slots.count + 1],
                    slots: Array(values[1..<(slots.count + 1)]), scalars: Array(values[(slots.count + 2)...]),
                    layout: layout))
            return [moved.parameters] + moved.slots
        }
        let memory = Memory(of: inputs)
        for (i, bytes) in memory.addresses.enumerated() { plan.bind(i, to: bytes) }
        return BenchmarkRun(run: { withExtendedLifetime(memory) { plan.run() } })
    }

    /// Copies of tensors, which a plan may change.
    private final class Memory {
        let addresses: [UnsafeMutableRawPointer]

        init(of tensors: [Tensor]) {
            addresses = tensors.map { tensor in
                let bytes = tensor.spec.allocate()
                tensor.copyBytes(to: bytes)
                return bytes
            }
        }

        deinit { for bytes in addresses { bytes.deallocate() } }
    }
}
