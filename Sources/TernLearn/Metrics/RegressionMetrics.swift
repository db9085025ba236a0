import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

// Of all: truth [examples] or [examples, targets] (further axes count as targets), prediction of as many values,
// sampleWeight [examples], not all 0. Shapes that do not fit end the program.

/// The mean of the squared errors, over examples and then over targets: `sklearn.metrics.mean_squared_error`.
///
/// ```swift
/// meanSquaredError(Tensor([1.0, 2]), Tensor([1.0, 4]))                                    // 2
/// meanSquaredError(Tensor([1.0, 2]), Tensor([1.0, 4]), sampleWeight: Tensor([3.0, 1]))    // 1
/// ```
///
/// - Parameters:
///   - truth: [examples] or [examples, targets]; further axes count as targets.
///   - prediction: as many values; others end the program.
///   - sampleWeight: [examples], not all 0.
///   - multiOutput: how the errors of several targets become one number.
public func meanSquaredError(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, multiOutput: MultiOutput = .uniformAverage
) -> Double {
    let pairs = MetricPairs(truth, prediction, sampleWeight, in: "meanSquaredError")
    return pairs.averaged(pairs.meanSquares().map { $0 / pairs.factor / pairs.factor }, multiOutput)
}

/// The square root of each target's mean squared error, averaged over targets:
/// `sklearn.metrics.root_mean_squared_error`. Shapes as in ``meanSquaredError(_:_:sampleWeight:multiOutput:)``.
///
/// ```swift
/// rootMeanSquaredError(Tensor([0.0, 0]), Tensor([3.0, 3]))        // 3
/// ```
public func rootMeanSquaredError(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, multiOutput: MultiOutput = .uniformAverage
) -> Double {
    let pairs = MetricPairs(truth, prediction, sampleWeight, in: "rootMeanSquaredError")
    return pairs.averaged(pairs.meanSquares().map { $0.squareRoot() / pairs.factor }, multiOutput)
}

/// The mean of the absolute errors: `sklearn.metrics.mean_absolute_error`. Shapes as in
/// ``meanSquaredError(_:_:sampleWeight:multiOutput:)``.
///
/// ```swift
/// meanAbsoluteError(Tensor([1.0, 2]), Tensor([1.0, 4]))           // 1
/// ```
public func meanAbsoluteError(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, multiOutput: MultiOutput = .uniformAverage
) -> Double {
    let pairs = MetricPairs(truth, prediction, sampleWeight, in: "meanAbsoluteError")
    return pairs.averaged(pairs.means { Swift.abs($0 - $1) }, multiOutput)
}

/// The median of the absolute errors, which outliers hardly move: `sklearn.metrics.median_absolute_error`. Shapes as in
/// ``meanSquaredError(_:_:sampleWeight:multiOutput:)``.
///
/// ```swift
/// medianAbsoluteError(Tensor([0.0, 0, 0]), Tensor([1.0, 2, 100]))         // 2
/// ```
public func medianAbsoluteError(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, multiOutput: MultiOutput = .uniformAverage
) -> Double {
    let pairs = MetricPairs(truth, prediction, sampleWeight, in: "medianAbsoluteError")
    return pairs.averaged(pairs.quantiles(0.5) { Swift.abs($0 - $1) }, multiOutput)
}

/// The mean of the absolute errors as shares of the true values, 0.1 for 10 %:
/// `sklearn.metrics.mean_absolute_percentage_error`. True values of 0 count as 2⁻⁵², which makes it huge. Shapes as in
/// ``meanSquaredError(_:_:sampleWeight:multiOutput:)``.
///
/// ```swift
/// meanAbsolutePercentageError(Tensor([1.0, 2]), Tensor([1.5, 2]))         // 0.25
/// ```
public func meanAbsolutePercentageError(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, multiOutput: MultiOutput = .uniformAverage
) -> Double {
    let pairs = MetricPairs(truth, prediction, sampleWeight, in: "meanAbsolutePercentageError")
    return pairs.averaged(
        pairs.means { Swift.abs($0 - $1) / Swift.max(Swift.abs($0), Double.ulpOfOne) }, multiOutput)
}

