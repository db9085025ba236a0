import TernCore
import TernText

// Metrics of yes and no: targets are 0 or 1, predictions between. A prediction is positive above a threshold.
// Several thresholds give several results.

extension Metric {
    private static func counting(
        _ name: String, _ thresholds: [Double]?, isBetterWhenLarger: Bool,
        _ part: @escaping @Sendable (ConfusionCounts) -> Tensor
    ) -> Metric {
        let thresholds = given(thresholds, [0.5], name)
        return Metric(name, isBetterWhenLarger: isBetterWhenLarger) { _ in
            [[thresholds.values.count]]
        } contribution: { t, p, weight in
            [part(thresholds.counts(t, p, weight))]
        } finish: {
            single($0[0])
        }
    }

    /// The thresholds that were given, from 0 to 1 as probabilities are, or else the standard ones.
    private static func given(_ values: [Double]?, _ standard: [Double], _ name: String) -> DecisionThresholds {
        for value in values ?? [] { ArgumentRange.share.check(name, ["a threshold": value]) }
        let values = values ?? standard
        if values.isEmpty { fail("\(name): there is no threshold; give one at least, or nil for \(standard[0])") }
        return DecisionThresholds(values)
    }

    private static func single(_ x: Tensor) -> Tensor { x.count == 1 ? x.reshaped([]) : x }

    /// How many positive targets are predicted so, weighted.
    ///
    /// - Parameter thresholds: from 0 to 1; a prediction is positive above it; several give several results. nil: 0.5.
    public static func truePositives(thresholds: [Double]? = nil) -> Metric {
        counting("true_positives", thresholds, isBetterWhenLarger: true) { $0.truePositives }
            .written(as: "TruePositives", ["thresholds": .floats(orNull: thresholds)])
    }
    /// How many negative targets are predicted so, weighted. For the thresholds see ``truePositives(thresholds:)``.
    public static func trueNegatives(thresholds: [Double]? = nil) -> Metric {
        counting("true_negatives", thresholds, isBetterWhenLarger: true) { $0.trueNegatives }
            .written(as: "TrueNegatives", ["thresholds": .floats(orNull: thresholds)])
    }
    /// How many negative targets are predicted positive (false alarms), weighted. For the thresholds see
    /// ``truePositives(thresholds:)``.
    public static func falsePositives(thresholds: [Double]? = nil) -> Metric {
        counting("false_positives", thresholds, isBetterWhenLarger: false) { $0.falsePositives }
            .written(as: "FalsePositives", ["thresholds": .floats(orNull: thresholds)])
    }
    /// How many positive targets are predicted negative (misses), weighted. For the thresholds see
    /// ``truePositives(thresholds:)``.
    public static func falseNegatives(thresholds: [Double]? = nil) -> Metric {
        counting("false_negatives", thresholds, isBetterWhenLarger: false) { $0.falseNegatives }
            .written(as: "FalseNegatives", ["thresholds": .floats(orNull: thresholds)])
    }

    private static func share(
        _ name: String, _ thresholds: [Double]?, _ topK: Int?, _ classID: Int?,
        missing: @escaping @Sendable (ConfusionCounts) -> Tensor
    ) -> Metric {
        let thresholds = given(thresholds, [topK == nil ? 0.5 : -1e10], name)
        if let topK, topK < 1 { fail("\(name): topK is \(topK); it is 1 or more") }
        return Metric(name, isBetterWhenLarger: true) { _ in
            [[thresholds.values.count], [thresholds.values.count]]
        } contribution: { t, p, weight in
            let counts = thresholds.counts(t, p, weight, topK: topK, classID: classID)
            return [counts.truePositives, missing(counts)]
        } finish: {
            let (hits, others) = ($0[0], $0[1])
            return single(divideOrZero(hits, hits + others))
        }
    }

