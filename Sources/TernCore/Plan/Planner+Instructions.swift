import CTernKernels

// Pass 3, ended: kernel calls, and what takes the place of arguments.
extension Planner {
    mutating func makeInstructions() {
        let units = formUnits()
        if PlanTesting.current != nil { check(units) }
        emit(units, broadcastsNeeded(units))
        finishUpdates()
        if PlanTesting.current != nil { checkInstructions() }
    }

    // MARK: Calls

    /// Broadcasts whose repeated values must really lie in memory.
    private func broadcastsNeeded(_ units: Units) -> Set<Index<Value>> {
        var needed = Set<Index<Value>>()
        for operation in operations {
            guard case .broadcast = operation.role else { continue }
            let value = values[operation.result]
            let onlyRead = value.users.allSatisfy { user in units.of[user].map { units.all[$0].isElementwise } ?? false
            }
            if value.isOutput || !onlyRead { needed.insert(operation.result) }
        }
        for unit in units.all where unit.isElementwise && !unit.members.isEmpty {
            needed.formUnion(layOut(unit.members)?.materialized ?? [])
        }
        return needed
    }

    private mutating func emit(_ units: Units, _ materialized: Set<Index<Value>>) {
        // The stages order them by what they read.
        for index in operations.indices {
            let operation = operations[index], specs = specs(readBy: operation)
            let spec = values[operation.result].spec
            if spec.count == 0 { continue }
            func appendCalls(to planner: inout Planner) {
                for call in operation.primitive.calls(specs, spec) {
                    planner.append(Instruction(call, reading: operation.inputs, writing: [operation.result]))
                }
            }
            switch operation.role {
            case .view, .argument, .concatenation: break
            case .broadcast: if materialized.contains(operation.result) { appendCalls(to: &self) }
            case .kernel: appendCalls(to: &self)
            case .product(let product):
                let unit = units.all[units.of[index]!]
                let made = operations[unit.members.last!].result
                for call in product.calls(specs, spec, unit.epilogue) {
                    append(Instruction(call, reading: operation.inputs, writing: [made], beside: unit.extra))
                }
            case .elementwise:
                let unit = units.all[units.of[index]!]
                guard unit.isElementwise, unit.members.last == index else { continue }
                guard var layout = layOut(unit.members) else {
                    fail("\(operation.primitive.name) of \(specs) could not be planned")
                }
                var program = Instruction(
                    layout.builder.call(), reading: layout.operands, writing: layout.outputs)
                program.isProgram = true
                append(program)
            }
        }
        // Last, when it is known who writes the parts.
        for operation in operations {
            if case .concatenation = operation.role, values[operation.result].spec.count > 0 { concatenate(operation) }
        }
    }

    private mutating func append(_ instruction: Instruction) {
        let index = instructions.append(instruction)
        for value in instruction.operands[instruction.outputs] { values[value].writers.append(index) }
    }

    /// Producers write their part in place where they can; the rest is copied.
    private mutating func concatenate(_ operation: Operation) {
        let whole = operation.result
        var offset = 0
        for value in operation.inputs {
            let bytes = values[value].spec.byteCount
            defer { offset += bytes }
            if bytes == 0 { continue }
            let (root, rootOffset) = memory(of: value)
            let isOwn =
                maker(of: root).map { maker in
                    if case .concatenation = operations[maker].role { false } else { true }
                } ?? false
            if isOwn, rootOffset == 0, values[root].spec.byteCount == bytes, !values[root].isOutput,
                !values[value].isOutput
            {
                values[root].base = (whole, offset)
                // One program may write several parts.
                let known = values[whole].writers
                values[whole].writers += values[root].writers.filter { !known.contains($0) }
            } else {
                let size = values[value].spec.dtype.size
                let call = KernelCall.stridedCopy(
                    shape: [bytes / size], from: [1], to: [1], size: size, toOffset: offset / size, outputAccess: .whole
                )
                append(Instruction(call, reading: [value], writing: [whole]))
            }
        }
    }

    // MARK: Updates

    /// Lets each updated output take its argument's memory, after everyone has read that.
    private mutating func finishUpdates() {
        keepOldValues()
        for update in updates {
            let value = outputs[update.output], argument = argumentValues[update.argument]
            guard values[value].spec == values[argument].spec else {
                fail(
                    "output \(update.output) of \(values[value].spec) cannot take the place of input \(update.argument) "
                        + "of \(values[argument].spec)")
            }
            if value == argument || values[value].spec.count == 0 { continue }
            let writer = values[value].writers.count == 1 ? values[value].writers[0] : nil
            var isProgram = false
            if let writer, let maker = maker(of: value), case .elementwise = operations[maker].role {
                isProgram = values[value].base == nil && instructions[writer].isProgram
            }
            let others = isProgram ? readers(of: argument).filter { $0 != writer! } : []
            // Another reader may itself have to wait for this writer.
            if isProgram, replaced[value] == nil, readsInPlaceOnly(writer!, argument), !isNeeded(writer!, by: others) {
                values[value].base = (argument, 0)
                instructions[writer!].after += others
            } else {
                var copy = Instruction(
                    .copy(of: values[value].spec), reading: [value], writing: [argument])
                copy.after = readers(of: argument)
                instructions.append(copy)
            }
            replaced[value] = update.argument
        }
    }

    /// Outputs that are an argument's old value, or a part of it, are copied before the new one takes its place.
    private mutating func keepOldValues() {
        let replaced = Set(
            updates.map { (outputs[$0.output], argumentValues[$0.argument]) }.filter { $0 != $1 }.map(\.1))
        for i in outputs.indices where replaced.contains(memory(of: outputs[i]).value) {
            let own = updates.first { $0.output == i }.map { argumentValues[$0.argument] }
            let spec = values[outputs[i]].spec
            guard outputs[i] != own, spec.count > 0 else { continue }
            let kept = values.append(Value(spec: spec, source: .copy, isOutput: true))
            append(Instruction(.copy(of: spec), reading: [outputs[i]], writing: [kept]))
            outputs[i] = kept
        }
    }

    /// Whether any of `others` comes after `instruction`.
    private func isNeeded(_ instruction: Index<Instruction>, by others: [Index<Instruction>]) -> Bool {
        var seen = Set<Index<Instruction>>(), left = others
        while let next = left.popLast() {
            if next == instruction { return true }
            guard seen.insert(next).inserted else { continue }
            let waiting = instructions[next]
            left += waiting.after
            for field in waiting.call.fields where !waiting.writes(field) {
                left += values[written(waiting.value(of: field))].writers
            }
        }
        return false
    }

    private func readers(of argument: Index<Value>) -> [Index<Instruction>] {
        instructions.indices.filter { i in
            let instruction = instructions[i]
            return instruction.call.fields.contains {
                !instruction.writes($0) && memory(of: instruction.value(of: $0)).value == argument
            }
        }
    }

    private func readsInPlaceOnly(_ i: Index<Instruction>, _ argument: Index<Value>) -> Bool {
        let instruction = instructions[i]
        return instruction.call.fields.allSatisfy { field in
            let value = instruction.value(of: field)
            if instruction.writes(field) || memory(of: value).value != argument { return true }
            return field.access == .aligned && memory(of: value).byteOffset == 0
                && values[value].spec.byteCount == values[argument].spec.byteCount
        }
    }
}
