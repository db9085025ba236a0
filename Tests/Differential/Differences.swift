import Foundation
import TernCore

/// Runs a program in all ways and says where they differ.
///
/// - At once and compiled without contracting products (and cut finely, on several threads): the same bits.
/// - Compiled as everywhere, on 1 to 5 threads: the same bits, twice; and at once to rounding.
/// - At once and by the reference interpreter: within what rounding noise does to the interpreter's own results.
/// - The gradient along a random direction and the interpreter's difference quotient, where the program is smooth.
struct Differences {
    let program: Program
    let inputs: [PlainArray]
    private let tensors: [Tensor]
    private let threads: Int

    /// Spoils compiled results, to see that the tester tells.
    nonisolated(unsafe) static var isSabotaged = false

    /// Whether some of its numbers are float32, whatever the type of the result.
    private var isSingle: Bool {
        program.dtype == .float32 || program.inputs.contains { $0.dtype == .float32 }
            || program.steps.contains { if case .cast(.float32) = $0.operation { true } else { false } }
    }

    init(_ program: Program) {
        self.program = program
        inputs = program.inputs.map(\.array)
        tensors = inputs.map(\.tensor)
        threads = 1 + (program.steps.count + program.inputs.count) % 5
    }

    /// What differs, nil where nothing does.
    func find() -> String? {
        let atOnce = program.function(tensors)
        // Where a few noisy runs tell a difference, many decide: rounding may rarely tip a comparison.
        return plain(atOnce, runs: 4).flatMap { _ in plain(atOnce, runs: 64) } ?? exact(atOnce)
            ?? usual(atOnce, runs: 3).flatMap { _ in usual(atOnce, runs: 48) } ?? repeated() ?? slope(atOnce)
    }

    // MARK: The reference interpreter

    private func plain(_ atOnce: [Tensor], runs: UInt64) -> String? {
        guard program.goal == .values, let exact = try? program.reference(inputs) else { return nil }
        let noisy = (1...runs).compactMap { try? program.reference(inputs, noise: $0) }
        if noisy.count < runs { return nil }
        for (i, (ours, plain)) in zip(atOnce, exact).enumerated() {
            if ours.shape != plain.shape || ours.dtype != plain.dtype {
                return "output \(i) at once is \(ours.spec), by the reference \(plain.dtype) of shape \(plain.shape)"
            }
            let last = plain.dtype == .float64 && !isSingle ? 0x1p-53 : 0x1p-24
            for (j, (a, b)) in zip(ours.doubles, plain.values).enumerated() {
                let others = noisy.map { $0[i].values[j] }
                if a == b || a.isNaN && b.isNaN || !others.allSatisfy(\.isFinite)
                    || !b.isFinite && others.contains(where: \.isFinite)
                {
                    continue
                }
                let spread = others.map { abs($0 - b) }.max() ?? 0
                let tolerance =
                    plain.dtype.isFloatingPoint
                    ? 12 * spread + 32 * last * abs(b) + (plain.dtype == .float32 ? 1e-36 : 1e-300) : spread
                if !(abs(a - b) <= tolerance) {
                    return "output \(i), element \(j): \(a) at once, \(b) by the reference (noise \(spread))"
                }
            }
        }
        return nil
    }

    // MARK: Compiled

    private func exact(_ atOnce: [Tensor]) -> String? {
        for cutsFinely in [false, true] {
            let results = compiled(
                PlanTesting(cutsFinely: cutsFinely, keepsBits: true), threads: cutsFinely ? threads : 1)
            for (i, (a, b)) in zip(atOnce, results).enumerated() {
                if let text = difference(a, b) {
                    return
                        "output \(i)\(cutsFinely ? ", cut finely, \(threads) thread(s)" : ""): compiled to the same bits, yet \(text)"
                }
            }
        }
        return nil
    }

    private func compiled(_ testing: PlanTesting, threads: Int, times: Int = 1) -> [Tensor] {
        ThreadPool.withThreads(threads) {
            testing.applied {
                let function = compile(program.function)
                var results: [Tensor] = []
                for _ in 0..<times { results = function(tensors) }
                if Self.isSabotaged, program.steps.contains(where: { $0.operation == .unary(.tanh) }) {
                    results = results.map { $0 + 1 }
                }
                return results
            }
        }
    }

    private func usual(_ atOnce: [Tensor], runs: UInt64) -> String? {
        let results = compiled(PlanTesting(), threads: 1)
        let shared = compiled(PlanTesting(cutsFinely: true), threads: threads, times: 2)
        for (i, (a, b)) in zip(results, shared).enumerated() {
            if let text = difference(a, b) {
                return "output \(i), compiled: on one thread and, a second time, on \(threads): \(text)"
            }
        }
        guard program.isSmooth, inputs.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else { return nil }
        // Terms of a second derivative may be larger than it, and cancel.
        let rounding = (isSingle ? 1e-5 : 1e-9) * (program.goal == .secondGradient ? 20 : 1)
        for (i, (a, b)) in zip(atOnce, results).enumerated() where a.dtype.isFloatingPoint {
            let scale = max(1, a.doubles.filter(\.isFinite).map { abs($0) }.max() ?? 0)
            let moved = sensitivity(i, of: atOnce, runs: runs)
            for (j, (x, y)) in zip(a.doubles, b.doubles).enumerated() where x.isFinite {
                let tolerance = rounding * scale + 20 * moved[j]
                if !(abs(x - y) <= tolerance) { return "output \(i), element \(j): \(x) at once, \(y) compiled" }
            }
        }
        return nil
    }

