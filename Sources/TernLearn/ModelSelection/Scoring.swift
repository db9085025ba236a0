import TernCore

/// A score by name, larger for a better model: scikit-learn's `scoring`.
///
/// ```swift
/// var line = LinearRegression()
/// let x = Tensor([[0.0], [1], [2]]), y = Tensor([0.0, 1, 3])
/// try line.fit(x, y)
/// try Scoring.negMeanSquaredError.score(line, x, y)       // -0.05555556
/// Scoring(rawValue: "neg_log_loss")!                      // negLogLoss
/// ```
///
/// Errors and losses have a minus before them. What needs probabilities takes them from
/// ``Predictor/predictProba(_:)``; ``rocAUC``, ``averagePrecision`` and ``topKAccuracy`` rank by
/// ``Predictor/decision(_:)`` where there is one. As in scikit-learn, what is of one of two labels is of label 1,
/// though it be the smaller, and is refused where there is none; areas under ROC curves and Brier scores are of the
/// larger label.
public enum Scoring: String, Sendable, Codable, CaseIterable {
    /// ``r2Score(_:_:sampleWeight:multiOutput:)``, the usual score of regressors.
    case r2
    /// ``explainedVarianceScore(_:_:sampleWeight:multiOutput:)``
    case explainedVariance = "explained_variance"
    /// −``maxError(_:_:)``, which takes no weights.
    case negMaxError = "neg_max_error"
    /// −``meanSquaredError(_:_:sampleWeight:multiOutput:)``
    case negMeanSquaredError = "neg_mean_squared_error"
    /// −``rootMeanSquaredError(_:_:sampleWeight:multiOutput:)``
    case negRootMeanSquaredError = "neg_root_mean_squared_error"
    /// −``meanAbsoluteError(_:_:sampleWeight:multiOutput:)``
    case negMeanAbsoluteError = "neg_mean_absolute_error"
    /// −``medianAbsoluteError(_:_:sampleWeight:multiOutput:)``
    case negMedianAbsoluteError = "neg_median_absolute_error"
    /// −``meanAbsolutePercentageError(_:_:sampleWeight:multiOutput:)``
    case negMeanAbsolutePercentageError = "neg_mean_absolute_percentage_error"
    /// −``meanSquaredLogError(_:_:sampleWeight:multiOutput:)``
    case negMeanSquaredLogError = "neg_mean_squared_log_error"
    /// −``rootMeanSquaredLogError(_:_:sampleWeight:multiOutput:)``
    case negRootMeanSquaredLogError = "neg_root_mean_squared_log_error"
    /// −``meanPoissonDeviance(_:_:sampleWeight:)``
    case negMeanPoissonDeviance = "neg_mean_poisson_deviance"
    /// −``meanGammaDeviance(_:_:sampleWeight:)``
    case negMeanGammaDeviance = "neg_mean_gamma_deviance"
    /// ``d2AbsoluteErrorScore(_:_:sampleWeight:multiOutput:)``
    case d2AbsoluteError = "d2_absolute_error_score"
    /// ``accuracyScore(_:_:normalize:sampleWeight:)``, the usual score of classifiers.
    case accuracy
    /// The mean recall of the classes.
    case balancedAccuracy = "balanced_accuracy"
    /// The F1 score of label 1, of two.
    case f1
    /// The mean F1 score of the classes.
    case f1Macro = "f1_macro"
    /// The F1 score of all labels counted together.
    case f1Micro = "f1_micro"
    /// The mean F1 score of the classes, each by its examples.
    case f1Weighted = "f1_weighted"
    /// The mean F1 score of the examples, which have several labels each.
    case f1Samples = "f1_samples"
    /// The precision of label 1, of two.
    case precision
    /// The mean precision of the classes.
    case precisionMacro = "precision_macro"
    /// The precision of all labels counted together.
    case precisionMicro = "precision_micro"
    /// The mean precision of the classes, each by its examples.
    case precisionWeighted = "precision_weighted"
    /// The mean precision of the examples, which have several labels each.
    case precisionSamples = "precision_samples"
    /// The recall of label 1, of two.
    case recall
    /// The mean recall of the classes.
    case recallMacro = "recall_macro"
    /// The recall of all labels counted together.
    case recallMicro = "recall_micro"
    /// The mean recall of the classes, each by its examples.
    case recallWeighted = "recall_weighted"
    /// The mean recall of the examples, which have several labels each.
    case recallSamples = "recall_samples"
    /// The Jaccard index of label 1, of two.
    case jaccard
    /// The mean Jaccard index of the classes.
    case jaccardMacro = "jaccard_macro"
    /// The Jaccard index of all labels counted together.
    case jaccardMicro = "jaccard_micro"
    /// The mean Jaccard index of the classes, each by its examples.
    case jaccardWeighted = "jaccard_weighted"
    /// The mean Jaccard index of the examples, which have several labels each.
    case jaccardSamples = "jaccard_samples"
    /// Of two classes; see ``classLikelihoodRatios(_:_:labels:sampleWeight:undefined:)``.
    case positiveLikelihoodRatio = "positive_likelihood_ratio"
    /// − the negative likelihood ratio, of two classes.
    case negNegativeLikelihoodRatio = "neg_negative_likelihood_ratio"
    /// Whether the true class is among the two likeliest.
    case topKAccuracy = "top_k_accuracy"
    /// Matthews's correlation of labels and predictions.
    case matthewsCorrcoef = "matthews_corrcoef"
    /// − the log loss of the probabilities.
    case negLogLoss = "neg_log_loss"
    /// − the Brier score of the probabilities.
    case negBrierScore = "neg_brier_score"
    /// The share of the log loss of the classes' frequencies that the probabilities spare.
    case d2LogLoss = "d2_log_loss_score"
    /// The share of the Brier score of the classes' frequencies that the probabilities spare.
    case d2Brier = "d2_brier_score"
    /// The area under the ROC curve of two classes.
    case rocAUC = "roc_auc"
    /// The mean area under the ROC curves of each class against the rest.
    case rocAUCOvr = "roc_auc_ovr"
    /// The mean area under the ROC curves of pairs of classes.
    case rocAUCOvo = "roc_auc_ovo"
    /// The mean area under the ROC curves of each class against the rest, each by its examples.
    case rocAUCOvrWeighted = "roc_auc_ovr_weighted"
    /// The mean area under the ROC curves of pairs of classes, each by its examples.
    case rocAUCOvoWeighted = "roc_auc_ovo_weighted"
    /// The average precision of label 1, of two.
    case averagePrecision = "average_precision"

