// Pass 5: where every value lies, and the finished plan.
extension Planner {
    /// Costs in nanoseconds that decide how work is cut; they do not change its bits.
    private enum Cutting {
        /// Stages shorter than this are left to one thread.
        static let worthSharing = 3_000.0
        static let smallestTile = 1_500.0
        static let tilesPerStage = 12.0
        /// What passes between the calls of a strand should stay in the second-level cache.
        static let cacheBytes = 384 * 1024
    }

    private var cutsFinely: Bool { PlanTesting.current?.cutsFinely ?? false }

    func place(_ schedule: [[Strand]]) -> Finished {
        let (offsets, size) = allocate(schedule)
        let arena = Storage.zeros(byteCount: size)
        var owned: [AnyObject] = [arena]
        for value in values { if case .constant(let storage) = value.source { owned.append(storage) } }
        var patches = [[Plan.Patch]](repeating: [], count: arguments.count)

        for instruction in instructions {
            owned.append(instruction.call)
            for field in instruction.call.fields {
                let (root, byteOffset) = memory(of: instruction.value(of: field))
                let slot = instruction.call.arguments + field.offset
                switch values[root].source {
                case .argument(let i): patches[i].append(.init(field: slot, byteOffset: byteOffset))
                case .constant(let storage):
                    slot.storeBytes(of: storage.pointer + byteOffset, as: UnsafeMutableRawPointer.self)
                case .operation, .copy:
                    slot.storeBytes(
                        of: arena.pointer + (offsets[root] ?? 0) + byteOffset, as: UnsafeMutableRawPointer.self)
                }
            }
        }

        let locations = outputs.map { output -> Plan.OutputLocation in
            if let argument = replaced[output] { return .input(argument, byteOffset: 0) }
            let (root, byteOffset) = memory(of: output)
            return switch values[root].source {
            case .argument(let i): .input(i, byteOffset: byteOffset)
            case .constant(let storage): .memory(storage.pointer + byteOffset)
            case .operation, .copy: .memory(arena.pointer + (offsets[root] ?? 0) + byteOffset)
            }
        }

        var stages: [Plan.Stage] = [], strands: [Plan.PlacedStrand] = [], calls: [Plan.Call] = []
        for stage in schedule {
            let first = strands.count
            let cost = stage.flatMap(\.instructions).reduce(0) { $0 + instructions[$1].call.cost }
            var tasks = 0
            for strand in stage {
                let tile = tile(of: strand, stageCost: cost)
                let count = (strand.rows + tile - 1) / tile
                strands.append(
                    .init(
                        firstCall: Int32(calls.count), callCount: Int32(strand.instructions.count), rows: strand.rows,
                        tile: tile, firstTask: Int32(tasks), tasks: Int32(count)))
                tasks += count
                for i in strand.instructions {
                    let call = instructions[i].call
                    calls.append(
                        .init(kernel: call.kernel, arguments: call.arguments, unitsPerRow: call.units / strand.rows))
                }
            }
            stages.append(
                .init(
                    firstStrand: Int32(first), strandCount: Int32(stage.count), tasks: tasks,
                    isParallel: (cost > Cutting.worthSharing || cutsFinely) && tasks > 1))
        }
        return Finished(
            inputSpecs: arguments.map(\.spec), outputSpecs: outputs.map { values[$0].spec }, stages: stages,
            strands: strands, calls: calls, inputPatches: patches, outputLocations: locations, owned: owned,
            arenaByteCount: size, capturesVariables: capturesVariables)
    }

    private func tile(of strand: Strand, stageCost: Double) -> Int {
        let cost = strand.instructions.reduce(0) { $0 + instructions[$1].call.cost }
        let target = max(Cutting.smallestTile, stageCost / Cutting.tilesPerStage)
        // What has no elements costs nothing.
        var rows = cutsFinely || cost == 0 ? 1 : Int((Double(strand.rows) * target / cost).rounded(.up))
        var bytes = 0, grain = 1
        for i in strand.instructions {
            let instruction = instructions[i]
            for field in instruction.call.fields where instruction.writes(field) {
                bytes += values[instruction.value(of: field)].spec.byteCount
            }
            let perRow = instruction.call.units / strand.rows
            grain = max(grain, (instruction.call.grain + perRow - 1) / perRow)
        }
        if strand.instructions.count > 1 && bytes > Cutting.cacheBytes {
            rows = min(rows, strand.rows * Cutting.cacheBytes / bytes)
        }
        return max(1, min(strand.rows, (max(rows, 1) + grain - 1) / grain * grain))
    }

    /// Places every computed value that has memory of its own: values that live at the
    /// same time lie apart, largest first.
    private func allocate(_ schedule: [[Strand]]) -> (offsets: [Index<Value>: Int], size: Int) {
        var lifetime: [Index<Value>: ClosedRange<Int>] = [:]
        for (stage, strands) in schedule.enumerated() {
            for i in strands.flatMap(\.instructions) {
                for value in instructions[i].operands {
                    let root = memory(of: value).value
                    switch values[root].source {
                    case .operation, .copy: break
                    case .argument, .constant: continue
                    }
                    let known = lifetime[root] ?? stage...stage
                    lifetime[root] = min(known.lowerBound, stage)...max(known.upperBound, stage)
                }
            }
        }
        for output in outputs {
            let root = memory(of: output).value
            if let known = lifetime[root] { lifetime[root] = known.lowerBound...schedule.count }
        }
        var placed: [Placement] = []
        var offsets: [Index<Value>: Int] = [:]
        var size = 0
        let order = lifetime.keys.sorted { (values[$0].spec.byteCount, $1) > (values[$1].spec.byteCount, $0) }
        for root in order {
            let bytes = (values[root].spec.byteCount + 63) & ~63
            let life = lifetime[root]!
            var at = 0
            for other in placed where other.life.overlaps(life) {
                if other.range.lowerBound >= at + bytes { break }
                at = max(at, other.range.upperBound)
            }
            offsets[root] = at
            size = max(size, at + bytes)
            placed.append(Placement(range: at..<(at + bytes), life: life))
            placed.sort { $0.range.lowerBound < $1.range.lowerBound }
        }
        if PlanTesting.current != nil { check(placed) }
        return (offsets, size)
    }

    /// Bytes of the arena that a value has, and the stages in which it needs them.
    struct Placement {
        var range: Range<Int>, life: ClosedRange<Int>
    }
}
