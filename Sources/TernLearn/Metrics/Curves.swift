import TernCore

/// What a classifier finds at each threshold of its score.
private struct Thresholds {
    /// Wrongly and rightly found, by weight, from the highest threshold down; and the thresholds.
    var wrong: [Double] = [], right: [Double] = [], values: [Double] = []

    init(_ isPositive: [Bool], _ score: [Double], _ weight: [Double]?) {
        let kept = weight == nil ? Array(score.indices) : score.indices.filter { weight![$0] != 0 }
        let order = kept.sorted { (-score[$0], $0) < (-score[$1], $1) }
        var right = 0.0, wrong = 0.0
        for (place, i) in order.enumerated() {
            if isPositive[i] { right += weight?[i] ?? 1 } else { wrong += weight?[i] ?? 1 }
            if place + 1 == order.count || score[order[place + 1]] != score[i] {
                self.right.append(right)
                self.wrong.append(wrong)
                values.append(score[i])
            }
        }
    }

    /// Without the points between others on a line, of which `keeps` tells what bends.
    mutating func thin(_ keeps: (Int) -> Bool) {
        if values.count <= 2 { return }
        let kept = values.indices.filter { $0 == 0 || $0 == values.count - 1 || keeps($0) }
        (wrong, right, values) = (kept.map { wrong[$0] }, kept.map { right[$0] }, kept.map { values[$0] })
    }

    mutating func thinBySteps() {
        let right = right
        thin { right[$0] != right[$0 - 1] || right[$0 + 1] != right[$0] }
    }
}

/// Whether each label is the positive one, beside its score.
private struct Scored {
    let isPositive: [Bool], score: [Double], weight: [Double]?

    init(_ truth: Tensor, _ score: Tensor, positive: Double?, _ weight: Tensor?, in name: String) throws {
        try Check.that(
            truth.count > 0 && truth.count == score.count && truth.shape.first == truth.count
                && score.shape.first == score.count,
            "\(name): labels of shape \(truth.shape) and scores of shape \(score.shape) do not fit; both are [examples]"
        )
        try Check.that(Check.isFinite(score), "\(name): scores must be finite")
        let labels = truth.doubles, present = Set(labels).sorted()
        try Check.that(EncodedLabels.areDiscrete(labels), "\(name): labels must be whole numbers")
        if positive == nil {
            try Check.that(
                Set(present).isSubset(of: [0, 1]) || Set(present).isSubset(of: [-1, 1]),
                "\(name): the labels are \(present), not 0 (or -1) and 1; tell by positiveLabel: which is looked for")
        }
        isPositive = labels.map { $0 == positive ?? 1 }
        self.score = score.doubles
        self.weight = try LabelPairs.checked(weight, rows: truth.count, in: name)
    }

    var thresholds: Thresholds { Thresholds(isPositive, score, weight) }
}

/// A curve of rates over thresholds.
///
/// ```swift
/// let curve = try rocCurve(Tensor([0, 0, 1, 1]), Tensor([0.1, 0.4, 0.35, 0.8]))
/// curve.falsePositiveRate         // [0.0, 0.0, 0.5, 0.5, 1.0]
/// curve.truePositiveRate          // [0.0, 0.5, 0.5, 1.0, 1.0]
/// curve.thresholds                // [inf, 0.8, 0.4, 0.35, 0.1]
/// ```
public struct ROCCurve: Sendable, Equatable {
    /// Of the examples that are not positive, the share found; of those that are, the share found.
    public let falsePositiveRate: [Double], truePositiveRate: [Double]
    /// From +∞, where nothing is found, down: found is what scores at least as much.
    public let thresholds: [Double]
}

/// The receiver operating characteristic: `sklearn.metrics.roc_curve`.
///
/// ```swift
/// let curve = try rocCurve(Tensor([0, 1]), Tensor([0.2, 0.7]))
/// try auc(curve.falsePositiveRate, curve.truePositiveRate)        // 1
/// ```
///
/// - Parameters:
///   - truth: [examples], whole numbers.
///   - score: [examples], higher for the positive label.
///   - positiveLabel: nil: 1, where the other label is 0 or −1.
///   - dropIntermediate: whether points on a line between others are left out.
/// - Throws: ``EstimatorError`` where labels and scores do not fit.
/// - Returns: rates of NaN where there is no example to share.
public func rocCurve(
    _ truth: Tensor, _ score: Tensor, positiveLabel: Double? = nil, sampleWeight: Tensor? = nil,
    dropIntermediate: Bool = true
) throws -> ROCCurve {
    roc(try Scored(truth, score, positive: positiveLabel, sampleWeight, in: "rocCurve").thresholds, dropIntermediate)
}

