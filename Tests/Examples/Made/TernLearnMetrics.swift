// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnMetrics = [
    Example("TernLearn/Metrics/ClassificationMetrics: accuracyScore", ClassificationMetrics_accuracyScore),
    Example("TernLearn/Metrics/ClassificationMetrics: zeroOneLoss", ClassificationMetrics_zeroOneLoss),
    Example("TernLearn/Metrics/ClassificationMetrics: hammingLoss", ClassificationMetrics_hammingLoss),
    Example("TernLearn/Metrics/ClassificationMetrics: LabelScores", ClassificationMetrics_LabelScores),
    Example("TernLearn/Metrics/ClassificationMetrics: precisionScore", ClassificationMetrics_precisionScore),
    Example("TernLearn/Metrics/ClassificationMetrics: recallScore", ClassificationMetrics_recallScore),
    Example("TernLearn/Metrics/ClassificationMetrics: fBetaScore", ClassificationMetrics_fBetaScore),
    Example("TernLearn/Metrics/ClassificationMetrics: f1Score", ClassificationMetrics_f1Score),
    Example("TernLearn/Metrics/ClassificationMetrics: jaccardScore", ClassificationMetrics_jaccardScore),
    Example("TernLearn/Metrics/ClassificationReport: ClassificationReport", ClassificationReport_ClassificationReport),
    Example("TernLearn/Metrics/ClassificationReport: Row", ClassificationReport_Row),
    Example("TernLearn/Metrics/ClassificationReport: classLikelihoodRatios", ClassificationReport_classLikelihoodRatios),
    Example("TernLearn/Metrics/ClassificationReport: multilabelConfusionMatrix", ClassificationReport_multilabelConfusionMatrix),
    Example("TernLearn/Metrics/ConfusionMatrix: ConfusionNormalization", ConfusionMatrix_ConfusionNormalization),
    Example("TernLearn/Metrics/ConfusionMatrix: confusionMatrix", ConfusionMatrix_confusionMatrix),
    Example("TernLearn/Metrics/ConfusionMatrix: cohenKappaScore", ConfusionMatrix_cohenKappaScore),
    Example("TernLearn/Metrics/ConfusionMatrix: KappaWeights", ConfusionMatrix_KappaWeights),
    Example("TernLearn/Metrics/ConfusionMatrix: matthewsCorrcoef", ConfusionMatrix_matthewsCorrcoef),
    Example("TernLearn/Metrics/ConfusionMatrix: balancedAccuracyScore", ConfusionMatrix_balancedAccuracyScore),
    Example("TernLearn/Metrics/Curves: ROCCurve", Curves_ROCCurve),
    Example("TernLearn/Metrics/Curves: rocCurve", Curves_rocCurve),
    Example("TernLearn/Metrics/Curves: auc", Curves_auc),
    Example("TernLearn/Metrics/Curves: PrecisionRecallCurve", Curves_PrecisionRecallCurve),
    Example("TernLearn/Metrics/Curves: precisionRecallCurve", Curves_precisionRecallCurve),
    Example("TernLearn/Metrics/Curves: detCurve", Curves_detCurve),
    Example("TernLearn/Metrics/Curves: confusionMatrixAtThresholds", Curves_confusionMatrixAtThresholds),
    Example("TernLearn/Metrics/Curves: metricAtThresholds", Curves_metricAtThresholds),
    Example("TernLearn/Metrics/Curves: MultiClass", Curves_MultiClass),
    Example("TernLearn/Metrics/Curves: rocAUCScore", Curves_rocAUCScore),
    Example("TernLearn/Metrics/Curves: averagePrecisionScore", Curves_averagePrecisionScore),
    Example("TernLearn/Metrics/Curves: calibrationCurve", Curves_calibrationCurve),
    Example("TernLearn/Metrics/Deviances: meanTweedieDeviance", Deviances_meanTweedieDeviance),
    Example("TernLearn/Metrics/Deviances: meanPoissonDeviance", Deviances_meanPoissonDeviance),
    Example("TernLearn/Metrics/Deviances: meanGammaDeviance", Deviances_meanGammaDeviance),
    Example("TernLearn/Metrics/Deviances: d2TweedieScore", Deviances_d2TweedieScore),
    Example("TernLearn/Metrics/FieldMetrics: areaWeightedMean", FieldMetrics_areaWeightedMean),
    Example("TernLearn/Metrics/FieldMetrics: EmulatorScores", FieldMetrics_EmulatorScores),
    Example("TernLearn/Metrics/LabelPairs: Average", LabelPairs_Average),
    Example("TernLearn/Metrics/MetricPairs: MultiOutput", MetricPairs_MultiOutput),
    Example("TernLearn/Metrics/MetricPairs: scoreOfEachTarget", MetricPairs_scoreOfEachTarget),
    Example("TernLearn/Metrics/ProbabilityMetrics: logLoss", ProbabilityMetrics_logLoss),
    Example("TernLearn/Metrics/ProbabilityMetrics: d2LogLossScore", ProbabilityMetrics_d2LogLossScore),
    Example("TernLearn/Metrics/ProbabilityMetrics: brierScoreLoss", ProbabilityMetrics_brierScoreLoss),
    Example("TernLearn/Metrics/ProbabilityMetrics: d2BrierScore", ProbabilityMetrics_d2BrierScore),
    Example("TernLearn/Metrics/ProbabilityMetrics: hingeLoss", ProbabilityMetrics_hingeLoss),
    Example("TernLearn/Metrics/ProbabilityMetrics: topKAccuracyScore", ProbabilityMetrics_topKAccuracyScore),
    Example("TernLearn/Metrics/RankingMetrics: coverageError", RankingMetrics_coverageError),
    Example("TernLearn/Metrics/RankingMetrics: labelRankingAveragePrecisionScore", RankingMetrics_labelRankingAveragePrecisionScore),
    Example("TernLearn/Metrics/RankingMetrics: labelRankingLoss", RankingMetrics_labelRankingLoss),
    Example("TernLearn/Metrics/RankingMetrics: dcgScore", RankingMetrics_dcgScore),
    Example("TernLearn/Metrics/RankingMetrics: ndcgScore", RankingMetrics_ndcgScore),
    Example("TernLearn/Metrics/RegressionMetrics: meanSquaredError", RegressionMetrics_meanSquaredError),
    Example("TernLearn/Metrics/RegressionMetrics: rootMeanSquaredError", RegressionMetrics_rootMeanSquaredError),
    Example("TernLearn/Metrics/RegressionMetrics: meanAbsoluteError", RegressionMetrics_meanAbsoluteError),
    Example("TernLearn/Metrics/RegressionMetrics: medianAbsoluteError", RegressionMetrics_medianAbsoluteError),
    Example("TernLearn/Metrics/RegressionMetrics: meanAbsolutePercentageError", RegressionMetrics_meanAbsolutePercentageError),
    Example("TernLearn/Metrics/RegressionMetrics: meanSquaredLogError", RegressionMetrics_meanSquaredLogError),
    Example("TernLearn/Metrics/RegressionMetrics: rootMeanSquaredLogError", RegressionMetrics_rootMeanSquaredLogError),
    Example("TernLearn/Metrics/RegressionMetrics: meanPinballLoss", RegressionMetrics_meanPinballLoss),
    Example("TernLearn/Metrics/RegressionMetrics: maxError", RegressionMetrics_maxError),
    Example("TernLearn/Metrics/RegressionMetrics: r2Score", RegressionMetrics_r2Score),
    Example("TernLearn/Metrics/RegressionMetrics: explainedVarianceScore", RegressionMetrics_explainedVarianceScore),
    Example("TernLearn/Metrics/RegressionMetrics: d2PinballScore", RegressionMetrics_d2PinballScore),
    Example("TernLearn/Metrics/RegressionMetrics: d2AbsoluteErrorScore", RegressionMetrics_d2AbsoluteErrorScore),
]

