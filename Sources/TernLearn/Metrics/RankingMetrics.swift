import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Checked tables of what is true and how it was scored, example by example.
private struct Rankings {
    let truth: [[Double]], score: [[Double]], weight: [Double]?

    /// - Parameter isIndicator: whether the truth is 0 or 1, whether each label is there.
    init(_ truth: Tensor, _ score: Tensor, _ weight: Tensor?, isIndicator: Bool, in name: String) throws {
        try Check.that(
            truth.rank == 2 && truth.shape == score.shape && truth.count > 0,
            "\(name): the truth of shape \(truth.shape) and scores of shape \(score.shape) do not fit; both are [examples, labels]"
        )
        try Check.that(truth.shape[1] > 1, "\(name): there is one label; an order needs two or more")
        try Check.that(
            Check.isFinite(score) && Check.isFinite(truth), "\(name): the truth and the scores must be finite")
        let width = truth.shape[1], a = truth.doubles, b = score.doubles
        try Check.that(
            !isIndicator || a.allSatisfy { $0 == 0 || $0 == 1 },
            "\(name): the truth must be 0 or 1, whether each label is there")
        func rows(_ values: [Double]) -> [[Double]] {
            stride(from: 0, to: values.count, by: width).map { Array(values[$0..<($0 + width)]) }
        }
        (self.truth, self.score) = (rows(a), rows(b))
        self.weight = try LabelPairs.checked(weight, rows: truth.shape[0], in: name)
    }

    /// The weighted mean over examples of a function of truth and scores.
    func mean(_ value: ([Double], [Double]) -> Double) -> Double {
        weightedMean(truth.indices.map { value(truth[$0], score[$0]) }, weight)
    }
}

/// How far down the ranking one must go to have all true labels, on average: `sklearn.metrics.coverage_error`.
///
/// ```swift
/// try coverageError(Tensor([[1, 0, 0], [0, 1, 1]]), Tensor([[1.0, 0, 0], [0, 1, 1]]))     // 1.5
/// ```
///
/// - Parameters:
///   - truth: [examples, labels] of 0 and 1.
///   - score: of the same shape, higher for what is likelier.
///   - sampleWeight: [examples].
/// - Throws: ``EstimatorError`` where they do not fit.
/// - Returns: the number of labels, 0 of an example of which none is true.
public func coverageError(_ truth: Tensor, _ score: Tensor, sampleWeight: Tensor? = nil) throws -> Double {
    try Rankings(truth, score, sampleWeight, isIndicator: true, in: "coverageError").mean { truth, score in
        guard let least = zip(truth, score).filter({ $0.0 == 1 }).map(\.1).min() else { return 0 }
        return Double(score.count { $0 >= least })
    }
}

/// Of the labels ranked above each true one, the share that is true as well, on average:
/// `sklearn.metrics.label_ranking_average_precision_score`. Parameters as in ``coverageError(_:_:sampleWeight:)``.
///
/// ```swift
/// try labelRankingAveragePrecisionScore(Tensor([[1, 0, 0], [0, 0, 1]]), Tensor([[0.75, 0.5, 1], [1, 0.2, 0.1]]))
/// // 0.41666667
/// ```
///
/// - Throws: ``EstimatorError`` where truth and scores do not fit.
/// - Returns: from above 0 to 1; 1 of an example of which all labels or none are true.
public func labelRankingAveragePrecisionScore(_ truth: Tensor, _ score: Tensor, sampleWeight: Tensor? = nil) throws
    -> Double
{
    try Rankings(truth, score, sampleWeight, isIndicator: true, in: "labelRankingAveragePrecisionScore").mean {
        truth, score in
        let there = truth.indices.filter { truth[$0] == 1 }
        if there.isEmpty || there.count == truth.count { return 1 }
        let shares = there.map { label in
            Double(there.count { score[$0] >= score[label] }) / Double(score.count { $0 >= score[label] })
        }
        return shares.mean
    }
}

