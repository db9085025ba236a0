import TernCore
import TernText

// Metrics between numbers; t is the target, p the prediction.

extension Metric {
    /// The mean of a loss's values over all examples of all batches, by default under the loss's name. Latitudes and
    /// masks of the loss do not count in it.
    public static func loss(_ loss: Loss, name: String? = nil) -> Metric {
        Metric(
            meanOf: name ?? loss.name, isBetterWhenLarger: false,
            grain: loss.isElementwise ? .meansOfElements : .positions
        ) { loss.positions($0, $1) }
    }

    /// The mean of (t − p)².
    public static var meanSquaredError: Metric { loss(.meanSquaredError).written(as: "MeanSquaredError") }
    /// The mean of |t − p|.
    public static var meanAbsoluteError: Metric { loss(.meanAbsoluteError).written(as: "MeanAbsoluteError") }
    /// 100 times the mean of |t − p| / max(|t|, 10⁻⁷).
    public static var meanAbsolutePercentageError: Metric {
        loss(.meanAbsolutePercentageError).written(as: "MeanAbsolutePercentageError")
    }
    /// The mean of (log(1 + p) − log(1 + t))², both taken as 10⁻⁷ at least.
    public static var meanSquaredLogarithmicError: Metric {
        loss(.meanSquaredLogarithmicError).written(as: "MeanSquaredLogarithmicError")
    }
    /// The mean of log(cosh(p − t)), reported as `logcosh`.
    public static var logCosh: Metric { loss(.logCosh, name: "logcosh").written(as: "LogCoshError") }
    /// The mean of Σ t log(t / p) over the last axis, both kept between 10⁻⁷ and 1.
    public static var klDivergence: Metric { loss(.klDivergence).written(as: "KLDivergence") }
    /// The mean of p − t log(p + 10⁻⁷).
    public static var poisson: Metric { loss(.poisson).written(as: "Poisson") }
    /// The mean of max(0, 1 − t p), as ``Loss/hinge``.
    public static var hinge: Metric { loss(.hinge).written(as: "Hinge") }
    /// The mean of max(0, 1 − t p)², as ``Loss/squaredHinge``.
    public static var squaredHinge: Metric { loss(.squaredHinge).written(as: "SquaredHinge") }
    /// The mean of max(0, 1 + the largest prediction of another class − that of the target's), as
    /// ``Loss/categoricalHinge``.
    public static var categoricalHinge: Metric { loss(.categoricalHinge).written(as: "CategoricalHinge") }