private func ClassificationMetrics_accuracyScore() async throws {
    check("0.5", try accuracyScore(Tensor([0, 1, 2, 3]), Tensor([0, 2, 1, 3])))
    check("1", try accuracyScore(Tensor([0, 1]), Tensor([0, 0]), normalize: false))
}

private func ClassificationMetrics_zeroOneLoss() async throws {
    check("0.5", try zeroOneLoss(Tensor([0, 1, 2, 3]), Tensor([0, 2, 1, 3])))
}

private func ClassificationMetrics_hammingLoss() async throws {
    check("0.75", try hammingLoss(Tensor([[0, 1], [1, 1]]), Tensor([[0, 0], [0, 0]])))
}

private func ClassificationMetrics_LabelScores() async throws {
    let scores = try LabelScores(Tensor([0, 0, 1, 1]), Tensor([0, 1, 1, 1]))
    _ = scores
    check("[1.0, 0.6666666666666666]", scores.precision)
    check("[0.5, 1.0]", scores.recall)
    check("[2.0, 2.0]", scores.support)
}

private func ClassificationMetrics_precisionScore() async throws {
    check("0.66666667", try precisionScore(Tensor([0, 1, 1, 0]), Tensor([1, 1, 1, 0])))
}

private func ClassificationMetrics_recallScore() async throws {
    check("0.66666667", try recallScore(Tensor([0, 1, 1, 1]), Tensor([1, 1, 1, 0])))
}