private func roc(_ thresholds: Thresholds, _ dropIntermediate: Bool) -> ROCCurve {
    var t = thresholds
    if dropIntermediate {
        let (wrong, right) = (t.wrong, t.right)
        func bends(_ x: [Double], _ i: Int) -> Bool { (x[i + 1] - x[i]) - (x[i] - x[i - 1]) != 0 }
        t.thin { bends(wrong, $0) || bends(right, $0) }
    }
    func rates(_ counts: [Double]) -> [Double] {
        ([0] + counts).map { counts.last ?? 0 <= 0 ? .nan : $0 / counts.last! }
    }
    return ROCCurve(
        falsePositiveRate: rates(t.wrong), truePositiveRate: rates(t.right), thresholds: [.infinity] + t.values)
}

/// The area under a curve, by trapezia: `sklearn.metrics.auc`.
///
/// ```swift
/// try auc([0, 0.5, 1], [0, 1, 1])         // 0.75
/// ```
///
/// - Throws: ``EstimatorError`` for fewer than two points, and where x neither rises nor falls all along.
public func auc(_ x: [Double], _ y: [Double]) throws -> Double {
    try Check.that(
        x.count == y.count && x.count > 1,
        "auc: there are \(x.count) and \(y.count) values; it needs two points or more")
    let steps = zip(x.dropFirst(), x).map { $0 - $1 }
    let falls = steps.contains { $0 < 0 }
    try Check.that(!falls || steps.allSatisfy { $0 <= 0 }, "auc: x neither rises nor falls all along")
    let area = steps.indices.reduce(0) { $0 + steps[$1] * (y[$1] + y[$1 + 1]) / 2 }
    return falls ? -area : area
}

/// Precision and recall over thresholds.
///
/// ```swift
/// let curve = try precisionRecallCurve(Tensor([0, 0, 1, 1]), Tensor([0.1, 0.4, 0.35, 0.8]))
/// curve.precision                 // [0.5, 0.6666666666666666, 0.5, 1.0, 1.0]
/// curve.recall                    // [1.0, 1.0, 0.5, 0.5, 0.0]
/// curve.thresholds                // [0.1, 0.35, 0.4, 0.8]
/// ```
public struct PrecisionRecallCurve: Sendable, Equatable {
    /// At each threshold; and, last, 1 and 0, for which there is none.
    public let precision: [Double], recall: [Double]
    /// In ascending order: found is what scores at least as much.
    public let thresholds: [Double]
}

/// Precision and recall over thresholds: `sklearn.metrics.precision_recall_curve`. Parameters as in
/// ``rocCurve(_:_:positiveLabel:sampleWeight:dropIntermediate:)``.
///
/// ```swift
/// try precisionRecallCurve(Tensor([0, 1]), Tensor([0.2, 0.7])).thresholds         // [0.2, 0.7]
/// ```
///
/// - Returns: recall of 1 where nothing is positive.
public func precisionRecallCurve(
    _ truth: Tensor, _ score: Tensor, positiveLabel: Double? = nil, sampleWeight: Tensor? = nil,
    dropIntermediate: Bool = false
) throws -> PrecisionRecallCurve {
    var t = try Scored(truth, score, positive: positiveLabel, sampleWeight, in: "precisionRecallCurve").thresholds
    if dropIntermediate { t.thinBySteps() }
    return precisionRecall(t)
}

private func precisionRecall(_ t: Thresholds) -> PrecisionRecallCurve {
    let all = t.right.last ?? 0
    let precision = zip(t.right, t.wrong).map { $0 + $1 == 0 ? 0 : $0 / ($0 + $1) }
    return PrecisionRecallCurve(
        precision: precision.reversed() + [1], recall: t.right.reversed().map { all == 0 ? 1 : $0 / all } + [0],
        thresholds: t.values.reversed())
}

