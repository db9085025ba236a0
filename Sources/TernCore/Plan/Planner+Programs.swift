import CTernKernels

// Pass 3, continued: elementwise units as programs that walk over memory once.
extension Planner {
    /// The slots of a fused program.
    struct ProgramLayout {
        var builder: ElementwiseProgram
        var operands: [Index<Value>] = []
        var outputs: [Index<Value>] = []
        /// Broadcasts that could not be read in place.
        var materialized: [Index<Value>] = []
    }

    /// Lays out the program of `members` (in order), nil where it grows too large or its
    /// operands cannot be read side by side.
    func layOut(_ members: [Index<Operation>]) -> ProgramLayout? {
        let shape = values[operations[members[0]].result].spec.shape
        var layout = ProgramLayout(builder: ElementwiseProgram(shape: shape))
        guard members.count <= Int(tern_max_steps) - 8 else { return nil }
        var slots = 0, small = 0
        var slotOf: [Index<Value>: Int] = [:]
        let inside = Set(members.map { operations[$0].result })

        // Operands from outside come first, each once; broadcasts last, since they can be
        // repeated in memory where they do not lie well beside the others.
        func repeated(_ value: Index<Value>) -> Index<Operation>? {
            if let maker = maker(of: value), case .broadcast = operations[maker].role { maker } else { nil }
        }
        var outside: [Index<Value>] = []
        for member in members {
            for value in operations[member].inputs where !inside.contains(value) && !outside.contains(value) {
                outside.append(value)
            }
        }
        for value in outside.filter({ repeated($0) == nil }) + outside.filter({ repeated($0) != nil }) {
            // A part of what the program itself makes cannot be read before it ends.
            guard slots < Int(tern_max_slots), !inside.contains(memory(of: value).value) else { return nil }
            var source = repeated(value).map { operations[$0].inputs[0] } ?? value
            var slot = layout.builder.input(layout.operands.count, values[source].spec)
            if slot == nil && source != value {
                source = value
                slot = layout.builder.input(layout.operands.count, values[value].spec)
                layout.materialized.append(value)
            }
            guard let slot else { return nil }
            if values[source].spec.count != shape.reduce(1, *) || values[source].spec.count == 1 { small += 1 }
            slotOf[value] = slot
            layout.operands.append(source)
            slots += 1
        }
        guard small <= Int(tern_max_registers) else { return nil }

        // Whether anyone outside needs an inner value.
        let memberSet = Set(members)
        func isNeededOutside(_ value: Index<Value>) -> Bool {
            values[value].isOutput || values[value].users.isEmpty
                || values[value].users.contains { !memberSet.contains($0) }
        }
        // Arguments replaced in place must not be overwritten before their last read.
        func replacedArgument(_ value: Index<Value>) -> Index<Value>? {
            updates.first { outputs[$0.output] == value }.map { argumentValues[$0.argument] }
        }

        var free: [DType: [Int]] = [:]
        var registers = small
        func take(_ dtype: DType) -> Int? {
            if let slot = free[dtype]?.popLast() { return slot }
            registers += 1
            slots += 1
            guard registers <= Int(tern_max_registers), slots < Int(tern_max_slots) else { return nil }
            return layout.builder.scratch(dtype)
        }
        let program = steps(of: members, isFree: { inside.contains($0) && !isNeededOutside($0) })
        // When each inner value is read last.
        var lastRead: [Index<Value>: Int] = [:]
        for (position, step) in program.enumerated() {
            for value in step.operands where inside.contains(value) { lastRead[value] = position }
        }
        var late: [(from: Int, to: Int, dtype: DType)] = []
        for (position, step) in program.enumerated() {
            let spec = values[step.result].spec
            let operands = step.operands.map { slotOf[$0]! }, scalars = step.scalars.map { slotOf[$0]! }
            var destination: Int?
            if isNeededOutside(step.result) {
                slots += 1
                guard slots < Int(tern_max_slots) else { return nil }
                let output = layout.builder.output(layout.operands.count + layout.outputs.count, spec)
                layout.outputs.append(step.result)
                destination = output
                if let argument = replacedArgument(step.result),
                    program[(position + 1)...].contains(where: { later in
                        later.operands.contains { memory(of: $0).value == argument }
                    })
                {
                    guard let register = take(spec.dtype) else { return nil }
                    late.append((register, output, spec.dtype))
                    destination = register
                }
            } else {
                destination = take(spec.dtype)
            }
            guard let destination else { return nil }
            let from = values[step.operands.last!].spec.dtype
            layout.builder.step(step.operation, from: from, to: spec.dtype, destination, operands, scalars: scalars)
            slotOf[step.result] = destination
            for input in Set(step.operands)
            where inside.contains(input) && lastRead[input] == position && !isNeededOutside(input) {
                free[values[input].spec.dtype, default: []].append(slotOf[input]!)
            }
        }
        for copy in late { layout.builder.step(.copy, from: copy.dtype, to: copy.dtype, copy.to, [copy.from]) }
        return layout
    }
}
