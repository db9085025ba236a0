import TernCore
import TernText

/// What an `auc` lies under.
///
/// ```swift
/// let truth = Tensor([0.0, 0, 1, 1]), score = Tensor([0.1, 0.4, 0.35, 0.8])
/// Metric.auc(curve: .roc)(truth, score)                   // 0.75: three of four pairs are in order
/// Metric.auc(curve: .precisionRecall).name                // "auc"
/// ```
public enum AUCCurve: String, Sendable, Codable {
    /// Recall over the rate of false positives.
    case roc = "ROC"
    /// Precision over recall.
    case precisionRecall = "PR"
    /// Precision gain over recall gain. Source: Flach and Kull, "Precision-recall-gain curves: PR analysis done right",
    /// NeurIPS 2015.
    case precisionRecallGain = "PRGAIN"
}

/// How the area between two thresholds is taken.
///
/// ```swift
/// let truth = Tensor([0.0, 0, 1, 1]), score = Tensor([0.1, 0.4, 0.35, 0.8])
/// Metric.auc(summation: .majoring)(truth, score).item >= 0.75     // true: never below the straight lines
/// ```
public enum AUCSummation: String, Sendable, Codable {
    /// Straight lines between points. For precision over recall: Davis and Goadrich, "The relationship between
    /// precision-recall and ROC curves", ICML 2006.
    case interpolation
    /// The higher end.
    case majoring
    /// The lower end.
    case minoring
}

extension Metric {
    /// The area under a curve of the thresholds, by default that of recall over false positives: the share of pairs of
    /// a positive and a negative that are in the right order, 0.5 of guesses.
    ///
    /// Targets are 0 or 1, predictions between. Keras's `AUC`, `byLabel` its `multi_label`, up to the rounding of its
    /// thresholds.
    ///
    /// - Parameters:
    ///   - thresholds: their number, evenly from 0 to 1; 2 at least.
    ///   - limits: thresholds of your own between 0 and 1 instead.
    ///   - byLabel: an area for each label of [batch, labels], then their mean.
    ///   - labelWeights: the weights of the labels, one for each.
    ///   - fromLogits: predictions are logits, of which the sigmoid is taken.
    public static func auc(
        thresholds count: Int = 200, curve: AUCCurve = .roc, summation: AUCSummation = .interpolation,
        limits: [Double]? = nil, byLabel: Bool = false, labelWeights: [Double]? = nil, fromLogits: Bool = false
    ) -> Metric {
        guard count > 1 else { fail("auc needs two thresholds at least, not \(count)") }
        let thresholds =
            limits.map { DecisionThresholds([-smallNumber] + $0.sorted() + [1 + smallNumber]) }
            ?? DecisionThresholds(count: count, margin: smallNumber)
        return Metric("auc", isBetterWhenLarger: true) { specs in
            let shape = [thresholds.values.count] + (byLabel ? [specs.prediction.shape.last ?? 1] : [])
            return [shape, shape, shape, shape]
        } contribution: { t, p, weight in
            thresholds.counts(
                t, fromLogits ? sigmoid(p) : p, weight, labelWeights: labelWeights, byLabel: byLabel
            ).parts
        } finish: { state in
            let areas = areas(under: curve, summation, ConfusionCounts(state))
            guard byLabel else { return areas.sum() }
            let byLabel = areas.sum(axis: 0)
            guard let labelWeights else { return byLabel.mean() }
            let weights = Tensor(labelWeights).cast(to: byLabel.dtype)
            return divideOrZero((byLabel * weights).sum(), weights.sum())
        }
        .written(
            as: "AUC",
            [
                "num_thresholds": JSON(count), "curve": .text(curve.rawValue),
                "summation_method": .text(summation.rawValue), "thresholds": .floats(orNull: limits),
                "multi_label": .flag(byLabel), "label_weights": .floats(orNull: labelWeights),
                "from_logits": .flag(fromLogits),
            ])
    }

    /// The area between each two neighbouring thresholds.
    private static func areas(under curve: AUCCurve, _ summation: AUCSummation, _ counts: ConfusionCounts) -> Tensor {
        let x: Tensor, y: Tensor
        switch curve {
        case .roc: (x, y) = (counts.falsePositiveRate, counts.recall)
        case .precisionRecall:
            if summation == .interpolation { return interpolatedPrecision(counts) }
            (x, y) = (counts.recall, counts.precision)
        case .precisionRecallGain:
            let hits = counts.truePositives
            let scale = divideOrZero(hits + counts.falseNegatives, counts.trueNegatives + counts.falsePositives)
            let isNone = hits .== 0
            let recall = 1 - scale * divideOrZero(counts.falseNegatives, hits)
            let precision = 1 - scale * divideOrZero(counts.falsePositives, hits)
            x = maximum(select(isNone, constant(0, like: recall), recall), 0)
            y = select(isNone, constant(1, like: precision), precision)
        }
        let (lower, upper) = neighbours(y)
        let heights: Tensor
        switch summation {
        case .interpolation: heights = (lower + upper) / 2
        case .majoring: heights = maximum(lower, upper)
        case .minoring: heights = minimum(lower, upper)
        }
        let (left, right) = neighbours(x)
        return (left - right) * heights
    }

    /// Between two thresholds the true positives are taken to grow with the positives along a straight line.
    private static func interpolatedPrecision(_ counts: ConfusionCounts) -> Tensor {
        let (hitsBelow, hits) = neighbours(counts.truePositives)
        let (positivesBelow, positives) = neighbours(counts.truePositives + counts.falsePositives)
        let slope = divideOrZero(hitsBelow - hits, maximum(positivesBelow - positives, 0))
        let intercept = hits - slope * positives
        let one = constant(1, like: hits)
        let isRatio = (positivesBelow .> 0) .& (positives .> 0)
        let ratio = select(isRatio, divideOrZero(positivesBelow, maximum(positives, 0)), one)
        let (_, missed) = neighbours(counts.falseNegatives)
        return divideOrZero(slope * (hitsBelow - hits + intercept * log(ratio)), maximum(hits + missed, 0))
    }

    /// All but the last and all but the first along the first axis.
    private static func neighbours(_ x: Tensor) -> (Tensor, Tensor) {
        let count = x.shape[0]
        return (x.sliced(0..<(count - 1)), x.sliced(1..<count))
    }
}