    /// How far elements of output `i` move when the operands of all steps are moved by their rounding.
    private func sensitivity(_ i: Int, of atOnce: [Tensor], runs: UInt64) -> [Double] {
        var result = atOnce[i].doubles.map { _ in 0.0 }
        for seed in 1...runs {
            for (j, value) in program.function(tensors, noise: seed)[i].doubles.enumerated() {
                result[j] = max(result[j], abs(value - atOnce[i].doubles[j]))
            }
        }
        return result
    }

    /// Nil where both have the same bits; any NaN counts as any other.
    private func difference(_ a: Tensor, _ b: Tensor) -> String? {
        if a.spec != b.spec { return "\(a.spec) and \(b.spec)" }
        if a.withUnsafeBytes({ x in b.withUnsafeBytes { y in memcmp(x.baseAddress!, y.baseAddress!, x.count) == 0 } }) {
            return nil
        }
        for (j, (x, y)) in zip(a.doubles, b.doubles).enumerated()
        where !(x.isNaN && y.isNaN) && (x != y || x.sign != y.sign) {
            return "element \(j) is \(x) and \(y)"
        }
        return nil
    }

    // MARK: Steps that replace their inputs

    private func repeated() -> String? {
        let updates = program.allUpdates
        if updates.isEmpty { return nil }
        for testing in [PlanTesting(cutsFinely: true, keepsBits: true), PlanTesting()] {
            var state = tensors
            let plan = testing.applied {
                Plan(inputs: tensors.map(\.spec), updates: updates, tracing: program.function)
            }
            let buffers = tensors.map { $0.spec.allocate() }
            defer { for buffer in buffers { buffer.deallocate() } }
            for (i, buffer) in buffers.enumerated() {
                tensors[i].copyBytes(to: buffer)
                plan.bind(i, to: buffer)
            }
            for step in 1...3 {
                // What a later step does must be allowed: edges that are no longer in order end the program.
                if step > 1, program.steps.contains(where: { $0.operation == .histogram }),
                    (try? program.reference(
                        state.map { PlainArray(shape: $0.shape, dtype: $0.dtype, values: $0.doubles) })) == nil
                {
                    break
                }
                let expected = program.function(state)
                ThreadPool.withThreads(threads) { plan.run() }
                for (i, a) in expected.enumerated() {
                    let b = Tensor(copying: plan.output(i), a.spec)
                    let text = !testing.keepsBits ? (program.isSmooth && step == 1 ? far(a, b) : nil) : difference(a, b)
                    if let text {
                        return
                            "step \(step) of a plan with updates \(updates), output \(i): at once and compiled, \(text)"
                    }
                }
                for (output, input) in updates { state[input] = expected[output] }
                if !testing.keepsBits { break }
            }
        }
        return nil
    }

    private func far(_ a: Tensor, _ b: Tensor) -> String? {
        guard !isSingle, a.doubles.allSatisfy(\.isFinite) else { return nil }
        let scale = max(1, a.doubles.map { abs($0) }.max() ?? 0)
        for (j, (x, y)) in zip(a.doubles, b.doubles).enumerated() where !(abs(x - y) <= 1e-8 * scale) {
            return "element \(j) is \(x) and \(y)"
        }
        return nil
    }

    // MARK: Slopes

    /// The gradient along a random direction against differences of the interpreter's loss.
    private func slope(_ atOnce: [Tensor]) -> String? {
        guard program.goal == .gradient, program.isSmooth, program.dtype == .float64,
            inputs.allSatisfy({ $0.dtype == .float64 && $0.values.allSatisfy(\.isFinite) || !$0.dtype.isFloatingPoint }
            ),
            program.steps.allSatisfy({ if case .cast(.float32) = $0.operation { false } else { true } })
        else { return nil }
        var bits = RandomBits(7)
        let direction = inputs.map { input in
            input.values.map { _ in input.dtype.isFloatingPoint ? 2 * bits.unit() - 1 : 0 }
        }
        func loss(_ step: Double) -> Double? {
            let moved = zip(inputs, direction).map {
                PlainArray(shape: $0.shape, dtype: $0.dtype, values: zip($0.values, $1).map { $0 + step * $1 })
            }
            guard let outputs = try? program.reference(moved) else { return nil }
            return outputs.filter(\.dtype.isFloatingPoint).reduce(0) { sum, output in
                output.values.enumerated().reduce(sum) { $0 + $1.element * cos(Double($1.offset) + 1) }
            }
        }
        func quotient(_ h: Double) -> Double? {
            guard let a = loss(h), let b = loss(-h), let c = loss(2 * h), let d = loss(-2 * h) else { return nil }
            return (8 * (a - b) - (c - d)) / (12 * h)
        }
        guard let rough = quotient(2e-4), let fine = quotient(1e-4), let finest = quotient(5e-5) else { return nil }
        let ours = zip(atOnce[1...], direction).reduce(0.0) {
            $0 + zip($1.0.doubles, $1.1).reduce(0.0) { $0 + $1.0 * $1.1 }
        }
        let size = zip(atOnce[1...], direction).reduce(0.0) {
            $0 + zip($1.0.doubles, $1.1).reduce(0.0) { $0 + abs($1.0 * $1.1) }
        }
        let doubt = abs(rough - fine) + abs(fine - finest)
        if !fine.isFinite || !ours.isFinite || doubt > 1e-4 * max(1, size) { return nil }
        if abs(ours - finest) > 20 * doubt + 1e-7 * max(1, size) {
            return "the gradient along a direction is \(ours), difference quotients say \(finest)"
        }
        return nil
    }
}