    /// True positives / all that was predicted positive.
    ///
    /// - Parameters:
    ///   - thresholds: from 0 to 1; a prediction is positive above it; several give several results.
    ///   - topK: only the largest `topK` predictions of the last axis, 1 or more, can be positive; the threshold is
    ///     then off by default.
    ///   - classID: only this class counts.
    public static func precision(thresholds: [Double]? = nil, topK: Int? = nil, classID: Int? = nil) -> Metric {
        share("precision", thresholds, topK, classID) { $0.falsePositives }
            .written(
                as: "Precision",
                [
                    "thresholds": .floats(orNull: thresholds), "top_k": .whole(orNull: topK),
                    "class_id": .whole(orNull: classID),
                ])
    }

    /// True positives / all that is positive. For the parameters see ``precision(thresholds:topK:classID:)``.
    public static func recall(thresholds: [Double]? = nil, topK: Int? = nil, classID: Int? = nil) -> Metric {
        share("recall", thresholds, topK, classID) { $0.falseNegatives }
            .written(
                as: "Recall",
                [
                    "thresholds": .floats(orNull: thresholds), "top_k": .whole(orNull: topK),
                    "class_id": .whole(orNull: classID),
                ])
    }

    private static func best(
        _ name: String, _ thresholds: Int, _ classID: Int?,
        _ wanted: @escaping @Sendable (ConfusionCounts) -> Tensor,
        where known: @escaping @Sendable (ConfusionCounts) -> Tensor,
        atLeast limit: Double
    ) -> Metric {
        guard thresholds > 0, limit >= 0, limit <= 1 else {
            fail("\(name): the limit \(limit) must lie between 0 and 1, and there must be a threshold")
        }
        let thresholds = DecisionThresholds(count: thresholds)
        let shape = [thresholds.values.count]
        return Metric(name, isBetterWhenLarger: true) { _ in
            [shape, shape, shape, shape]
        } contribution: { t, p, weight in
            thresholds.counts(t, p, weight, classID: classID).parts
        } finish: { state in
            let counts = ConfusionCounts(state)
            let value = wanted(counts)
            return maximum(select(known(counts) .>= limit, value, constant(0, like: value)).max(), 0)
        }
    }

    /// The best sensitivity (recall) of all thresholds with at least this specificity.
    public static func sensitivityAtSpecificity(
        _ specificity: Double, thresholds: Int = 200, classID: Int? = nil
    ) -> Metric {
        best(
            "sensitivity_at_specificity", thresholds, classID, { $0.recall }, where: { $0.specificity },
            atLeast: specificity
        )
        .written(
            as: "SensitivityAtSpecificity",
            [
                "specificity": .float(specificity), "num_thresholds": JSON(thresholds),
                "class_id": .whole(orNull: classID),
            ])
    }

    /// The best specificity of all thresholds with at least this sensitivity (recall).
    public static func specificityAtSensitivity(
        _ sensitivity: Double, thresholds: Int = 200, classID: Int? = nil
    ) -> Metric {
        best(
            "specificity_at_sensitivity", thresholds, classID, { $0.specificity }, where: { $0.recall },
            atLeast: sensitivity
        )
        .written(
            as: "SpecificityAtSensitivity",
            [
                "sensitivity": .float(sensitivity), "num_thresholds": JSON(thresholds),
                "class_id": .whole(orNull: classID),
            ])
    }

    /// The best precision of all thresholds with at least this recall.
    public static func precisionAtRecall(_ recall: Double, thresholds: Int = 200, classID: Int? = nil) -> Metric {
        best("precision_at_recall", thresholds, classID, { $0.precision }, where: { $0.recall }, atLeast: recall)
            .written(
                as: "PrecisionAtRecall",
                ["recall": .float(recall), "num_thresholds": JSON(thresholds), "class_id": .whole(orNull: classID)])
    }

    /// The best recall of all thresholds with at least this precision.
    public static func recallAtPrecision(_ precision: Double, thresholds: Int = 200, classID: Int? = nil)
        -> Metric
    {
        best("recall_at_precision", thresholds, classID, { $0.recall }, where: { $0.precision }, atLeast: precision)
            .written(
                as: "RecallAtPrecision",
                [
                    "precision": .float(precision), "num_thresholds": JSON(thresholds),
                    "class_id": .whole(orNull: classID),
                ])
    }
}

