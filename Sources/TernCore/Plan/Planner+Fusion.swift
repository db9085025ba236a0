import CTernKernels

// Pass 2: from nodes to kernel calls.
extension Planner {
    /// Nodes that become one kernel call.
    struct Unit {
        var nodes: [Int]
        /// Elementwise units may grow; their members have one shape.
        var isElementwise: Bool
        /// What a product does at its store, and the values it needs for that.
        var epilogue = Epilogue()
        var extra: [Int] = []
        /// The last node among its own and those of all units that it waits for.
        var latest = -1
    }

    /// The units, while they are formed.
    struct Units {
        var all: [Unit] = []
        /// The unit of each node, -1 where it has none (yet).
        var ofNode: [Int]
        /// The last node that has a unit.
        var last = -1
        /// What the readers of a node without a unit have been told to wait for.
        var passedOn: [Int]

        init(nodeCount: Int) {
            ofNode = Array(repeating: -1, count: nodeCount)
            passedOn = ofNode
        }
    }

    mutating func makeInstructions() {
        var units = Units(nodeCount: nodes.count)
        formUnits(&units)
        if PlanTesting.current != nil { check(units) }
        let materialized = broadcastsNeeded(units)
        writers = Array(repeating: [], count: values.count)
        emit(units, materialized)
        finishUpdates()
        if PlanTesting.current != nil { checkInstructions() }
    }

    // MARK: Units

    private func formUnits(_ units: inout Units) {
        for n in nodes.indices where units.ofNode[n] < 0 {
            switch roles[n] {
            case .view, .broadcast, .concatenation, .argument: break
            case .kernel:
                form(Unit(nodes: [n], isElementwise: false), &units)
            case .product:
                var unit = Unit(nodes: [n], isElementwise: false)
                drawIn(&unit, units)
                form(unit, &units)
            case .elementwise:
                form(Unit(nodes: [n], isElementwise: true), &units)
                for value in inputs[n] {
                    guard let producer = producerUnit(of: value, units), producer != units.ofNode[n],
                        units.all[producer].isElementwise,
                        values[result[units.all[producer].nodes[0]]].spec.shape == values[result[n]].spec.shape
                    else { continue }
                    merge(producer, into: units.ofNode[n], &units)
                }
            }
        }
    }

    private func form(_ unit: Unit, _ units: inout Units) {
        let own = units.all.count
        for node in unit.nodes { units.ofNode[node] = own }
        units.all.append(unit)
        units.last = max(units.last, unit.nodes.last!)
        var latest = unit.nodes.last!
        var stack = unit.nodes.flatMap { inputs[$0] }, seen = Set<Int>()
        while let value = stack.popLast() {
            guard let node = node(of: memory(of: value).value) else { continue }
            if units.ofNode[node] >= 0 {
                latest = max(latest, units.all[units.ofNode[node]].latest)
            } else if seen.insert(node).inserted {
                stack += inputs[node]
            }
        }
        wait(own, for: latest, &units)
    }

    /// Notes that a unit waits for `node`, and with it all units that wait for the unit.
    private func wait(_ unit: Int, for node: Int, _ units: inout Units) {
        var stack = [unit]
        while let unit = stack.popLast() {
            if units.all[unit].latest >= node { continue }
            units.all[unit].latest = node
            var made = units.all[unit].nodes.map { result[$0] }
            while let value = made.popLast() {
                // No unit has nodes behind the last.
                for user in values[value].users where user <= units.last {
                    if units.ofNode[user] >= 0 { stack.append(units.ofNode[user]); continue }
                    if units.passedOn[user] >= node { continue }
                    units.passedOn[user] = node
                    made.append(result[user])
                }
            }
        }
    }

    /// The unit that computes what `value` reads, through views and broadcasts.
    private func producerUnit(of value: Int, _ units: Units) -> Int? {
        guard let node = node(of: memory(of: value).value) else { return nil }
        return units.ofNode[node] >= 0 ? units.ofNode[node] : nil
    }

