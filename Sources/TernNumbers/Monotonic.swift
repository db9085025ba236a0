extension Collection<Double> {
    /// From each number to the next.
    package var steps: [Double] { zip(dropFirst(), self).map { $0 - $1 } }

    /// Whether each number is above the one before; true of a single one.
    package var isRising: Bool { zip(self, dropFirst()).allSatisfy(<) }

    /// Whether each number is above the one before, or each below it; true of a single one.
    package var isStrictlyMonotonic: Bool {
        let steps = steps
        return steps.allSatisfy { $0 > 0 } || steps.allSatisfy { $0 < 0 }
    }
}
