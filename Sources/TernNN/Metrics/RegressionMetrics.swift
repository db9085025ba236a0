import TernCore

// Metrics between numbers; t is the target, p the prediction.

extension Metric where Self == StandardMetric {
    /// The mean of a loss's values over all examples of all batches, by default under the loss's name. Latitudes and
    /// masks of the loss do not count in it.
    public static func loss(_ loss: Loss, name: String? = nil) -> StandardMetric {
        meanOfPositions(name ?? loss.name, isElementwise: loss.isElementwise) { loss.positions($0, $1) }
    }

    /// The mean of (t − p)².
    public static var meanSquaredError: StandardMetric { loss(.meanSquaredError) }
    /// The mean of |t − p|.
    public static var meanAbsoluteError: StandardMetric { loss(.meanAbsoluteError) }
    /// 100 times the mean of |t − p| / max(|t|, 10⁻⁷).
    public static var meanAbsolutePercentageError: StandardMetric { loss(.meanAbsolutePercentageError) }
    /// The mean of (log(1 + p) − log(1 + t))², both taken as 10⁻⁷ at least.
    public static var meanSquaredLogarithmicError: StandardMetric { loss(.meanSquaredLogarithmicError) }
    /// The mean of log(cosh(p − t)), reported as `logcosh`.
    public static var logCosh: StandardMetric { loss(.logCosh, name: "logcosh") }
    /// The mean of Σ t log(t / p) over the last axis, both kept between 10⁻⁷ and 1.
    public static var klDivergence: StandardMetric { loss(.klDivergence) }
    /// The mean of p − t log(p + 10⁻⁷).
    public static var poisson: StandardMetric { loss(.poisson) }
    /// The mean of max(0, 1 − t p), as ``Loss/hinge``.
    public static var hinge: StandardMetric { loss(.hinge) }
    /// The mean of max(0, 1 − t p)², as ``Loss/squaredHinge``.
    public static var squaredHinge: StandardMetric { loss(.squaredHinge) }
    /// The mean of max(0, 1 + the largest prediction of another class − that of the target's), as
    /// ``Loss/categoricalHinge``.
    public static var categoricalHinge: StandardMetric { loss(.categoricalHinge) }

    /// The mean of ``Loss/binaryCrossentropy(fromLogits:labelSmoothing:axis:)``, targets 0 or 1.
    public static func binaryCrossentropy(fromLogits: Bool = false, labelSmoothing: Double = 0) -> StandardMetric {
        loss(.binaryCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing))
    }

    /// The mean of ``Loss/categoricalCrossentropy(fromLogits:labelSmoothing:axis:)``, targets one-hot.
    public static func categoricalCrossentropy(
        fromLogits: Bool = false, labelSmoothing: Double = 0, axis: Int = -1
    ) -> StandardMetric {
        loss(.categoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: labelSmoothing, axis: axis))
    }

    /// The mean of ``Loss/sparseCategoricalCrossentropy(fromLogits:ignoreClass:axis:)``, targets numbers of classes.
    public static func sparseCategoricalCrossentropy(
        fromLogits: Bool = false, ignoreClass: Int? = nil, axis: Int = -1
    ) -> StandardMetric {
        loss(.sparseCategoricalCrossentropy(fromLogits: fromLogits, ignoreClass: ignoreClass, axis: axis))
    }

    /// √ of the mean of (t − p)² over all elements of all batches.
    public static var rootMeanSquaredError: StandardMetric {
        meanOfPositions("root_mean_squared_error", heedsMasks: false, isElementwise: true, finish: { sqrt($0) }) {
            target, prediction in
            let (t, p) = matched("root_mean_squared_error", target, prediction)
            return Loss.Positions(values: square(p - t))
        }
    }

    /// The mean cosine of the angle between target and prediction along `axis`; the loss of this name has the other
    /// sign.
    public static func cosineSimilarity(axis: Int = -1) -> StandardMetric {
        mean("cosine_similarity") { t, p in
            (normalized(t, axis: axis) * normalized(p, axis: axis)).sum(axis: axis)
        }
    }

    /// The mean correlation along `axis`.
    public static func pearsonCorrelation(axis: Int = -1) -> StandardMetric {
        mean("pearson_correlation") { t, p in
            func standard(_ x: Tensor) -> Tensor {
                let deviation = x - x.mean(axis: axis, keepingDimensions: true)
                return deviation / deviation.standardDeviation(axes: [axis], keepingDimensions: true)
            }
            return (standard(t) * standard(p)).mean(axis: axis)
        }
    }

    /// The mean concordance correlation along `axis`: 2 cov(t, p) / (var t + var p + (mean t − mean p)²).
    ///
    /// Source: L. I. Lin, "A concordance correlation coefficient to evaluate reproducibility", Biometrics 45(1), 1989.
    public static func concordanceCorrelation(axis: Int = -1) -> StandardMetric {
        mean("concordance_correlation") { t, p in
            let meanT = t.mean(axis: axis, keepingDimensions: true), meanP = p.mean(axis: axis, keepingDimensions: true)
            // The mean of (t − any constant)(p − its mean) is the covariance; Keras takes p's mean for both.
            let product = (t - meanP) * (p - meanP)
            let norm =
                t.variance(axes: [axis], keepingDimensions: true) + p.variance(axes: [axis], keepingDimensions: true)
                + square(meanT - meanP)
            return (2 * product / (norm + smallNumber)).mean(axis: axis)
        }
    }

    /// 1 − Σ (t − p)² / Σ (t − mean t)² over all batches, for targets of shape [batch, variables].
    ///
    /// - Parameters:
    ///   - aggregation: how the scores of the variables become one.
    ///   - regressors: the number of independent predictors, for the adjusted score; it
    ///     falls back to the plain one where there are too few numbers. As in Keras, n is
    ///     the number of all elements of the targets.
    public static func r2Score(aggregation: R2Aggregation = .uniformAverage, regressors: Int = 0) -> StandardMetric {
        StandardMetric("r2_score") { specs in
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
            let (squares, sum, residual, count) = (state[0], state[1], state[2], state[3])
            let total = squares - sum * (sum / count)
            let raw = 1 - residual / total
            let scores = select(abs(raw) .== Double.infinity, constant(0, like: raw), raw)
            let score: Tensor
            switch aggregation {
            case .none: score = scores
            case .uniformAverage: score = scores.mean()
            case .varianceWeightedAverage: score = (total * scores).sum() / total.sum()
            }
            if regressors == 0 { return score }
            let left = state[4] - Double(regressors + 1)
            let adjusted = 1 - (1 - score) * (state[4] - 1) / select(left .> 0, left, constant(1, like: left))
            return select(left .> 0, adjusted, score)
        }
    }
}

/// How ``Metric/r2Score(aggregation:regressors:)`` joins the scores of several variables.
///
/// ```swift
/// let truth = Tensor([[0.0, 0], [1, 10]]), prediction = Tensor([[0.0, 5], [1, 5]])
/// StandardMetric.r2Score(aggregation: .none)(truth, prediction)               // [1, 0]
/// StandardMetric.r2Score(aggregation: .uniformAverage)(truth, prediction)     // 0.5
/// ```
public enum R2Aggregation: String, Sendable, Codable {
    /// One score for each variable.
    case none
    /// Their mean, the default.
    case uniformAverage = "uniform_average"
    /// Their mean, weighted by the variables' variances.
    case varianceWeightedAverage = "variance_weighted_average"
}
