import Foundation

/// A function of tensors, compiled once for each combination of shapes and types, and of which tensors there are.
///
/// ```swift
/// let step = compile { (x: Tensor) in tanh(matmul(x, x)).sum() }
/// let y = step(Tensor.zeros([3, 3]))      // 0: traces, plans and runs; later calls only run
/// ```
///
/// The function is called with tensors that have no values: it may look at shapes but not at numbers. What it captures
/// is a constant. The result's bits do not depend on the number of threads. Within a gradient, or a function that is
/// being compiled, it is called as it is.
///
/// Memory is kept for each combination of shapes, so pad what comes in many lengths. Calls from several threads wait
/// for each other.
public func compile<S: TensorStructure, R: TensorStructure>(_ function: @escaping (S) -> R) -> (S) -> R {
    let compiled = CompiledFunction(function)
    return { compiled($0) }
}

/// A compiled function that gives the bits of the same operations at once. Elsewhere a product and the sum that reads it
/// are rounded once, and sums of products or means of convolutions are computed without what is between.
package func compileKeepingBits<S: TensorStructure, R: TensorStructure>(_ function: @escaping (S) -> R) -> (S) -> R {
    let compiled = CompiledFunction(function, keepsBits: true)
    return { compiled($0) }
}

/// A compiled function of two arguments.
public func compile<A: TensorStructure, B: TensorStructure, R: TensorStructure>(
    _ function: @escaping (A, B) -> R
) -> (A, B) -> R {
    let compiled = CompiledFunction { (pair: Pair<A, B>) in function(pair.a, pair.b) }
    return { compiled(Pair(a: $0, b: $1)) }
}

/// A compiled function of three arguments.
public func compile<A: TensorStructure, B: TensorStructure, C: TensorStructure, R: TensorStructure>(
    _ function: @escaping (A, B, C) -> R
) -> (A, B, C) -> R {
    let compiled = CompiledFunction { (p: Pair<Pair<A, B>, C>) in function(p.a.a, p.a.b, p.b) }
    return { compiled(Pair(a: Pair(a: $0, b: $1), b: $2)) }
}

/// A compiled function that throws what would end the program (``CaughtFailure``): shapes that do not fit, indices out
/// of range.
package func compileThrowing<S: TensorStructure, R: TensorStructure>(_ function: @escaping (S) -> R) -> (S) throws -> R
{
    let compiled = CompiledFunction(function)
    return { try compiled.throwing($0) }
}

/// What a plan is made for: where the tensors of the input stand, since optionals and dictionaries may have others, and
/// what they are.
private struct PlanKey: Hashable {
    let names: [String], specs: [TensorSpec]

    /// The key of an input and its tensors, in the order of the visit.
    static func read(_ input: some TensorStructure) -> (key: PlanKey, tensors: [Tensor]) {
        if let tensor = input as? Tensor { return (PlanKey(names: [], specs: [tensor.spec]), [tensor]) }
        let named = input.namedTensors
        return (PlanKey(names: named.map(\.name), specs: named.map(\.tensor.spec)), named.map(\.tensor))
    }
}

/// Holds the plans of a function, one for each kind of input.
private final class CompiledFunction<Input: TensorStructure, Output: TensorStructure>: @unchecked Sendable {
    private let function: (Input) -> Output
    private let keepsBits: Bool
    private let lock = NSLock()
    private var plans: [PlanKey: (plan: Plan, form: Output)] = [:]

    init(_ function: @escaping (Input) -> Output, keepsBits: Bool = false) {
        self.function = function
        self.keepsBits = keepsBits
    }

    func callAsFunction(_ input: Input) -> Output {
        // A failure that is caught leaves its thread asleep, which must not hold the lock then.
        if AnyAttempt.isUnderWay {
            do { return try throwing(input) } catch { fail("\(error)") }
        }
        let (key, tensors) = PlanKey.read(input)
        // Inside another trace or gradient the operations themselves are wanted.
        if tensors.contains(where: { $0.node != nil }) { return function(input) }
        return lock.withLock {
            guard let (plan, form) = plan(for: input, key, tensors) else { return function(input) }
            return run(plan, form, tensors) { $0.run() }
        }
    }

    func throwing(_ input: Input) throws -> Output {
        let (key, tensors) = PlanKey.read(input)
        if tensors.contains(where: { $0.node != nil }) { return function(input) }
        return try lock.withLock {
            let known = plans[key]
            guard let (plan, form) = try known ?? catchingFailure({ self.plan(for: input, key, tensors) }) else {
                return try catchingFailure { self.function(input) }
            }
            return try run(plan, form, tensors) { try $0.runThrowing() }
        }
    }

    private func run(_ plan: Plan, _ form: Output, _ tensors: [Tensor], _ start: (Plan) throws -> Void) rethrows
        -> Output
    {
        for (i, tensor) in tensors.enumerated() { plan.bind(i, to: tensor.values.pointer) }
        try start(plan)
        let outputs = plan.outputSpecs.enumerated().map { i, spec in Tensor(copying: plan.output(i), spec) }
        withExtendedLifetime(tensors) {}
        return form.replacingTensors(outputs)
    }

    /// Nil where a gradient is being taken for something that the function captures.
    private func plan(for input: Input, _ key: PlanKey, _ tensors: [Tensor]) -> (plan: Plan, form: Output)? {
        if let known = plans[key] { return known }
        var form: Output?
        let plan = Plan(inputs: key.specs, keepsBits: keepsBits || PlanTesting.keepsBits) { arguments in
            form = function(input.replacingTensors(arguments))
            return form!.tensors
        }
        if plan.capturesVariables { return nil }
        let new = (plan: plan, form: form!.mapTensors { _ in Tensor.zeros([0]) })
        plans[key] = new
        return new
    }
}

extension Plan {
    /// Traces `function` for inputs of the given shapes and compiles what it did.
    ///
    /// - Parameters:
    ///   - inputs: shape and type of each input.
    ///   - updates: output → input: the output takes the place of the input in memory, as a
    ///     training step's new parameters do. Output and input have the same shape and type.
    ///   - keepsBits: whether the bits are those of the same operations at once.
    ///   - function: called once with tensors that have no values.
    package convenience init(
        inputs: [TensorSpec], updates: [Int: Int] = [:], keepsBits: Bool = PlanTesting.keepsBits,
        tracing function: ([Tensor]) -> [Tensor]
    ) {
        let arguments = inputs.map { Tensor(spec: $0, storage: nil, node: Node(Argument(spec: $0), [])) }
        let outputs = function(arguments)
        var planner = Planner(arguments: arguments, outputs: outputs, updates: updates, keepsBits: keepsBits)
        self.init(planner.finish())
    }
}
