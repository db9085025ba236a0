#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

// Numbers of events.

extension RandomStream {
    // MARK: Poisson

    /// A number of events of which `rate` are expected, NumPy's `poisson(lam)`.
    ///
    /// ```swift
    /// var generator = Generator(seed: 42)
    /// [0.5, 3, 12].map { generator.poisson(rate: $0) }        // [1, 4, 15]
    /// ```
    ///
    /// Source: below 10, D. E. Knuth, "The Art of Computer Programming" 2, section 3.4.1; from 10 on, W. Hörmann, "The
    /// transformed rejection method for generating Poisson random variables", Insurance: Mathematics and Economics 12,
    /// 1993.
    @inlinable
    public mutating func poisson(rate: Double = 1) -> Int {
        RandomLimits.check(rate: rate, "poisson: rate")
        if rate >= 10 { return poissonByRejection(rate) }
        if rate == 0 { return 0 }
        let limit = exp(-rate)
        var product = 1.0, events = 0
        while true {
            product *= random()
            if product <= limit { return events }
            events += 1
        }
    }

    /// Numbers of events, NumPy's `poisson(lam, count)`.
    @inlinable
    public mutating func poisson(rate: Double = 1, count: Int) -> [Int] { draws(count) { $0.poisson(rate: rate) } }

    @inlinable
    mutating func poissonByRejection(_ rate: Double) -> Int {
        let b = 0.931 + 2.53 * rate.squareRoot()
        let a = -0.059 + 0.02483 * b
        let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
        let quick = 0.9277 - 3.6224 / (b - 2)
        let logRate = log(rate)
        while true {
            let u = random() - 0.5
            let v = random()
            let us = 0.5 - abs(u)
            let k = wholeNumber(floor((2 * a / us + b) * u + rate + 0.43))
            if us >= 0.07 && v <= quick { return k }
            if k < 0 || (us < 0.013 && v > us) { continue }
            if log(v) + log(inverseAlpha) - log(a / (us * us) + b) <= -rate + Double(k) * logRate
                - logGamma(Double(k) + 1)
            {
                return k
            }
        }
    }

    // MARK: Binomial

    /// The number of successes in `trials`, each of which succeeds with the probability, NumPy's `binomial(n, p)`.
    ///
    /// Source: `Binomial`.
    @inlinable
    public mutating func binomial(trials: Int, probability: Double) -> Int {
        RandomLimits.check(trials: trials, "binomial: trials")
        RandomLimits.check(probability: probability, "binomial: probability")
        return Binomial(trials: trials, probability: probability, isFrozen: Self.isFrozen).draw(&self)
    }

    /// Numbers of successes, NumPy's `binomial(n, p, count)`.
    ///
    /// ```swift
    /// var generator = Generator(seed: 42)
    /// let wetDays = generator.binomial(trials: 30, probability: 0.4, count: 12)
    /// ```
    @inlinable
    public mutating func binomial(trials: Int, probability: Double, count: Int) -> [Int] {
        RandomLimits.check(trials: trials, "binomial: trials")
        RandomLimits.check(probability: probability, "binomial: probability")
        let binomial = Binomial(trials: trials, probability: probability, isFrozen: Self.isFrozen)
        return draws(count) { binomial.draw(&$0) }
    }

    /// How often each of several outcomes comes in `trials`, [count][outcomes], NumPy's `multinomial(n, pvals, count)`.
    ///
    /// ```swift
    /// var generator = Generator(seed: 42)
    /// let weather = generator.multinomial(trials: 30, probabilities: [0.5, 0.3, 0.2], count: 12)
    /// ```
    ///
    /// Each outcome's number is binomial among the trials that those before it left. The last outcome takes what is
    /// left, whatever its probability, so the sum of the others is checked, as in NumPy.
    public mutating func multinomial(trials: Int, probabilities: [Double], count: Int) -> [[Int]] {
        RandomLimits.check(trials: trials, "multinomial: trials")
        guard let last = probabilities.indices.last else {
            fail("multinomial: probabilities are empty; give one for each outcome")
        }
        for probability in probabilities {
            RandomLimits.check(probability: probability, "multinomial: each of probabilities")
        }
        let sum = RandomLimits.compensatedSum(probabilities[..<last])
        guard sum <= 1 + 1e-12 else {
            fail("multinomial: probabilities sum to 1, but those before the last sum to \(sum)")
        }
        return draws(count) { stream in
            var counts = [Int](repeating: 0, count: probabilities.count)
            var left = trials, remaining = 1.0
            for (outcome, probability) in probabilities.enumerated().dropLast() {
                // In NumPy 2.4 both streams draw as Generator does here.
                counts[outcome] = Binomial(trials: left, probability: probability / remaining, isFrozen: false).draw(
                    &stream)
                left -= counts[outcome]
                if left <= 0 { break }
                remaining -= probability
            }
            if left > 0 { counts[last] = left }
            return counts
        }
    }

