#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

// Waiting times, and what is made of gamma numbers.

extension RandomStream {
    // MARK: Exponential

    /// Numbers from the exponential distribution with mean 1, NumPy's `standard_exponential(count)`.
    @inlinable
    public mutating func standardExponential(count: Int) -> [Double] { draws(count) { $0.standardExponential() } }

    /// A number from the exponential distribution of density exp(−x / scale) / scale, NumPy's `exponential(scale)`.
    @inlinable
    public mutating func exponential(scale: Double = 1) -> Double {
        RandomLimits.check(scale, atLeastZero: "exponential: scale")
        return scale * standardExponential()
    }

    /// Numbers from the exponential distribution, NumPy's `exponential(scale, count)`.
    ///
    /// ```swift
    /// var generator = Generator(seed: 42)
    /// let dryDays = generator.exponential(scale: 3.5, count: 100)
    /// ```
    @inlinable
    public mutating func exponential(scale: Double = 1, count: Int) -> [Double] {
        draws(count) { $0.exponential(scale: scale) }
    }

    // MARK: Gamma

    /// A number from the gamma distribution of density x^(shape − 1) exp(−x) / Γ(shape), NumPy's
    /// `standard_gamma(shape)`.
    ///
    /// Source: from shape 1 on, G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", ACM
    /// Transactions on Mathematical Software 26(3), 2000; below, J. H. Ahrens and U. Dieter, "Computer methods for
    /// sampling from gamma, beta, Poisson and binomial distributions", Computing 12, 1974.
    @inlinable
    public mutating func standardGamma(shape: Double) -> Double {
        RandomLimits.check(shape, atLeastZero: "gamma: shape")
        if shape == 1 { return standardExponential() }
        if shape == 0 { return 0 }
        if shape < 1 {
            while true {
                let u = random()
                let v = standardExponential()
                if u <= 1 - shape {
                    let x = pow(u, 1 / shape)
                    if x <= v { return x }
                } else {
                    let y = -log((1 - u) / shape)
                    let x = pow(1 - shape + shape * y, 1 / shape)
                    if x <= v + y { return x }
                }
            }
        }
        let b = shape - 1.0 / 3
        let c = 1 / (9 * b).squareRoot()
        while true {
            var x = 0.0, v = 0.0
            repeat {
                x = standardNormal()
                v = 1 + c * x
            } while v <= 0
            v = v * v * v
            let u = random()
            if u < 1 - 0.0331 * (x * x) * (x * x) { return b * v }
            if log(u) < 0.5 * x * x + b * (1 - v + log(v)) { return b * v }
        }
    }

    /// Numbers from the gamma distribution with scale 1, NumPy's `standard_gamma(shape, count)`.
    @inlinable
    public mutating func standardGamma(shape: Double, count: Int) -> [Double] {
        draws(count) { $0.standardGamma(shape: shape) }
    }

    /// A number from the gamma distribution with mean shape · scale, NumPy's `gamma(shape, scale)`.
    @inlinable
    public mutating func gamma(shape: Double, scale: Double = 1) -> Double {
        RandomLimits.check(scale, atLeastZero: "gamma: scale")
        return scale * standardGamma(shape: shape)
    }

    /// Numbers from the gamma distribution, NumPy's `gamma(shape, scale, count)`.
    ///
    /// ```swift
    /// var generator = Generator(seed: 42)
    /// let rain = generator.gamma(shape: 0.7, scale: 8, count: 365)
    /// ```
    @inlinable
    public mutating func gamma(shape: Double, scale: Double = 1, count: Int) -> [Double] {
        draws(count) { $0.gamma(shape: shape, scale: scale) }
    }

    /// A number from the χ² distribution, twice a gamma number of half the degrees of freedom: NumPy's `chisquare(df)`.
    @inlinable
    public mutating func chiSquare(degreesOfFreedom: Double) -> Double {
        RandomLimits.check(degreesOfFreedom, aboveZero: "chiSquare: degreesOfFreedom")
        return 2 * standardGamma(shape: degreesOfFreedom / 2)
    }

    /// Numbers from the χ² distribution, NumPy's `chisquare(df, count)`.
    @inlinable
    public mutating func chiSquare(degreesOfFreedom: Double, count: Int) -> [Double] {
        draws(count) { $0.chiSquare(degreesOfFreedom: degreesOfFreedom) }
    }

    /// A number from Fisher's F distribution, a ratio of mean squares: NumPy's `f(dfnum, dfden)`.
    @inlinable
    public mutating func f(numeratorDegreesOfFreedom: Double, denominatorDegreesOfFreedom: Double) -> Double {
        RandomLimits.check(numeratorDegreesOfFreedom, aboveZero: "f: numeratorDegreesOfFreedom")
        RandomLimits.check(denominatorDegreesOfFreedom, aboveZero: "f: denominatorDegreesOfFreedom")
        let numerator = chiSquare(degreesOfFreedom: numeratorDegreesOfFreedom) * denominatorDegreesOfFreedom
        let denominator = chiSquare(degreesOfFreedom: denominatorDegreesOfFreedom) * numeratorDegreesOfFreedom
        return numerator / denominator
    }

