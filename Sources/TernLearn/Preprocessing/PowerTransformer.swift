import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Makes each feature more like normally distributed by a power, whose exponent is the likeliest.
///
/// ```swift
/// var power = PowerTransformer(method: .boxCox)
/// let z = try power.fitTransform(Tensor([[1.0], [2], [4], [8], [16]]))
/// Swift.abs(power.lambdas[0]) < 1e-3          // true
/// try power.inverseTransform(z)               // [[1], [2], [4], [8], [16]], up to rounding
/// ```
///
/// Missing values (NaN) are passed over and stay. The exponent is found as SciPy finds it, by Brent's method, and so to
/// eight digits, in double precision whatever the type of the features, where scikit-learn computes in that. Within its
/// limits the powers stay: ``warnings`` tell of a likelier exponent.
///
/// Powers of values that vary little beside their mean, such as temperatures in kelvin, may all be alike up to
/// rounding. What rounding leaves of them is not scaled, as in scikit-learn, and ``warnings`` tell of it.
///
/// Source: scikit-learn 1.9.1, `sklearn.preprocessing.PowerTransformer`; Yeo and Johnson, "A new family of power
/// transformations to improve normality or symmetry", Biometrika 87, 2000; Box and Cox, "An analysis of
/// transformations", J. Royal Statist. Soc. B 26, 1964.
public struct PowerTransformer: Transformer {
    /// scikit-learn's `method` and `standardize`.
    public static var parameterNames: [String] { ["method", "standardize"] }

    /// The family of powers.
    ///
    /// ```swift
    /// PowerTransformer.Method.yeoJohnson.rawValue     // "yeo-johnson"
    /// ```
    public enum Method: String, Sendable, Codable {
        /// Of values of either sign.
        case yeoJohnson = "yeo-johnson"
        /// Of values above 0: (x^λ − 1) / λ.
        case boxCox = "box-cox"
    }

    /// The family of powers; by default ``Method/yeoJohnson``.
    public var method: Method
    /// Whether results are brought to mean 0 and variance 1; by default true.
    public var standardize: Bool

    /// The exponent of each feature; empty before the fit.
    public private(set) var lambdas: [Double] = []
    /// What there is to say of the last fit: of features whose powers are all alike up to rounding, and of those whose
    /// likeliest Box-Cox exponent makes powers that are too large for their type, so that the nearest was taken that
    /// does not, as SciPy warns.
    public var warnings: [String] { complaints ?? [] }
    private var complaints: [String]?
    /// The mean and the deviation of the powers, 0 and 1 where they are not standardised.
    private var mean: [Double] = [], scale: [Double] = []

    /// A transformer that has learned nothing yet; defaults are scikit-learn's.
    public init(method: Method = .yeoJohnson, standardize: Bool = true) {
        self.method = method
        self.standardize = standardize
    }

    /// Finds each feature's likeliest exponent, 1 for a feature without gaps that does not vary.
    ///
    /// - Throws: ``EstimatorError`` where `x` is no matrix, is empty or holds infinity. For ``Method/boxCox`` also
    ///   where a value is not above 0, or a feature does not vary or has no values; for ``Method/yeoJohnson`` where
    ///   it varies too much; for both where a power is no number.
    public mutating func fit(_ x: Tensor) throws {
        let x = try Check.features(x, allowsMissing: true, in: Self.kind)
        try wholly { try $0.learn(Columns(x), x.dtype == .float32 ? .single : .double) }
    }