    // MARK: Waiting for success

    /// How many trials it takes to succeed once, 1 or more, NumPy's `geometric(p)`.
    @inlinable
    public mutating func geometric(probability: Double) -> Int {
        RandomLimits.check(probability: probability, aboveZero: true, "geometric: probability")
        // From a third on, the sum of probabilities is followed; below, an exponential number is rounded up.
        if probability < 0.333333333333333333333333 {
            if Self.isFrozen {
                RandomLimits.check(geometric: probability)
                return wholeNumber(ceil(log1p(-random()) / log(1 - probability)))
            }
            let trials = ceil(-standardExponential() / log1p(-probability))
            return trials >= 0x1p63 ? Int.max : Int(trials)
        }
        let u = random()
        var trials = 1, sum = probability, product = probability
        while u > sum {
            product *= 1 - probability
            sum += product
            trials += 1
        }
        return trials
    }

    /// Numbers of trials, NumPy's `geometric(p, count)`.
    @inlinable
    public mutating func geometric(probability: Double, count: Int) -> [Int] {
        draws(count) { $0.geometric(probability: probability) }
    }

    /// How many failures come before `successes`, which need not be whole: NumPy's `negative_binomial(n, p)`.
    ///
    /// A Poisson number whose rate is a gamma number of that shape and of scale (1 − p) / p.
    @inlinable
    public mutating func negativeBinomial(successes: Double, probability: Double) -> Int {
        RandomLimits.check(successes, aboveZero: "negativeBinomial: successes")
        RandomLimits.check(probability: probability, aboveZero: true, "negativeBinomial: probability")
        return poisson(rate: gamma(shape: successes, scale: (1 - probability) / probability))
    }

    /// Numbers of failures, NumPy's `negative_binomial(n, p, count)`.
    @inlinable
    public mutating func negativeBinomial(successes: Double, probability: Double, count: Int) -> [Int] {
        draws(count) { $0.negativeBinomial(successes: successes, probability: probability) }
    }
}

/// log Γ(x) for x of 1 and more, by Stirling's series from 7 on.
///
/// Source: S. Zhang and J. Jin, "Computation of Special Functions", Wiley 1996, section 3.1.
@usableFromInline
func logGamma(_ x: Double) -> Double {
    if x == 1 || x == 2 { return 0 }
    let steps = x < 7 ? Int(7 - x) : 0
    var shifted = x + Double(steps)
    let inverseSquare = (1 / shifted) * (1 / shifted)
    var series = -1.39243221690590
    for coefficient in stirling { series = series * inverseSquare + coefficient }
    var value = series / shifted + 0.5 * 1.8378770664093453 + (shifted - 0.5) * log(shifted) - shifted
    for _ in 0..<steps {
        value -= log(shifted - 1)
        shifted -= 1
    }
    return value
}

/// The coefficients of the series' terms, the second highest first.
private let stirling = [
    1.796443723688307e-01, -2.955065359477124e-02, 6.410256410256410e-03, -1.917526917526918e-03, 8.417508417508418e-04,
    -5.952380952380952e-04, 7.936507936507937e-04, -2.777777777777778e-03, 8.333333333333333e-02,
]

/// The integer of a number without a fraction; the smallest where it does not fit, as C gives on x86.
@inlinable
func wholeNumber(_ x: Double) -> Int { Int(exactly: x) ?? (abs(x) < 0x1p63 ? Int(x) : .min) }
