/// Central differences of `f` at `x`, with error of the fourth order in the step.
public func finiteDifferences(of f: ([Double]) -> Double, at x: [Double], step: Double = 1e-3) -> [Double] {
    x.indices.map { i in
        func at(_ h: Double) -> Double {
            var moved = x
            moved[i] += h
            return f(moved)
        }
        return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
    }
}
