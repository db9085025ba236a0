/// A step along a line that lowers a function enough and flattens it enough: the search of L-BFGS-B.
///
/// It keeps two ends of an interval, the better of which has the least value so far, and tries minima of cubics and
/// parabolas through them. A caller evaluates the function at ``step`` and tells ``next(value:slope:)``, until that
/// answers that the search is over.
///
/// Source: Moré and Thuente, "Line search algorithms with guaranteed sufficient decrease", ACM Trans. Math. Softw. 20,
/// 1994; the constants are those of L-BFGS-B 3.0 (Byrd, Lu, Nocedal and Zhu, SIAM J. Sci. Comput. 16, 1995).
struct MoreThuenteSearch {
    /// A step with the function's value and slope there.
    private struct Point {
        var step: Double, value: Double, slope: Double

        /// The same of the function less a line of this slope through the origin.
        func less(_ slope: Double) -> Point {
            Point(step: step, value: value - step * slope, slope: self.slope - slope)
        }
    }

    /// How much of the first slope a step must gain, and how much of it may be left where it ends.
    private static let sufficientDecrease = 1e-3, curvature = 0.9
    /// The search ends where its interval is shorter than this share of its larger end.
    private static let relativeWidth = 0.1

    /// The step to try, and the one to take once the search is over.
    private(set) var step: Double
    private let start: Point, longest: Double
    private var best: Point, other: Point
    private var isBracketed = false
    /// Whether a step has yet to be found that lowers the function enough with a slope that rises.
    private var isFirstStage = true
    /// The shortest and the longest step that may come next.
    private var low = 0.0, high: Double
    private var width: Double, earlierWidth: Double

    /// A search from a point with this value and slope (below 0) that tries `step` first, and none beyond `longest`.
    init(step: Double, value: Double, slope: Double, longest: Double = 1e10) {
        self.step = step
        self.longest = longest
        start = Point(step: 0, value: value, slope: slope)
        (best, other) = (start, start)
        high = 5 * step
        width = longest
        earlierWidth = 2 * width
    }

    /// Takes the function at ``step``; whether the search is over, and else ``step`` is the next to try.
    mutating func next(value: Double, slope: Double) -> Bool {
        let trial = Point(step: step, value: value, slope: slope)
        let line = Self.sufficientDecrease * start.slope
        let enough = start.value + step * line
        if isFirstStage, value <= enough, slope >= 0 { isFirstStage = false }
        if isOver(trial, enough, line) { return true }

        if isFirstStage, value <= best.value, value > enough {
            // The function less the line that it has to stay below has a minimum where the function falls enough.
            (best, other) = (best.less(line), other.less(line))
            step = narrow(with: trial.less(line))
            (best, other) = (best.less(-line), other.less(-line))
        } else {
            step = narrow(with: trial)
        }
        if isBracketed {
            if abs(other.step - best.step) >= 0.66 * earlierWidth { step = best.step + 0.5 * (other.step - best.step) }
            earlierWidth = width
            width = abs(other.step - best.step)
            (low, high) = (min(best.step, other.step), max(best.step, other.step))
        } else {
            (low, high) = (step + 1.1 * (step - best.step), step + 4 * (step - best.step))
        }
        // Beyond an infinite value there is no cubic: as in SciPy the search then ends where it began.
        step = step.isNaN ? 0 : min(max(step, 0), longest)
        if isBracketed && (isAtEnd(step) || isNarrow) { step = best.step }
        return false
    }

    private var isNarrow: Bool { high - low <= Self.relativeWidth * high }

    private func isAtEnd(_ step: Double) -> Bool { step <= low || step >= high }

    private func isOver(_ trial: Point, _ enough: Double, _ line: Double) -> Bool {
        let falls = trial.value <= enough
        return falls && abs(trial.slope) <= Self.curvature * -start.slope
            || isBracketed && (isAtEnd(trial.step) || isNarrow)
            || trial.step == longest && falls && trial.slope <= line
            || trial.step == 0 && (!falls || trial.slope >= line)
    }

    /// Puts the trial in the place of an end of the interval and chooses the next one: section 4 of the paper.
    private mutating func narrow(with trial: Point) -> Double {
        let turns = trial.slope.sign != best.slope.sign && trial.slope != 0 && best.slope != 0
        let ahead = trial.step > best.step
        let next: Double
        if trial.value > best.value {
            let cubic = Self.cubic(from: best, to: trial).step
            let parabola =
                best.step + best.slope
                / ((best.value - trial.value) / (trial.step - best.step) + best.slope) / 2 * (trial.step - best.step)
            next =
                abs(cubic - best.step) <= abs(parabola - best.step) ? cubic : cubic + (parabola - cubic) / 2
            isBracketed = true
        } else if turns {
            let cubic = Self.cubic(from: trial, to: best).step, secant = Self.secant(trial, best)
            next = abs(cubic - trial.step) > abs(secant - trial.step) ? cubic : secant
            isBracketed = true
        } else if abs(trial.slope) < abs(best.slope) {
            let (step, share, bends) = Self.cubic(from: trial, to: best)
            let cubic = share < 0 && bends ? step : ahead ? high : low
            let secant = Self.secant(trial, best)
            let cubicIsNearer = abs(cubic - trial.step) < abs(secant - trial.step)
            if isBracketed {
                let limit = trial.step + 0.66 * (other.step - trial.step), nearer = cubicIsNearer ? cubic : secant
                next = ahead ? min(limit, nearer) : max(limit, nearer)
            } else {
                let farther = abs(cubic - trial.step) > abs(secant - trial.step) ? cubic : secant
                next = min(max(farther, low), high)
            }
        } else if isBracketed {
            next = Self.cubic(from: trial, to: other).step
        } else {
            next = ahead ? high : low
        }

        if trial.value > best.value {
            other = trial
        } else {
            if turns { other = best }
            best = trial
        }
        return next
    }

    /// The minimum of the cubic through values and slopes at two points, what share of the way to `b` it lies from
    /// `a`, and whether the cubic has one.
    private static func cubic(from a: Point, to b: Point) -> (step: Double, share: Double, bends: Bool) {
        let way = b.step - a.step
        let theta = 3 * (a.value - b.value) / way + a.slope + b.slope
        let scale = max(abs(theta), abs(a.slope), abs(b.slope))
        var root =
            scale * max(0, (theta / scale) * (theta / scale) - (a.slope / scale) * (b.slope / scale)).squareRoot()
        if way < 0 { root = -root }
        let share = (root - a.slope + theta) / (root - a.slope + root + b.slope)
        return (a.step + share * way, share, root != 0)
    }

    /// Where the line through the slopes at two points is 0.
    private static func secant(_ a: Point, _ b: Point) -> Double {
        a.step + a.slope / (a.slope - b.slope) * (b.step - a.step)
    }
}
