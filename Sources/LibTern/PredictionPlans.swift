import CTern
import Foundation
import Synchronization
import Tern

/// A function of examples, planned once for each number of them, on memory of the caller's. Each call that runs at the
/// same time has a plan of its own; plans are kept.
final class PredictionPlans: Sendable {
    /// As many examples go through a plan at once, at most: fewer where each is large, since all that a network makes of
    /// them lies in memory. It changes no number.
    private let largestBatch: Int
    /// For so many numbers of examples plans are kept, those that were asked for last.
    private static let keptSizes = 16

    private let inputs: [Port], outputs: [Port]
    private let function: @Sendable ([Tensor]) -> [Tensor]
    private let planning = NSLock()
    private let kept = Mutex<[(examples: Int, plans: [ReadyPlan])]>([])

    /// - Parameter function: of inputs that begin with the number of examples; what it captures stays as it is.
    init(_ inputs: [Port], _ outputs: [Port], _ function: @escaping ([Tensor]) -> [Tensor]) {
        (self.inputs, self.outputs) = (inputs, outputs)
        let numbers = (inputs + outputs).reduce(0) { $0 + ($1.shape ?? []).reduce(1, *) }
        largestBatch = max(32, min(1024, (1 << 18) / max(1, numbers)))
        nonisolated(unsafe) let function = function
        self.function = { function($0) }
    }

    /// - Throws: what a plan throws that cannot be made or cannot go on; ``ArgumentError`` for arrays that cannot take
    ///   the results.
    func run(
        _ given: UnsafeBufferPointer<tern_array>, _ wanted: UnsafeBufferPointer<tern_array>, examples: Int
    ) throws {
        var first = 0
        while first < examples {
            let count = min(largestBatch, examples - first)
            let plan = try take(count)
            defer { keep(plan, count) }
            try plan.run(given, wanted, first)
            first += count
        }
    }

    private func take(_ examples: Int) throws -> ReadyPlan {
        let known = kept.withLock { kept in
            kept.firstIndex { $0.examples == examples }.flatMap {
                let plan = kept[$0].plans.popLast()
                // Behind those that were asked for before it.
                if $0 < kept.count - 1 {
                    let used = kept.remove(at: $0)
                    kept.append(used)
                }
                return plan
            }
        }
        if let known { return known }
        // One at a time: layers are not made for being traced on several threads.
        planning.lock()
        defer { planning.unlock() }
        return try catchingFailure { [self] in
            let plan = Plan(inputs: inputs.map { TensorSpec(shape: [examples] + $0.shape!, dtype: $0.dtype) }) {
                function($0)
            }
            return ReadyPlan(plan)
        }
    }

    private func keep(_ plan: ReadyPlan, _ examples: Int) {
        kept.withLock { kept in
            if let place = kept.firstIndex(where: { $0.examples == examples }) {
                kept[place].plans.append(plan)
            } else {
                if kept.count == Self.keptSizes { kept.removeFirst() }
                kept.append((examples, [plan]))
            }
        }
    }
}

/// A plan with memory for inputs that do not lie as it reads them.
private final class ReadyPlan: @unchecked Sendable {
    private let plan: Plan
    private var copies: [UnsafeMutableRawPointer?]

    init(_ plan: Plan) {
        self.plan = plan
        copies = plan.inputSpecs.map { _ in nil }
    }

    deinit { for copy in copies { copy?.deallocate() } }

    /// - Parameter first: the first of the arrays' examples that is taken.
    func run(
        _ given: UnsafeBufferPointer<tern_array>, _ wanted: UnsafeBufferPointer<tern_array>, _ first: Int
    ) throws {
        for i in plan.inputSpecs.indices {
            let spec = plan.inputSpecs[i], part = try ArrayView(given[i], "input").part(first, spec.shape[0])
            if part.lies(as: spec.dtype) {
                plan.bind(i, to: part.data ?? copy(i, spec))
            } else {
                let memory = copy(i, spec)
                part.read(into: memory, as: spec.dtype)
                plan.bind(i, to: memory)
            }
        }
        try plan.runThrowing()
        for i in wanted.indices {
            let spec = plan.outputSpecs[i]
            try ArrayView(wanted[i], "output").part(first, spec.shape[0]).write(
                from: plan.output(i), as: spec.dtype, "output \(i)")
        }
    }

    private func copy(_ i: Int, _ spec: TensorSpec) -> UnsafeMutableRawPointer {
        if let known = copies[i] { return known }
        let memory = spec.allocate()
        copies[i] = memory
        return memory
    }
}
