import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Check {
    /// Whether columns of numbers, which go by ascending labels, are those that labels tell.
    static func ascending(_ labels: [Double], in name: String) throws {
        try that(
            labels.isRising,
            "\(name): labels are \(labels); they must be in ascending order, none twice, as columns are of labels in that order"
        )
    }

    /// Whether probabilities, [examples, classes], sum to 1 in each row.
    static func sumsToOne(_ probabilities: [Double], classes: Int, within tolerance: Double, in name: String) throws {
        for start in stride(from: 0, to: probabilities.count, by: classes) {
            let sum = probabilities[start..<(start + classes)].reduce(0, +)
            try that(
                Swift.abs(sum - 1) <= 1e-8 + tolerance,
                "\(name): row \(start / classes) sums to \(sum); scores of several classes must be probabilities, which sum to 1"
            )
        }
    }
}

/// True labels beside probabilities of classes, [examples, classes].
private struct Probabilities {
    let rows: Int, classes: Int
    let values: [Double]
    /// The class of each example.
    let codes: [Int]
    let weight: [Double]?
    let name: String
    /// How near to 0 and 1 probabilities count: the least difference from 1 that their type knows.
    private let margin: Double

    /// - Parameters:
    ///   - positive: of probabilities of one class, [examples], that class; nil: the larger label, 1 where there is one
    ///     only.
    ///   - isOfOneClass: whether probabilities [examples] are those of the positive label whatever the labels are.
    init(
        _ truth: Tensor, _ probability: Tensor, labels: [Double]?, positive: Double? = nil, weight: Tensor?,
        ofOneClass isOfOneClass: Bool = false, in name: String
    ) throws {
        self.name = name
        try Check.that(
            truth.count == truth.shape.first && probability.shape.first == truth.count && probability.rank <= 2
                && truth.count > 0,
            "\(name): labels of shape \(truth.shape) and probabilities of shape \(probability.shape) do not fit")
        rows = truth.count
        margin = probability.dtype == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne
        let given = probability.doubles
        if let wrong = given.first(where: { !($0 >= 0 && $0 <= 1) }) {
            throw EstimatorError("\(name): a probability is \(wrong); all must be from 0 to 1")
        }
        let columns = given.count / rows, truth = truth.doubles
        try Check.that(EncodedLabels.areDiscrete(truth), "\(name): labels must be whole numbers")
        try Check.ascending(labels ?? [], in: name)
        if columns > 1 {
            // Rows that are rounded to three digits may miss it by as much, of which scikit-learn warns.
            try Check.sumsToOne(given, classes: columns, within: 5e-3, in: name)
        }
        let known = labels ?? Set(truth).sorted()
        self.weight = try LabelPairs.checked(weight, rows: rows, in: name)
        if columns == 1 {
            values = given.flatMap { [1 - $0, $0] }
            classes = 2
        } else {
            values = given
            classes = columns
        }
        if columns == 1, labels == nil, isOfOneClass {
            try Check.that(known.count <= 2, "\(name): there are \(known.count) classes but probabilities of one")
            if let positive {
                try Check.that(
                    known.count < 2 || known.contains(positive),
                    "\(name): positiveLabel is \(positive); the labels are \(known)")
            }
            // As scikit-learn takes the positive label to be 1, unless labels say otherwise.
            let usual = Set(known).isSubset(of: [0, 1]) || Set(known).isSubset(of: [-1, 1]) ? 1 : known.last!
            codes = truth.map { $0 == (positive ?? usual) ? 1 : 0 }
            return
        }
        try Check.that(
            known.count > 1,
            "\(name): there is only one label, \(known.first ?? .nan); tell all classes by labels:")
        try Check.that(
            known.count == classes,
            "\(name): there are \(known.count) labels and probabilities of \(classes) classes; tell all classes by labels:"
        )
        codes = try EncodedLabels.codes(of: truth, among: known, in: name)
    }

    func mean(_ value: (Int) -> Double) -> Double { weightedMean((0..<rows).map(value), weight) }
    func sum(_ value: (Int) -> Double) -> Double {
        (0..<rows).reduce(0) { $0 + value($1) * (weight?[$1] ?? 1) }
    }

    static func loss(_ p: Double, margin: Double = .ulpOfOne) -> Double { -log(min(max(p, margin), 1 - margin)) }
    func loss(_ row: Int) -> Double { Self.loss(values[row * classes + codes[row]], margin: margin) }

    func brier(_ row: Int, _ p: (Int) -> Double) -> Double {
        (0..<classes).reduce(0) {
            let error = (codes[row] == $1 ? 1 : 0) - p($1)
            return $0 + error * error
        }
    }

    /// The weighted shares of the classes.
    var shares: [Double] { (0..<classes).map { k in mean { codes[$0] == k ? 1 : 0 } } }
}