    private mutating func learn(_ columns: Columns, _ limits: Limits) throws {
        (lambdas, mean, scale, complaints) = ([], [], [], nil)
        for (c, column) in columns.values.enumerated() {
            let known = column.filter { !$0.isNaN }
            try checkPositive(known, column: c)
            if method == .boxCox {
                try Check.that(!known.isEmpty, "PowerTransformer: column \(c) holds no values, only NaN")
                try Check.that(
                    known.contains { $0 != known[0] },
                    "PowerTransformer: column \(c) does not vary, and has no likeliest Box-Cox exponent; leave it out")
            }
            let (average, variance) = known.moments()
            try Check.that(method == .boxCox || known.isEmpty || variance.isFinite, Self.complaint(c))
            let varies = !Columns.isConstant(variance, mean: average, count: Double(known.count))
            let isConstant = known.count == column.count && !varies
            let lambda =
                method == .boxCox
                ? boxCoxExponent(known, limits, column: c)
                : isConstant ? 1 : try yeoJohnsonExponent(known, limits, column: c)
            lambdas.append(lambda)
            let powers = method == .yeoJohnson && isConstant ? known : known.map { power($0, lambda) }
            // Powers may be so large that their squares are none.
            let factor = powers.isEmpty ? 1 : Tensor(powers).factorForSquares().item
            let (center, spread) = powers.map { $0 * factor }.moments()
            let hasNoSpread = Columns.isConstant(spread, mean: center, count: Double(powers.count))
            let alike =
                "PowerTransformer: column \(c) varies too little beside its mean for its powers to vary; take its mean away first (StandardScaler), or leave it as it is"
            try Check.that(powers.allSatisfy(\.isFinite), alike)
            // scikit-learn goes on with what is left of it by rounding.
            if varies && hasNoSpread { complaints = warnings + [alike] }
            mean.append(standardize ? center / factor : 0)
            scale.append(standardize && !hasNoSpread ? spread.squareRoot() / factor : 1)
        }
    }

    /// The powers, brought to the fit's mean 0 and variance 1 where that is wanted; NaN stays.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or holds infinity, or, for
    ///   ``Method/boxCox``, values that are not above 0.
    public func transform(_ x: Tensor) throws -> Tensor {
        let x = try checked(x)
        if method == .boxCox {
            for (c, column) in Columns(x).values.enumerated() {
                try checkPositive(column.filter { !$0.isNaN }, column: c)
            }
        }
        return Columns.map(x) { c, value in (power(value, lambdas[c]) - mean[c]) / scale[c] }
    }

    /// The values of which these are the powers; NaN stays, and becomes of numbers beyond all powers, such as a
    /// prediction far out: with an exponent below 0 powers stay below a limit.
    ///
    /// - Throws: ``EstimatorError`` before the fit, and where `x` has other features or holds infinity.
    public func inverseTransform(_ x: Tensor) throws -> Tensor {
        Columns.map(try checked(x)) { c, value in root(value * scale[c] + mean[c], lambdas[c]) }
    }

    private func checked(_ x: Tensor) throws -> Tensor {
        try Check.that(!lambdas.isEmpty, "PowerTransformer: fit the transformer before it transforms")
        return try Check.features(x, expected: lambdas.count, allowsMissing: true, in: Self.kind)
    }

    private func checkPositive(_ values: [Double], column: Int) throws {
        guard method == .boxCox, let wrong = values.first(where: { $0 <= 0 }) else { return }
        throw EstimatorError(
            "PowerTransformer: column \(column) holds \(wrong); the Box-Cox powers are of values above 0. Take method .yeoJohnson"
        )
    }

    private static func complaint(_ column: Int) -> String {
        "PowerTransformer: column \(column) varies too much for any power of it to be a number; scale it, or look for "
            + "values that stand for missing ones"
    }

    private func power(_ x: Double, _ lambda: Double) -> Double {
        if method == .boxCox {
            return Swift.abs(lambda) < 1e-19 || x == 1 ? log(x) : expm1(lambda * log(x)) / lambda
        }
        if x.isNaN { return x }
        if x >= 0 { return Swift.abs(lambda) < Double.ulpOfOne ? log1p(x) : expm1(lambda * log1p(x)) / lambda }
        return Swift.abs(lambda - 2) > Double.ulpOfOne ? -expm1((2 - lambda) * log1p(-x)) / (2 - lambda) : -log1p(-x)
    }

    private func root(_ y: Double, _ lambda: Double) -> Double {
        if method == .boxCox { return lambda == 0 ? exp(y) : exp(log1p(lambda * y) / lambda) }
        if y.isNaN { return y }
        if y >= 0 { return Swift.abs(lambda) < Double.ulpOfOne ? exp(y) - 1 : pow(y * lambda + 1, 1 / lambda) - 1 }
        return Swift.abs(lambda - 2) > Double.ulpOfOne
            ? 1 - pow(-(2 - lambda) * y + 1, 1 / (2 - lambda)) : 1 - exp(-y)
    }

