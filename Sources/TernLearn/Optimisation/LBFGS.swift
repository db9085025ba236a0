import TernNN

/// What `minimizeLBFGS` found.
package struct LBFGSResult: Sendable {
    /// Why a search ended; texts are SciPy's messages.
    package enum Ending: String, Sendable {
        /// No component of the gradient, as far as bounds let it be gone, is longer than `gradientTolerance`.
        case gradient = "CONVERGENCE: NORM OF PROJECTED GRADIENT <= PGTOL"
        /// The value fell by no more than `functionTolerance` of itself (or of 1).
        case value = "CONVERGENCE: RELATIVE REDUCTION OF F <= FACTR*EPSMCH"
        /// It has done `maxIterations`.
        case iterations = "STOP: TOTAL NO. OF ITERATIONS REACHED LIMIT"
        /// It has done more than `maxEvaluations`.
        case evaluations = "STOP: TOTAL NO. OF F,G EVALUATIONS EXCEEDS LIMIT"
        /// No step along the gradient lowers the value.
        case lineSearch = "ABNORMAL: "
    }

    package var position: [Double], value: Double, gradient: [Double]
    /// Accepted steps (SciPy's `nit`) and places at which the function was evaluated (`nfev`).
    package var iterations: Int, evaluations: Int
    package var ending: Ending
    /// SciPy's `status`: 0 where it converged, 1 where a limit was reached, 2 where no step could be found.
    package var status: Int
    /// Whether it ended at a minimum, as far as it can tell.
    package var didConverge: Bool { ending == .gradient || ending == .value }
}

/// The minimum of a smooth function, by the iterates of SciPy's L-BFGS-B.
///
/// Directions come from the last ten steps and changes of the gradient, within bounds by ``LBFGSBox``; steps along them
/// are ``MoreThuenteSearch``'s, of at most 20 evaluations. Where none lowers the value, it forgets what it has gathered
/// and goes on along the gradient.
///
/// - Parameters:
///   - bounds: of each variable, finite; nil: none has any. A start beyond them is brought to them.
///   - maxIterations: accepted steps. A step that both reaches the limit and converges counts as having reached it.
///   - maxEvaluations: looked at after each accepted step.
///   - gradientTolerance: for the longest component of the gradient (SciPy's `gtol`).
///   - functionTolerance: of max(|value before|, |value|, 1), for the fall of the value in a step (SciPy's `ftol`).
///   - onIteration: called after each accepted step with its number and the value.
/// - Complexity: O(40 · variables) for a step, beside the function's; with bounds O(variables³).
///
/// Source: Byrd, Lu, Nocedal and Zhu, "A limited memory algorithm for bound constrained optimization", SIAM J. Sci.
/// Comput. 16, 1995; SciPy 1.17.1, `scipy.optimize.minimize(method="L-BFGS-B")`.
package func minimizeLBFGS(
    from start: [Double], bounds: [ClosedRange<Double>]? = nil, maxIterations: Int = 15000, maxEvaluations: Int = 15000,
    gradientTolerance: Double = 1e-5,
    functionTolerance: Double = 2.2204460492503131e-09, onIteration: (Int, Double) -> Void = { _, _ in },
    valueAndGradient: ([Double]) throws -> (Double, [Double])
) rethrows -> LBFGSResult {
    let longestSearch = 20, box = bounds.map { LBFGSBox(bounds: $0) }
    let start = box?.clamped(start) ?? start
    var x = start, last = start, (value, gradient) = try valueAndGradient(start)
    var latest = (value, gradient)
    var memory = LBFGSMemory(capacity: 10), iterations = 0, evaluations = 1
    func result(_ ending: LBFGSResult.Ending) -> LBFGSResult {
        let isLimited = evaluations > maxEvaluations || iterations >= maxIterations
        return LBFGSResult(
            position: x, value: value, gradient: gradient, iterations: iterations, evaluations: evaluations,
            ending: ending, status: ending == .gradient || ending == .value ? 0 : isLimited ? 1 : 2)
    }

    func isFlat() -> Bool { largest(box?.projected(gradient, at: x) ?? gradient) <= gradientTolerance }

    if isFlat() { return result(.gradient) }
    while true {
        let target = box.flatMap { $0.target(from: x, gradient, memory.curvature(of: x.count)) }
        if box != nil, target == nil, !memory.isEmpty {
            memory = LBFGSMemory(capacity: 10)
            continue
        }
        let direction = target.map { zip($0, x).map { $0 - $1 } } ?? memory.direction(gradient)
        let slope = dot(gradient, direction)
        var found: (step: Double, slope: Double)?
        if slope < 0 {
            let first = iterations == 0 && box == nil ? min(1 / dot(direction, direction).squareRoot(), 1e10) : 1
            let longest = box.map { iterations == 0 ? 1 : $0.longest(from: x, along: direction) } ?? 1e10
            var search = MoreThuenteSearch(step: first, value: value, slope: slope, longest: longest)
            for _ in 0..<(first <= longest ? longestSearch : 0) {
                var next = moved(x, direction, search.step)
                if let box, let target { next = search.step == 1 ? target : box.clamped(next) }
                if next != last {
                    latest = try valueAndGradient(next)
                    last = next
                    evaluations += 1
                }
                let slopeThere = dot(latest.1, direction)
                if search.next(value: latest.0, slope: slopeThere) {
                    found = (search.step, slopeThere)
                    break
                }
            }
        }
        guard let found else {
            if memory.isEmpty { return result(.lineSearch) }
            memory = LBFGSMemory(capacity: 10)
            continue
        }
        let before = (value, gradient)
        (x, (value, gradient)) = (last, latest)
        iterations += 1
        onIteration(iterations, value)
        if iterations >= maxIterations { return result(.iterations) }
        if evaluations > maxEvaluations { return result(.evaluations) }
        if isFlat() { return result(.gradient) }
        if before.0 - value <= functionTolerance * max(abs(before.0), abs(value), 1) { return result(.value) }
        // The change of the slope along the step: where it does not rise, the pair says nothing of the curvature.
        if (found.slope - slope) * found.step > -slope * found.step * Double.ulpOfOne {
            memory.append(
                step: direction.map { $0 * found.step }, change: zip(gradient, before.1).map { $0 - $1 })
        }
    }
}

extension LBFGSMemory {
    fileprivate func curvature(of variables: Int) -> LBFGSBox.Curvature {
        LBFGSBox.Curvature(pairs.map { ($0.step, $0.change) }, variables: variables)
    }
}

private func moved(_ x: [Double], _ direction: [Double], _ step: Double) -> [Double] {
    zip(x, direction).map { $0 + step * $1 }
}

/// The longest component; NaN where one is not a number, which is no convergence.
private func largest(_ gradient: [Double]) -> Double {
    gradient.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, abs($1)) }
}
