#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

// Distributions that are a function of one or two uniform, exponential or normal numbers.

extension RandomStream {
    /// A number whose logarithm is normal, NumPy's `lognormal(mean, sigma)`.
    @inlinable
    public mutating func logNormal(mean: Double = 0, standardDeviation: Double = 1) -> Double {
        RandomLimits.check(standardDeviation, atLeastZero: "logNormal: standardDeviation")
        return exp(mean + standardDeviation * standardNormal())
    }

    /// Numbers whose logarithms are normal, NumPy's `lognormal(mean, sigma, count)`.
    @inlinable
    public mutating func logNormal(mean: Double = 0, standardDeviation: Double = 1, count: Int) -> [Double] {
        draws(count) { $0.logNormal(mean: mean, standardDeviation: standardDeviation) }
    }

    /// A number from the Laplace distribution of density exp(−|x − mean| / scale) / (2 scale), NumPy's `laplace`.
    @inlinable
    public mutating func laplace(mean: Double = 0, scale: Double = 1) -> Double {
        RandomLimits.check(scale, atLeastZero: "laplace: scale")
        while true {
            let u = random()
            if u >= 0.5 { return mean - scale * log(2 - u - u) }
            if u > 0 { return mean + scale * log(u + u) }
        }
    }

    /// Numbers from the Laplace distribution, NumPy's `laplace(loc, scale, count)`.
    @inlinable
    public mutating func laplace(mean: Double = 0, scale: Double = 1, count: Int) -> [Double] {
        draws(count) { $0.laplace(mean: mean, scale: scale) }
    }

    /// A number from the Gumbel distribution of largest values, cumulative exp(−exp(−(x − mode) / scale)): NumPy's
    /// `gumbel`.
    @inlinable
    public mutating func gumbel(mode: Double = 0, scale: Double = 1) -> Double {
        RandomLimits.check(scale, atLeastZero: "gumbel: scale")
        while true {
            let u = 1 - random()
            if u < 1 { return mode - scale * log(-log(u)) }
        }
    }

    /// Numbers from the Gumbel distribution, NumPy's `gumbel(loc, scale, count)`.
    ///
    /// ```swift
    /// var generator = Generator(seed: 42)
    /// let yearlyMaxima = generator.gumbel(mode: 40, scale: 9, count: 100)
    /// ```
    @inlinable
    public mutating func gumbel(mode: Double = 0, scale: Double = 1, count: Int) -> [Double] {
        draws(count) { $0.gumbel(mode: mode, scale: scale) }
    }

    /// A number from the logistic distribution, cumulative 1 / (1 + exp(−(x − mean) / scale)): NumPy's `logistic`.
    @inlinable
    public mutating func logistic(mean: Double = 0, scale: Double = 1) -> Double {
        RandomLimits.check(scale, atLeastZero: "logistic: scale")
        while true {
            let u = random()
            if u > 0 { return mean + scale * log(u / (1 - u)) }
        }
    }

    /// Numbers from the logistic distribution, NumPy's `logistic(loc, scale, count)`.
    @inlinable
    public mutating func logistic(mean: Double = 0, scale: Double = 1, count: Int) -> [Double] {
        draws(count) { $0.logistic(mean: mean, scale: scale) }
    }

    /// A number from the Rayleigh distribution, the length of a vector of two normal numbers: NumPy's `rayleigh`.
    @inlinable
    public mutating func rayleigh(scale: Double = 1) -> Double {
        RandomLimits.check(scale, atLeastZero: "rayleigh: scale")
        return scale * (Self.isFrozen ? -2 * log1p(-random()) : 2 * standardExponential()).squareRoot()
    }

    /// Numbers from the Rayleigh distribution, NumPy's `rayleigh(scale, count)`.
    @inlinable
    public mutating func rayleigh(scale: Double = 1, count: Int) -> [Double] {
        draws(count) { $0.rayleigh(scale: scale) }
    }

    /// A number from the Weibull distribution with scale 1, cumulative 1 − exp(−x^shape): NumPy's `weibull`.
    @inlinable
    public mutating func weibull(shape: Double) -> Double {
        RandomLimits.check(shape, atLeastZero: "weibull: shape")
        return shape == 0 ? 0 : pow(standardExponential(), 1 / shape)
    }

