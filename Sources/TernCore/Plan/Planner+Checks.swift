// What must hold after each pass. Tests have every plan checked (PlanTesting): the checks share nothing with the passes
// but the tables.
extension Planner {
    private func mistake(_ text: String) -> Never { fail("\(text); this is a mistake in Tern's planner") }

    // MARK: Units

    /// Each node that computes is in one unit and no other, and units do not wait for each other in a circle.
    func check(_ units: Units) {
        var owners = [[Int]](repeating: [], count: nodes.count)
        for (u, unit) in units.all.enumerated() {
            for node in unit.nodes { owners[node].append(u) }
        }
        for n in nodes.indices {
            switch roles[n] {
            case .view, .broadcast, .concatenation, .argument:
                if !owners[n].isEmpty || units.ofNode[n] >= 0 {
                    mistake("node \(n), \(nodes[n].primitive.name), computes nothing but has a unit")
                }
            case .kernel, .product, .elementwise:
                if owners[n] != [units.ofNode[n]] {
                    mistake("node \(n), \(nodes[n].primitive.name), is in the units \(owners[n])")
                }
            }
        }
        var state = [Int](repeating: 0, count: nodes.count + units.all.count)  // 1: being visited, 2: done
        func visit(node: Int) {
            let key = units.ofNode[node] < 0 ? node : nodes.count + units.ofNode[node]
            if state[key] == 2 { return }
            if state[key] == 1 { mistake("node \(node), \(nodes[node].primitive.name), waits for itself") }
            state[key] = 1
            let members = units.ofNode[node] < 0 ? [node] : units.all[units.ofNode[node]].nodes
            for value in members.flatMap({ inputs[$0] }) {
                guard let maker = self.node(of: memory(of: value).value), !members.contains(maker) else { continue }
                visit(node: maker)
            }
            state[key] = 2
        }
        for node in nodes.indices { visit(node: node) }
    }

    // MARK: Instructions

    /// What is read has been written or given, and each value is written by the calls of one node.
    func checkInstructions() {
        for (i, instruction) in instructions.enumerated() {
            for field in instruction.call.fields {
                let value = instruction.operands[field.operand]
                if isOutput(field, of: instruction) { continue }
                let written = writtenValue(value)
                switch values[written].source {
                case .argument, .constant: break
                case .node, .copy:
                    if writers[written].isEmpty && values[value].spec.byteCount > 0 {
                        mistake("instruction \(i) reads value \(value), which nobody writes")
                    }
                }
                if instruction.outputs.contains(where: { instruction.operands[$0] == value }) {
                    mistake("instruction \(i) reads value \(value), which it writes")
                }
            }
        }
        for (value, writers) in writers.enumerated() where writers.count > 1 {
            if Set(writers).count < writers.count { mistake("value \(value) has the writers \(writers)") }
            guard let node = node(of: value) else { mistake("value \(value) is written twice") }
            // Several calls write parts: of a concatenation, or of a kernel that has several.
            switch roles[node] {
            case .elementwise, .view, .argument:
                mistake("value \(value), of \(nodes[node].primitive.name), is written by \(writers)")
            case .kernel, .product, .broadcast, .concatenation: break
            }
        }
    }

    // MARK: Stages

    /// Each instruction runs once; what it reads is written in an earlier stage, or before it by the same rows of its
    /// strand; nobody reads an argument's old value once the new one may be there.
    func check(_ schedule: [[Strand]]) {
        var place = [(stage: Int, strand: Int, order: Int)?](repeating: nil, count: instructions.count)
        for (stage, strands) in schedule.enumerated() {
            for (s, strand) in strands.enumerated() {
                for (order, i) in strand.instructions.enumerated() {
                    if place[i] != nil { mistake("instruction \(i) is planned twice") }
                    if instructions[i].call.units % strand.rows != 0 {
                        mistake("instruction \(i) does not divide into \(strand.rows) rows")
                    }
                    place[i] = (stage, s, order)
                }
            }
        }
        func isBefore(_ a: Int, _ b: Int, sharingRows: Bool) -> Bool {
            guard let a = place[a], let b = place[b] else { mistake("an instruction is not planned") }
            return a.stage < b.stage || sharingRows && a.stage == b.stage && a.strand == b.strand && a.order < b.order
        }
        func access(_ value: Int, by i: Int, writing: Bool) -> [KernelCall.Access] {
            instructions[i].call.fields.filter {
                instructions[i].operands[$0.operand] == value && isOutput($0, of: instructions[i]) == writing
            }.map(\.access)
        }
        for (i, instruction) in instructions.enumerated() {
            if place[i] == nil { mistake("instruction \(i) is not planned") }
            for other in instruction.after where !isBefore(other, i, sharingRows: false) {
                mistake("instruction \(i) does not wait for \(other)")
            }
            for field in instruction.call.fields where !isOutput(field, of: instruction) {
                let value = instruction.operands[field.operand], owner = writtenValue(value)
                for writer in writers[owner] {
                    let shares =
                        field.access == .aligned && writers[owner].count == 1
                        && access(owner, by: writer, writing: true) == [.aligned]
                        && values[owner].spec.byteCount == values[value].spec.byteCount
                    if !isBefore(writer, i, sharingRows: shares) {
                        mistake("instruction \(i) reads value \(value) before \(writer) has written it")
                    }
                }
            }
        }
        checkReplacedArguments { isBefore($0, $1, sharingRows: false) }
    }

    private func checkReplacedArguments(_ isBefore: (Int, Int) -> Bool) {
        func readsOld(_ field: KernelCall.Field, _ instruction: Instruction, _ argument: Int) -> Bool {
            let value = instruction.operands[field.operand]
            return !isOutput(field, of: instruction) && memory(of: value).value == argument
                && writers[writtenValue(value)].isEmpty
        }
        for argument in Set(replaced.values) {
            let writing = instructions.indices.filter { i in
                instructions[i].call.fields.contains {
                    isOutput($0, of: instructions[i])
                        && memory(of: instructions[i].operands[$0.operand]).value == argument
                }
            }
            for (reader, instruction) in instructions.enumerated() {
                for field in instruction.call.fields where readsOld(field, instruction, argument) {
                    for writer in writing where writer != reader && !isBefore(reader, writer) {
                        mistake("instruction \(writer) replaces argument \(argument) before \(reader) has read it")
                    }
                    if writing.contains(reader), field.access != .aligned {
                        mistake("instruction \(reader) overwrites what it still reads")
                    }
                }
            }
        }
        for output in outputs where replaced[output] == nil && values[output].spec.count > 0 {
            let root = memory(of: output).value
            if replaced.values.contains(root), writers[writtenValue(output)].isEmpty {
                mistake("output value \(output) is lost when its argument is replaced")
            }
        }
    }

    // MARK: Memory

    /// Values that live at the same time lie apart.
    func check(_ placed: [Placement]) {
        for (i, a) in placed.enumerated() {
            for b in placed[(i + 1)...] where a.life.overlaps(b.life) && a.range.overlaps(b.range) {
                mistake("two values share the bytes \(a.range.clamped(to: b.range)) of the arena")
            }
        }
    }
}