/// The errors of both kinds over thresholds: `sklearn.metrics.det_curve`. Parameters as in
/// ``rocCurve(_:_:positiveLabel:sampleWeight:dropIntermediate:)``.
///
/// ```swift
/// let curve = try detCurve(Tensor([0, 0, 1, 1]), Tensor([0.1, 0.4, 0.35, 0.8]))
/// curve.falseNegativeRate         // [0.0, 0.5, 0.5]
/// ```
///
/// - Throws: ``EstimatorError`` also where all examples are of one class.
public func detCurve(
    _ truth: Tensor, _ score: Tensor, positiveLabel: Double? = nil, sampleWeight: Tensor? = nil,
    dropIntermediate: Bool = false
) throws -> (falsePositiveRate: [Double], falseNegativeRate: [Double], thresholds: [Double]) {
    var t = try Scored(truth, score, positive: positiveLabel, sampleWeight, in: "detCurve").thresholds
    t.right.insert(0, at: 0)
    t.wrong.insert(0, at: 0)
    t.values.insert(.infinity, at: 0)
    if dropIntermediate { t.thinBySteps() }
    try Check.that(Set(truth.doubles).count == 2, "detCurve: all examples are of one class; the curve needs two")
    let first = t.wrong.lastIndex { $0 <= t.wrong[0] }!, last = t.right.firstIndex { $0 >= t.right.last! }!
    let range = Array((first...Swift.max(first, last)).reversed())
    return (
        range.map { t.wrong[$0] / t.wrong.last! }, range.map { (t.right.last! - t.right[$0]) / t.right.last! },
        range.map { t.values[$0] }
    )
}

/// The counts of both classes over thresholds: `sklearn.metrics.confusion_matrix_at_thresholds`. Parameters as in
/// ``rocCurve(_:_:positiveLabel:sampleWeight:dropIntermediate:)``.
///
/// ```swift
/// let counts = try confusionMatrixAtThresholds(Tensor([0, 0, 1, 1]), Tensor([0.1, 0.4, 0.35, 0.8]))
/// counts.truePositives            // [1.0, 1.0, 2.0, 2.0]
/// counts.thresholds               // [0.8, 0.4, 0.35, 0.1]
/// ```
///
/// - Returns: by weight, from the highest threshold down; found is what scores at least as much.
public func confusionMatrixAtThresholds(
    _ truth: Tensor, _ score: Tensor, positiveLabel: Double? = nil, sampleWeight: Tensor? = nil
) throws -> (
    trueNegatives: [Double], falsePositives: [Double], falseNegatives: [Double], truePositives: [Double],
    thresholds: [Double]
) {
    let t = try Scored(truth, score, positive: positiveLabel, sampleWeight, in: "confusionMatrixAtThresholds")
        .thresholds
    return (
        t.wrong.map { t.wrong.last! - $0 }, t.wrong, t.right.map { t.right.last! - $0 }, t.right, t.values
    )
}

/// Any score of labels over thresholds, such as to choose one: `sklearn.metrics.metric_at_thresholds`.
///
/// ```swift
/// let accuracy = try metricAtThresholds(Tensor([0, 0, 1, 1]), Tensor([0.1, 0.4, 0.35, 0.8])) {
///     try accuracyScore($0, $1, sampleWeight: $2)
/// }
/// accuracy.values                 // [0.75, 0.5, 0.75, 0.5]
/// accuracy.thresholds             // [0.8, 0.4, 0.35, 0.1]
/// ```
///
/// - Parameters:
///   - truth: [examples], 0 (or −1) and 1.
///   - score: [examples], higher for 1.
///   - metric: of the true labels, the predicted ones, 1 where the score is at least the threshold and 0 elsewhere, and
///     the weights.
/// - Throws: ``EstimatorError`` where labels and scores do not fit, and what the metric throws.
public func metricAtThresholds(
    _ truth: Tensor, _ score: Tensor, sampleWeight: Tensor? = nil,
    metric: (Tensor, Tensor, Tensor?) throws -> Double
) throws -> (values: [Double], thresholds: [Double]) {
    let scored = try Scored(truth, score, positive: nil, sampleWeight, in: "metricAtThresholds")
    let thresholds = scored.thresholds.values
    let values = try thresholds.map { threshold in
        try metric(truth, Tensor(scored.score.map { $0 >= threshold ? 1 : 0 }), sampleWeight)
    }
    return (values, thresholds)
}

