import TernCore

extension Program {
    /// Programs a little smaller than this one, the boldest cuts first.
    var smaller: [Program] {
        var found: [Program] = []
        func offer(_ change: (inout Program) -> Void) {
            var other = self
            change(&other)
            found.append(other)
        }
        if goal == .training { offer { $0.goal = .gradient } }
        if goal == .secondGradient { offer { $0.goal = .gradient } }
        if goal == .gradient { offer { $0.goal = .values } }
        if !updates.isEmpty {
            offer { $0.updates = [:] }
            for output in updates.keys.sorted() where updates.count > 1 { offer { $0.updates[output] = nil } }
        }
        if outputs.count > 1 {
            for i in outputs.indices { offer { $0.keep([i]) } }
            for i in outputs.indices where outputs.count > 2 {
                offer { p in p.keep(outputs.indices.filter { $0 != i }) }
            }
        }
        // A step skipped: its readers read one of its operands, or a new input in its place.
        let known = specs
        for i in steps.indices.reversed() {
            let value = inputs.count + i
            guard let own = known[value] else { continue }
            for operand in Set(steps[i].operands).sorted() {
                if let spec = known[operand], spec == own { offer { $0.replace(value, by: operand) } }
            }
            if own.dtype.isFloatingPoint { offer { $0.cutOff(i, own) } }
        }
        for i in outputs.indices {
            for operand in outputs[i] >= inputs.count ? steps[outputs[i] - inputs.count].operands : []
            where updates.isEmpty {
                offer { $0.outputs[i] = operand }
            }
        }
        // A length made shorter everywhere, numbers made round.
        for length in Set(inputs.flatMap(\.shape)).sorted(by: >) where length > 1 {
            for shorter in Set([1, 2, 3, length / 2]).sorted() where shorter < length {
                offer { $0.shorten(length, to: shorter) }
            }
        }
        for i in inputs.indices where !inputs[i].isRounded && inputs[i].dtype.isFloatingPoint {
            offer { $0.inputs[i].isRounded = true }
        }
        for i in inputs.indices where inputs[i].isSpecial { offer { $0.inputs[i].isSpecial = false } }
        return found.map(\.withoutUnused).filter { $0.isValid }
    }

    /// Whether the operations allow it. Lengths that no longer fit are seen before anything is run.
    private var isValid: Bool {
        specs.allSatisfy { $0 != nil } && (try? reference(inputs.map(\.array))) != nil && !outputs.isEmpty
    }

    /// Shape and type of each value.
    private var specs: [TensorSpec?] {
        var values = inputs.map(\.array), noise: Noise?
        for step in steps {
            guard let made = try? step.operation.reference(step.operands.map { values[$0] }, &noise) else {
                return Array(repeating: nil, count: inputs.count + steps.count)
            }
            values.append(made)
        }
        return values.map { TensorSpec(shape: $0.shape, dtype: $0.dtype) }
    }

    private mutating func keep(_ kept: [Int]) {
        updates = Dictionary(
            uniqueKeysWithValues: kept.enumerated().compactMap { new, old in updates[old].map { (new, $0) } })
        outputs = kept.map { outputs[$0] }
    }

    private mutating func replace(_ value: Int, by other: Int) {
        for i in steps.indices { steps[i].operands = steps[i].operands.map { $0 == value ? other : $0 } }
        outputs = outputs.map { $0 == value ? other : $0 }
    }

    private mutating func shorten(_ length: Int, to shorter: Int) {
        func short(_ shape: [Int]) -> [Int] { shape.map { $0 == length ? shorter : $0 } }
        for i in inputs.indices { inputs[i].shape = short(inputs[i].shape) }
        for i in steps.indices {
            switch steps[i].operation {
            case .reshaped(let shape): steps[i].operation = .reshaped(short(shape))
            case .broadcast(let shape): steps[i].operation = .broadcast(short(shape))
            default: break
            }
        }
    }

    /// Puts a new input in the place of a step's result.
    private mutating func cutOff(_ step: Int, _ spec: TensorSpec) {
        let value = inputs.count + step, new = inputs.count
        func moved(_ v: Int) -> Int { v == value ? new : v >= new ? v + 1 : v }
        for i in steps.indices { steps[i].operands = steps[i].operands.map(moved) }
        outputs = outputs.map(moved)
        inputs.append(Input(shape: spec.shape, dtype: spec.dtype, seed: UInt64(step) + 1, low: 0.3, high: 1.2))
    }

    /// Without steps and inputs that no output needs.
    private var withoutUnused: Program {
        var needed = Set(outputs + updates.values)
        for i in steps.indices.reversed() where needed.contains(inputs.count + i) {
            needed.formUnion(steps[i].operands)
        }
        var number: [Int: Int] = [:]
        for value in 0..<(inputs.count + steps.count) where needed.contains(value) { number[value] = number.count }
        var other = self
        other.inputs = inputs.indices.filter { needed.contains($0) }.map { inputs[$0] }
        other.steps = steps.indices.filter { needed.contains(inputs.count + $0) }.map {
            Step(operation: steps[$0].operation, operands: steps[$0].operands.map { number[$0]! })
        }
        other.outputs = outputs.map { number[$0]! }
        other.updates = updates.mapValues { number[$0]! }
        return other
    }
}

/// The smallest program that still `fails`, found by cutting as long as one of its cuts fails too.
func shrunk(_ program: Program, _ fails: (Program) -> Bool) -> Program {
    var program = program
    while let next = program.smaller.first(where: fails) { program = next }
    return program
}
