#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The normal distribution of mean 0 and variance 1.
enum NormalDistribution {
    /// The probability of a value below x.
    static func probability(below x: Double) -> Double {
        x < 1 ? 0.5 * erfc(-x / 2.squareRoot()) : 1 - 0.5 * erfc(x / 2.squareRoot())
    }

    /// The value below which lies a share p of all; −∞ for 0, ∞ for 1, NaN beyond.
    ///
    /// Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Appl. Statist. 37, 1988,
    /// doi:10.2307/2347330; right to 16 digits.
    static func quantile(_ p: Double) -> Double {
        if p == 0 { return -.infinity }
        if p == 1 { return .infinity }
        guard p > 0, p < 1 else { return .nan }
        func ratio(_ r: Double, _ a: [Double], _ b: [Double]) -> Double {
            a.reversed().reduce(0) { $0 * r + $1 } / b.reversed().reduce(0) { $0 * r + $1 }
        }
        let q = p - 0.5
        if Swift.abs(q) <= 0.425 { return q * ratio(0.180625 - q * q, center.a, center.b) }
        let r = (-log(q < 0 ? p : 1 - p)).squareRoot()
        let value = r <= 5 ? ratio(r - 1.6, middle.a, middle.b) : ratio(r - 5, tail.a, tail.b)
        return q < 0 ? -value : value
    }

    private static let center = (
        a: [
            3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
            45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
        ],
        b: [
            1.0, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077, 21213.794301586595867,
            39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
        ]
    )
    private static let middle = (
        a: [
            1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
            1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.74545014278341407640e-4,
        ],
        b: [
            1.0, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550, 0.148103976427480074590,
            0.0151986665636164571966, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
        ]
    )
    private static let tail = (
        a: [
            6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230,
            0.0265321895265761230930, 0.00124266094738807843860, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
        ],
        b: [
            1.0, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
            7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
            2.04426310338993978564e-15,
        ]
    )
}