    /// A bias added to a product, relu after it, and relu's gradient are applied at
    /// the store. A sum of two products belongs to the first: it is the other's bias where both are a single row.
    private func drawIn(_ unit: inout Unit, _ units: Units) {
        let product = unit.nodes[0]
        let spec = values[result[product]].spec
        // The next node, if it alone reads the last one, be it in another shape; and its other operand.
        func next(_ last: Int) -> (node: Int, operation: ElementwiseOperation, read: Int, other: Int?)? {
            var read = result[last]
            while true {
                let value = values[read]
                guard value.users.count == 1, !value.isOutput else { return nil }
                let node = value.users[0], made = values[result[node]].spec
                guard units.ofNode[node] < 0, made.count == spec.count, made.dtype == spec.dtype,
                    made.shape.last == spec.shape.last
                else { return nil }
                if case .elementwise(let operation) = roles[node] {
                    return (node, operation, read, inputs[node].first { $0 != read })
                }
                guard case .view(byteOffset: 0) = roles[node] else { return nil }
                read = result[node]
            }
        }
        if let add = next(product), add.operation == .add, let bias = add.other,
            values[bias].spec.count == spec.shape.last!, values[bias].spec.shape.last == spec.shape.last
        {
            unit.nodes.append(add.node)
            unit.epilogue.bias = 3
            unit.extra.append(bias)
        }
        if let relu = next(unit.nodes.last!), relu.operation == .relu {
            unit.nodes.append(relu.node)
            unit.epilogue.relu = true
        }
        if let gate = next(unit.nodes.last!), gate.operation == .gate, let open = gate.other,
            inputs[gate.node] == [gate.read, open], values[open].spec.count == spec.count, !reaches(open, from: product)
        {
            unit.nodes.append(gate.node)
            unit.epilogue.gate = 3 + unit.extra.count
            unit.extra.append(open)
        }
    }

    /// Whether `value` is computed from the result of `node`.
    private func reaches(_ value: Int, from node: Int) -> Bool {
        var stack = [value], seen = Set<Int>()
        while let value = stack.popLast() {
            guard let maker = self.node(of: value), seen.insert(maker).inserted else { continue }
            if maker == node { return true }
            if maker > node { stack += inputs[maker] }
        }
        return false
    }

    private func merge(_ a: Int, into b: Int, _ units: inout Units) {
        let members = (units.all[a].nodes + units.all[b].nodes).sorted()
        guard layOut(members) != nil, !isIndirect(from: a, to: b, units),
            !isIndirect(from: b, to: a, units)
        else { return }
        let latest = max(units.all[a].latest, units.all[b].latest)
        units.all[b].nodes = members
        units.all[b].latest = -1
        units.all[a].nodes = []
        for node in members { units.ofNode[node] = b }
        wait(b, for: latest, &units)
    }

    /// Whether `from` depends on `to` through something else, another unit or a value that has to lie in memory first:
    /// fusing them would make a circle. Where that takes long to tell, it is taken to be so.
    ///
    /// - Complexity: a few units for those that lie near each other, whatever the length of the graph.
    private func isIndirect(from: Int, to: Int, _ units: Units) -> Bool {
        let first = units.all[to].nodes[0]
        var stack: [Int] = []
        var seen: Set<Int> = [from], seenNodes = Set<Int>()
        func push(_ value: Int, isDirect: Bool) {
            guard let node = node(of: memory(of: value).value) else { return }
            let unit = units.ofNode[node]
            if unit < 0 {
                if inputs[node].count > 1, !seenNodes.insert(node).inserted { return }
                for input in inputs[node] { push(input, isDirect: false) }
            } else if units.all[unit].latest >= first, !(isDirect && unit == to), seen.insert(unit).inserted {
                stack.append(unit)
            }
        }
        for node in units.all[from].nodes {
            for value in inputs[node] { push(value, isDirect: true) }
        }
        while let unit = stack.popLast() {
            if unit == to || seen.count > 4096 { return true }
            for node in units.all[unit].nodes {
                for value in inputs[node] { push(value, isDirect: false) }
            }
        }
        return false
    }

    // MARK: Elementwise programs

    /// The slots of a fused program.
    private struct Layout {
        var builder: ElementwiseProgram
        var operands: [Int] = []
        var outputs: [Int] = []
        /// Broadcasts that could not be read in place.
        var materialized: [Int] = []
    }

