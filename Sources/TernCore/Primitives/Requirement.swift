/// Input 0 unchanged, if all of input 1, booleans, hold; else the run ends with `message`.
///
/// For conditions on values, which a traced function cannot look at: they are checked when it runs.
struct Requirement: Primitive {
    let message: StaticString
    var name: String { "requirement" }

    func result(of inputs: [TensorSpec]) -> TensorSpec { inputs[0] }

    func calls(_ inputs: [TensorSpec], _ output: TensorSpec) -> [KernelCall] {
        let arguments = RequirementArguments(bytes: output.byteCount, conditions: inputs[1].count, message: message)
        return [
            KernelCall(
                { raw, _, _ in
                    let a = raw!.assumingMemoryBound(to: RequirementArguments.self).pointee
                    let holds = a.condition!.assumingMemoryBound(to: UInt8.self)
                    for i in 0..<a.conditions where holds[i] == 0 { return KernelFailure.report("\(a.message)") }
                    a.out!.copyMemory(from: a.x!, byteCount: a.bytes)
                }, arguments, units: 1, cost: 20 + Double(output.byteCount) * 0.05 + Double(inputs[1].count) * 0.5,
                fields: [
                    .init(\RequirementArguments.x, 0, .whole),
                    .init(\RequirementArguments.condition, 1, .whole),
                    .init(\RequirementArguments.out, 2, .whole),
                ])
        ]
    }

    func pullback(_ inputs: [Tensor], _ output: Tensor, _ g: Tensor) -> [Tensor?] { [g, nil] }
}

private struct RequirementArguments {
    var x: UnsafeRawPointer?, condition: UnsafeRawPointer?, out: UnsafeMutableRawPointer?
    var bytes: Int, conditions: Int
    var message: StaticString
}

extension Tensor {
    /// The same values, which exist only where all of `conditions` hold.
    package func requiring(_ conditions: Tensor, _ message: StaticString) -> Tensor {
        Tensor.apply(Requirement(message: message), self, conditions.cast(to: .bool))
    }
}