/// The share of pairs of a true and an untrue label that stand in the wrong order, ties among them:
/// `sklearn.metrics.label_ranking_loss`. Parameters as in ``coverageError(_:_:sampleWeight:)``.
///
/// ```swift
/// try labelRankingLoss(Tensor([[1, 0, 0], [0, 0, 1]]), Tensor([[0.75, 0.5, 1], [1, 0.2, 0.1]]))       // 0.75
/// ```
///
/// - Throws: ``EstimatorError`` where truth and scores do not fit.
/// - Returns: 0 at best; 0 of an example of which all labels or none are true.
public func labelRankingLoss(_ truth: Tensor, _ score: Tensor, sampleWeight: Tensor? = nil) throws -> Double {
    try Rankings(truth, score, sampleWeight, isIndicator: true, in: "labelRankingLoss").mean { truth, score in
        let there = truth.indices.filter { truth[$0] == 1 }, not = truth.indices.filter { truth[$0] == 0 }
        if there.isEmpty || not.isEmpty { return 0 }
        let wrong = there.reduce(0) { sum, label in sum + not.count { score[$0] >= score[label] } }
        return Double(wrong) / Double(there.count * not.count)
    }
}

/// The gain of what stands high in the ranking, each place counted for less: `sklearn.metrics.dcg_score`.
///
/// ```swift
/// let worth = Tensor([[10.0, 0, 0, 1, 5]])
/// try dcgScore(worth, Tensor([[0.1, 0.2, 0.3, 4, 70]]))           // 9.49945783
/// ```
///
/// - Parameters:
///   - truth: [examples, labels], what each is worth.
///   - score: of the same shape, higher for what is to stand first.
///   - k: how many places count; nil: all.
///   - logBase: of the logarithm by which places count for less, above 0.
///   - sampleWeight: [examples].
///   - ignoresTies: whether equal scores stand in the order of their labels, the last first, and are not averaged over.
/// - Throws: ``EstimatorError`` where truth, scores or a parameter do not fit.
///
/// Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM Trans. Inf. Syst. 20, 2002;
/// ties: McSherry and Najork, ECIR 2008.
public func dcgScore(
    _ truth: Tensor, _ score: Tensor, k: Int? = nil, logBase: Double = 2, sampleWeight: Tensor? = nil,
    ignoresTies: Bool = false
) throws -> Double {
    try Check.that(
        logBase > 0 && logBase.isFinite, "dcgScore: logBase is \(logBase); it must be a number above 0")
    try Check.that((k ?? 1) >= 1, "dcgScore: k is \(k ?? 0); it must be at least 1, or nil")
    return try Rankings(truth, score, sampleWeight, isIndicator: false, in: "dcgScore").mean {
        gain($0, $1, k, logBase, ignoresTies)
    }
}

/// ``dcgScore(_:_:k:logBase:sampleWeight:ignoresTies:)`` as a share of the best ranking's: `sklearn.metrics.ndcg_score`.
/// Parameters as there.
///
/// ```swift
/// try ndcgScore(Tensor([[10.0, 0, 0, 1, 5]]), Tensor([[0.1, 0.2, 0.3, 4, 70]]))       // 0.69569404
/// ```
///
/// - Throws: ``EstimatorError`` also where something is worth less than 0.
/// - Returns: 1 at best; 0 of an example of which nothing is worth anything.
public func ndcgScore(
    _ truth: Tensor, _ score: Tensor, k: Int? = nil, sampleWeight: Tensor? = nil, ignoresTies: Bool = false
) throws -> Double {
    try Check.that((k ?? 1) >= 1, "ndcgScore: k is \(k ?? 0); it must be at least 1, or nil")
    let rankings = try Rankings(truth, score, sampleWeight, isIndicator: false, in: "ndcgScore")
    try Check.that(
        rankings.truth.allSatisfy { $0.allSatisfy { $0 >= 0 } }, "ndcgScore: nothing may be worth less than 0")
    return rankings.mean { truth, score in
        let best = gain(truth, truth, k, 2, true)
        return best == 0 ? 0 : gain(truth, score, k, 2, ignoresTies) / best
    }
}

private func gain(_ truth: [Double], _ score: [Double], _ k: Int?, _ base: Double, _ ignoresTies: Bool) -> Double {
    let places = truth.indices.map { $0 < k ?? truth.count ? 1 / (log(Double($0 + 2)) / log(base)) : 0 }
    // From the highest score down, of equal ones the last label first.
    let order = truth.indices.sorted { (score[$0], $0) > (score[$1], $1) }
    if ignoresTies { return zip(order, places).reduce(0) { $0 + truth[$1.0] * $1.1 } }
    var sum = 0.0, start = 0
    while start < order.count {
        var end = start + 1
        while end < order.count, score[order[end]] == score[order[start]] { end += 1 }
        let mean = order[start..<end].reduce(0) { $0 + truth[$1] } / Double(end - start)
        sum += mean * places[start..<end].reduce(0, +)
        start = end
    }
    return sum
}
