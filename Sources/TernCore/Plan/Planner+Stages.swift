// Pass 3: which instructions run between two meetings of the threads.
extension Planner {
    /// Instructions that pass over the same rows one after the other.
    struct Strand {
        var instructions: [Int]
        var rows: Int
    }

    /// Takes into each stage all instructions whose inputs are ready, or are made row by
    /// row in the same strand.
    func makeStages() -> [[Strand]] {
        var stageOf = [Int](repeating: -1, count: instructions.count)
        var strandOf = [Int](repeating: -1, count: instructions.count)
        var stages: [[Strand]] = []
        var left = Array(instructions.indices)
        let early = preparations()
        while !left.isEmpty {
            let stage = stages.count
            var strands: [Strand] = []
            var added = true
            while added {
                added = false
                left.removeAll { i in
                    if stage == 0 && !early.isEmpty && !early.contains(i) { return false }
                    guard let joined = strandsToJoin(i, stage, stageOf, strandOf) else { return false }
                    let units = instructions[i].call.units
                    var rows = units
                    for s in joined { rows = min(rows, strands[s].rows) }
                    // Pieces of all must fall on the same boundaries.
                    let all = joined.map { strands[$0].rows } + [units]
                    guard rows > 0, all.allSatisfy({ $0 % rows == 0 }) else { return false }
                    let target: Int
                    if let first = joined.first {
                        target = first
                        for other in joined.dropFirst() {
                            for member in strands[other].instructions { strandOf[member] = target }
                            strands[target].instructions += strands[other].instructions
                            strands[other].instructions = []
                        }
                        strands[target].instructions.append(i)
                        strands[target].rows = rows
                    } else {
                        target = strands.count
                        strands.append(Strand(instructions: [i], rows: rows))
                    }
                    stageOf[i] = stage
                    strandOf[i] = target
                    added = true
                    return true
                }
            }
            guard strands.contains(where: { !$0.instructions.isEmpty }) else {
                fail("a compiled function depends on itself; this is a mistake in Tern's planner")
            }
            stages.append(strands.filter { !$0.instructions.isEmpty })
        }
        return stages
    }

    /// Instructions that need nothing but arguments and that others read as a whole, such as
    /// a transpose of weights: a first stage of their own lets those others join a strand.
    private func preparations() -> Set<Int> {
        func isReady(_ i: Int) -> Bool {
            instructions[i].after.isEmpty
                && instructions[i].call.fields.allSatisfy {
                    isOutput($0, of: instructions[i])
                        || writers[writtenValue(instructions[i].operands[$0.operand])].isEmpty
                }
        }
        var early = Set<Int>(), readByRows = Set<Int>()
        for instruction in instructions {
            let makers = instruction.call.fields.filter { !isOutput($0, of: instruction) }
                .map { (field: $0, writers: writers[writtenValue(instruction.operands[$0.operand])]) }
            for maker in makers where maker.field.access == .aligned { readByRows.formUnion(maker.writers) }
            guard makers.contains(where: { $0.writers.contains { !isReady($0) } }) else { continue }
            for maker in makers where maker.field.access == .whole { early.formUnion(maker.writers.filter(isReady)) }
        }
        return early.subtracting(readByRows)
    }

    /// The strands of this stage that instruction `i` must join, nil where it has to wait.
    private func strandsToJoin(_ i: Int, _ stage: Int, _ stageOf: [Int], _ strandOf: [Int]) -> [Int]? {
        let instruction = instructions[i]
        for other in instruction.after where stageOf[other] < 0 || stageOf[other] == stage { return nil }
        var joined: [Int] = []
        for field in instruction.call.fields where !isOutput(field, of: instruction) {
            let value = instruction.operands[field.operand]
            let owner = writtenValue(value)
            for writer in writers[owner] {
                if stageOf[writer] < 0 { return nil }
                if stageOf[writer] < stage { continue }
                guard field.access == .aligned, writers[owner].count == 1,
                    values[owner].spec.byteCount == values[value].spec.byteCount,
                    writesAligned(writer, owner)
                else { return nil }
                let strand = strandOf[writer]
                if !joined.contains(strand) { joined.append(strand) }
            }
        }
        return joined.sorted()
    }

    /// The value that instructions wrote where `value` is read: itself or what it views.
    func writtenValue(_ value: Int) -> Int {
        var at = value
        while writers[at].isEmpty, let base = values[at].base { at = base.value }
        return at
    }

    private func writesAligned(_ i: Int, _ value: Int) -> Bool {
        let instruction = instructions[i]
        return instruction.call.fields.contains {
            isOutput($0, of: instruction) && instruction.operands[$0.operand] == value && $0.access == .aligned
        }
    }
}
