import CTernKernels

// Pass 3: from operations to units, each of which one kernel call computes.
extension Planner {
    /// Operations that become one kernel call.
    struct Unit {
        /// In the order of the trace; empty once the unit has become part of another.
        var members: [Index<Operation>]
        /// Elementwise units may grow; their members have one shape.
        var isElementwise: Bool
        /// What a product does at its store, and the values it needs for that.
        var epilogue = Epilogue()
        var extra: [Index<Value>] = []
        /// The last operation among its own and those of all units that it waits for.
        var latest: Index<Operation>?

        func waits(for operation: Index<Operation>) -> Bool { latest.map { $0 >= operation } ?? false }
    }

    /// The units, while they are formed.
    struct Units {
        var all = Table<Unit>()
        /// The unit of each operation that has one (yet).
        var of: Column<Operation, Index<Unit>?>
        /// The last operation that has a unit.
        var last: Index<Operation>?
        /// What the readers of an operation without a unit have been told to wait for.
        var passedOn: Column<Operation, Index<Operation>?>

        init(for operations: Table<Operation>) {
            of = Column(nil, for: operations)
            passedOn = Column(nil, for: operations)
        }
    }

    func formUnits() -> Units {
        var units = Units(for: operations)
        for operation in operations.indices where units.of[operation] == nil {
            switch operations[operation].role {
            case .view, .broadcast, .concatenation, .argument: break
            case .kernel:
                form(Unit(members: [operation], isElementwise: false), &units)
            case .product:
                var unit = Unit(members: [operation], isElementwise: false)
                drawIn(&unit, &units)
                form(unit, &units)
            case .elementwise:
                let own = form(Unit(members: [operation], isElementwise: true), &units)
                for value in operations[operation].inputs {
                    guard let producer = unit(computing: value, units), producer != own,
                        units.all[producer].isElementwise,
                        shape(of: units.all[producer].members[0]) == shape(of: operation)
                    else { continue }
                    merge(producer, into: own, &units)
                }
            }
        }
        return units
    }

    private func shape(of operation: Index<Operation>) -> [Int] { values[operations[operation].result].spec.shape }

    @discardableResult
    private func form(_ unit: Unit, _ units: inout Units) -> Index<Unit> {
        let own = units.all.append(unit), end = unit.members.last!
        for member in unit.members { units.of[member] = own }
        units.last = Swift.max(units.last ?? end, end)
        var latest = end
        var stack = unit.members.flatMap { operations[$0].inputs }, seen = Set<Index<Operation>>()
        while let value = stack.popLast() {
            guard let maker = maker(of: memory(of: value).value) else { continue }
            if let before = units.of[maker] {
                latest = Swift.max(latest, units.all[before].latest ?? latest)
            } else if seen.insert(maker).inserted {
                stack += operations[maker].inputs
            }
        }
        wait(own, for: latest, &units)
        return own
    }

    /// Notes that a unit waits for `operation`, and with it all units that wait for the unit.
    private func wait(_ unit: Index<Unit>, for operation: Index<Operation>, _ units: inout Units) {
        var stack = [unit]
        while let unit = stack.popLast() {
            if units.all[unit].waits(for: operation) { continue }
            units.all[unit].latest = operation
            var made = units.all[unit].members.map { operations[$0].result }
            while let value = made.popLast() {
                // No unit has operations behind the last.
                for user in values[value].users where units.last.map({ user <= $0 }) ?? false {
                    if let reader = units.of[user] {
                        stack.append(reader)
                        continue
                    }
                    if let told = units.passedOn[user], told >= operation { continue }
                    units.passedOn[user] = operation
                    made.append(operations[user].result)
                }
            }
        }
    }

    /// The unit that computes what `value` reads, through views and broadcasts.
    private func unit(computing value: Index<Value>, _ units: Units) -> Index<Unit>? {
        maker(of: memory(of: value).value).flatMap { units.of[$0] }
    }

    // MARK: Elementwise units

    private func merge(_ a: Index<Unit>, into b: Index<Unit>, _ units: inout Units) {
        let members = (units.all[a].members + units.all[b].members).sorted()
        guard layOut(members) != nil, !isIndirect(from: a, to: b, units),
            !isIndirect(from: b, to: a, units)
        else { return }
        let latest = [units.all[a].latest, units.all[b].latest].compactMap { $0 }.max()
        units.all[b].members = members
        units.all[b].latest = nil
        units.all[a].members = []
        for member in members { units.of[member] = b }
        if let latest { wait(b, for: latest, &units) }
    }

    /// Whether `from` depends on `to` through something else, another unit or a value that has to lie in memory first:
    /// fusing them would make a circle. Where that takes long to tell, it is taken to be so.
    ///
    /// - Complexity: a few units for those that lie near each other, whatever the length of the graph.
    private func isIndirect(from: Index<Unit>, to: Index<Unit>, _ units: Units) -> Bool {
        let first = units.all[to].members[0]
        var stack: [Index<Unit>] = []
        var seen: Set<Index<Unit>> = [from], seenOperations = Set<Index<Operation>>()
        func push(_ value: Index<Value>, isDirect: Bool) {
            guard let maker = maker(of: memory(of: value).value) else { return }
            guard let unit = units.of[maker] else {
                let inputs = operations[maker].inputs
                if inputs.count > 1, !seenOperations.insert(maker).inserted { return }
                for input in inputs { push(input, isDirect: false) }
                return
            }
            if units.all[unit].waits(for: first), !(isDirect && unit == to), seen.insert(unit).inserted {
                stack.append(unit)
            }
        }
        for member in units.all[from].members {
            for value in operations[member].inputs { push(value, isDirect: true) }
        }
        while let unit = stack.popLast() {
            if unit == to || seen.count > 4096 { return true }
            for member in units.all[unit].members {
                for value in operations[member].inputs { push(value, isDirect: false) }
            }
        }
        return false
    }
}
