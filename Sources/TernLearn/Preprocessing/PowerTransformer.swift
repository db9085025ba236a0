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
/// eight digits.
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
    ///   it varies too much.
    public mutating func fit(_ x: Tensor) throws {
        let columns = Columns(try Check.features(x, allowsMissing: true, in: Self.kind))
        try wholly { try $0.learn(columns) }
    }

    private mutating func learn(_ columns: Columns) throws {
        (lambdas, mean, scale) = ([], [], [])
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
            let isConstant =
                known.count == column.count && Columns.isConstant(variance, mean: average, count: Double(columns.rows))
            let lambda =
                method == .boxCox ? boxCoxExponent(known) : isConstant ? 1 : try yeoJohnsonExponent(known, column: c)
            lambdas.append(lambda)
            guard standardize else {
                mean.append(0)
                scale.append(1)
                continue
            }
            let powers = method == .yeoJohnson && isConstant ? known : known.map { power($0, lambda) }
            let (center, spread) = powers.moments()
            mean.append(center)
            let hasNoSpread = Columns.isConstant(spread, mean: center, count: Double(powers.count))
            scale.append(hasNoSpread ? 1 : spread.squareRoot())
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

    /// The values of which these are the powers; NaN stays.
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

    private func boxCoxExponent(_ x: [Double]) -> Double {
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
        return Brent.minimum(between: -2, and: 2, unlikeliness)
    }

    private func yeoJohnsonExponent(_ x: [Double], column: Int) throws -> Double {
        if x.allSatisfy({ $0 == 0 }) { return 1 }
        let n = Double(x.count), sum = x.reduce(0) { $0 + ($1 < 0 ? -1 : $1 > 0 ? 1 : 0) * log1p(Swift.abs($1)) }
        func unlikeliness(_ lambda: Double) -> Double {
            let variance = x.map { power($0, lambda) }.moments().variance
            let logVariance = variance >= Double.leastNormalMagnitude ? log(variance) : -.infinity
            let value = -n / 2 * logVariance + (lambda - 1) * sum
            return value.isInfinite ? .infinity : -value
        }
        // Within these bounds no power overflows.
        let size = log1p(20 * x.map { Swift.abs($0) }.max()!)
        var low = (log(Double.leastNormalMagnitude) - log(Double.ulpOfOne)) / 2 / size
        var high = (log(Double.greatestFiniteMagnitude) + log(Double.ulpOfOne)) / 2 / size
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
