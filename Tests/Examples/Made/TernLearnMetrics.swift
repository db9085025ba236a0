// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnMetrics = [
    Example("TernLearn/Metrics/FieldMetrics: areaWeightedMean", FieldMetrics_areaWeightedMean),
    Example("TernLearn/Metrics/FieldMetrics: EmulatorScores", FieldMetrics_EmulatorScores),
    Example("TernLearn/Metrics/RegressionMetrics: MultiOutput", RegressionMetrics_MultiOutput),
]

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

private func RegressionMetrics_MultiOutput() async throws {
    let truth = Tensor([[0.0, 0], [1, 10]]), prediction = Tensor([[0.0, 5], [1, 5]])
    _ = truth
    _ = prediction
    check("0.5, the mean of 1 and 0", r2Score(truth, prediction, multiOutput: .uniformAverage))
    check("0.00990099: 0.25 of a variance of 25.25", r2Score(truth, prediction, multiOutput: .varianceWeighted))
}
