#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Numbers of successes in a number of trials: what is worked out once for many draws.
///
/// Where few successes are expected, at most 30, a uniform number is followed through the sum of probabilities; else
/// the algorithm is BTPE, which draws from a triangle, a parallelogram and two exponential tails that cover the
/// distribution.
///
/// Source: V. Kachitvichyanukul and B. W. Schmeiser, "Binomial random variate generation", Communications of the ACM
/// 31(2), 1988, and what NumPy 2.4.6 makes of it: a constant of Stirling's series is 13680 where the paper has 13860,
/// and all its four terms are added. NumPy 2.5 mends this for `Generator`, so its numbers for many expected successes
/// will differ.
@usableFromInline
struct Binomial {
    private enum Method {
        case none
        case inversion(failure: Double, bound: Int)
        case rejection(Rejection)
    }
    private let trials: Int
    /// At most ½: of success, or, where that is likelier, of failure.
    private let probability: Double
    private let countsFailures: Bool
    private let method: Method

    /// - Parameter isFrozen: whether the legacy stream is drawn from, which rounds one logarithm and draws even where
    ///   the result is certain.
    @usableFromInline
    init(trials: Int, probability: Double, isFrozen: Bool) {
        self.trials = trials
        countsFailures = !(probability <= 0.5)
        let p = countsFailures ? 1 - probability : probability
        self.probability = p
        if !isFrozen && (trials == 0 || probability == 0) {
            method = .none
        } else if p * Double(trials) <= 30 {
            let n = Double(trials), mean = n * p
            let bound = Swift.min(n, mean + 10 * (mean * (1 - p) + 1).squareRoot())
            method = .inversion(failure: exp(n * (isFrozen ? log(1 - p) : log1p(-p))), bound: wholeNumber(bound))
        } else {
            method = .rejection(Rejection(trials, p))
        }
    }

    @usableFromInline
    func draw(_ stream: inout some RandomStream) -> Int {
        let number: Int
        switch method {
        case .none: return 0
        case .inversion(let failure, let bound): number = invert(failure, bound, &stream)
        case .rejection(let rejection): number = rejection.draw(&stream)
        }
        return countsFailures ? trials - number : number
    }

    private func invert(_ failure: Double, _ bound: Int, _ stream: inout some RandomStream) -> Int {
        var number = 0, chance = failure
        var u = stream.random()
        while u > chance {
            number += 1
            if number > bound {
                number = 0
                chance = failure
                u = stream.random()
            } else {
                u -= chance
                chance = (Double(trials - number + 1) * probability * chance) / (Double(number) * (1 - probability))
            }
        }
        return number
    }

    /// BTPE, in the paper's names.
    private struct Rejection {
        let n: Int, r: Double, q: Double, m: Int, xm: Double, xl: Double, xr: Double, c: Double
        let p1: Double, p2: Double, p3: Double, p4: Double, left: Double, right: Double

        init(_ trials: Int, _ p: Double) {
            n = trials
            let count = Double(trials)
            r = Swift.min(p, 1 - p)
            q = 1 - r
            let fm = count * r + r
            m = wholeNumber(floor(fm))
            p1 = floor(2.195 * (count * r * q).squareRoot() - 4.6 * q) + 0.5
            xm = Double(m) + 0.5
            xl = xm - p1
            xr = xm + p1
            c = 0.134 + 20.5 / (15.3 + Double(m))
            let a = (fm - xl) / (fm - xl * r)
            left = a * (1 + a / 2)
            let b = (xr - fm) / (xr * q)
            right = b * (1 + b / 2)
            p2 = p1 * (1 + 2 * c)
            p3 = p2 + c / left
            p4 = p3 + c / right
        }

        func draw(_ stream: inout some RandomStream) -> Int {
            while true {
                let u = stream.random() * p4
                var v = stream.random()
                let y: Int
                if u <= p1 { return wholeNumber(floor(xm - p1 * v + u)) }
                if u <= p2 {
                    let x = xl + (u - p1) / c
                    v = v * c + 1 - abs(Double(m) - x + 0.5) / p1
                    if v > 1 { continue }
                    y = wholeNumber(floor(x))
                } else if u <= p3 {
                    y = wholeNumber(floor(xl + log(v) / left))
                    if y < 0 || v == 0 { continue }
                    v = v * (u - p2) * left
                } else {
                    y = wholeNumber(floor(xr - log(v) / right))
                    if y > n || v == 0 { continue }
                    v = v * (u - p3) * right
                }
                if accepts(y, v) { return y }
            }
        }

        private func accepts(_ y: Int, _ v: Double) -> Bool {
            let k = abs(y - m), deviation = Double(k), variance = Double(n) * r * q
            if !(k > 20 && deviation < variance / 2 - 1) {
                // The ratio of probabilities, factor by factor.
                let s = r / q, a = s * Double(n + 1)
                var ratio = 1.0
                if m < y { for i in (m + 1)...y { ratio *= a / Double(i) - s } }
                if m > y { for i in (y + 1)...m { ratio /= a / Double(i) - s } }
                return !(v > ratio)
            }
            let squeeze =
                (deviation / variance) * ((deviation * (deviation / 3 + 0.625) + 0.16666666666666666) / variance + 0.5)
            let t = Double(-k &* k) / (2 * variance)
            let a = log(v)
            if a < t - squeeze { return true }
            if a > t + squeeze { return false }
            let x = Double(y) + 1, f = Double(m) + 1
            let z = Double(n) + 1 - Double(m), w = Double(n) - Double(y) + 1
            let limit =
                xm * log(f / x) + (Double(n - m) + 0.5) * log(z / w) + Double(y - m) * log(w * r / (x * q))
                + Self.series(f) + Self.series(z) + Self.series(x) + Self.series(w)
            return !(a > limit)
        }

        private static func series(_ x: Double) -> Double {
            let square = x * x
            return (13680 - (462 - (132 - (99 - 140 / square) / square) / square) / square) / x / 166320
        }
    }
}
