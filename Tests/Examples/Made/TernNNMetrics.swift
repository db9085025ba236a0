// swift-format-ignore-file
// Made from the comments in Sources by DocumentationTests; TERN_WRITE_EXAMPLES=1 makes it anew.
import Foundation
import Tern

let examplesTernNNMetrics = [
    Example("TernNN/Metrics/AreaUnderCurve: AUCCurve", AreaUnderCurve_AUCCurve),
    Example("TernNN/Metrics/AreaUnderCurve: AUCSummation", AreaUnderCurve_AUCSummation),
    Example("TernNN/Metrics/ConfusionMetrics: ClassAverage", ConfusionMetrics_ClassAverage),
    Example("TernNN/Metrics/Metric: Metric", Metric_Metric),
    Example("TernNN/Metrics/Metric: init", Metric_init),
    Example("TernNN/Metrics/Metric: init", Metric_init_2),
    Example("TernNN/Metrics/Metric: init", Metric_init_3),
    Example("TernNN/Metrics/RegressionMetrics: R2Aggregation", RegressionMetrics_R2Aggregation),
    Example("TernNN/Metrics/RunningMetrics: Mean", RunningMetrics_Mean),
    Example("TernNN/Metrics/RunningMetrics: Sum", RunningMetrics_Sum),
]

private func AreaUnderCurve_AUCCurve() async throws {
    let truth = Tensor([0.0, 0, 1, 1]), score = Tensor([0.1, 0.4, 0.35, 0.8])
    _ = truth
    _ = score
    check("0.75: three of four pairs are in order", Metric.auc(curve: .roc)(truth, score))
    check("\"auc\"", Metric.auc(curve: .precisionRecall).name)
}

private func AreaUnderCurve_AUCSummation() async throws {
    let truth = Tensor([0.0, 0, 1, 1]), score = Tensor([0.1, 0.4, 0.35, 0.8])
    _ = truth
    _ = score
    check("true: never below the straight lines", Metric.auc(summation: .majoring)(truth, score).item >= 0.75)
}

private func ConfusionMetrics_ClassAverage() async throws {
    let truth = Tensor([[1.0, 0], [0, 1], [0, 1]]), prediction = Tensor([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9]])
    _ = truth
    _ = prediction
    use(Metric.f1Score(average: .none)(truth, prediction))
    check("0.6667", Metric.f1Score(average: .macro)(truth, prediction))
}

private func Metric_Metric() async throws {
    let bias = Metric("bias") { target, prediction in prediction - target }
    _ = bias
    let model = Sequential(input: [3]) { Dense(1) }
    _ = model
    use(model.compile(loss: .meanSquaredError, metrics: [bias, .rootMeanSquaredError]))
    let x = Tensor.random([40, 3], seed: 1), y = x.sum(axis: 1, keepingDimensions: true)
    _ = x
    _ = y
    let history = try model.fit(x, y, epochs: 5, validationSplit: 0.25)
    _ = history
    use(print(history["val_bias"].last!))
}

private func Metric_init() async throws {
    let hits = Metric("within_a_degree", isBetterWhenLarger: true) { target, prediction in
        (abs(prediction - target) .< 1).cast(to: prediction.dtype)
    }
    _ = hits
    print(hits(Tensor([20.0, 21, 22]), Tensor([20.5, 25, 22])).item)  // 0.6666666666666666
    checkPrinted("0.6666666666666666")
}

private func Metric_init_2() async throws {
    let p = Tensor([1.0, 2, 5])
    _ = p
    let correlation = Metric("correlation", sums: 6, isBetterWhenLarger: true) { target, prediction, weight in
        let (t, p, w) = (target, prediction, weight)
        return [w, w * t, w * p, w * t * t, w * p * p, w * t * p].map { $0.sum() }
    } result: { s in
        (s[0] * s[5] - s[1] * s[2]) / sqrt((s[0] * s[3] - s[1] * s[1]) * (s[0] * s[4] - s[2] * s[2]))
    }
    _ = correlation
    print(correlation(Tensor([1.0, 2, 3]), Tensor([2.0, 4, 6])).item)  // 1
    checkPrinted("1")
}

private func Metric_init_3() async throws {
    let largest = Metric("largest_error", isBetterWhenLarger: false) { _, prediction in
        [Tensor.zeros([], dtype: prediction.dtype)]
    } update: { state, target, prediction, weight in
        [maximum(state[0], (weight * abs(prediction - target)).max())]
    } result: { state in
        state[0]
    }
    _ = largest
    print(largest(Tensor([1.0, 2]), Tensor([1.5, 4])).item)  // 2
    checkPrinted("2")
}

private func RegressionMetrics_R2Aggregation() async throws {
    let truth = Tensor([[0.0, 0], [1, 10]]), prediction = Tensor([[0.0, 5], [1, 5]])
    _ = truth
    _ = prediction
    check("[1, 0]", Metric.r2Score(aggregation: .none)(truth, prediction))
    check("0.5", Metric.r2Score(aggregation: .uniformAverage)(truth, prediction))
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