    /// Lays out the program of `members` (in order), nil where it grows too large or its
    /// operands cannot be read side by side.
    private func layOut(_ members: [Int]) -> Layout? {
        let shape = values[result[members[0]]].spec.shape
        var layout = Layout(builder: ElementwiseProgram(shape: shape))
        guard members.count <= Int(tern_max_steps) - 8 else { return nil }
        var slots = 0, small = 0
        var slotOf: [Int: Int] = [:]
        let inside = Set(members.map { result[$0] })

        // Operands from outside come first, each once; broadcasts last, since they can be
        // repeated in memory where they do not lie well beside the others.
        func repeated(_ value: Int) -> Int? {
            if let producer = node(of: value), case .broadcast = roles[producer] { producer } else { nil }
        }
        var outside: [Int] = []
        for node in members {
            for value in inputs[node] where !inside.contains(value) && !outside.contains(value) {
                outside.append(value)
            }
        }
        for value in outside.filter({ repeated($0) == nil }) + outside.filter({ repeated($0) != nil }) {
            // A part of what the program itself makes cannot be read before it ends.
            guard slots < Int(tern_max_slots), !inside.contains(memory(of: value).value) else { return nil }
            var source = repeated(value).map { inputs[$0][0] } ?? value
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
        func isNeededOutside(_ value: Int) -> Bool {
            values[value].isOutput || values[value].users.isEmpty
                || values[value].users.contains { !memberSet.contains($0) }
        }
        // Arguments replaced in place must not be overwritten before their last read.
        func replacedArgument(_ value: Int) -> Int? {
            outputs.indices.first { outputs[$0] == value && updates[$0] != nil }.map { updates[$0]! }
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
        var lastRead: [Int: Int] = [:]
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

    // MARK: Calls

    /// Broadcasts whose repeated values must really lie in memory.
    private func broadcastsNeeded(_ units: Units) -> Set<Int> {
        var needed = Set<Int>()
        for n in nodes.indices {
            guard case .broadcast = roles[n] else { continue }
            let value = values[result[n]]
            let onlyRead = value.users.allSatisfy { user in
                if case .elementwise = roles[user] { units.all[units.ofNode[user]].isElementwise } else { false }
            }
            if value.isOutput || !onlyRead { needed.insert(result[n]) }
        }
        for unit in units.all where unit.isElementwise && !unit.nodes.isEmpty {
            needed.formUnion(layOut(unit.nodes)?.materialized ?? [])
        }
        return needed
    }

    private mutating func emit(_ units: Units, _ materialized: Set<Int>) {
        // The stages order them by what they read.
        for n in nodes.indices {
            let specs = inputs[n].map { values[$0].spec }
            let spec = values[result[n]].spec
            if spec.count == 0 { continue }
            switch roles[n] {
            case .view, .argument: break
            case .broadcast:
                if materialized.contains(result[n]) {
                    append(nodes[n].primitive.calls(specs, spec), inputs[n], [result[n]])
                }
            case .concatenation: break
            case .kernel:
                append(nodes[n].primitive.calls(specs, spec), inputs[n], [result[n]])
            case .product:
                let unit = units.all[units.ofNode[n]]
                let made = result[unit.nodes.last!]
                for call in (nodes[n].primitive as! any PrimitiveWithEpilogue).calls(specs, spec, unit.epilogue) {
                    writers[made].append(instructions.count)
                    instructions.append(
                        Instruction(call: call, operands: inputs[n] + [made] + unit.extra, outputs: 2..<3))
                }
            case .elementwise:
                let unit = units.all[units.ofNode[n]]
                guard unit.isElementwise, unit.nodes.last == n else { continue }
                guard var layout = layOut(unit.nodes) else {
                    fail("\(nodes[n].primitive.name) of \(specs) could not be planned")
                }
                append([layout.builder.call()], layout.operands, layout.outputs)
                instructions[instructions.count - 1].isProgram = true
            }
        }
        // Last, when it is known who writes the parts.
        for n in nodes.indices {
            if case .concatenation = roles[n], values[result[n]].spec.count > 0 { concatenate(n) }
        }
    }

    private mutating func append(_ calls: [KernelCall], _ read: [Int], _ written: [Int]) {
        for call in calls {
            for value in written { writers[value].append(instructions.count) }
            instructions.append(
                Instruction(call: call, operands: read + written, outputs: read.count..<(read + written).count))
        }
    }

    /// Producers write their part in place where they can; the rest is copied.
    private mutating func concatenate(_ n: Int) {
        let whole = result[n]
        var offset = 0
        for value in inputs[n] {
            let bytes = values[value].spec.byteCount
            defer { offset += bytes }
            if bytes == 0 { continue }
            let (root, rootOffset) = memory(of: value)
            let isOwn =
                node(of: root).map { node in
                    if case .concatenation = roles[node] { false } else { true }
                } ?? false
            if isOwn, rootOffset == 0, values[root].spec.byteCount == bytes, !values[root].isOutput,
                !values[value].isOutput
            {
                values[root].base = (whole, offset)
                // One program may write several parts.
                writers[whole] += writers[root].filter { !writers[whole].contains($0) }
            } else {
                let size = values[value].spec.dtype.size
                let call = KernelCall.stridedCopy(
                    shape: [bytes / size], from: [1], to: [1], size: size, toOffset: offset / size, outputAccess: .whole
                )
                append([call], [value], [whole])
            }
        }
    }

    // MARK: Updates

    /// Lets each updated output take its argument's memory, after everyone has read that.
    private mutating func finishUpdates() {
        keepOldValues()
        for (output, argument) in updates.sorted(by: { $0.key < $1.key }) {
            let value = outputs[output]
            guard values[value].spec == values[argument].spec else {
                fail(
                    "output \(output) of \(values[value].spec) cannot take the place of input \(argument) of \(values[argument].spec)"
                )
            }
            if value == argument || values[value].spec.count == 0 { continue }
            let writer = writers[value].count == 1 ? writers[value][0] : nil
            var isProgram = false
            if let writer, let n = node(of: value), case .elementwise = roles[n] {
                isProgram = values[value].base == nil && instructions[writer].isProgram
            }
            let others = isProgram ? readers(of: argument).filter { $0 != writer! } : []
            // Another reader may itself have to wait for this writer.
            if isProgram, replaced[value] == nil, readsInPlaceOnly(writer!, argument), !isNeeded(writer!, by: others) {
                replaced[value] = argument
                values[value].base = (argument, 0)
                instructions[writer!].after += others
            } else {
                let spec = values[value].spec
                let call = KernelCall.stridedCopy(shape: [spec.count], from: [1], to: [1], size: spec.dtype.size)
                let before = readers(of: argument)
                instructions.append(
                    Instruction(call: call, operands: [value, argument], outputs: 1..<2, after: before))
                replaced[value] = argument
            }
        }
    }

    /// Outputs that are an argument's old value, or a part of it, are copied before the new one takes its place.
    private mutating func keepOldValues() {
        let replaced = Set(updates.filter { outputs[$0.key] != $0.value }.values)
        for i in outputs.indices where outputs[i] != updates[i] && replaced.contains(memory(of: outputs[i]).value) {
            let spec = values[outputs[i]].spec
            guard spec.count > 0 else { continue }
            values.append(Value(spec: spec, source: .copy, isOutput: true))
            writers.append([])
            let call = KernelCall.stridedCopy(shape: [spec.count], from: [1], to: [1], size: spec.dtype.size)
            append([call], [outputs[i]], [values.count - 1])
            outputs[i] = values.count - 1
        }
    }

    /// Whether any of `others` comes after instruction `i`.
    private func isNeeded(_ i: Int, by others: [Int]) -> Bool {
        var seen = Set<Int>(), left = others
        while let next = left.popLast() {
            if next == i { return true }
            guard seen.insert(next).inserted else { continue }
            let instruction = instructions[next]
            left += instruction.after
            for field in instruction.call.fields where !isOutput(field, of: instruction) {
                left += writers[writtenValue(instruction.operands[field.operand])]
            }
        }
        return false
    }

    private func readers(of argument: Int) -> [Int] {
        instructions.indices.filter { i in
            let instruction = instructions[i]
            return instruction.call.fields.contains {
                !isOutput($0, of: instruction) && memory(of: instruction.operands[$0.operand]).value == argument
            }
        }
    }

    private func readsInPlaceOnly(_ i: Int, _ argument: Int) -> Bool {
        let instruction = instructions[i]
        return instruction.call.fields.allSatisfy { field in
            let value = instruction.operands[field.operand]
            if isOutput(field, of: instruction) || memory(of: value).value != argument { return true }
            return field.access == .aligned && memory(of: value).byteOffset == 0
                && values[value].spec.byteCount == values[argument].spec.byteCount
        }
    }

    func isOutput(_ field: KernelCall.Field, of instruction: Instruction) -> Bool {
        instruction.outputs.contains(field.operand)
    }
}