// MARK: - F scores

/// How scores of classes become one.
///
/// ```swift
/// let truth = Tensor([[1.0, 0], [0, 1], [0, 1]]), prediction = Tensor([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9]])
/// Metric.f1Score(average: .none)(truth, prediction)       // for each class 0.6667
/// Metric.f1Score(average: .macro)(truth, prediction)      // 0.6667
/// ```
public enum ClassAverage: String, Sendable, Codable {
    /// One result for each class.
    case none
    /// Of the counts of all classes together.
    case micro
    /// The mean of the classes.
    case macro
    /// The mean of the classes, weighted by how often each is the target.
    case weighted
}

extension Metric {
    /// (1 + β²) · precision · recall / (β² · precision + recall), for one-hot targets [batch, classes].
    ///
    /// - Parameters:
    ///   - beta: how much more recall counts than precision, above 0.
    ///   - threshold: above 0 and up to 1; above it a prediction is positive; nil: where it is the largest of its
    ///     example.
    public static func fBetaScore(
        average: ClassAverage = .none, beta: Double = 1, threshold: Double? = nil
    ) -> Metric {
        fScore("fbeta_score", average, beta, threshold).written(
            as: "FBetaScore",
            ["average": average.json, "beta": .float(beta), "threshold": .float(orNull: threshold)])
    }

    /// The harmonic mean of precision and recall: ``fBetaScore(average:beta:threshold:)`` with β = 1.
    public static func f1Score(average: ClassAverage = .none, threshold: Double? = nil) -> Metric {
        fScore("f1_score", average, 1, threshold).written(
            as: "F1Score", ["average": average.json, "threshold": .float(orNull: threshold)])
    }

    private static func fScore(_ name: String, _ average: ClassAverage, _ beta: Double, _ threshold: Double?)
        -> Metric
    {
        ArgumentRange.positive.check(name, ["beta": beta])
        if let threshold, !(threshold > 0 && threshold <= 1) {
            fail("\(name): the threshold is \(threshold); it is above 0, and 1 at most")
        }
        return Metric(name, isBetterWhenLarger: true) { specs in
            let shape = average == .micro ? [] : [specs.prediction.shape.last ?? 1]
            return [shape, shape, shape, shape]
        } contribution: { t, prediction, weight in
            guard t.rank == 2, prediction.rank == 2 else {
                fail(
                    "\(name) needs targets and predictions of shape [batch, classes], not \(t.shape) and \(prediction.shape)"
                )
            }
            let (t, prediction) = matched(name, t, prediction)
            let isPositive =
                threshold.map { prediction .> $0 }
                // Zeros throughout are no class.
                ?? ((prediction .>= prediction.max(axis: -1, keepingDimensions: true)) .& (abs(prediction) .> 1e-9))
            let p = isPositive.cast(to: prediction.dtype)
            let factor = weight.map { weight in
                let own = weight.leadingAxes(of: 2)
                guard own.shape == [t.shape[0], 1] else {
                    fail(
                        "\(name): weights of shape \(weight.shape) beside targets of shape \(t.shape); it takes one for each example"
                    )
                }
                return own
            }
            func sum(_ x: Tensor) -> Tensor {
                (factor.map { x * $0 } ?? x).sum(axes: average == .micro ? nil : [0])
            }
            return [sum(p * t), sum(p * (1 - t)), sum((1 - p) * t), sum(t)]
        } finish: { state in
            let (hits, falseAlarms, misses, all) = (state[0], state[1], state[2], state[3])
            let precision = hits / (hits + falseAlarms + smallNumber), recall = hits / (hits + misses + smallNumber)
            let score = precision * recall / (beta * beta * precision + recall + smallNumber) * (1 + beta * beta)
            switch average {
            case .none: return score
            case .micro, .macro: return score.mean()
            case .weighted: return (score * (all / (all.sum() + smallNumber))).sum()
            }
        }
    }
}

extension ClassAverage {
    fileprivate var json: JSON { self == .none ? .null : .text(rawValue) }
}