    /// Numbers from Fisher's F distribution, NumPy's `f(dfnum, dfden, count)`.
    @inlinable
    public mutating func f(numeratorDegreesOfFreedom: Double, denominatorDegreesOfFreedom: Double, count: Int)
        -> [Double]
    {
        draws(count) {
            $0.f(
                numeratorDegreesOfFreedom: numeratorDegreesOfFreedom,
                denominatorDegreesOfFreedom: denominatorDegreesOfFreedom)
        }
    }

    /// A number from Student's t distribution, √(df / 2) · normal / √gamma(df / 2): NumPy's `standard_t(df)`.
    @inlinable
    public mutating func studentT(degreesOfFreedom: Double) -> Double {
        RandomLimits.check(degreesOfFreedom, aboveZero: "studentT: degreesOfFreedom")
        let numerator = standardNormal()
        let denominator = standardGamma(shape: degreesOfFreedom / 2)
        return (degreesOfFreedom / 2).squareRoot() * numerator / denominator.squareRoot()
    }

    /// Numbers from Student's t distribution, NumPy's `standard_t(df, count)`.
    @inlinable
    public mutating func studentT(degreesOfFreedom: Double, count: Int) -> [Double] {
        draws(count) { $0.studentT(degreesOfFreedom: degreesOfFreedom) }
    }

    // MARK: Beta and Dirichlet

    /// A number in [0, 1] from the beta distribution of density ∝ x^(a − 1) (1 − x)^(b − 1), NumPy's `beta(a, b)`.
    ///
    /// Source: where a and b are at most 1, M. D. Jöhnk, "Erzeugung von betaverteilten und gammaverteilten
    /// Zufallszahlen", Metrika 8, 1964; else a share of gamma numbers.
    @inlinable
    public mutating func beta(a: Double, b: Double) -> Double {
        RandomLimits.check(a, aboveZero: "beta: a")
        RandomLimits.check(b, aboveZero: "beta: b")
        return betaNumber(a, b)
    }

    @inlinable
    mutating func betaNumber(_ a: Double, _ b: Double) -> Double {
        guard a <= 1 && b <= 1 else {
            let first = standardGamma(shape: a), second = standardGamma(shape: b)
            return first / (first + second)
        }
        if !Self.isFrozen && a < 3e-103 && b < 3e-103 {
            // All but 1e-100 of the distribution is at 0 and 1.
            return (a + b) * random() < a ? 1 : 0
        }
        while true {
            let u = random(), v = random()
            let x = pow(u, 1 / a), y = pow(v, 1 / b)
            guard x + y <= 1 else { continue }
            if Self.isFrozen {
                if x + y > 0 { return x / (x + y) }
                let logX = log(u) / a, logY = log(v) / b
                let largest = logX > logY ? logX : logY
                return exp(logX - largest - log(exp(logX - largest) + exp(logY - largest)))
            }
            guard u + v > 0 else { continue }
            if x > 0 && y > 0 { return x / (x + y) }
            let difference = log(u) / a - log(v) / b
            return difference > 0 ? exp(-log1p(exp(-difference))) : exp(difference - log1p(exp(difference)))
        }
    }

    /// Numbers from the beta distribution, NumPy's `beta(a, b, count)`.
    @inlinable
    public mutating func beta(a: Double, b: Double, count: Int) -> [Double] { draws(count) { $0.beta(a: a, b: b) } }

    /// Shares that sum to 1, [count][shares], from the Dirichlet distribution: NumPy's `dirichlet(alpha, count)`.
    ///
    /// They are gamma numbers divided by their sum. Where all of alpha are below 0.1, that may be 0, and `Generator`
    /// breaks a stick by beta numbers instead.
    public mutating func dirichlet(alpha: [Double], count: Int) -> [[Double]] {
        for value in alpha {
            if Self.isFrozen {
                RandomLimits.check(value, aboveZero: "dirichlet: alpha")
            } else {
                RandomLimits.check(value, atLeastZero: "dirichlet: alpha")
            }
        }
        if !Self.isFrozen, let largest = alpha.max(), largest < 0.1 { return brokenStick(alpha, count) }
        return draws(count) { stream in
            let values = alpha.map { stream.standardGamma(shape: $0) }
            let inverse = 1 / values.reduce(0, +)
            return values.map { $0 * inverse }
        }
    }

    private mutating func brokenStick(_ alpha: [Double], _ count: Int) -> [[Double]] {
        var rest = alpha  // sums from the right
        for j in alpha.indices.dropLast().reversed() { rest[j] = rest[j + 1] + alpha[j] }
        let last = alpha.count - 1
        return draws(count) { stream in
            var shares = [Double](repeating: 0, count: alpha.count)
            guard rest[0] > 0 else { return shares }
            var left = 1.0
            for j in 0..<last {
                let share = stream.betaNumber(alpha[j], rest[j + 1])
                shares[j] = left * share
                left *= 1 - share
                if rest[j + 1] == 0 { break }
            }
            shares[last] = left
            return shares
        }
    }
}
