// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernLearnMetrics = [
    Example("TernLearn/Metrics/FieldMetrics: areaWeightedMean", FieldMetrics_areaWeightedMean),
    Example("TernLearn/Metrics/FieldMetrics: EmulatorScores", FieldMetrics_EmulatorScores),
]

private func FieldMetrics_areaWeightedMean() async throws {
    let tas = Tensor.random([21, 4, 6], in: 1..<3, seed: 1)
    let lat = [-67.5, -22.5, 22.5, 67.5]
    use(areaWeightedMean(tas, latitudes: lat))
}

private func FieldMetrics_EmulatorScores() async throws {
    let tas = Tensor.random([21, 4, 6], in: 1..<3, seed: 1)
    let emulated = Tensor.random([21, 4, 6], in: 1..<3, seed: 2)
    let lat = [-67.5, -22.5, 22.5, 67.5]
    let scores = EmulatorScores(truth: tas, prediction: emulated, latitudes: lat)    // years of 2080 to 2100
    _ = scores
    use(scores.total)
}
