extension Metric {
    /// All metrics that need no argument, with their defaults.
    public static var all: [Metric] {
        [
            .meanSquaredError, .rootMeanSquaredError, .meanAbsoluteError, .meanAbsolutePercentageError,
            .meanSquaredLogarithmicError, .cosineSimilarity(), .logCosh, .r2Score(), .pearsonCorrelation(),
            .concordanceCorrelation(), .klDivergence, .poisson, .hinge, .squaredHinge, .categoricalHinge,
            .binaryCrossentropy(), .categoricalCrossentropy(), .sparseCategoricalCrossentropy(), .accuracy,
            .binaryAccuracy(), .categoricalAccuracy, .sparseCategoricalAccuracy, .topKCategoricalAccuracy(),
            .sparseTopKCategoricalAccuracy(), .truePositives(), .trueNegatives(), .falsePositives(),
            .falseNegatives(), .precision(), .recall(), .auc(), .fBetaScore(), .f1Score(), .binaryIoU(),
        ]
    }

    /// The metric of this name with its defaults, nil where there is none that needs no argument.
    ///
    /// Names are those of Keras's classes (`MeanAbsoluteError`, `mean_absolute_error`), or its short ones: mse, rmse,
    /// mae, mape, msle, bce, kld. "accuracy" is the share of equal numbers; Keras's `compile` guesses another one from
    /// the loss.
    public static func named(_ name: String) -> Metric? {
        let known = KerasName.canonical(name)
        let standard =
            [
                "log_cosh": "logcosh", "log_cosh_error": "logcosh", "r2score": "r2_score", "acc": "accuracy",
                "binary_iou": "binary_io_u", "f_beta_score": "fbeta_score", "f1score": "f1_score",
                "kullback_leibler_divergence": "kl_divergence",
            ][known] ?? known
        return Metric.all.first { $0.name == standard }
    }
}