/// The mean of −log of the probability of the true class: `sklearn.metrics.log_loss`.
///
/// ```swift
/// try logLoss(Tensor([1, 0]), Tensor([0.9, 0.2]))             // 0.16425203
/// ```
///
/// - Parameters:
///   - truth: [examples], whole numbers.
///   - probability: [examples, classes], each row with the sum 1, or [examples] of the second of two classes. 0 and 1
///     count as 2⁻⁵² beside them, of `float32` as 2⁻²³.
///   - normalize: false: the sum, not the mean.
///   - labels: all classes, in ascending order; nil: those that are true somewhere.
/// - Throws: ``EstimatorError`` where labels and probabilities do not fit.
public func logLoss(
    _ truth: Tensor, _ probability: Tensor, normalize: Bool = true, sampleWeight: Tensor? = nil,
    labels: [Double]? = nil
) throws -> Double {
    let p = try Probabilities(truth, probability, labels: labels, weight: sampleWeight, in: "logLoss")
    return normalize ? p.mean(p.loss) : p.sum(p.loss)
}

/// The share of the log loss of the classes' frequencies that probabilities spare: `sklearn.metrics.d2_log_loss_score`.
/// Parameters as in ``logLoss(_:_:normalize:sampleWeight:labels:)``; NaN for fewer than two examples.
///
/// ```swift
/// try d2LogLossScore(Tensor([1, 0]), Tensor([0.5, 0.5]))      // 0
/// ```
public func d2LogLossScore(
    _ truth: Tensor, _ probability: Tensor, sampleWeight: Tensor? = nil, labels: [Double]? = nil
) throws -> Double {
    if truth.count < 2 { return .nan }
    let p = try Probabilities(truth, probability, labels: labels, weight: sampleWeight, in: "d2LogLossScore")
    let shares = p.shares
    return 1 - p.sum(p.loss) / p.sum { Probabilities.loss(shares[p.codes[$0]]) }
}

/// The mean squared error of probabilities: `sklearn.metrics.brier_score_loss`.
///
/// ```swift
/// try brierScoreLoss(Tensor([0, 1, 1, 0]), Tensor([0.1, 0.9, 0.8, 0.3]))          // 0.0375
/// ```
///
/// - Parameters:
///   - truth: [examples], whole numbers.
///   - probability: [examples] of the positive label, or [examples, classes], each row with the sum 1.
///   - positiveLabel: nil: 1, or the larger of two labels that are not 0 (or −1) and 1.
///   - labels: all classes of [examples, classes], in ascending order; nil: those that are true somewhere.
///   - scaleByHalf: whether squares summed over classes are halved; nil: where there are two classes.
/// - Throws: ``EstimatorError`` where labels and probabilities do not fit.
public func brierScoreLoss(
    _ truth: Tensor, _ probability: Tensor, sampleWeight: Tensor? = nil, positiveLabel: Double? = nil,
    labels: [Double]? = nil, scaleByHalf: Bool? = nil
) throws -> Double {
    let p = try Probabilities(
        truth, probability, labels: probability.count == truth.count ? nil : labels, positive: positiveLabel,
        weight: sampleWeight, ofOneClass: true, in: "brierScoreLoss")
    let score = p.mean { row in p.brier(row) { p.values[row * p.classes + $0] } }
    return scaleByHalf ?? (p.classes < 3) ? score / 2 : score
}

/// The share of the Brier score of the classes' frequencies that probabilities spare: `sklearn.metrics.d2_brier_score`.
/// Parameters as in ``brierScoreLoss(_:_:sampleWeight:positiveLabel:labels:scaleByHalf:)``; NaN for fewer than two
/// examples.
///
/// ```swift
/// try d2BrierScore(Tensor([0, 1]), Tensor([0.5, 0.5]))        // 0
/// ```
public func d2BrierScore(
    _ truth: Tensor, _ probability: Tensor, sampleWeight: Tensor? = nil, positiveLabel: Double? = nil,
    labels: [Double]? = nil
) throws -> Double {
    if truth.count < 2 { return .nan }
    let p = try Probabilities(
        truth, probability, labels: probability.count == truth.count ? nil : labels, positive: positiveLabel,
        weight: sampleWeight, ofOneClass: true, in: "d2BrierScore")
    let shares = p.shares
    let score = p.mean { row in p.brier(row) { p.values[row * p.classes + $0] } }
    return 1 - score / p.mean { row in p.brier(row) { shares[$0] } }
}