/// The mean squared difference of log(1 + value): `sklearn.metrics.mean_squared_log_error`. Shapes as in
/// ``meanSquaredError(_:_:sampleWeight:multiOutput:)``.
///
/// ```swift
/// try meanSquaredLogError(Tensor([0.0, 0]), Tensor([0.0, 0]))             // 0
/// ```
///
/// - Throws: ``EstimatorError`` where a value is −1 or less.
public func meanSquaredLogError(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, multiOutput: MultiOutput = .uniformAverage
) throws -> Double {
    let pairs = try logPairs(truth, prediction, sampleWeight, "meanSquaredLogError")
    return pairs.averaged(squaredLogErrors(pairs), multiOutput)
}

/// The square root of each target's mean squared difference of log(1 + value):
/// `sklearn.metrics.root_mean_squared_log_error`. Shapes as in ``meanSquaredError(_:_:sampleWeight:multiOutput:)``.
///
/// ```swift
/// try rootMeanSquaredLogError(Tensor([0.0]), Tensor([1.0]))               // 0.6931471805599453
/// ```
///
/// - Throws: ``EstimatorError`` where a value is −1 or less.
public func rootMeanSquaredLogError(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, multiOutput: MultiOutput = .uniformAverage
) throws -> Double {
    let pairs = try logPairs(truth, prediction, sampleWeight, "rootMeanSquaredLogError")
    return pairs.averaged(squaredLogErrors(pairs).map { $0.squareRoot() }, multiOutput)
}

private func squaredLogErrors(_ pairs: MetricPairs) -> [Double] {
    pairs.means { truth, prediction in
        let error = log1p(truth) - log1p(prediction)
        return error * error
    }
}

private func logPairs(_ truth: Tensor, _ prediction: Tensor, _ weight: Tensor?, _ name: String) throws -> MetricPairs {
    let pairs = MetricPairs(truth, prediction, weight, in: name)
    if let wrong = (pairs.truth + pairs.prediction).first(where: { $0 <= -1 }) {
        throw EstimatorError("\(name): log(1 + \(wrong)) is no number; all values must be above -1")
    }
    return pairs
}

/// The pinball loss of a predicted quantile: `sklearn.metrics.mean_pinball_loss`. Shapes as in
/// ``meanSquaredError(_:_:sampleWeight:multiOutput:)``.
///
/// ```swift
/// meanPinballLoss(Tensor([1.0, 2, 3]), Tensor([1.0, 2, 4]), alpha: 0.1)   // 0.3: too much counts by 0.9
/// ```
///
/// - Parameter alpha: the quantile, from 0 to 1; at 0.5 it is half the mean absolute error.
public func meanPinballLoss(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, alpha: Double = 0.5,
    multiOutput: MultiOutput = .uniformAverage
) -> Double {
    checkQuantile(alpha, in: "meanPinballLoss")
    let pairs = MetricPairs(truth, prediction, sampleWeight, in: "meanPinballLoss")
    return pairs.averaged(pairs.means { pinball($0 - $1, alpha) }, multiOutput)
}

private func pinball(_ error: Double, _ alpha: Double) -> Double { error >= 0 ? alpha * error : (alpha - 1) * error }

private func checkQuantile(_ alpha: Double, in name: String) {
    if !(0...1).contains(alpha) { fail("\(name): alpha is \(alpha); a quantile is from 0 to 1") }
}