    /// Numbers from the Weibull distribution, NumPy's `weibull(a, count)`.
    ///
    /// ```swift
    /// var generator = Generator(seed: 42)
    /// let windSpeeds = generator.weibull(shape: 2, count: 24).map { 8 * $0 }
    /// ```
    @inlinable
    public mutating func weibull(shape: Double, count: Int) -> [Double] { draws(count) { $0.weibull(shape: shape) } }

    /// A number from the Pareto distribution of the second kind (Lomax's), density shape / (1 + x)^(shape + 1): NumPy's
    /// `pareto`.
    @inlinable
    public mutating func pareto(shape: Double) -> Double {
        RandomLimits.check(shape, aboveZero: "pareto: shape")
        let power = standardExponential() / shape
        return Self.isFrozen ? exp(power) - 1 : expm1(power)
    }

    /// Numbers from the Pareto distribution, NumPy's `pareto(a, count)`.
    @inlinable
    public mutating func pareto(shape: Double, count: Int) -> [Double] { draws(count) { $0.pareto(shape: shape) } }

    /// A number between `low` and `high` from the triangular distribution with its peak at `mode`, NumPy's
    /// `triangular`.
    @inlinable
    public mutating func triangular(low: Double, mode: Double, high: Double) -> Double {
        guard low <= mode, mode <= high, low < high else {
            fail(
                "triangular: low, mode and high are in this order and low is below high, given \(low), \(mode), \(high)"
            )
        }
        let base = high - low, left = mode - low
        let u = random()
        return u <= left / base
            ? low + (u * (left * base)).squareRoot() : high - ((1 - u) * ((high - mode) * base)).squareRoot()
    }

    /// Numbers from the triangular distribution, NumPy's `triangular(left, mode, right, count)`.
    @inlinable
    public mutating func triangular(low: Double, mode: Double, high: Double, count: Int) -> [Double] {
        draws(count) { $0.triangular(low: low, mode: mode, high: high) }
    }

    /// An angle in [−π, π] from von Mises' distribution on the circle, density ∝ exp(concentration · cos(x − mean)):
    /// NumPy's `vonmises`.
    ///
    /// Source: D. J. Best and N. I. Fisher, "Efficient simulation of the von Mises distribution", Applied Statistics
    /// 28(2), 1979.
    @inlinable
    public mutating func vonMises(mean: Double, concentration: Double) -> Double {
        RandomLimits.check(concentration, atLeastZero: "vonMises: concentration")
        if concentration < 1e-8 { return Double.pi * (2 * random() - 1) }
        if !Self.isFrozen && concentration > 1e6 {
            // As good as normal.
            let angle = mean + (1 / concentration).squareRoot() * standardNormal()
            let raised = angle < -Double.pi ? angle + 2 * Double.pi : angle
            return raised > Double.pi ? raised - 2 * Double.pi : raised
        }
        let s: Double
        if concentration < 1e-5 {
            s = 1 / concentration + concentration
        } else {
            let r = 1 + (1 + 4 * concentration * concentration).squareRoot()
            let rho = (r - (2 * r).squareRoot()) / (2 * concentration)
            s = (1 + rho * rho) / (2 * rho)
        }
        RandomLimits.check(vonMises: s, concentration)
        var w = 0.0
        while true {
            let z = cos(Double.pi * random())
            w = (1 + s * z) / (s + z)
            let y = concentration * (s - w)
            let v = random()
            if y * (2 - y) - v >= 0 || log(y / v) + 1 - y >= 0 { break }
        }
        let turned = acos(w)
        let angle = (random() < 0.5 ? -turned : turned) + mean
        let wrapped = fmod(abs(angle) + Double.pi, 2 * Double.pi) - Double.pi
        return angle < 0 ? -wrapped : wrapped
    }

    /// Angles from von Mises' distribution, NumPy's `vonmises(mu, kappa, count)`.
    @inlinable
    public mutating func vonMises(mean: Double, concentration: Double, count: Int) -> [Double] {
        draws(count) { $0.vonMises(mean: mean, concentration: concentration) }
    }
}
