/// A minimum of a smooth function within bounds, by quasi-Newton steps that are projected into them.
///
/// Variables that stand at a bound and would leave it are held. It ends where the projected gradient is no longer than
/// `gradientTolerance` in any component, or the value no longer falls by more than `valueTolerance` of itself.
///
/// Source: Bertsekas, "Projected Newton methods for optimization problems with simple constraints", SIAM J. Control
/// Optim. 20, 1982, with the directions of L-BFGS; it finds the minima of SciPy's L-BFGS-B, by other steps.
package func minimiseWithinBounds(
    from start: [Double], bounds: [ClosedRange<Double>], steps: Int = 500, gradientTolerance: Double = 1e-8,
    valueTolerance: Double = 1e-15, _ evaluate: ([Double]) -> (value: Double, gradient: [Double])
) -> (position: [Double], value: Double) {
    func clamped(_ x: [Double]) -> [Double] { zip(x, bounds).map { min(max($0, $1.lowerBound), $1.upperBound) } }
    var x = clamped(start), (value, gradient) = evaluate(x)
    var search = LBFGS(memory: 10), held: [Bool] = []
    for _ in 0..<steps {
        let now = x.indices.map { i in
            x[i] <= bounds[i].lowerBound && gradient[i] > 0 || x[i] >= bounds[i].upperBound && gradient[i] < 0
        }
        if now != held {
            // Curvature seen with other variables held does not fit.
            search = LBFGS(memory: 10)
            held = now
        }
        let free = zip(gradient, held).map { $1 ? 0 : $0 }
        if zip(clamped(zip(x, gradient).map { $0 - $1 }), x).allSatisfy({ abs($0 - $1) <= gradientTolerance }) { break }
        var way = zip(search.direction(x, free), held).map { $1 ? 0 : $0 }
        if zip(way, free).reduce(0, { $0 + $1.0 * $1.1 }) >= 0 { way = free.map { -$0 } }
        var length = 1.0, found: (x: [Double], value: Double, gradient: [Double])?
        for _ in 0..<50 {
            let next = clamped(zip(x, way).map { $0 + length * $1 }), result = evaluate(next)
            let fall = zip(gradient, zip(next, x)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
            if result.value.isFinite, result.value <= value + 1e-4 * fall {
                found = (next, result.value, result.gradient)
                break
            }
            length /= 2
        }
        guard let found, found.x != x else { break }
        let fall = value - found.value
        (x, value, gradient) = found
        if fall <= valueTolerance * max(1, abs(value)) { break }
    }
    return (x, value)
}