private func ClassificationMetrics_fBetaScore() async throws {
    check("0.35714286", try fBetaScore(Tensor([0, 1, 1, 1]), Tensor([1, 1, 0, 0]), beta: 2))
}

private func ClassificationMetrics_f1Score() async throws {
    check("0.66666667", try f1Score(Tensor([0, 1, 1, 1]), Tensor([1, 1, 1, 0])))
}

private func ClassificationMetrics_jaccardScore() async throws {
    check("0.66666667", try jaccardScore(Tensor([0, 1, 1]), Tensor([1, 1, 1])))
}

private func ClassificationReport_ClassificationReport() async throws {
    let truth = Tensor([0, 1, 2, 2, 2]), found = Tensor([0, 0, 2, 2, 1])
    _ = truth
    _ = found
    let report = try ClassificationReport(truth, found, names: ["dry", "rain", "snow"])
    _ = report
    check("0.6", report.accuracy!)
    check("0.48888889, the mean over labels", report.averages[0].f1Score)
    check("[\"dry\", \"0.50\", \"1.00\", \"0.67\", \"1\"]", report.description.split(separator: "\n")[1].split(separator: " "))
}

private func ClassificationReport_Row() async throws {
    let report = try ClassificationReport(Tensor([0, 1]), Tensor([0, 1]))
    _ = report
    check("1.0", report.labels[0].support)
}

private func ClassificationReport_classLikelihoodRatios() async throws {
    let ratios = try classLikelihoodRatios(Tensor([0, 1, 0, 1, 0]), Tensor([1, 1, 0, 0, 0]))
    _ = ratios
    check("1.5", ratios.positive)
    check("0.75", ratios.negative)
}

private func ClassificationReport_multilabelConfusionMatrix() async throws {
    use(try multilabelConfusionMatrix(Tensor([0, 1, 1]), Tensor([1, 1, 0])))
}

private func ConfusionMatrix_ConfusionNormalization() async throws {
    let truth = Tensor([0, 0, 1]), found = Tensor([0, 1, 1])
    _ = truth
    _ = found
    check("[[0.5, 0.5], [0, 1]]", try confusionMatrix(truth, found, normalize: .true))
}

private func ConfusionMatrix_confusionMatrix() async throws {
    use(try confusionMatrix(Tensor([2, 0, 2, 2, 0, 1]), Tensor([0, 0, 2, 2, 0, 2])))
}

private func ConfusionMatrix_cohenKappaScore() async throws {
    check("0.5", try cohenKappaScore(Tensor([0, 1, 1, 0]), Tensor([0, 1, 0, 0])))
}

private func ConfusionMatrix_KappaWeights() async throws {
    check("0.66666667", try cohenKappaScore(Tensor([0, 1, 2]), Tensor([0, 1, 1]), weights: .quadratic))
}

private func ConfusionMatrix_matthewsCorrcoef() async throws {
    check("-0.33333333", try matthewsCorrcoef(Tensor([1, 1, 1, 0]), Tensor([1, 0, 1, 1])))
}