    /// The score of a fitted model.
    ///
    /// - Parameters:
    ///   - x: [examples, features].
    ///   - y: [examples] or [examples, targets].
    ///   - sampleWeight: [examples], not all 0.
    /// - Throws: ``EstimatorError`` where the model does not give what the score needs, or `y` or the weights have no
    ///   such score.
    public func score(_ model: any Predictor, _ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil) throws -> Double {
        let w = sampleWeight
        _ = try LabelPairs.checked(w, rows: y.shape.first ?? 0, in: rawValue)
        let labels = model.classes
        func prediction() throws -> Tensor { try model.predict(x) }
        /// Where there are two classes [examples] of one of them, by default the larger, else [examples, classes].
        func probability(of label: Double? = nil) throws -> Tensor {
            let p = try model.predictProba(x)
            guard p.rank == 2, p.shape[1] == 2 else { return p }
            guard let label else { return p[.all, 1] }
            return try p[.all, column(of: label)]
        }
        func column(of label: Double) throws -> Int {
            guard let column = labels.firstIndex(of: label) else {
                throw EstimatorError("\(rawValue): it is of label \(label), which is none of the model's, \(labels)")
            }
            return column
        }
        /// What ranks examples as ``probability(of:)`` does, without its ties near 1.
        func ranking(of label: Double? = nil) throws -> Tensor {
            guard let sums = try model.decision(x) else { return try probability(of: label) }
            guard labels.count == 2, let label else { return sums }
            return try column(of: label) == 1 ? sums : -sums
        }
        switch self {
        case .r2: return try r2Score(y, prediction(), sampleWeight: w)
        case .explainedVariance: return try explainedVarianceScore(y, prediction(), sampleWeight: w)
        case .negMaxError:
            try Check.that(w == nil, "\(rawValue): the largest error heeds no weights; leave sampleWeight out")
            return try -maxError(y, prediction())
        case .negMeanSquaredError: return try -meanSquaredError(y, prediction(), sampleWeight: w)
        case .negRootMeanSquaredError: return try -rootMeanSquaredError(y, prediction(), sampleWeight: w)
        case .negMeanAbsoluteError: return try -meanAbsoluteError(y, prediction(), sampleWeight: w)
        case .negMedianAbsoluteError: return try -medianAbsoluteError(y, prediction(), sampleWeight: w)
        case .negMeanAbsolutePercentageError:
            return try -meanAbsolutePercentageError(y, prediction(), sampleWeight: w)
        case .negMeanSquaredLogError: return try -meanSquaredLogError(y, prediction(), sampleWeight: w)
        case .negRootMeanSquaredLogError: return try -rootMeanSquaredLogError(y, prediction(), sampleWeight: w)
        case .negMeanPoissonDeviance: return try -meanPoissonDeviance(y, prediction(), sampleWeight: w)
        case .negMeanGammaDeviance: return try -meanGammaDeviance(y, prediction(), sampleWeight: w)
        case .d2AbsoluteError: return try d2AbsoluteErrorScore(y, prediction(), sampleWeight: w)
        case .accuracy: return try accuracyScore(y, prediction(), sampleWeight: w)
        case .balancedAccuracy: return try balancedAccuracyScore(y, prediction(), sampleWeight: w)
        case .f1: return try f1Score(y, prediction(), sampleWeight: w)
        case .f1Macro: return try f1Score(y, prediction(), average: .macro, sampleWeight: w)
        case .f1Micro: return try f1Score(y, prediction(), average: .micro, sampleWeight: w)
        case .f1Weighted: return try f1Score(y, prediction(), average: .weighted, sampleWeight: w)
        case .f1Samples: return try f1Score(y, prediction(), average: .samples, sampleWeight: w)
        case .precision: return try precisionScore(y, prediction(), sampleWeight: w)
        case .precisionMacro: return try precisionScore(y, prediction(), average: .macro, sampleWeight: w)
        case .precisionMicro: return try precisionScore(y, prediction(), average: .micro, sampleWeight: w)
        case .precisionWeighted: return try precisionScore(y, prediction(), average: .weighted, sampleWeight: w)
        case .precisionSamples: return try precisionScore(y, prediction(), average: .samples, sampleWeight: w)
        case .recall: return try recallScore(y, prediction(), sampleWeight: w)
        case .recallMacro: return try recallScore(y, prediction(), average: .macro, sampleWeight: w)
        case .recallMicro: return try recallScore(y, prediction(), average: .micro, sampleWeight: w)
        case .recallWeighted: return try recallScore(y, prediction(), average: .weighted, sampleWeight: w)
        case .recallSamples: return try recallScore(y, prediction(), average: .samples, sampleWeight: w)
        case .jaccard: return try jaccardScore(y, prediction(), sampleWeight: w)
        case .jaccardMacro: return try jaccardScore(y, prediction(), average: .macro, sampleWeight: w)
        case .jaccardMicro: return try jaccardScore(y, prediction(), average: .micro, sampleWeight: w)
        case .jaccardWeighted: return try jaccardScore(y, prediction(), average: .weighted, sampleWeight: w)
        case .jaccardSamples: return try jaccardScore(y, prediction(), average: .samples, sampleWeight: w)
        case .positiveLikelihoodRatio:
            return try classLikelihoodRatios(y, prediction(), sampleWeight: w).positive
        case .negNegativeLikelihoodRatio:
            return try -classLikelihoodRatios(y, prediction(), sampleWeight: w).negative
        case .topKAccuracy: return try topKAccuracyScore(y, ranking(), sampleWeight: w, labels: labels)
        case .matthewsCorrcoef: return try TernLearn.matthewsCorrcoef(y, prediction(), sampleWeight: w)
        case .negLogLoss: return try -logLoss(y, model.predictProba(x), sampleWeight: w, labels: labels)
        case .negBrierScore: return try -brierScoreLoss(y, probability(), sampleWeight: w, labels: labels)
        case .d2LogLoss: return try d2LogLossScore(y, model.predictProba(x), sampleWeight: w, labels: labels)
        case .d2Brier: return try d2BrierScore(y, probability(), sampleWeight: w, labels: labels)
        case .rocAUC: return try rocAUCScore(y, ranking(), sampleWeight: w)
        case .rocAUCOvr:
            return try rocAUCScore(y, probability(), sampleWeight: w, multiClass: .oneVersusRest)
        case .rocAUCOvo:
            return try rocAUCScore(y, probability(), sampleWeight: w, multiClass: .oneVersusOne)
        case .rocAUCOvrWeighted:
            return try rocAUCScore(
                y, probability(), average: .weighted, sampleWeight: w, multiClass: .oneVersusRest)
        case .rocAUCOvoWeighted:
            return try rocAUCScore(y, probability(), average: .weighted, sampleWeight: w, multiClass: .oneVersusOne)
        case .averagePrecision: return try averagePrecisionScore(y, ranking(of: 1), sampleWeight: w)
        }
    }
}

extension Scoring? {
    /// The score by which a model is judged: its own where none is asked for.
    func score(of model: any Predictor, _ x: Tensor, _ y: Tensor, _ weight: Tensor?) throws -> Double {
        try self?.score(model, x, y, sampleWeight: weight) ?? model.score(x, y, sampleWeight: weight)
    }
}
