// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNMetrics = [
    Example("TernNN/Metrics/AreaUnderCurve: AUCCurve", AreaUnderCurve_AUCCurve),
    Example("TernNN/Metrics/AreaUnderCurve: AUCSummation", AreaUnderCurve_AUCSummation),
    Example("TernNN/Metrics/ConfusionMetrics: ClassAverage", ConfusionMetrics_ClassAverage),
    Example("TernNN/Metrics/Metric: Metric", Metric_Metric),
    Example("TernNN/Metrics/Metric: StandardMetric", Metric_StandardMetric),
    Example("TernNN/Metrics/RegressionMetrics: R2Aggregation", RegressionMetrics_R2Aggregation),
    Example("TernNN/Metrics/RunningMetrics: Mean", RunningMetrics_Mean),
    Example("TernNN/Metrics/RunningMetrics: Sum", RunningMetrics_Sum),
]

private func AreaUnderCurve_AUCCurve() async throws {
    let truth = Tensor([0.0, 0, 1, 1]), score = Tensor([0.1, 0.4, 0.35, 0.8])
    _ = truth
    _ = score
    check("0.75: three of four pairs are in order", StandardMetric.auc(curve: .roc)(truth, score))
    check("\"auc\"", StandardMetric.auc(curve: .precisionRecall).name)
}

private func AreaUnderCurve_AUCSummation() async throws {
    let truth = Tensor([0.0, 0, 1, 1]), score = Tensor([0.1, 0.4, 0.35, 0.8])
    _ = truth
    _ = score
    check("true: never below the straight lines", StandardMetric.auc(summation: .majoring)(truth, score).item >= 0.75)
}

private func ConfusionMetrics_ClassAverage() async throws {
    let truth = Tensor([[1.0, 0], [0, 1], [0, 1]]), prediction = Tensor([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9]])
    _ = truth
    _ = prediction
    check("0.6667 for each class, up to rounding", StandardMetric.f1Score(average: .none)(truth, prediction))
    check("0.6667", StandardMetric.f1Score(average: .macro)(truth, prediction))
}

private func Metric_Metric() async throws {
    struct Bias: Metric {
        let name = "bias"
        func initialState(target: TensorSpec, prediction: TensorSpec) -> [Tensor] { [.zeros([]), .zeros([])] }
        func updated(_ state: [Tensor], target: Tensor, prediction: Tensor, sampleWeight: Tensor?) -> [Tensor] {
            let error = (prediction - target).cast(to: .float32)
            return [state[0] + error.sum(), state[1] + Float(error.count)]
        }
        func result(_ state: [Tensor]) -> Tensor { state[0] / state[1] }
    }
    let y = Tensor([1.0, 2]), p = Tensor([2.0, 5]), metric = Bias()
    _ = y
    _ = p
    _ = metric
    var state = metric.initialState(target: y.spec, prediction: p.spec)
    _ = state
    state = metric.updated(state, target: y, prediction: p, sampleWeight: nil)
    check("2", metric.result(state))
}

private func Metric_StandardMetric() async throws {
    let metrics: [StandardMetric] = [.meanAbsoluteError, .rootMeanSquaredError]
    _ = metrics
    check("[1.0, 1.4142135623730951]", metrics.map { $0(Tensor([1.0, 2]), Tensor([1.0, 4])).item })
}

private func RegressionMetrics_R2Aggregation() async throws {
    let truth = Tensor([[0.0, 0], [1, 10]]), prediction = Tensor([[0.0, 5], [1, 5]])
    _ = truth
    _ = prediction
    check("[1, 0]", StandardMetric.r2Score(aggregation: .none)(truth, prediction))
    check("0.5", StandardMetric.r2Score(aggregation: .uniformAverage)(truth, prediction))
}

private func RunningMetrics_Mean() async throws {
    var loss = Mean()
    _ = loss
    use(loss.update(Tensor([1, 3, 5, 7])))
    use(loss.update(Tensor([2, 4]), sampleWeight: Tensor([1, 0])))
    check("3.6: (16 + 2) / (4 + 1)", loss.result)
}

private func RunningMetrics_Sum() async throws {
    var rain = Sum()
    _ = rain
    use(rain.update(Tensor([1, 3, 5, 7]), sampleWeight: Tensor([1, 1, 0, 0])))
    check("4", rain.result)
}
