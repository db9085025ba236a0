import TernCore

/// What a model predicts on average when some features are set: `sklearn.inspection.partial_dependence` by brute force.
///
/// ```swift
/// let x = Tensor([[0.0, 1], [1, 0], [2, 5]]), y = x[.all, 0] * 3
/// var model = LinearRegression()
/// try model.fit(x, y)
/// let dependence = try partialDependence(model, x, features: [0])
/// dependence.grid                                     // [[0.0, 1.0, 2.0]]
/// dependence.average                                  // [[0, 3, 6]], up to rounding
/// ```
///
/// - Parameters:
///   - model: fitted.
///   - x: [examples, features]; the others of each example stay as they are.
///   - features: the numbers of those that are set, in all combinations.
///   - sampleWeight: [examples], by which predictions are averaged.
///   - percentiles: shares of the examples between whose quantiles values lie, evenly; by default 0.05...0.95.
///   - gridResolution: how many values each feature gets; where it has fewer, those that it has. By default 100.
/// - Throws: ``EstimatorError`` where a parameter cannot be used, and what predictions throw.
/// - Complexity: O(gridResolution ^ features) predictions of all examples.
public func partialDependence(
    _ model: any Predictor, _ x: Tensor, features: [Int], sampleWeight: Tensor? = nil,
    percentiles: ClosedRange<Double> = 0.05...0.95, gridResolution: Int = 100
) throws -> PartialDependence {
    let name = "partialDependence"
    // Real numbers, since values of the grid lie between whole ones.
    let x = try Check.features(x, allowsMissing: true, in: name)
    let weight = try LabelPairs.checked(sampleWeight, rows: x.shape[0], in: name)
    if let wrong = features.first(where: { !(0..<x.shape[1]).contains($0) }) {
        throw EstimatorError("\(name): there is no feature \(wrong); x has \(x.shape[1])")
    }
    try Check.that(!features.isEmpty, "\(name): features are empty; give one at least")
    try Check.that(gridResolution > 1, "\(name): gridResolution is \(gridResolution); it must be at least 2")
    try Check.that(
        percentiles.lowerBound >= 0 && percentiles.upperBound <= 1 && percentiles.lowerBound < percentiles.upperBound,
        "\(name): percentiles are \(percentiles); they must be shares from 0 to 1, not the same")
    let grid = try features.map { feature -> [Double] in
        let values = x[.all, feature].doubles
        if let row = values.firstIndex(where: \.isNaN) {
            throw EstimatorError("\(name): feature \(feature) is NaN at row \(row); drop or fill missing values first")
        }
        let different = Set(values).sorted()
        if different.count < gridResolution { return different }
        let ends = [percentiles.lowerBound, percentiles.upperBound].map { quantile(values.sorted(), $0) }
        try Check.that(
            Swift.abs(ends[0] - ends[1]) > 1e-8 + 1e-5 * Swift.abs(ends[1]),
            "\(name): feature \(feature) has the same value at both percentiles; take them further apart")
        return Tensor.linearSpace(from: ends[0], to: ends[1], count: gridResolution, dtype: .float64).doubles
    }
    /// [examples, outputs]; of two classes the larger's.
    func outputs(_ x: Tensor) throws -> Tensor {
        let p = model.isClassifier ? try model.predictProba(x) : try model.predict(x)
        let columns = p.reshaped([x.shape[0], -1]).cast(to: .float64)
        return model.isClassifier && columns.shape[1] == 2 ? columns.sliced(1..<2, axis: 1) : columns
    }
    let rows = x.shape[0], points = checkedProduct(grid.map(\.count))
    // Predictions, one after the other, and the same in another order lie in memory at once.
    let predicted = checkedProduct([3, rows, try outputs(x.sliced(0..<1)).shape[1]])
    let held = predicted.flatMap { checkedSum([$0, features.count]) }
    let bytes = points.flatMap { points in held.flatMap { checkedProduct([points, $0, 8]) } }
    if let complaint = MachineMemory.complaint(about: bytes) {
        throw EstimatorError(
            "\(name): predictions of \(rows) examples with \(features.count) features set are too many: \(complaint); set fewer features, or take a smaller gridResolution"
        )
    }
    let places = grid.reduce([[]]) { heads, axis in heads.flatMap { head in axis.map { head + [$0] } } }
    let predictions = try inParallel(places.count) { i -> Tensor in
        var changed = x
        for (feature, value) in zip(features, places[i]) {
            changed.replacePart(
                [.all, .at(feature)], with: Tensor(repeating: value, shape: [rows], dtype: x.dtype))
        }
        return try outputs(changed)
    }
    // [places, examples, outputs] to [outputs, examples, places].
    let individual = Tensor.stacked(predictions).transposed([2, 1, 0])
    let factors = weight.map { Tensor($0, shape: [1, rows, 1]) }
    let average = factors.map { (individual * $0).sum(axis: 1) / $0.sum() } ?? individual.mean(axis: 1)
    let shape = grid.map(\.count)
    return PartialDependence(
        grid: grid, average: average.reshaped([average.shape[0]] + shape),
        individual: individual.reshaped([individual.shape[0], rows] + shape))
}

/// What ``partialDependence(_:_:features:sampleWeight:percentiles:gridResolution:)`` finds.
///
/// ```swift
/// var model = LinearRegression()
/// let x = Tensor([[0.0], [1]])
/// try model.fit(x, Tensor([0.0, 1]))
/// try partialDependence(model, x, features: [0]).individual.shape         // [1, 2, 2]
/// ```
public struct PartialDependence: Sendable {
    /// The values of each feature that is set.
    public let grid: [[Double]]
    /// The mean prediction, [targets, values of the first feature, of the second, ...]; of two classes the probability of
    /// the larger label, of more [classes, ...].
    public let average: Tensor
    /// The prediction of each example, [targets, examples, values of the first feature, ...].
    public let individual: Tensor
}

/// `scipy.stats.mstats.mquantiles` with its defaults, of sorted values.
private func quantile(_ sorted: [Double], _ share: Double) -> Double {
    let n = Double(sorted.count)
    if sorted.count == 1 { return sorted[0] }
    let place = n * share + 0.4 + share * 0.2
    let below = Int(Swift.min(Swift.max(place, 1), n - 1).rounded(.down)),
        t = Swift.min(Swift.max(place - Double(below), 0), 1)
    return (1 - t) * sorted[below - 1] + t * sorted[below]
}