// MARK: - Areas

/// How several classes are made pairs of two.
///
/// ```swift
/// let p = Tensor([[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.1, 0.2, 0.7]])
/// try rocAUCScore(Tensor([0, 1, 2]), p, multiClass: .oneVersusOne)        // 1
/// ```
public enum MultiClass: String, Sendable, Codable {
    /// Each class against all others.
    case oneVersusRest = "ovr"
    /// Each class against each other.
    case oneVersusOne = "ovo"
}

/// The area under the receiver operating characteristic, 0.5 by chance: `sklearn.metrics.roc_auc_score`.
///
/// ```swift
/// try rocAUCScore(Tensor([0, 0, 1, 1]), Tensor([0.1, 0.4, 0.35, 0.8]))    // 0.75
/// ```
///
/// - Parameters:
///   - truth: [examples], whole numbers; or [examples, labels] of 0 and 1.
///   - score: [examples], higher for the larger of two labels; of several classes, [examples, classes] of
///     probabilities; of several labels at once, [examples, labels].
///   - average: how areas of several classes or labels become one; by default ``Average/macro``.
///   - maxFPR: where the curve ends, of two classes: the area up to there, brought to between 0.5 and 1.
///   - multiClass: how several classes are compared, which must be said.
///   - labels: all classes, in ascending order; nil: those that are true somewhere.
/// - Throws: ``EstimatorError`` where labels and scores do not fit, or a parameter does not fit them.
/// - Returns: NaN where examples are all of one class.
public func rocAUCScore(
    _ truth: Tensor, _ score: Tensor, average: Average = .macro, sampleWeight: Tensor? = nil, maxFPR: Double? = nil,
    multiClass: MultiClass? = nil, labels: [Double]? = nil
) throws -> Double {
    let name = "rocAUCScore", classes = Set(truth.doubles).sorted()
    if let maxFPR {
        try Check.that(maxFPR > 0 && maxFPR <= 1, "\(name): maxFPR is \(maxFPR); it must be above 0, 1 at most")
    }
    let isMultilabel = truth.rank == 2 && truth.shape[1] > 1
    let columns = score.rank == 2 ? score.shape[1] : 1
    if !isMultilabel, classes.count > 2 || columns > 2 {
        guard let multiClass else {
            throw EstimatorError(
                "\(name): there are \(Swift.max(classes.count, columns)) classes; say by multiClass: how they are compared"
            )
        }
        try Check.that(maxFPR == nil || maxFPR == 1, "\(name): maxFPR is known of two classes only; leave it out")
        return try multiClassAUC(truth, score, average, multiClass, labels, sampleWeight, name)
    }
    if isMultilabel {
        return try averagedOverLabels(truth, score, average, sampleWeight, name) { area($0, $1, $2, maxFPR) }
    }
    let scored = try Scored(truth, score, positive: classes.count == 2 ? classes[1] : .nan, sampleWeight, in: name)
    return area(scored.isPositive, scored.score, scored.weight, maxFPR)
}

private func area(_ isPositive: [Bool], _ score: [Double], _ weight: [Double]?, _ maxFPR: Double?) -> Double {
    if !isPositive.contains(true) || !isPositive.contains(false) { return .nan }
    let curve = roc(Thresholds(isPositive, score, weight), true)
    var x = curve.falsePositiveRate, y = curve.truePositiveRate
    if x.contains(where: \.isNaN) || y.contains(where: \.isNaN) { return .nan }
    guard let end = maxFPR, end < 1 else { return (try? auc(x, y)) ?? .nan }
    let stop = x.firstIndex { $0 > end } ?? x.count - 1
    let share = (end - x[stop - 1]) / (x[stop] - x[stop - 1])
    y = Array(y[..<stop]) + [y[stop - 1] + share * (y[stop] - y[stop - 1])]
    x = Array(x[..<stop]) + [end]
    let least = 0.5 * end * end
    return 0.5 * (1 + (((try? auc(x, y)) ?? .nan) - least) / (end - least))
}

