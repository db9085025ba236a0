import CTernKernels

// Pass 2, continued: operations of a fused program that one step can do together.
extension Planner {
    /// One step of an elementwise program: what it does with which values.
    struct Step {
        var operation: ElementwiseOperation
        var operands: [Int]
        /// Operands that are single numbers, for the operations that want them so.
        var scalars: [Int] = []
        var result: Int
    }

    /// The operations of `members` in order, with products drawn into the sums that alone read
    /// them, and an optimiser's running means and normalised step each made one.
    ///
    /// - Parameter isFree: whether a value is made by a member and read by members only.
    func steps(of members: [Int], isFree: (Int) -> Bool) -> [Step] {
        var absorbed = Set<Int>()
        let shape = values[result[members[0]]].spec.shape

        /// The node of this operation behind `value`, where nobody else reads it.
        func maker(_ value: Int, _ operation: ElementwiseOperation) -> Int? {
            guard isFree(value), values[value].users.count == 1, values[value].spec.dtype.isFloatingPoint,
                let node = node(of: value), case .elementwise(operation) = roles[node]
            else { return nil }
            return node
        }
        func isNumber(_ value: Int) -> Bool { values[value].spec.count == 1 && shape.reduce(1, *) > 1 }
        /// The two operands of `node`, the single number first.
        func numberFirst(_ node: Int) -> (number: Int, other: Int)? {
            let (a, b) = (inputs[node][0], inputs[node][1])
            if isNumber(a) && !isNumber(b) { return (a, b) }
            return isNumber(b) && !isNumber(a) ? (b, a) : nil
        }

        /// v x + w y or v x + w y²
        func movingAverage(_ read: [Int]) -> Step? {
            guard let left = maker(read[0], .multiply), let right = maker(read[1], .multiply), left != right,
                let (v, x) = numberFirst(left), let (w, y) = numberFirst(right)
            else { return nil }
            absorbed.formUnion([left, right])
            if let squared = maker(y, .square) {
                absorbed.insert(squared)
                return Step(
                    operation: .movingAverageOfSquare, operands: [x, inputs[squared][0]], scalars: [v, w], result: -1)
            }
            return Step(operation: .movingAverage, operands: [x, y], scalars: [v, w], result: -1)
        }
        /// x - v y / (sqrt(z) + w)
        func normalizedStep(_ read: [Int]) -> Step? {
            guard let quotient = maker(read[1], .divide), let above = maker(inputs[quotient][0], .multiply),
                let below = maker(inputs[quotient][1], .add), let (v, y) = numberFirst(above),
                let (w, root) = numberFirst(below), let square = maker(root, .sqrt)
            else { return nil }
            absorbed.formUnion([quotient, above, below, square])
            return Step(
                operation: .normalizedStep, operands: [read[0], y, inputs[square][0]], scalars: [v, w], result: -1)
        }
        /// x y + z or z - x y
        func product(_ value: Int, _ operation: ElementwiseOperation, _ other: Int) -> Step? {
            guard let node = maker(value, .multiply) else { return nil }
            absorbed.insert(node)
            return Step(operation: operation, operands: inputs[node] + [other], result: -1)
        }

        var steps: [Step] = []
        for node in members.reversed() where !absorbed.contains(node) {
            guard case .elementwise(let operation) = roles[node] else { continue }
            let read = inputs[node]
            var step: Step?
            if PlanTesting.keepsBits {
                step = nil  // one rounding for each operation, as at once
            } else if operation == .add {
                step =
                    movingAverage(read) ?? product(read[0], .multiplyAdd, read[1])
                    ?? product(read[1], .multiplyAdd, read[0])
            } else if operation == .subtract {
                step = normalizedStep(read) ?? product(read[1], .subtractProduct, read[0])
            }
            steps.append(step ?? Step(operation: operation, operands: read, result: -1))
            steps[steps.count - 1].result = result[node]
        }
        return steps.reversed()
    }
}
