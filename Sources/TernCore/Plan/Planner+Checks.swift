// What must hold after each pass. Tests have every plan checked (PlanTesting): the checks share nothing with the passes
// but the tables.
extension Planner {
    private func mistake(_ text: String) -> Never { fail("\(text); this is a mistake in Tern's planner") }

    // MARK: Units

    /// Each node that computes is in one unit and no other, and units do not wait for each other in a circle.
    func check(_ units: Units) {
        var owners = Column<Operation, [Index<Unit>]>([], for: operations)
        for index in units.all.indices {
            for member in units.all[index].members { owners[member].append(index) }
        }
        for index in operations.indices {
            let name = operations[index].primitive.name
            switch operations[index].role {
            case .view, .broadcast, .concatenation, .argument:
                if !owners[index].isEmpty || units.of[index] != nil {
                    mistake("operation \(index), \(name), computes nothing but has a unit")
                }
            case .kernel, .product, .elementwise:
                if owners[index] != [units.of[index]] {
                    mistake("operation \(index), \(name), is in the units \(owners[index])")
                }
            }
        }
        enum Visit { case none, begun, ended }
        var visits = Column<Operation, Visit>(.none, for: operations)
        func visit(_ index: Index<Operation>) {
            let members = units.of[index].map { units.all[$0].members } ?? [index]
            switch visits[members[0]] {
            case .ended: return
            case .begun: mistake("operation \(index), \(operations[index].primitive.name), waits for itself")
            case .none: break
            }
            visits[members[0]] = .begun
            for value in members.flatMap({ operations[$0].inputs }) {
                guard let maker = maker(of: memory(of: value).value), !members.contains(maker) else { continue }
                visit(maker)
            }
            visits[members[0]] = .ended
        }
        for index in operations.indices { visit(index) }
    }

    // MARK: Instructions

    /// What is read has been written or given, and each value is written by the calls of one node.
    func checkInstructions() {
        for i in instructions.indices {
            let instruction = instructions[i]
            for field in instruction.call.fields where !instruction.writes(field) {
                let value = instruction.value(of: field), owner = written(value)
                switch values[owner].source {
                case .argument, .constant: break
                case .operation, .copy:
                    if values[owner].writers.isEmpty && values[value].spec.byteCount > 0 {
                        mistake("instruction \(i) reads value \(value), which nobody writes")
                    }
                }
                if instruction.operands[instruction.outputs].contains(value) {
                    mistake("instruction \(i) reads value \(value), which it writes")
                }
            }
        }
        for index in values.indices where values[index].writers.count > 1 {
            let writers = values[index].writers
            if Set(writers).count < writers.count { mistake("value \(index) has the writers \(writers)") }
            guard let maker = maker(of: index) else { mistake("value \(index) is written twice") }
            // Several calls write parts: of a concatenation, or of a kernel that has several.
            switch operations[maker].role {
            case .elementwise, .view, .argument:
                mistake("value \(index), of \(operations[maker].primitive.name), is written by \(writers)")
            case .kernel, .product, .broadcast, .concatenation: break
            }
        }
    }

    // MARK: Stages

    /// Each instruction runs once; what it reads is written in an earlier stage, or before it by the same rows of its
    /// strand; nobody reads an argument's old value once the new one may be there.
    func check(_ schedule: [[Strand]]) {
        var place = Column<Instruction, (stage: Int, strand: Int, order: Int)?>(nil, for: instructions)
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
        func isBefore(_ a: Index<Instruction>, _ b: Index<Instruction>, sharingRows: Bool) -> Bool {
            guard let a = place[a], let b = place[b] else { mistake("an instruction is not planned") }
            return a.stage < b.stage || sharingRows && a.stage == b.stage && a.strand == b.strand && a.order < b.order
        }
        func access(_ value: Index<Value>, by writer: Instruction) -> [KernelCall.Access] {
            writer.call.fields.filter { writer.value(of: $0) == value && writer.writes($0) }.map(\.access)
        }
        for i in instructions.indices {
            let instruction = instructions[i]
            if place[i] == nil { mistake("instruction \(i) is not planned") }
            for other in instruction.after where !isBefore(other, i, sharingRows: false) {
                mistake("instruction \(i) does not wait for \(other)")
            }
            for field in instruction.call.fields where !instruction.writes(field) {
                let value = instruction.value(of: field), owner = written(value), writers = values[owner].writers
                for writer in writers {
                    let shares =
                        field.access == .aligned && writers.count == 1
                        && access(owner, by: instructions[writer]) == [.aligned]
                        && values[owner].spec.byteCount == values[value].spec.byteCount
                    if !isBefore(writer, i, sharingRows: shares) {
                        mistake("instruction \(i) reads value \(value) before \(writer) has written it")
                    }
                }
            }
        }
        checkReplacedArguments { isBefore($0, $1, sharingRows: false) }
    }

    private func checkReplacedArguments(_ isBefore: (Index<Instruction>, Index<Instruction>) -> Bool) {
        func readsOld(_ field: KernelCall.Field, _ instruction: Instruction, _ argument: Index<Value>) -> Bool {
            let value = instruction.value(of: field)
            return !instruction.writes(field) && memory(of: value).value == argument
                && values[written(value)].writers.isEmpty
        }
        for number in Set(replaced.values) {
            let argument = argumentValues[number]
            let writing = instructions.indices.filter { i in
                let instruction = instructions[i]
                return instruction.call.fields.contains {
                    instruction.writes($0) && memory(of: instruction.value(of: $0)).value == argument
                }
            }
            for reader in instructions.indices {
                let instruction = instructions[reader]
                for field in instruction.call.fields where readsOld(field, instruction, argument) {
                    for writer in writing where writer != reader && !isBefore(reader, writer) {
                        mistake("instruction \(writer) replaces argument \(number) before \(reader) has read it")
                    }
                    if writing.contains(reader), field.access != .aligned {
                        mistake("instruction \(reader) overwrites what it still reads")
                    }
                }
            }
        }
        let replacedValues = Set(replaced.values.map { argumentValues[$0] })
        for output in outputs where replaced[output] == nil && values[output].spec.count > 0 {
            if replacedValues.contains(memory(of: output).value), values[written(output)].writers.isEmpty {
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
