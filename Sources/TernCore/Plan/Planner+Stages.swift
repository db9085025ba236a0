// Pass 4: which instructions run between two meetings of the threads.
extension Planner {
    /// Instructions that pass over the same rows one after the other.
    struct Strand {
        /// In the order in which they run.
        var instructions: [Index<Instruction>]
        var rows: Int
    }

    /// Where the instructions that are planned stand: the stage, and the strand of it.
    private struct Standing {
        var stage: Column<Instruction, Int?>
        var strand: Column<Instruction, Int?>
    }

    /// Takes into each stage all instructions whose inputs are ready, or are made row by
    /// row in the same strand.
    func makeStages() -> [[Strand]] {
        var standing = Standing(stage: Column(nil, for: instructions), strand: Column(nil, for: instructions))
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
                    guard let joined = strandsToJoin(i, stage, standing) else { return false }
                    let units = instructions[i].call.units
                    let rows = joined.map { strands[$0].rows }.reduce(units, min)
                    // Pieces of all must fall on the same boundaries.
                    guard rows > 0, units % rows == 0, joined.allSatisfy({ strands[$0].rows % rows == 0 }) else {
                        return false
                    }
                    let target: Int
                    if let first = joined.first {
                        target = first
                        for other in joined.dropFirst() {
                            for member in strands[other].instructions { standing.strand[member] = target }
                            strands[target].instructions += strands[other].instructions
                            strands[other].instructions = []
                        }
                        strands[target].instructions.append(i)
                        strands[target].rows = rows
                    } else {
                        target = strands.count
                        strands.append(Strand(instructions: [i], rows: rows))
                    }
                    standing.stage[i] = stage
                    standing.strand[i] = target
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
    private func preparations() -> Set<Index<Instruction>> {
        func isReady(_ i: Index<Instruction>) -> Bool {
            let instruction = instructions[i]
            return instruction.after.isEmpty
                && instruction.call.fields.allSatisfy {
                    instruction.writes($0) || values[written(instruction.value(of: $0))].writers.isEmpty
                }
        }
        var early = Set<Index<Instruction>>(), readByRows = Set<Index<Instruction>>()
        for instruction in instructions {
            let makers = instruction.call.fields.filter { !instruction.writes($0) }
                .map { (field: $0, writers: values[written(instruction.value(of: $0))].writers) }
            for maker in makers where maker.field.access == .aligned { readByRows.formUnion(maker.writers) }
            guard makers.contains(where: { $0.writers.contains { !isReady($0) } }) else { continue }
            for maker in makers where maker.field.access == .whole { early.formUnion(maker.writers.filter(isReady)) }
        }
        return early.subtracting(readByRows)
    }

    /// The strands of this stage that instruction `i` must join, nil where it has to wait.
    private func strandsToJoin(_ i: Index<Instruction>, _ stage: Int, _ standing: Standing) -> [Int]? {
        let instruction = instructions[i]
        for other in instruction.after {
            guard let before = standing.stage[other], before < stage else { return nil }
        }
        var joined = Set<Int>()
        for field in instruction.call.fields where !instruction.writes(field) {
            let value = instruction.value(of: field), owner = written(value)
            for writer in values[owner].writers {
                guard let before = standing.stage[writer] else { return nil }
                if before < stage { continue }
                guard field.access == .aligned, values[owner].writers.count == 1,
                    values[owner].spec.byteCount == values[value].spec.byteCount,
                    writesAligned(writer, owner), let strand = standing.strand[writer]
                else { return nil }
                joined.insert(strand)
            }
        }
        return joined.sorted()
    }

    private func writesAligned(_ i: Index<Instruction>, _ value: Index<Value>) -> Bool {
        let instruction = instructions[i]
        return instruction.call.fields.contains {
            instruction.writes($0) && instruction.value(of: $0) == value && $0.access == .aligned
        }
    }
}