private func ConfusionMatrix_balancedAccuracyScore() async throws {
    check("0.5", try balancedAccuracyScore(Tensor([0, 0, 0, 1]), Tensor([0, 0, 0, 0])))
}

private func Curves_ROCCurve() async throws {
    let curve = try rocCurve(Tensor([0, 0, 1, 1]), Tensor([0.1, 0.4, 0.35, 0.8]))
    _ = curve
    check("[0.0, 0.0, 0.5, 0.5, 1.0]", curve.falsePositiveRate)
    check("[0.0, 0.5, 0.5, 1.0, 1.0]", curve.truePositiveRate)
    check("[inf, 0.8, 0.4, 0.35, 0.1]", curve.thresholds)
}

private func Curves_rocCurve() async throws {
    let curve = try rocCurve(Tensor([0, 1]), Tensor([0.2, 0.7]))
    _ = curve
    check("1", try auc(curve.falsePositiveRate, curve.truePositiveRate))
}

private func Curves_auc() async throws {
    check("0.75", try auc([0, 0.5, 1], [0, 1, 1]))
}

private func Curves_PrecisionRecallCurve() async throws {
    let curve = try precisionRecallCurve(Tensor([0, 0, 1, 1]), Tensor([0.1, 0.4, 0.35, 0.8]))
    _ = curve
    check("[0.5, 0.6666666666666666, 0.5, 1.0, 1.0]", curve.precision)
    check("[1.0, 1.0, 0.5, 0.5, 0.0]", curve.recall)
    check("[0.1, 0.35, 0.4, 0.8]", curve.thresholds)
}

private func Curves_precisionRecallCurve() async throws {
    check("[0.2, 0.7]", try precisionRecallCurve(Tensor([0, 1]), Tensor([0.2, 0.7])).thresholds)
}

private func Curves_detCurve() async throws {
    let curve = try detCurve(Tensor([0, 0, 1, 1]), Tensor([0.1, 0.4, 0.35, 0.8]))
    _ = curve
    check("[0.0, 0.5, 0.5]", curve.falseNegativeRate)
}

private func Curves_confusionMatrixAtThresholds() async throws {
    let counts = try confusionMatrixAtThresholds(Tensor([0, 0, 1, 1]), Tensor([0.1, 0.4, 0.35, 0.8]))
    _ = counts
    check("[1.0, 1.0, 2.0, 2.0]", counts.truePositives)
    check("[0.8, 0.4, 0.35, 0.1]", counts.thresholds)
}

private func Curves_metricAtThresholds() async throws {
    let accuracy = try metricAtThresholds(Tensor([0, 0, 1, 1]), Tensor([0.1, 0.4, 0.35, 0.8])) {
        try accuracyScore($0, $1, sampleWeight: $2)
    }
    _ = accuracy
    check("[0.75, 0.5, 0.75, 0.5]", accuracy.values)
    check("[0.8, 0.4, 0.35, 0.1]", accuracy.thresholds)
}

private func Curves_MultiClass() async throws {
    let p = Tensor([[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.1, 0.2, 0.7]])
    _ = p
    check("1", try rocAUCScore(Tensor([0, 1, 2]), p, multiClass: .oneVersusOne))
}

private func Curves_rocAUCScore() async throws {
    check("0.75", try rocAUCScore(Tensor([0, 0, 1, 1]), Tensor([0.1, 0.4, 0.35, 0.8])))
}

private func Curves_averagePrecisionScore() async throws {
    check("0.83333333", try averagePrecisionScore(Tensor([0, 0, 1, 1]), Tensor([0.1, 0.4, 0.35, 0.8])))
}

private func Curves_calibrationCurve() async throws {
    let truth = Tensor([0, 0, 0, 0, 1, 1, 1, 1, 1]), p = Tensor([0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1.0])
    _ = truth
    _ = p
    let curve = try calibrationCurve(truth, p, bins: 3)
    _ = curve
    check("[0.0, 0.5, 1.0]", curve.frequency)
    check("[0.2, 0.525, 0.85], up to rounding", curve.probability)
}

