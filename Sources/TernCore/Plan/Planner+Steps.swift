import CTernKernels

// Pass 3, continued: operations of a fused program that one step can do together.
extension Planner {
    /// One step of an elementwise program: what it does with which values.
    struct Step {
        var operation: ElementwiseOperation
        var operands: [Index<Value>]
        /// Operands that are single numbers, for the operations that want them so.
        var scalars: [Index<Value>] = []
        var result: Index<Value>
    }

    /// The operations of `members` in order, with products drawn into the sums that alone read
    /// them, and an optimiser's running means and normalised step each made one.
    ///
    /// - Parameter isFree: whether a value is made by a member and read by members only.
    func steps(of members: [Index<Operation>], isFree: (Index<Value>) -> Bool) -> [Step] {
        typealias V = Index<Value>
        var absorbed = Set<Index<Operation>>()
        let shape = values[operations[members[0]].result].spec.shape

        /// The operation of this kind behind `value`, where nobody else reads it.
        func maker(_ value: V, _ kind: ElementwiseOperation) -> Index<Operation>? {
            guard isFree(value), values[value].users.count == 1, values[value].spec.dtype.isFloatingPoint,
                let maker = self.maker(of: value), case .elementwise(kind) = operations[maker].role
            else { return nil }
            return maker
        }
        func inputs(_ operation: Index<Operation>) -> [V] { operations[operation].inputs }
        func isNumber(_ value: V) -> Bool { values[value].spec.count == 1 && shape.reduce(1, *) > 1 }
        /// The two operands of an operation, the single number first.
        func numberFirst(_ operation: Index<Operation>) -> (number: V, other: V)? {
            let (a, b) = (inputs(operation)[0], inputs(operation)[1])
            if isNumber(a) && !isNumber(b) { return (a, b) }
            return isNumber(b) && !isNumber(a) ? (b, a) : nil
        }

        /// v x + w y or v x + w y²
        func movingAverage(_ read: [V], _ result: V) -> Step? {
            guard let left = maker(read[0], .multiply), let right = maker(read[1], .multiply), left != right,
                let (v, x) = numberFirst(left), let (w, y) = numberFirst(right)
            else { return nil }
            absorbed.formUnion([left, right])
            if let squared = maker(y, .square) {
                absorbed.insert(squared)
                return Step(
                    operation: .movingAverageOfSquare, operands: [x, inputs(squared)[0]], scalars: [v, w],
                    result: result)
            }
            return Step(operation: .movingAverage, operands: [x, y], scalars: [v, w], result: result)
        }
        /// x - v y / (sqrt(z) + w)
        func normalizedStep(_ read: [V], _ result: V) -> Step? {
            guard let quotient = maker(read[1], .divide), let above = maker(inputs(quotient)[0], .multiply),
                let below = maker(inputs(quotient)[1], .add), let (v, y) = numberFirst(above),
                let (w, root) = numberFirst(below), let square = maker(root, .sqrt)
            else { return nil }
            absorbed.formUnion([quotient, above, below, square])
            return Step(
                operation: .normalizedStep, operands: [read[0], y, inputs(square)[0]], scalars: [v, w], result: result)
        }
        /// x y + z or z - x y
        func product(_ value: V, _ kind: ElementwiseOperation, _ other: V, _ result: V) -> Step? {
            guard let factor = maker(value, .multiply) else { return nil }
            absorbed.insert(factor)
            return Step(operation: kind, operands: inputs(factor) + [other], result: result)
        }

        var steps: [Step] = []
        for member in members.reversed() where !absorbed.contains(member) {
            guard case .elementwise(let kind) = operations[member].role else { continue }
            let read = inputs(member), result = operations[member].result
            var step: Step?
            if keepsBits {
                step = nil  // one rounding for each operation, as at once
            } else if kind == .add {
                step =
                    movingAverage(read, result) ?? product(read[0], .multiplyAdd, read[1], result)
                    ?? product(read[1], .multiplyAdd, read[0], result)
            } else if kind == .subtract {
                step = normalizedStep(read, result) ?? product(read[1], .subtractProduct, read[0], result)
            }
            steps.append(step ?? Step(operation: kind, operands: read, result: result))
        }
        return steps.reversed()
    }
}