private func multiClassAUC(
    _ truth: Tensor, _ score: Tensor, _ average: Average, _ multiClass: MultiClass, _ labels: [Double]?,
    _ weight: Tensor?, _ name: String
) throws -> Double {
    let classes = labels ?? Set(truth.doubles).sorted(), k = classes.count, values = score.doubles
    try Check.that(
        score.rank == 2 && score.shape == [truth.count, k],
        "\(name): scores have the shape \(score.shape); \(truth.count) examples of \(k) classes need [\(truth.count), \(k)]"
    )
    try Check.ascending(classes, in: name)
    try Check.sumsToOne(values, classes: k, within: 1e-5, in: name)
    let codes = try EncodedLabels.codes(of: truth.doubles, among: classes, in: name)
    if multiClass == .oneVersusRest {
        let binary = codes.flatMap { code in (0..<k).map { $0 == code ? 1.0 : 0 } }
        return try averagedOverLabels(Tensor(binary, shape: [codes.count, k]), score, average, weight, name) {
            area($0, $1, $2, nil)
        }
    }
    try Check.that(weight == nil, "\(name): one class against another knows no sample weights; leave them out")
    try Check.that(
        average == .macro || average == .weighted,
        "\(name): average is .\(average); one class against another has .macro and .weighted")
    let present = Set(codes).sorted()
    var sum = 0.0, total = 0.0
    for (place, a) in present.enumerated() {
        for b in present[(place + 1)...] {
            let rows = codes.indices.filter { codes[$0] == a || codes[$0] == b }
            func one(_ c: Int) -> Double {
                area(rows.map { codes[$0] == c }, rows.map { values[$0 * k + c] }, nil, nil)
            }
            let weight = average == .weighted ? Double(rows.count) / Double(codes.count) : 1
            sum += weight * (one(a) + one(b)) / 2
            total += weight
        }
    }
    return sum / total
}

/// One number of each label's score.
private func averagedOverLabels(
    _ truth: Tensor, _ score: Tensor, _ average: Average, _ weight: Tensor?, _ name: String,
    _ metric: ([Bool], [Double], [Double]?) -> Double
) throws -> Double {
    try Check.that(
        truth.shape == score.shape && truth.rank == 2,
        "\(name): labels of shape \(truth.shape) and scores of shape \(score.shape) do not fit")
    try Check.that(average != .binary, "\(name): average .binary is of two classes alone; choose another")
    let rows = truth.shape[0], k = truth.shape[1], there = truth.doubles, values = score.doubles
    try Check.that(there.allSatisfy { $0 == 0 || $0 == 1 }, "\(name): several labels at once must be 0 or 1")
    try Check.that(Check.isFinite(score), "\(name): scores must be finite")
    let weight = try LabelPairs.checked(weight, rows: rows, in: name)
    if average == .micro {
        return metric(there.map { $0 == 1 }, values, weight.map { $0.flatMap { [Double](repeating: $0, count: k) } })
    }
    if average == .samples {
        let scores = (0..<rows).map { row in
            metric((0..<k).map { there[row * k + $0] == 1 }, (0..<k).map { values[row * k + $0] }, nil)
        }
        return weightedMean(scores, weight)
    }
    var scores = (0..<k).map { c in
        metric((0..<rows).map { there[$0 * k + c] == 1 }, (0..<rows).map { values[$0 * k + c] }, weight)
    }
    if average == .macro { return weightedMean(scores, nil) }
    let weights = (0..<k).map { c in (0..<rows).reduce(0) { $0 + there[$1 * k + c] * (weight?[$1] ?? 1) } }
    if weights.reduce(0, +) == 0 { return 0 }
    for c in 0..<k where weights[c] == 0 { scores[c] = 0 }
    return weightedMean(scores, weights)
}