private func Deviances_meanTweedieDeviance() async throws {
    let rain = Tensor([2.0, 0, 1, 4]), predicted = Tensor([0.5, 0.5, 2, 2])
    _ = rain
    _ = predicted
    check("1.42601513", try meanTweedieDeviance(rain, predicted, power: 1))
}

private func Deviances_meanPoissonDeviance() async throws {
    check("1.42601513", try meanPoissonDeviance(Tensor([2.0, 0, 1, 4]), Tensor([0.5, 0.5, 2, 2])))
}

private func Deviances_meanGammaDeviance() async throws {
    check("1.05685281", try meanGammaDeviance(Tensor([2.0, 0.5, 1, 4]), Tensor([0.5, 0.5, 2, 2])))
}

private func Deviances_d2TweedieScore() async throws {
    check("0.48791513", try d2TweedieScore(Tensor([0.5, 1, 2.5, 7]), Tensor([1, 1, 5, 3.5]), power: 1))
}

private func FieldMetrics_areaWeightedMean() async throws {
    let map = Tensor([[0.0, 0], [3, 3], [0, 0]])                // [latitude, longitude]
    check("[latitude, longitude]", each: [map as Any])
    _ = map
    check("1.5: the equator's row is half of the area", areaWeightedMean(map, latitudes: [-60, 0, 60]))
}

private func FieldMetrics_EmulatorScores() async throws {
    let truth = Tensor([1.0, 1, 2, 2, 1, 1], shape: [1, 3, 2])  // [years, latitude, longitude], in K
    check("[years, latitude, longitude], in K", each: [truth as Any])
    _ = truth
    let scores = EmulatorScores(truth: truth, prediction: truth + 0.3, latitudes: [-60, 0, 60])
    _ = scores
    check("0.2: 0.3 K of a global mean of 1.5 K, up to rounding", scores.spatial)
    check("0.2", scores.global)
    check("1.2", scores.total)
}

private func LabelPairs_Average() async throws {
    let truth = Tensor([0, 1, 2, 0, 1, 2]), found = Tensor([0, 2, 1, 0, 0, 1])
    _ = truth
    _ = found
    check("0.26666667", try f1Score(truth, found, average: .macro))
    check("0.33333333", try f1Score(truth, found, average: .micro))
}

private func MetricPairs_MultiOutput() async throws {
    let truth = Tensor([[0.0, 0], [1, 10]]), prediction = Tensor([[0.0, 5], [1, 5]])
    _ = truth
    _ = prediction
    check("0.5, the mean of 1 and 0", r2Score(truth, prediction, multiOutput: .uniformAverage))
    check("0.00990099: 0.25 of a variance of 25.25", r2Score(truth, prediction, multiOutput: .varianceWeighted))
    check("0.75", r2Score(truth, prediction, multiOutput: .weighted([3, 1])))
}

private func MetricPairs_scoreOfEachTarget() async throws {
    let truth = Tensor([[0.0, 0], [1, 10]]), prediction = Tensor([[0.0, 5], [1, 5]])
    _ = truth
    _ = prediction
    check("[0.0, 25.0]", scoreOfEachTarget(truth, prediction) { meanSquaredError($0, $1) })
}

private func ProbabilityMetrics_logLoss() async throws {
    check("0.16425203", try logLoss(Tensor([1, 0]), Tensor([0.9, 0.2])))
}

private func ProbabilityMetrics_d2LogLossScore() async throws {
    check("0", try d2LogLossScore(Tensor([1, 0]), Tensor([0.5, 0.5])))
}

private func ProbabilityMetrics_brierScoreLoss() async throws {
    check("0.0375", try brierScoreLoss(Tensor([0, 1, 1, 0]), Tensor([0.1, 0.9, 0.8, 0.3])))
}

private func ProbabilityMetrics_d2BrierScore() async throws {
    check("0", try d2BrierScore(Tensor([0, 1]), Tensor([0.5, 0.5])))
}

private func ProbabilityMetrics_hingeLoss() async throws {
    check("0.16666667", try hingeLoss(Tensor([-1, 1, 1]), Tensor([-2.0, 3, 0.5])))
}

