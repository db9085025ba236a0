import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The mean deviance of Tweedie's distribution: `sklearn.metrics.mean_tweedie_deviance`.
///
/// ```swift
/// let rain = Tensor([2.0, 0, 1, 4]), predicted = Tensor([0.5, 0.5, 2, 2])
/// try meanTweedieDeviance(rain, predicted, power: 1)              // 1.42601513
/// ```
///
/// - Parameters:
///   - truth: [examples], of a single target.
///   - prediction: as many.
///   - sampleWeight: [examples], not all 0.
///   - power: of the variance in the mean. 0: the normal distribution, and the mean squared error; 1: Poisson's;
///     between 1 and 2: amounts of which many are 0, such as rain; 2: gamma; 3: inverse Gaussian; none lies between 0
///     and 1.
/// - Throws: ``EstimatorError`` where a value or the power has no such deviance.
public func meanTweedieDeviance(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, power: Double = 0
) throws -> Double {
    let pairs = try deviancePairs(truth, prediction, sampleWeight, power, "meanTweedieDeviance")
    return pairs.means { deviance($0, $1, power) }[0]
}

/// The mean deviance of Poisson's distribution, of counts: `sklearn.metrics.mean_poisson_deviance`.
///
/// ```swift
/// try meanPoissonDeviance(Tensor([2.0, 0, 1, 4]), Tensor([0.5, 0.5, 2, 2]))       // 1.42601513
/// ```
///
/// - Throws: ``EstimatorError`` where a true value is negative or a prediction is not above 0.
public func meanPoissonDeviance(_ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil) throws -> Double {
    try meanTweedieDeviance(truth, prediction, sampleWeight: sampleWeight, power: 1)
}

/// The mean deviance of the gamma distribution, which minds ratios: `sklearn.metrics.mean_gamma_deviance`.
///
/// ```swift
/// try meanGammaDeviance(Tensor([2.0, 0.5, 1, 4]), Tensor([0.5, 0.5, 2, 2]))       // 1.05685281
/// ```
///
/// - Throws: ``EstimatorError`` where a value is not above 0.
public func meanGammaDeviance(_ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil) throws -> Double {
    try meanTweedieDeviance(truth, prediction, sampleWeight: sampleWeight, power: 2)
}

/// The share of the mean's Tweedie deviance that predictions spare, 1 at best: `sklearn.metrics.d2_tweedie_score`.
///
/// ```swift
/// try d2TweedieScore(Tensor([0.5, 1, 2.5, 7]), Tensor([1, 1, 5, 3.5]), power: 1)      // 0.48791513
/// ```
///
/// - Throws: ``EstimatorError`` as ``meanTweedieDeviance(_:_:sampleWeight:power:)``.
/// - Returns: NaN for fewer than two examples.
public func d2TweedieScore(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, power: Double = 0
) throws -> Double {
    let pairs = try deviancePairs(truth, prediction, sampleWeight, power, "d2TweedieScore")
    if pairs.rows < 2 { return .nan }
    let mean = pairs.means { truth, _ in truth }[0]
    return 1 - pairs.means { deviance($0, $1, power) }[0] / pairs.means { truth, _ in deviance(truth, mean, power) }[0]
}

private func deviance(_ y: Double, _ mu: Double, _ p: Double) -> Double {
    switch p {
    case 0: (y - mu) * (y - mu)
    case 1: 2 * ((y == 0 ? 0 : y * log(y / mu)) - y + mu)
    case 2: 2 * (log(mu / y) + y / mu - 1)
    default:
        2
            * (pow(p < 0 ? Swift.max(y, 0) : y, 2 - p) / ((1 - p) * (2 - p)) - y * pow(mu, 1 - p) / (1 - p)
                + pow(mu, 2 - p) / (2 - p))
    }
}

private func deviancePairs(_ truth: Tensor, _ prediction: Tensor, _ weight: Tensor?, _ power: Double, _ name: String)
    throws -> MetricPairs
{
    let pairs = MetricPairs(truth, prediction, weight, in: name)
    try Check.that(pairs.targets == 1, "\(name): there are \(pairs.targets) targets; it takes one")
    try Check.that(
        power <= 0 || power >= 1, "\(name): power is \(power); no such distribution lies between 0 and 1")
    if power == 0 { return pairs }
    if let wrong = pairs.prediction.first(where: { !($0 > 0) }) {
        throw EstimatorError("\(name): with power \(power) predictions must be above 0; one is \(wrong)")
    }
    if power >= 1, let wrong = pairs.truth.first(where: { power < 2 ? !($0 >= 0) : !($0 > 0) }) {
        throw EstimatorError(
            "\(name): with power \(power) true values must be \(power < 2 ? "0 or more" : "above 0"); one is \(wrong)")
    }
    return pairs
}
