import TernCore

/// How the scores of several targets become one number.
///
/// ```swift
/// let truth = Tensor([[0.0, 0], [1, 10]]), prediction = Tensor([[0.0, 5], [1, 5]])
/// r2Score(truth, prediction, multiOutput: .uniformAverage)        // 0.5, the mean of 1 and 0
/// r2Score(truth, prediction, multiOutput: .varianceWeighted)      // 0.00990099: 0.25 of a variance of 25.25
/// r2Score(truth, prediction, multiOutput: .weighted([3, 1]))      // 0.75
/// ```
public enum MultiOutput: Sendable {
    /// The mean over targets.
    case uniformAverage
    /// Targets weighted by their variance (their deviance, where scores are shares of that), scikit-learn's
    /// `variance_weighted`; the mean where no target varies. Errors, which are no shares, are averaged.
    case varianceWeighted
    /// Targets weighted by these numbers, one for each.
    case weighted([Double])
}

/// A score of each target alone: scikit-learn's `multioutput="raw_values"`.
///
/// ```swift
/// let truth = Tensor([[0.0, 0], [1, 10]]), prediction = Tensor([[0.0, 5], [1, 5]])
/// scoreOfEachTarget(truth, prediction) { meanSquaredError($0, $1) }          // [0.0, 25.0]
/// ```
///
/// - Parameters:
///   - truth: [examples, targets]; a vector is one target.
///   - prediction: of the same shape; another ends the program.
///   - metric: of one target's true and predicted values, each [examples].
/// - Throws: what the metric throws.
public func scoreOfEachTarget(
    _ truth: Tensor, _ prediction: Tensor, _ metric: (Tensor, Tensor) throws -> Double
) rethrows -> [Double] {
    guard truth.shape == prediction.shape, truth.rank == 1 || truth.rank == 2 else {
        fail(
            "scoreOfEachTarget: true values of shape \(truth.shape) and predictions of shape \(prediction.shape) do not fit"
        )
    }
    if truth.rank == 1 { return [try metric(truth, prediction)] }
    return try (0..<truth.shape[1]).map { try metric(truth[.all, $0], prediction[.all, $0]) }
}

/// Checked pairs of true and predicted values, target by target.
struct MetricPairs {
    let truth: [Double], prediction: [Double], weight: [Double]?
    let rows: Int, targets: Int
    private let name: String
    /// 1, or a power of two by which the squares of all numbers are finite.
    let factor: Double

    /// - Parameter name: the function, for messages.
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
        self.name = name
        factor = (self.truth + self.prediction).contains { Swift.abs($0) > 0x1p480 } ? 0x1p-600 : 1
        if let weight {
            if weight.count != rows { fail("\(name): \(weight.count) weights do not fit \(rows) examples") }
            if !weight.doubles.contains(where: { $0 != 0 }) { fail("\(name): all weights are 0; no example counts") }
        }
    }

    var totalWeight: Double { weight.map { $0.reduce(0, +) } ?? Double(rows) }

    /// The weighted mean over rows of the squared error, for each target, in units of the factor's square.
    func meanSquares() -> [Double] {
        means { truth, prediction in
            let error = (truth - prediction) * factor
            return error * error
        }
    }

    /// The weighted mean over rows of `value(true, predicted)`, for each target.
    func means(_ value: (Double, Double) -> Double) -> [Double] {
        let total = totalWeight
        return (0..<targets).map { target in
            var sum = 0.0
            for row in 0..<rows {
                let i = row * targets + target
                sum += value(truth[i], prediction[i]) * (weight?[row] ?? 1)
            }
            return sum / total
        }
    }

    /// The weighted mean over rows of the squared deviation of `value(true, predicted)` from its mean, for each target,
    /// in units of the factor's square.
    func variances(_ value: (Double, Double) -> Double) -> [Double] {
        let center = means { value($0, $1) * factor }, counted = (0..<rows).filter { weight?[$0] != 0 }
        return (0..<targets).map { target in
            // The mean of equal values may be a unit in the last place beside them.
            func at(_ row: Int) -> Double { value(truth[row * targets + target], prediction[row * targets + target]) }
            if let first = counted.first, counted.allSatisfy({ at($0) == at(first) }) { return 0 }
            var sum = 0.0
            for row in 0..<rows {
                let deviation = at(row) * factor - center[target]
                sum += deviation * deviation * (weight?[row] ?? 1)
            }
            return sum / totalWeight
        }
    }

    /// The weighted quantile over rows of `value(true, predicted)`, for each target: of the sorted values the first at
    /// which the running weight reaches the share, or the middle between it and the next where it is met exactly. NaN
    /// where a value is.
    func quantiles(_ share: Double, _ value: (Double, Double) -> Double) -> [Double] {
        (0..<targets).map { target in
            let pairs = (0..<rows).map { row in
                (value(truth[row * targets + target], prediction[row * targets + target]), weight?[row] ?? 1)
            }.sorted { $0.0 < $1.0 }
            // Among values that are no numbers there is no order.
            if pairs.contains(where: { $0.0.isNaN }) { return .nan }
            var sums: [Double] = [], sum = 0.0
            for (_, weight) in pairs {
                sum += weight
                sums.append(sum)
            }
            var wanted = share * sum
            if wanted == 0 { wanted = wanted.nextUp }
            let at = min(sums.firstIndex { $0 >= wanted } ?? rows - 1, rows - 1)
            if sums[at] - wanted > Double.ulpOfOne { return pairs[at].0 }
            var next = min(at + 1, rows - 1)
            if pairs[next].1 == 0 { next = sums.firstIndex { $0 > sums[at] } ?? at }
            return (pairs[at].0 + pairs[next].0) / 2
        }
    }

    /// One number of the targets' errors.
    func averaged(_ values: [Double], _ multiOutput: MultiOutput) -> Double {
        guard case .weighted(let weights) = multiOutput else { return weightedMean(values, nil) }
        return weighted(values, weights)
    }

    private func weighted(_ values: [Double], _ weights: [Double]) -> Double {
        guard weights.count == values.count else {
            fail("\(name): \(weights.count) weights of targets do not fit \(values.count) targets")
        }
        return weightedMean(values, weights)
    }

    /// What share of each target's deviance is explained, as one number.
    func explained(_ left: [Double], of whole: [Double], _ multiOutput: MultiOutput) -> Double {
        let scores = shares(left, of: whole)
        guard case .varianceWeighted = multiOutput else { return averaged(scores, multiOutput) }
        return whole.contains { $0 != 0 } ? weighted(scores, whole) : weightedMean(scores, nil)
    }

    /// 1 − left / whole; of what does not vary 1 where nothing is left and 0 elsewhere. NaN where either is.
    func shares(_ left: [Double], of whole: [Double]) -> [Double] {
        zip(left, whole).map { left, whole in left == 0 ? 1 : whole == 0 && !left.isNaN ? 0 : 1 - left / whole }
    }
}

/// The mean of values by their weights; nil: all alike.
func weightedMean(_ values: [Double], _ weights: [Double]?) -> Double {
    guard let weights else { return values.mean }
    return zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
}
