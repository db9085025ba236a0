import TernCore

/// How the scores of several targets become one number.
///
/// ```swift
/// let truth = Tensor([[0.0, 0], [1, 10]]), prediction = Tensor([[0.0, 5], [1, 5]])
/// r2Score(truth, prediction, multiOutput: .uniformAverage)        // 0.5, the mean of 1 and 0
/// r2Score(truth, prediction, multiOutput: .varianceWeighted)      // 0.00990099: 0.25 of a variance of 25.25
/// ```
public enum MultiOutput: Sendable {
    /// The mean over targets.
    case uniformAverage
    /// Targets weighted by their variance, scikit-learn's `variance_weighted`; the mean where no target varies.
    case varianceWeighted
}

/// Checked pairs of true and predicted values, target by target.
private struct Pairs {
    let truth: [Double], prediction: [Double], weight: [Double]?
    let rows: Int, targets: Int

    init(_ truth: Tensor, _ prediction: Tensor, _ weight: Tensor?, in name: String) {
        guard truth.count == prediction.count, truth.rank > 0, truth.count > 0, truth.shape[0] == prediction.shape[0]
        else {
            fail("\(name): true values of shape \(truth.shape) and predictions of shape \(prediction.shape) do not fit")
        }
        rows = truth.shape[0]
        targets = truth.count / rows
        self.truth = truth.doubles
        self.prediction = prediction.doubles
        self.weight = weight?.doubles
        if let weight {
            if weight.count != rows { fail("\(name): \(weight.count) weights do not fit \(rows) examples") }
            if !weight.doubles.contains(where: { $0 != 0 }) { fail("\(name): all weights are 0; no example counts") }
        }
    }

    var totalWeight: Double { weight.map { $0.reduce(0, +) } ?? Double(rows) }

    /// The weighted mean over rows of `value(true, predicted)`, for each target.
    func means(_ value: (Double, Double) -> Double) -> [Double] {
        (0..<targets).map { target in
            var sum = 0.0
            for row in 0..<rows {
                let i = row * targets + target
                sum += value(truth[i], prediction[i]) * (weight?[row] ?? 1)
            }
            return sum / totalWeight
        }
    }

    /// The weighted mean over rows of the squared deviation of `value(true, predicted)` from its mean, for each target.
    func variances(_ value: (Double, Double) -> Double) -> [Double] {
        let center = means(value), counted = (0..<rows).filter { weight?[$0] != 0 }
        return (0..<targets).map { target in
            // The mean of equal values may be a unit in the last place beside them.
            func at(_ row: Int) -> Double { value(truth[row * targets + target], prediction[row * targets + target]) }
            if let first = counted.first, counted.allSatisfy({ at($0) == at(first) }) { return 0 }
            var sum = 0.0
            for row in 0..<rows {
                let deviation = at(row) - center[target]
                sum += deviation * deviation * (weight?[row] ?? 1)
            }
            return sum / totalWeight
        }
    }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// The mean of the squared errors, over examples and then over targets: `sklearn.metrics.mean_squared_error`.
///
/// - Parameters:
///   - truth: [examples] or [examples, targets]; further axes count as targets.
///   - prediction: as many values; others end the program.
///   - sampleWeight: [examples], not all 0.
public func meanSquaredError(_ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil) -> Double {
    mean(Pairs(truth, prediction, sampleWeight, in: "meanSquaredError").means { ($0 - $1) * ($0 - $1) })
}

/// The square root of each target's mean squared error, averaged over targets:
/// `sklearn.metrics.root_mean_squared_error`. Shapes as in ``meanSquaredError(_:_:sampleWeight:)``.
public func rootMeanSquaredError(_ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil) -> Double {
    mean(
        Pairs(truth, prediction, sampleWeight, in: "rootMeanSquaredError").means { ($0 - $1) * ($0 - $1) }.map {
            $0.squareRoot()
        })
}

/// The mean of the absolute errors: `sklearn.metrics.mean_absolute_error`. Shapes as in
/// ``meanSquaredError(_:_:sampleWeight:)``.
public func meanAbsoluteError(_ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil) -> Double {
    mean(Pairs(truth, prediction, sampleWeight, in: "meanAbsoluteError").means { Swift.abs($0 - $1) })
}

/// The largest absolute error: `sklearn.metrics.max_error`, also over several targets, which scikit-learn refuses.
public func maxError(_ truth: Tensor, _ prediction: Tensor) -> Double {
    let pairs = Pairs(truth, prediction, nil, in: "maxError")
    return zip(pairs.truth, pairs.prediction).map { Swift.abs($0 - $1) }.max()!
}

/// The coefficient of determination, 1 at best: `sklearn.metrics.r2_score`. Shapes as in
/// ``meanSquaredError(_:_:sampleWeight:)``.
///
/// 0 is what the mean of the true values would score; there is no lower bound. For a constant target it is 1 where the
/// prediction is perfect and 0 elsewhere (with weights, scikit-learn may take a rounding error for the target's
/// variance); for fewer than two examples it is NaN.
public func r2Score(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, multiOutput: MultiOutput = .uniformAverage
) -> Double {
    let pairs = Pairs(truth, prediction, sampleWeight, in: "r2Score")
    if pairs.rows < 2 { return .nan }
    return explained(pairs, pairs.means { ($0 - $1) * ($0 - $1) }, multiOutput)
}

/// R² that forgives a constant offset: `sklearn.metrics.explained_variance_score`. Shapes as in
/// ``meanSquaredError(_:_:sampleWeight:)``; a constant target is treated as in
/// ``r2Score(_:_:sampleWeight:multiOutput:)``.
public func explainedVarianceScore(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, multiOutput: MultiOutput = .uniformAverage
) -> Double {
    let pairs = Pairs(truth, prediction, sampleWeight, in: "explainedVarianceScore")
    return explained(pairs, pairs.variances { $0 - $1 }, multiOutput)
}

/// The share of each target's variance that `residual` leaves explained.
private func explained(_ pairs: Pairs, _ residual: [Double], _ multiOutput: MultiOutput) -> Double {
    let variance = pairs.variances { truth, _ in truth }
    let scores = zip(residual, variance).map { residual, variance in
        variance == 0 ? (residual == 0 ? 1.0 : 0.0) : 1 - residual / variance
    }
    switch multiOutput {
    case .uniformAverage: return mean(scores)
    case .varianceWeighted:
        let total = variance.reduce(0, +)
        return total == 0 ? mean(scores) : zip(scores, variance).reduce(0) { $0 + $1.0 * $1.1 } / total
    }
}