    // MARK: Exponents

    /// The numbers of a type that bound exponents.
    private struct Limits {
        let least: Double, greatest: Double, unit: Double

        static let single = Self(
            least: Double(Float.leastNormalMagnitude), greatest: Double(Float.greatestFiniteMagnitude),
            unit: Double(Float.ulpOfOne))
        static let double = Self(
            least: .leastNormalMagnitude, greatest: .greatestFiniteMagnitude, unit: .ulpOfOne)
    }

    private mutating func boxCoxExponent(_ x: [Double], _ limits: Limits, column: Int) -> Double {
        let logs = x.map { log($0) }, n = Double(x.count), sum = logs.reduce(0, +)
        func unlikeliness(_ lambda: Double) -> Double {
            let logVariance: Double
            if lambda == 0 {
                logVariance = log(logs.moments().variance)
            } else {
                // The largest power is taken out, so that none overflows.
                let most = logs.map { lambda * $0 }.max()!
                logVariance =
                    log(logs.map { exp(lambda * $0 - most) }.moments().variance) + 2 * most
                    - 2 * log(Swift.abs(lambda))
            }
            return -((lambda - 1) * sum - n / 2 * logVariance)
        }
        let likeliest = Brent.minimum(between: -2, and: 2, unlikeliness)
        let kept = within(limits.greatest / 10_000, x, likeliest)
        if kept != likeliest {
            complaints =
                warnings + [
                    "PowerTransformer: the likeliest exponent of column \(column) is \(likeliest), with which its powers are too large; it is \(kept) instead. Take its mean away first"
                ]
        }
        return kept
    }

    /// The exponent, or the nearest with which no power of the values is above `most`: `scipy.stats.boxcox_normmax`.
    private func within(_ most: Double, _ x: [Double], _ lambda: Double) -> Double {
        let low = x.min()!, high = x.max()!
        let isHigh = low >= 1 || high > 1 && power(high, lambda) > Swift.abs(power(low, lambda))
        let far = isHigh ? high : low, size = Swift.abs(log(far))
        guard Swift.abs(power(far, lambda)) > most else { return lambda }
        // (far^λ − 1) / λ is most where λ = log(λ · most) / log(far), up to a share of 1 / most; each step comes
        // hundreds of times nearer.
        let bound = (0..<20).reduce(log(most) / size) { bound, _ in (log(bound) + log(most)) / size }
        return isHigh ? bound : -bound
    }

    private func yeoJohnsonExponent(_ x: [Double], _ limits: Limits, column: Int) throws -> Double {
        if x.allSatisfy({ $0 == 0 }) { return 1 }
        let n = Double(x.count), sum = x.reduce(0) { $0 + ($1 < 0 ? -1 : $1 > 0 ? 1 : 0) * log1p(Swift.abs($1)) }
        func unlikeliness(_ lambda: Double) -> Double {
            let variance = x.map { power($0, lambda) }.moments().variance
            let logVariance = variance >= limits.least ? log(variance) : -.infinity
            let value = -n / 2 * logVariance + (lambda - 1) * sum
            return value.isInfinite ? .infinity : -value
        }
        // Within these bounds no power overflows.
        let size = log1p(20 * x.map { Swift.abs($0) }.max()!)
        var low = (log(limits.least) - log(limits.unit)) / 2 / size
        var high = (log(limits.greatest) + log(limits.unit)) / 2 / size
        if x.allSatisfy({ $0 < 0 }) {
            (low, high) = (2 - high, 2 - low)
        } else if x.contains(where: { $0 < 0 }) {
            (low, high) = (Swift.max(2 - high, low), Swift.min(2 - low, high))
        }
        try Check.that(low < high, Self.complaint(column))
        return Brent.minimum(within: low...high, tolerance: 1.48e-8, unlikeliness)
    }
}

extension PowerTransformer {
    /// - Throws: ``EstimatorError`` where the learned numbers are of other numbers of features.
    public func checkDecoded() throws { try Check.asMany(lambdas, mean, scale, in: Self.kind) }
}