/// The mean precision over the steps of recall: `sklearn.metrics.average_precision_score`.
///
/// ```swift
/// try averagePrecisionScore(Tensor([0, 0, 1, 1]), Tensor([0.1, 0.4, 0.35, 0.8]))          // 0.83333333
/// ```
///
/// - Parameters:
///   - truth: [examples], whole numbers; or [examples, labels] of 0 and 1.
///   - score: [examples], higher for the positive label; of several classes or labels, [examples, classes].
///   - average: how scores of several classes or labels become one; by default ``Average/macro``.
///   - positiveLabel: of two classes, what is looked for; by default 1.
/// - Throws: ``EstimatorError`` where labels and scores do not fit.
public func averagePrecisionScore(
    _ truth: Tensor, _ score: Tensor, average: Average = .macro, positiveLabel: Double = 1, sampleWeight: Tensor? = nil
) throws -> Double {
    let name = "averagePrecisionScore", classes = Set(truth.doubles).sorted()
    func precision(_ isPositive: [Bool], _ score: [Double], _ weight: [Double]?) -> Double {
        let curve = precisionRecall(Thresholds(isPositive, score, weight))
        let steps = curve.recall.indices.dropLast().map {
            (curve.recall[$0] - curve.recall[$0 + 1]) * curve.precision[$0]
        }
        return Swift.max(0, steps.reduce(0, +))
    }
    if truth.rank == 2, truth.shape[1] > 1 {
        return try averagedOverLabels(truth, score, average, sampleWeight, name, precision)
    }
    if classes.count > 2 {
        try Check.that(positiveLabel == 1, "\(name): positiveLabel is of two classes only; leave it out")
        let binary = truth.doubles.flatMap { label in classes.map { $0 == label ? 1.0 : 0 } }
        return try averagedOverLabels(
            Tensor(binary, shape: [truth.count, classes.count]), score, average, sampleWeight, name, precision)
    }
    try Check.that(
        classes.count < 2 || classes.contains(positiveLabel),
        "\(name): positiveLabel is \(positiveLabel); the labels are \(classes)")
    let scored = try Scored(truth, score, positive: positiveLabel, sampleWeight, in: name)
    return precision(scored.isPositive, scored.score, scored.weight)
}

// MARK: - Calibration

/// How often what is predicted with some probability comes true: `sklearn.calibration.calibration_curve`.
///
/// ```swift
/// let truth = Tensor([0, 0, 0, 0, 1, 1, 1, 1, 1]), p = Tensor([0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1.0])
/// let curve = try calibrationCurve(truth, p, bins: 3)
/// curve.frequency                 // [0.0, 0.5, 1.0]
/// curve.probability               // [0.2, 0.525, 0.85], up to rounding
/// ```
///
/// - Parameters:
///   - truth: [examples], whole numbers.
///   - probability: [examples] of the positive label.
///   - positiveLabel: nil: 1, where the other label is 0 or −1.
///   - bins: how many there are, from 1 to 2³¹; empty ones are left out.
///   - byQuantiles: whether bins hold as many examples each, not as wide a range each.
/// - Throws: ``EstimatorError`` where labels and probabilities do not fit.
/// - Returns: of each bin the share of positive examples, and the mean probability.
public func calibrationCurve(
    _ truth: Tensor, _ probability: Tensor, positiveLabel: Double? = nil, bins: Int = 5, byQuantiles: Bool = false
) throws -> (frequency: [Double], probability: [Double]) {
    let scored = try Scored(truth, probability, positive: positiveLabel, nil, in: "calibrationCurve")
    try Check.that(
        (1...1 << 31).contains(bins), "calibrationCurve: bins is \(bins); it must be at least 1, at most 2^31")
    if let complaint = MachineMemory.complaint(about: 40 * bins) {
        throw EstimatorError("calibrationCurve: \(bins) bins are too many: \(complaint)")
    }
    try Check.that(
        scored.score.allSatisfy { $0 >= 0 && $0 <= 1 }, "calibrationCurve: probabilities must be from 0 to 1")
    try Check.that(
        Set(truth.doubles).count <= 2, "calibrationCurve: there are \(Set(truth.doubles).count) classes; it takes two")
    let shares = Tensor.linearSpace(from: 0, to: 1, count: bins + 1, dtype: .float64)
    let edges = byQuantiles ? Columns.percentiles(scored.score, shares.doubles) : shares.doubles
    var total = [Double](repeating: 0, count: bins), sum = total, hits = total
    for (p, isPositive) in zip(scored.score, scored.isPositive) {
        let bin = edges[1..<bins].partitioningIndex { $0 >= p } - 1
        total[bin] += 1
        sum[bin] += p
        if isPositive { hits[bin] += 1 }
    }
    let filled = (0..<bins).filter { total[$0] > 0 }
    return (filled.map { hits[$0] / total[$0] }, filled.map { sum[$0] / total[$0] })
}
