import TernCore

// Losses between numbers. t is the target, p the prediction; means run over the last axis.

extension Loss {
    /// The mean of (t − p)².
    public static let meanSquaredError = of("mean_squared_error", isElementwise: true) { t, p in
        square(t - p).mean(axis: -1)
    }

    /// The mean of |t − p|.
    public static let meanAbsoluteError = of("mean_absolute_error", isElementwise: true) { t, p in
        abs(t - p).mean(axis: -1)
    }

    /// 100 times the mean of |t − p| / max(|t|, 10⁻⁷).
    public static let meanAbsolutePercentageError = of("mean_absolute_percentage_error", isElementwise: true) { t, p in
        100 * abs((t - p) / maximum(abs(t), smallNumber)).mean(axis: -1)
    }

    /// The mean of (log(1 + p) − log(1 + t))², both taken as 10⁻⁷ at least.
    public static let meanSquaredLogarithmicError = of("mean_squared_logarithmic_error", isElementwise: true) { t, p in
        square(log(maximum(p, smallNumber) + 1) - log(maximum(t, smallNumber) + 1)).mean(axis: -1)
    }

    /// Minus the cosine of the angle between target and prediction along `axis`: −1 for the same direction.
    public static func cosineSimilarity(axis: Int = -1) -> Loss {
        of("cosine_similarity", ["axis": [Double(axis)]], axis: axis) { t, p in
            -(normalized(t, axis: axis) * normalized(p, axis: axis)).sum(axis: axis)
        }
    }

    /// The mean of ½ e² where the error e is at most `delta`, else of δ |e| − ½ δ².
    ///
    /// Source: P. J. Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35(1), 1964.
    public static func huber(delta: Double = 1) -> Loss {
        of("huber", ["delta": [delta]], isElementwise: true) { t, p in
            let error = p - t, isSmall = abs(error) .<= delta
            // The square of a large error might be no number, and its share of the gradient NaN.
            let small = select(isSmall, error, constant(0, like: error))
            return select(isSmall, 0.5 * square(small), delta * abs(error) - 0.5 * delta * delta)
                .mean(axis: -1)
        }
    }

    /// The mean of log(cosh(p − t)): a square near 0, a straight line far from it.
    public static let logCosh = of("log_cosh", isElementwise: true) { t, p in
        let size = abs(p - t)
        return (size + log1p(exp(-2 * size)) - 0.6931471805599453).mean(axis: -1)
    }

    /// The mean of p − t log(p + 10⁻⁷): counts t whose mean is p.
    public static let poisson = of("poisson", isElementwise: true) { t, p in
        (p - t * log(p + smallNumber)).mean(axis: -1)
    }

    /// The sum of t log(t / p), both kept between 10⁻⁷ and 1.
    public static let klDivergence = of("kl_divergence") { t, p in
        let t = clip(t, smallNumber, 1)
        return (t * log(t / clip(p, smallNumber, 1))).sum(axis: -1)
    }
}

// MARK: - Margins

extension Loss {
    /// The mean of max(0, 1 − t p) for targets −1 and 1; targets that are all 0 or 1 are taken for −1 and 1.
    public static let hinge = of("hinge", isElementwise: true) { t, p in
        maximum(1 - signed(t) * p, 0).mean(axis: -1)
    }

    /// The mean of max(0, 1 − t p)², the targets as in ``hinge``.
    public static let squaredHinge = of("squared_hinge", isElementwise: true) { t, p in
        square(maximum(1 - signed(t) * p, 0)).mean(axis: -1)
    }

    /// max(0, 1 + the largest prediction of another class − that of the target's), targets one-hot.
    public static let categoricalHinge = of("categorical_hinge") { t, p in
        maximum(((1 - t) * p).max(axis: -1) - (t * p).sum(axis: -1) + 1, 0)
    }

    private static func signed(_ target: Tensor) -> Tensor {
        let isBinary = ((target .== 0) .| (target .== 1)).all()
        return select(isBinary, 2 * target - 1, target)
    }
}
