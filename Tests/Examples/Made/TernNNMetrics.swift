// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNMetrics = [
    Example("TernNN/Metrics/Metric: Metric", Metric_Metric),
    Example("TernNN/Metrics/Metric: StandardMetric", Metric_StandardMetric),
    Example("TernNN/Metrics/RunningMetrics: Mean", RunningMetrics_Mean),
    Example("TernNN/Metrics/RunningMetrics: Sum", RunningMetrics_Sum),
]

private func Metric_Metric() async throws {
    let y = Tensor([1.0, 2, 3])
    let p = Tensor([1.0, 2, 5])
    let metric = StandardMetric.meanAbsoluteError
    _ = metric
    var state = metric.initialState(target: y.spec, prediction: p.spec)
    _ = state
    state = metric.updated(state, target: y, prediction: p, sampleWeight: nil)
    use(metric.result(state).item)
}

private func Metric_StandardMetric() async throws {
    let metrics: [StandardMetric] = [.meanAbsoluteError, .rootMeanSquaredError, .auc()]
    _ = metrics
}

private func RunningMetrics_Mean() async throws {
    var loss = Mean()
    _ = loss
    use(loss.update(Tensor([1, 3, 5, 7])))
    use(loss.update(Tensor([2, 4]), sampleWeight: Tensor([1, 0])))
    check("3.6: (16 + 2) / (4 + 1)", loss.result.item)
}

private func RunningMetrics_Sum() async throws {
    var rain = Sum()
    _ = rain
    use(rain.update(Tensor([1, 3, 5, 7]), sampleWeight: Tensor([1, 1, 0, 0])))
    check("4", rain.result.item)
}
