import CTernKernels

// Pass 3, continued: what products do with their elements before they store them.
extension Planner {
    /// An operation that alone reads a product, be it in another shape.
    private struct Reader {
        var operation: Index<Operation>
        var kind: ElementwiseOperation
        /// What it reads of the product, and its other operand.
        var read: Index<Value>, other: Index<Value>?
    }

    /// Draws into the unit of a product, in this order, what it can do as it stores: a bias or the multiple of a matrix
    /// that is added (as the gradient of a penalty on weights is), an activation, and the slope of one.
    ///
    /// A sum of two products belongs to the first: it is the other's bias where both are a single row.
    func drawIn(_ unit: inout Unit, _ units: inout Units) {
        guard case .product(let product) = operations[unit.members[0]].role else { return }
        let doesAll = product.doesAllEpilogues
        if doesAll, let add = reader(of: unit, units), add.kind == .add,
            let multiple = multiple(add.other!, like: unit.members[0], units)
        {
            if let alone = units.of[multiple.operation] { units.all[alone].members = [] }
            unit.members += [multiple.operation, add.operation]
            unit.epilogue.addsMultiple = true
            unit.extra += [multiple.addend, multiple.scale]
        } else if let add = reader(of: unit, units), add.kind == .add, let bias = add.other,
            isRow(bias, of: unit.members[0]), isRow(bias, of: add.operation)
        {
            unit.members.append(add.operation)
            unit.epilogue.addsBias = true
            unit.extra.append(bias)
        }
        if let next = reader(of: unit, units), let activation = CActivation(of: next.kind),
            doesAll || activation == .relu
        {
            unit.members.append(next.operation)
            unit.epilogue.activation = activation
        }
        if let next = reader(of: unit, units), let slope = CActivation(whoseSlopeIs: next.kind),
            doesAll || slope == .relu, let output = next.other,
            operations[next.operation].inputs == [next.read, output],
            values[output].spec.count == values[next.read].spec.count, !reaches(output, from: unit.members[0])
        {
            unit.members.append(next.operation)
            unit.epilogue.slope = slope
            unit.extra.append(output)
        }
    }

    /// The next operation after a unit's last, if it alone reads that.
    private func reader(of unit: Unit, _ units: Units) -> Reader? {
        let spec = values[operations[unit.members.last!].result].spec
        var read = operations[unit.members.last!].result
        while true {
            let value = values[read]
            guard value.users.count == 1, !value.isOutput else { return nil }
            let user = value.users[0], made = values[operations[user].result].spec
            guard units.of[user] == nil, made.count == spec.count, made.dtype == spec.dtype else { return nil }
            if case .elementwise(let kind) = operations[user].role {
                let other = operations[user].inputs.first { $0 != read }
                return Reader(operation: user, kind: kind, read: read, other: other)
            }
            guard case .view(byteOffset: 0) = operations[user].role else { return nil }
            read = operations[user].result
        }
    }

    /// Whether `value` is a single row as long as those of an operation's result.
    private func isRow(_ value: Index<Value>, of operation: Index<Operation>) -> Bool {
        let columns = values[operations[operation].result].spec.shape.last, spec = values[value].spec
        return spec.count == columns && spec.shape.last == columns
    }

    /// What `value` is a single number's product with, where nobody else asks for that product.
    private func multiple(
        _ value: Index<Value>, like product: Index<Operation>, _ units: Units
    ) -> (operation: Index<Operation>, addend: Index<Value>, scale: Index<Value>)? {
        let count = values[operations[product].result].spec.count
        guard !keepsBits,  // a product and the sum that reads it are rounded once
            count > 1, values[value].users.count == 1, !values[value].isOutput, let maker = maker(of: value),
            case .elementwise(.multiply) = operations[maker].role,
            units.of[maker].map({ units.all[$0].members == [maker] }) ?? true
        else { return nil }
        let factors = operations[maker].inputs
        for (scale, addend) in [(factors[0], factors[1]), (factors[1], factors[0])]
        where values[scale].spec.count == 1 && values[addend].spec.count == count {
            if let source = self.maker(of: addend), case .broadcast = operations[source].role { continue }
            return (maker, addend, scale)
        }
        return nil
    }

    /// Whether `value` is computed from the result of `operation`.
    private func reaches(_ value: Index<Value>, from operation: Index<Operation>) -> Bool {
        var stack = [value], seen = Set<Index<Operation>>()
        while let value = stack.popLast() {
            guard let maker = maker(of: value), seen.insert(maker).inserted else { continue }
            if maker == operation { return true }
            if maker > operation { stack += operations[maker].inputs }
        }
        return false
    }
}

extension CActivation {
    /// The activation that an operation is, if it is one that products apply.
    fileprivate init?(of operation: ElementwiseOperation) {
        switch operation {
        case .relu: self = .relu
        case .tanh: self = .tanh
        case .sigmoid: self = .sigmoid
        default: return nil
        }
    }

    /// The activation by whose slope an operation multiplies.
    fileprivate init?(whoseSlopeIs operation: ElementwiseOperation) {
        switch operation {
        case .gate: self = .relu
        case .tanhSlope: self = .tanh
        case .sigmoidSlope: self = .sigmoid
        default: return nil
        }
    }
}
