/// Brent's method of finding a minimum of one variable, without slopes.
///
/// Source: Brent, "Algorithms for minimization without derivatives", 1973, chapter 5; SciPy 1.17.1,
/// `scipy.optimize.brent` and `fminbound`, whose points these are.
enum Brent {
    /// A minimum near or beyond two points that begin a bracket: `scipy.optimize.brent(f, brack=(a, b))`.
    static func minimum(between first: Double, and second: Double, _ f: (Double) -> Double) -> Double {
        let (start, middle, end, value) = bracket(first, second, f)
        var a = Swift.min(start, end), b = Swift.max(start, end)
        var x = middle, w = middle, v = middle, fx = value, fw = value, fv = value
        var previous = 0.0, step = 0.0
        let tolerance = 1.48e-8, golden = 0.3819660
        for _ in 0..<500 {
            let least = tolerance * abs(x) + 1e-11, twice = 2 * least, center = 0.5 * (a + b)
            if abs(x - center) < twice - 0.5 * (b - a) { break }
            var takesGolden = abs(previous) <= least
            if !takesGolden {
                // A parabola through three points.
                let r = (x - w) * (fx - fv)
                var q = (x - v) * (fx - fw), p = (x - v) * q - (x - w) * r
                q = 2 * (q - r)
                if q > 0 { p = -p }
                q = abs(q)
                let before = previous
                previous = step
                if p > q * (a - x), p < q * (b - x), abs(p) < abs(0.5 * q * before) {
                    step = p / q
                    let u = x + step
                    if u - a < twice || b - u < twice { step = center - x >= 0 ? least : -least }
                } else {
                    takesGolden = true
                }
            }
            if takesGolden {
                previous = x >= center ? a - x : b - x
                step = golden * previous
            }
            let u = abs(step) < least ? (step >= 0 ? x + least : x - least) : x + step
            let fu = f(u)
            if fu > fx {
                if u < x { a = u } else { b = u }
                if fu <= fw || w == x {
                    (v, fv, w, fw) = (w, fw, u, fu)
                } else if fu <= fv || v == x || v == w {
                    (v, fv) = (u, fu)
                }
            } else {
                if u >= x { a = x } else { b = x }
                (v, fv, w, fw, x, fx) = (w, fw, x, fx, u, fu)
            }
        }
        return x
    }

    /// Three points of which the middle one is the lowest, and its value: `scipy.optimize.bracket`.
    private static func bracket(_ first: Double, _ second: Double, _ f: (Double) -> Double) -> (
        Double, Double, Double, Double
    ) {
        let golden = 1.618034
        var a = first, b = second, fa = f(a), fb = f(b)
        if fa < fb { (a, b, fa, fb) = (b, a, fb, fa) }
        var c = b + golden * (b - a), fc = f(c)
        for _ in 0..<1000 where fc < fb {
            let r = (b - a) * (fb - fc), q = (b - c) * (fb - fa)
            let size = q - r, divisor = abs(size) < 1e-21 ? 2e-21 : 2 * size
            var u = b - ((b - c) * q - (b - a) * r) / divisor, fu: Double
            let limit = b + 110 * (c - b)
            if (u - c) * (b - u) > 0 {
                fu = f(u)
                if fu < fc { return (b, u, c, fu) }
                if fu > fb { return (a, b, u, fb) }
                u = c + golden * (c - b)
                fu = f(u)
            } else if (u - limit) * (limit - c) >= 0 {
                u = limit
                fu = f(u)
            } else if (u - limit) * (c - u) > 0 {
                fu = f(u)
                if fu < fc {
                    (b, c) = (c, u)
                    u = c + golden * (c - b)
                    (fb, fc) = (fc, fu)
                    fu = f(u)
                }
            } else {
                u = c + golden * (c - b)
                fu = f(u)
            }
            (a, b, c, fa, fb, fc) = (b, c, u, fb, fc, fu)
        }
        return (a, b, c, fb)
    }

    /// A minimum within bounds: `scipy.optimize.fminbound(f, low, high, xtol=tolerance)`.
    static func minimum(within bounds: ClosedRange<Double>, tolerance: Double, _ f: (Double) -> Double) -> Double {
        let root = 2.2e-16.squareRoot(), golden = 0.5 * (3 - 5.0.squareRoot())
        var a = bounds.lowerBound, b = bounds.upperBound
        var x = a + golden * (b - a), w = x, v = x, fx = f(x)
        var fw = fx, fv = fx, step = 0.0, previous = 0.0, count = 1
        var center = 0.5 * (a + b), least = root * abs(x) + tolerance / 3
        while abs(x - center) > 2 * least - 0.5 * (b - a), count < 500 {
            var takesGolden = true
            if abs(previous) > least {
                let r0 = (x - w) * (fx - fv)
                var q = (x - v) * (fx - fw), p = (x - v) * q - (x - w) * r0
                q = 2 * (q - r0)
                if q > 0 { p = -p }
                q = abs(q)
                let before = previous
                previous = step
                if abs(p) < abs(0.5 * q * before), p > q * (a - x), p < q * (b - x) {
                    takesGolden = false
                    step = p / q
                    let u = x + step
                    if u - a < 2 * least || b - u < 2 * least { step = center - x >= 0 ? least : -least }
                }
            }
            if takesGolden {
                previous = x >= center ? a - x : b - x
                step = golden * previous
            }
            let u = x + (step >= 0 ? 1 : -1) * Swift.max(abs(step), least), fu = f(u)
            count += 1
            if fu <= fx {
                if u >= x { a = x } else { b = x }
                (v, fv, w, fw, x, fx) = (w, fw, x, fx, u, fu)
            } else {
                if u < x { a = u } else { b = u }
                if fu <= fw || w == x {
                    (v, fv, w, fw) = (w, fw, u, fu)
                } else if fu <= fv || v == x || v == w {
                    (v, fv) = (u, fu)
                }
            }
            center = 0.5 * (a + b)
            least = root * abs(x) + tolerance / 3
        }
        return x
    }
}