/// The largest absolute error: `sklearn.metrics.max_error`, also over several targets, which scikit-learn refuses. NaN
/// where a value is.
///
/// ```swift
/// maxError(Tensor([1.0, 2, 3]), Tensor([1.0, 4, 2]))              // 2
/// ```
public func maxError(_ truth: Tensor, _ prediction: Tensor) -> Double {
    let pairs = MetricPairs(truth, prediction, nil, in: "maxError")
    let errors = zip(pairs.truth, pairs.prediction).map { Swift.abs($0 - $1) }
    return errors.contains(where: \.isNaN) ? .nan : errors.max()!
}

// MARK: - Shares of variance

/// The coefficient of determination, 1 at best: `sklearn.metrics.r2_score`. Shapes as in
/// ``meanSquaredError(_:_:sampleWeight:multiOutput:)``.
///
/// ```swift
/// r2Score(Tensor([1.0, 2, 3]), Tensor([1.0, 2, 2]))               // 0.5
/// ```
///
/// 0 is what the mean of the true values would score; there is no lower bound. For a constant target it is 1 where the
/// prediction is perfect and 0 elsewhere (with weights, scikit-learn may take a rounding error for the target's
/// variance); for fewer than two examples it is NaN.
public func r2Score(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, multiOutput: MultiOutput = .uniformAverage
) -> Double {
    let pairs = MetricPairs(truth, prediction, sampleWeight, in: "r2Score")
    if pairs.rows < 2 { return .nan }
    return pairs.explained(pairs.meanSquares(), of: pairs.variances { truth, _ in truth }, multiOutput)
}

/// R² that forgives a constant offset: `sklearn.metrics.explained_variance_score`. Shapes as in
/// ``meanSquaredError(_:_:sampleWeight:multiOutput:)``; a constant target is treated as in
/// ``r2Score(_:_:sampleWeight:multiOutput:)``.
///
/// ```swift
/// explainedVarianceScore(Tensor([1.0, 2, 3]), Tensor([2.0, 3, 4]))        // 1
/// ```
public func explainedVarianceScore(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, multiOutput: MultiOutput = .uniformAverage
) -> Double {
    let pairs = MetricPairs(truth, prediction, sampleWeight, in: "explainedVarianceScore")
    return pairs.explained(pairs.variances { $0 - $1 }, of: pairs.variances { truth, _ in truth }, multiOutput)
}

/// The share of the pinball loss of the best constant quantile that predictions spare:
/// `sklearn.metrics.d2_pinball_score`. Shapes as in ``meanSquaredError(_:_:sampleWeight:multiOutput:)``; NaN for fewer
/// than two examples.
///
/// ```swift
/// d2PinballScore(Tensor([1.0, 2, 3]), Tensor([1.0, 2, 3]), alpha: 0.9)    // 1
/// ```
///
/// - Parameter alpha: the quantile, from 0 to 1.
public func d2PinballScore(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, alpha: Double = 0.5,
    multiOutput: MultiOutput = .uniformAverage
) -> Double {
    checkQuantile(alpha, in: "d2PinballScore")
    let pairs = MetricPairs(truth, prediction, sampleWeight, in: "d2PinballScore")
    if pairs.rows < 2 { return .nan }
    let constant = pairs.quantiles(alpha) { truth, _ in truth }
    let whole = (0..<pairs.targets).map { target in
        pairs.means { truth, _ in pinball(truth - constant[target], alpha) }[target]
    }
    return pairs.explained(pairs.means { pinball($0 - $1, alpha) }, of: whole, multiOutput)
}

/// The share of the mean absolute error of the median that predictions spare:
/// `sklearn.metrics.d2_absolute_error_score`. Shapes as in ``meanSquaredError(_:_:sampleWeight:multiOutput:)``.
///
/// ```swift
/// d2AbsoluteErrorScore(Tensor([1.0, 2, 3]), Tensor([1.0, 2, 4]))          // 0.5
/// ```
public func d2AbsoluteErrorScore(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, multiOutput: MultiOutput = .uniformAverage
) -> Double {
    d2PinballScore(truth, prediction, sampleWeight: sampleWeight, multiOutput: multiOutput)
}