private func ProbabilityMetrics_topKAccuracyScore() async throws {
    let scores = Tensor([[0.5, 0.2, 0.2], [0.3, 0.4, 0.2], [0.2, 0.4, 0.3], [0.7, 0.2, 0.1]])
    _ = scores
    check("0.75", try topKAccuracyScore(Tensor([0, 1, 2, 2]), scores, k: 2))
}

private func RankingMetrics_coverageError() async throws {
    check("1.5", try coverageError(Tensor([[1, 0, 0], [0, 1, 1]]), Tensor([[1.0, 0, 0], [0, 1, 1]])))
}

private func RankingMetrics_labelRankingAveragePrecisionScore() async throws {
    use(try labelRankingAveragePrecisionScore(Tensor([[1, 0, 0], [0, 0, 1]]), Tensor([[0.75, 0.5, 1], [1, 0.2, 0.1]])))
}

private func RankingMetrics_labelRankingLoss() async throws {
    check("0.75", try labelRankingLoss(Tensor([[1, 0, 0], [0, 0, 1]]), Tensor([[0.75, 0.5, 1], [1, 0.2, 0.1]])))
}

private func RankingMetrics_dcgScore() async throws {
    let worth = Tensor([[10.0, 0, 0, 1, 5]])
    _ = worth
    check("9.49945783", try dcgScore(worth, Tensor([[0.1, 0.2, 0.3, 4, 70]])))
}

private func RankingMetrics_ndcgScore() async throws {
    check("0.69569404", try ndcgScore(Tensor([[10.0, 0, 0, 1, 5]]), Tensor([[0.1, 0.2, 0.3, 4, 70]])))
}

private func RegressionMetrics_meanSquaredError() async throws {
    check("2", meanSquaredError(Tensor([1.0, 2]), Tensor([1.0, 4])))
    check("1", meanSquaredError(Tensor([1.0, 2]), Tensor([1.0, 4]), sampleWeight: Tensor([3.0, 1])))
}

private func RegressionMetrics_rootMeanSquaredError() async throws {
    check("3", rootMeanSquaredError(Tensor([0.0, 0]), Tensor([3.0, 3])))
}

private func RegressionMetrics_meanAbsoluteError() async throws {
    check("1", meanAbsoluteError(Tensor([1.0, 2]), Tensor([1.0, 4])))
}

private func RegressionMetrics_medianAbsoluteError() async throws {
    check("2", medianAbsoluteError(Tensor([0.0, 0, 0]), Tensor([1.0, 2, 100])))
}

private func RegressionMetrics_meanAbsolutePercentageError() async throws {
    check("0.25", meanAbsolutePercentageError(Tensor([1.0, 2]), Tensor([1.5, 2])))
}

private func RegressionMetrics_meanSquaredLogError() async throws {
    check("0", try meanSquaredLogError(Tensor([0.0, 0]), Tensor([0.0, 0])))
}

private func RegressionMetrics_rootMeanSquaredLogError() async throws {
    check("0.6931471805599453", try rootMeanSquaredLogError(Tensor([0.0]), Tensor([1.0])))
}

private func RegressionMetrics_meanPinballLoss() async throws {
    check("0.3: too much counts by 0.9", meanPinballLoss(Tensor([1.0, 2, 3]), Tensor([1.0, 2, 4]), alpha: 0.1))
}

private func RegressionMetrics_maxError() async throws {
    check("2", maxError(Tensor([1.0, 2, 3]), Tensor([1.0, 4, 2])))
}

private func RegressionMetrics_r2Score() async throws {
    check("0.5", r2Score(Tensor([1.0, 2, 3]), Tensor([1.0, 2, 2])))
}

private func RegressionMetrics_explainedVarianceScore() async throws {
    check("1", explainedVarianceScore(Tensor([1.0, 2, 3]), Tensor([2.0, 3, 4])))
}

private func RegressionMetrics_d2PinballScore() async throws {
    check("1", d2PinballScore(Tensor([1.0, 2, 3]), Tensor([1.0, 2, 3]), alpha: 0.9))
}

private func RegressionMetrics_d2AbsoluteErrorScore() async throws {
    check("0.5", d2AbsoluteErrorScore(Tensor([1.0, 2, 3]), Tensor([1.0, 2, 4])))
}