/// How far decisions fall short of a margin of 1: `sklearn.metrics.hinge_loss`.
///
/// ```swift
/// try hingeLoss(Tensor([-1, 1, 1]), Tensor([-2.0, 3, 0.5]))       // 0.16666667
/// ```
///
/// - Parameters:
///   - truth: [examples], whole numbers.
///   - decision: [examples], positive for the larger of two labels; of more, [examples, classes].
///   - labels: all classes, in any order; nil: those that are true somewhere.
/// - Throws: ``EstimatorError`` where labels and decisions do not fit, or a decision is NaN.
public func hingeLoss(
    _ truth: Tensor, _ decision: Tensor, labels: [Double]? = nil, sampleWeight: Tensor? = nil
) throws -> Double {
    let name = "hingeLoss", rows = truth.count, truth = truth.doubles, values = decision.doubles
    try Check.that(
        rows > 0 && decision.shape.first == rows,
        "\(name): \(rows) labels and decisions of shape \(decision.shape) do not fit")
    try Check.that(!values.contains(where: \.isNaN), "\(name): a decision is NaN")
    let classes = Set(labels ?? truth).sorted(), weight = try LabelPairs.checked(sampleWeight, rows: rows, in: name)
    let columns = values.count / rows
    try Check.that(
        columns == (classes.count > 2 ? classes.count : 1),
        "\(name): decisions have the shape \(decision.shape); \(classes.count) classes need \(classes.count > 2 ? "[\(rows), \(classes.count)]" : "[\(rows)]")"
    )
    var sum = 0.0, total = 0.0
    for (row, k) in try EncodedLabels.codes(of: truth, among: classes, in: name).enumerated() {
        let margin: Double
        if columns == 1 {
            // Labels other than the larger one are the negative class, also where there is one label only.
            margin = classes.count == 2 && k == 1 ? values[row] : -values[row]
        } else {
            let others = (0..<columns).filter { $0 != k }.map { values[row * columns + $0] }
            margin = values[row * columns + k] - others.max()!
        }
        sum += Swift.max(0, 1 - margin) * (weight?[row] ?? 1)
        total += weight?[row] ?? 1
    }
    return sum / total
}

/// The share of examples whose true class is among the k of the highest scores: `sklearn.metrics.top_k_accuracy_score`.
///
/// ```swift
/// let scores = Tensor([[0.5, 0.2, 0.2], [0.3, 0.4, 0.2], [0.2, 0.4, 0.3], [0.7, 0.2, 0.1]])
/// try topKAccuracyScore(Tensor([0, 1, 2, 2]), scores, k: 2)       // 0.75
/// ```
///
/// Of equal scores the class of the larger label comes first.
///
/// - Parameters:
///   - truth: [examples], whole numbers.
///   - score: [examples, classes] (of two, scikit-learn refuses them), or [examples] of the second of two classes, which
///     is taken above 0.5 where all scores are from 0 to 1 and above 0 elsewhere.
///   - labels: all classes, in ascending order; nil: those that are true somewhere.
/// - Throws: ``EstimatorError`` where labels and scores do not fit, or a score is NaN.
public func topKAccuracyScore(
    _ truth: Tensor, _ score: Tensor, k: Int = 2, normalize: Bool = true, sampleWeight: Tensor? = nil,
    labels: [Double]? = nil
) throws -> Double {
    let name = "topKAccuracyScore", rows = truth.count, truth = truth.doubles, values = score.doubles
    try Check.that(k >= 1, "\(name): k is \(k); it must be at least 1")
    try Check.that(
        rows > 0 && score.shape.first == rows && score.rank <= 2,
        "\(name): \(rows) labels and scores of shape \(score.shape) do not fit")
    try Check.that(!values.contains(where: \.isNaN), "\(name): a score is NaN")
    try Check.ascending(labels ?? [], in: name)
    let classes = labels ?? Set(truth).sorted(), columns = values.count / rows
    let weight = try LabelPairs.checked(sampleWeight, rows: rows, in: name)
    try Check.that(
        classes.count == (columns == 1 ? 2 : columns),
        "\(name): there are \(classes.count) labels and scores of \(columns == 1 ? 2 : columns) classes; tell all classes by labels:"
    )
    let isShare = values.allSatisfy { $0 >= 0 && $0 <= 1 }
    var sum = 0.0, total = 0.0
    for (row, c) in try EncodedLabels.codes(of: truth, among: classes, in: name).enumerated() {
        let isHit: Bool
        if columns == 1 {
            isHit = k > 1 || (values[row] > (isShare ? 0.5 : 0)) == (c == 1)
        } else {
            let own = values[row * columns + c]
            let above = (0..<columns).count {
                let other = values[row * columns + $0]
                return other > own || other == own && $0 > c
            }
            isHit = above < k
        }
        sum += isHit ? weight?[row] ?? 1 : 0
        total += weight?[row] ?? 1
    }
    return normalize ? sum / total : sum
}