    /// The mean of ``Loss/binaryCrossentropy(fromLogits:labelSmoothing:axis:)``, targets 0 or 1.
    public static func binaryCrossentropy(fromLogits: Bool = false, labelSmoothing: Double = 0) -> Metric {
        loss(.binaryCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing)).written(
            as: "BinaryCrossentropy", ["from_logits": .flag(fromLogits), "label_smoothing": .float(labelSmoothing)])
    }

    /// The mean of ``Loss/categoricalCrossentropy(fromLogits:labelSmoothing:axis:)``, targets one-hot.
    public static func categoricalCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> Metric {
        loss(.categoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis)).written(
            as: "CategoricalCrossentropy",
            ["from_logits": .flag(fromLogits), "label_smoothing": .float(labelSmoothing), "axis": JSON(axis)])
    }

    /// The mean of ``Loss/sparseCategoricalCrossentropy(fromLogits:ignoreClass:axis:)``, targets numbers of classes.
    ///
    /// As in Keras, what `ignoreClass` leaves out counts as 0 in the mean, where the loss divides by what is left; with
    /// sample weights it does not count.
    public static func sparseCategoricalCrossentropy(
        fromLogits: Bool = false, ignoreClass: Int? = nil, axis: Int = -1
    ) -> Metric {
        loss(.sparseCategoricalCrossentropy(fromLogits: fromLogits, ignoreClass: ignoreClass, axis: axis)).written(
            as: "SparseCategoricalCrossentropy",
            ["from_logits": .flag(fromLogits), "ignore_class": .whole(orNull: ignoreClass), "axis": JSON(axis)])
    }

    /// √ of the mean of (t − p)² over all elements of all batches.
    public static var rootMeanSquaredError: Metric {
        Metric(
            meanOf: "root_mean_squared_error", heedsMasks: false, isBetterWhenLarger: false, grain: .meansOfElements,
            finish: { sqrt($0) }
        ) { target, prediction in
            let (t, p) = matched("root_mean_squared_error", target, prediction)
            return Loss.Positions(values: square(p - t))
        }
        .written(as: "RootMeanSquaredError")
    }

    /// The mean of values that are taken along any axis, even that of the examples; larger ones are better.
    private static func meanAlongAxis(
        _ name: String, _ values: @escaping @Sendable (_ target: Tensor, _ prediction: Tensor) -> Tensor
    ) -> Metric {
        Metric(meanOf: name, isBetterWhenLarger: true, matchesShapes: true) { Loss.Positions(values: values($0, $1)) }
    }

    /// The mean cosine of the angle between target and prediction along `axis`; the loss of this name has the other
    /// sign.
    public static func cosineSimilarity(axis: Int = -1) -> Metric {
        meanAlongAxis("cosine_similarity") { t, p in
            (normalized(t, axis: axis) * normalized(p, axis: axis)).sum(axis: axis)
        }
        .written(as: "CosineSimilarity", ["axis": JSON(axis)])
    }

    /// The mean correlation along `axis`.
    public static func pearsonCorrelation(axis: Int = -1) -> Metric {
        meanAlongAxis("pearson_correlation") { t, p in
            func standard(_ x: Tensor) -> Tensor {
                let deviation = x - x.mean(axis: axis, keepingDimensions: true)
                return deviation / deviation.standardDeviation(axes: [axis], keepingDimensions: true)
            }
            return (standard(t) * standard(p)).mean(axis: axis)
        }
        .written(as: "PearsonCorrelation", ["axis": JSON(axis)])
    }

    /// The mean concordance correlation along `axis`: 2 cov(t, p) / (var t + var p + (mean t − mean p)²).
    ///
    /// Source: L. I. Lin, "A concordance correlation coefficient to evaluate reproducibility", Biometrics 45(1), 1989.
    public static func concordanceCorrelation(axis: Int = -1) -> Metric {
        meanAlongAxis("concordance_correlation") { t, p in
            let meanT = t.mean(axis: axis, keepingDimensions: true), meanP = p.mean(axis: axis, keepingDimensions: true)
            // The mean of (t − any constant)(p − its mean) is the covariance; Keras takes p's mean for both.
            let product = (t - meanP) * (p - meanP)
            let norm =
                t.variance(axes: [axis], keepingDimensions: true) + p.variance(axes: [axis], keepingDimensions: true)
                + square(meanT - meanP)
            return (2 * product / (norm + smallNumber)).mean(axis: axis)
        }
        .written(as: "ConcordanceCorrelation", ["axis": JSON(axis)])
    }

    /// 1 − Σ (t − p)² / Σ (t − mean t)² over all batches, for targets of shape [batch, variables].
    ///
    /// - Parameters:
    ///   - aggregation: how the scores of the variables become one.
    ///   - regressors: the number of independent predictors, 0 or more, for the adjusted score; it
    ///     falls back to the plain one where there are too few numbers. As in Keras, n is
    ///     the number of all elements of the targets.
    public static func r2Score(aggregation: R2Aggregation = .uniformAverage, regressors: Int = 0) -> Metric {
        ArgumentRange.notNegative.check("r2Score", ["regressors": Double(regressors)])
        return Metric("r2_score", isBetterWhenLarger: true) { specs in
            let variables = [specs.prediction.shape.last ?? 1]
            return [variables, variables, variables, variables, []]
        } contribution: { target, prediction, weight in
            let (t, p) = matched("r2_score", target, prediction)
            guard t.rank == 2 else { fail("r2Score needs targets of shape [batch, variables], not \(target.shape)") }
            var w = weight ?? constant(1, like: t)
            if w.rank == 1 { w = w.expandingDimension(at: -1) }
            w = w.broadcast(to: t.shape)
            return [
                (t * (t * w)).sum(axis: 0), (t * w).sum(axis: 0), (square(t - p) * w).sum(axis: 0), w.sum(axis: 0),
                constant(Double(t.count), like: t),
            ]
        } finish: { state in
            let (squares, sum, residual, weights, elements) = (state[0], state[1], state[2], state[3], state[4])
            let total = squares - sum * (sum / weights)
            let raw = 1 - residual / total
            let scores = select(abs(raw) .== Double.infinity, constant(0, like: raw), raw)
            let score: Tensor
            switch aggregation {
            case .none: score = scores
            case .uniformAverage: score = scores.mean()
            case .varianceWeightedAverage: score = (total * scores).sum() / total.sum()
            }
            if regressors == 0 { return score }
            let left = elements - Double(regressors + 1)
            let adjusted = 1 - (1 - score) * (elements - 1) / select(left .> 0, left, constant(1, like: left))
            return select(left .> 0, adjusted, score)
        }
        .written(
            as: "R2Score",
            [
                "class_aggregation": aggregation == .none ? .null : .text(aggregation.rawValue),
                "num_regressors": JSON(regressors),
            ])
    }
}

/// How ``Metric/r2Score(aggregation:regressors:)`` joins the scores of several variables.
///
/// ```swift
/// let truth = Tensor([[0.0, 0], [1, 10]]), prediction = Tensor([[0.0, 5], [1, 5]])
/// Metric.r2Score(aggregation: .none)(truth, prediction)               // [1, 0]
/// Metric.r2Score(aggregation: .uniformAverage)(truth, prediction)     // 0.5
/// ```
public enum R2Aggregation: String, Sendable, Codable {
    /// One score for each variable.
    case none
    /// Their mean, the default.
    case uniformAverage = "uniform_average"
    /// Their mean, weighted by the variables' variances.
    case varianceWeightedAverage = "variance_weighted_average"
}
