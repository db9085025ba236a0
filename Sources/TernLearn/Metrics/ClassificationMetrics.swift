import TernCore

/// The share of examples whose labels are right: `sklearn.metrics.accuracy_score`.
///
/// ```swift
/// try accuracyScore(Tensor([0, 1, 2, 3]), Tensor([0, 2, 1, 3]))                   // 0.5
/// try accuracyScore(Tensor([0, 1]), Tensor([0, 0]), normalize: false)             // 1
/// ```
///
/// - Parameters:
///   - truth: [examples], whole numbers; or [examples, labels] of 0 and 1, all of which must be right.
///   - prediction: of the same shape.
///   - normalize: false: the number (or weight) of right examples.
/// - Throws: ``EstimatorError`` where labels do not fit.
public func accuracyScore(
    _ truth: Tensor, _ prediction: Tensor, normalize: Bool = true, sampleWeight: Tensor? = nil
) throws -> Double {
    let pairs = try LabelPairs(truth, prediction, sampleWeight, in: "accuracyScore")
    let mean = pairs.mean { pairs.isRight($0) ? 1 : 0 }
    return normalize ? mean : (0..<pairs.rows).reduce(0) { $0 + (pairs.isRight($1) ? pairs.weight($1) : 0) }
}

/// The share of examples whose labels are wrong: `sklearn.metrics.zero_one_loss`. Parameters as in
/// ``accuracyScore(_:_:normalize:sampleWeight:)``.
///
/// ```swift
/// try zeroOneLoss(Tensor([0, 1, 2, 3]), Tensor([0, 2, 1, 3]))                     // 0.5
/// ```
public func zeroOneLoss(
    _ truth: Tensor, _ prediction: Tensor, normalize: Bool = true, sampleWeight: Tensor? = nil
) throws -> Double {
    let pairs = try LabelPairs(truth, prediction, sampleWeight, in: "zeroOneLoss")
    let right = try accuracyScore(truth, prediction, normalize: normalize, sampleWeight: sampleWeight)
    return (normalize ? 1 : pairs.totalWeight) - right
}

/// The share of labels that are wrong: `sklearn.metrics.hamming_loss`.
///
/// ```swift
/// try hammingLoss(Tensor([[0, 1], [1, 1]]), Tensor([[0, 0], [0, 0]]))             // 0.75
/// ```
///
/// - Throws: ``EstimatorError`` where labels do not fit.
public func hammingLoss(_ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil) throws -> Double {
    let pairs = try LabelPairs(truth, prediction, sampleWeight, in: "hammingLoss")
    guard let labels = pairs.labelCount else { return pairs.mean { pairs.isRight($0) ? 0 : 1 } }
    return pairs.mean { row in
        Double((row * labels..<(row + 1) * labels).count { pairs.truth[$0] != pairs.prediction[$0] }) / Double(labels)
    }
}

// MARK: - Precision and recall

/// Precision, recall and F-score of each label: `sklearn.metrics.precision_recall_fscore_support(average=None)`.
///
/// ```swift
/// let scores = try LabelScores(Tensor([0, 0, 1, 1]), Tensor([0, 1, 1, 1]))
/// scores.precision                // [1.0, 0.6666666666666666]
/// scores.recall                   // [0.5, 1.0]
/// scores.support                  // [2.0, 2.0]
/// ```
public struct LabelScores: Sendable, Equatable {
    /// In their order.
    public let labels: [Double]
    /// Of what was found, the share that is right; of what is there, the share that was found; and both in one.
    public let precision: [Double], recall: [Double], fScore: [Double]
    /// How often each label is true, by weight.
    public let support: [Double]

    /// The scores of each label.
    ///
    /// - Parameters:
    ///   - truth: [examples], whole numbers; or [examples, labels] of 0 and 1.
    ///   - prediction: of the same shape.
    ///   - beta: how many times recall counts, above or equal to 0.
    ///   - labels: which, in their order; nil: all that are there.
    ///   - zeroDivision: the score where nothing is there or found: 0, 1 or NaN.
    /// - Throws: ``EstimatorError`` where labels or parameters do not fit.
    public init(
        _ truth: Tensor, _ prediction: Tensor, beta: Double = 1, labels: [Double]? = nil, sampleWeight: Tensor? = nil,
        zeroDivision: Double = 0
    ) throws {
        let pairs = try LabelPairs(truth, prediction, sampleWeight, in: "LabelScores")
        let scores = Scores(try pairs.counts(labels: labels), beta, zeroDivision)
        try Scores.check(beta, zeroDivision, "LabelScores")
        self.labels = labels ?? pairs.present
        (precision, recall, fScore, support) = (scores.precision, scores.recall, scores.f, scores.there)
    }
}

/// Shares of counts.
private struct Scores {
    let precision: [Double], recall: [Double], f: [Double], there: [Double]

    init(_ counts: LabelPairs.Counts, _ beta: Double, _ zeroDivision: Double) {
        func share(_ a: Double, _ b: Double) -> Double { b == 0 ? zeroDivision : a / b }
        precision = zip(counts.right, counts.found).map(share)
        recall = zip(counts.right, counts.there).map(share)
        there = counts.there
        if beta == .infinity {
            f = recall
        } else if beta == 0 {
            f = precision
        } else {
            let square = beta * beta
            f = counts.right.indices.map {
                share((1 + square) * counts.right[$0], square * counts.there[$0] + counts.found[$0])
            }
        }
    }

    static func check(_ beta: Double, _ zeroDivision: Double, mayBeNaN: Bool = true, _ name: String) throws {
        try Check.that(beta >= 0, "\(name): beta is \(beta); it must be a number from 0 on")
        try Check.that(
            zeroDivision == 0 || zeroDivision == 1 || mayBeNaN && zeroDivision.isNaN,
            "\(name): zeroDivision is \(zeroDivision); it must be \(mayBeNaN ? "0, 1 or NaN" : "0 or 1")")
    }
}

/// The labels that an average is of; those of `.binary` are the positive one alone.
private func chosenLabels(_ pairs: LabelPairs, _ labels: [Double]?, _ positive: Double, _ average: Average) throws
    -> [Double]?
{
    guard average == .binary else { return labels }
    try Check.that(
        pairs.isBinary,
        "\(pairs.name): there are \(pairs.isMultilabel ? "several labels at once" : "\(pairs.present.count) classes"); choose another average than .binary"
    )
    try Check.that(
        pairs.present.contains(positive) || pairs.present.count < 2,
        "\(pairs.name): positiveLabel is \(positive); the labels are \(pairs.present)")
    return [positive]
}

private func averaged(
    _ truth: Tensor, _ prediction: Tensor, beta: Double, labels: [Double]?, positive: Double, average: Average,
    weight: Tensor?, zeroDivision: Double, _ name: String, _ score: KeyPath<Scores, [Double]>
) throws -> Double {
    try Scores.check(beta, zeroDivision, name)
    let pairs = try LabelPairs(truth, prediction, weight, in: name)
    let labels = try chosenLabels(pairs, labels, positive, average)
    let counts = try pairs.counts(labels: labels, for: average)
    let scores = Scores(counts, beta, zeroDivision), values = scores[keyPath: score]
    let weights: [Double]? =
        switch average {
        case .weighted: scores.there
        case .samples: pairs.weight
        default: nil
        }
    // Of those that are numbers; by weights, unless these are all 0.
    let known = values.indices.filter { !values[$0].isNaN }
    if known.isEmpty { return .nan }
    let shares = weights.map { own in known.map { own[$0] } }
    return weightedMean(known.map { values[$0] }, shares?.reduce(0, +) == 0 ? nil : shares)
}

/// Of what was found, the share that is right: `sklearn.metrics.precision_score`.
///
/// ```swift
/// try precisionScore(Tensor([0, 1, 1, 0]), Tensor([1, 1, 1, 0]))          // 0.66666667
/// ```
///
/// - Parameters:
///   - truth: [examples], whole numbers; or [examples, labels] of 0 and 1.
///   - prediction: of the same shape.
///   - labels: which labels count; nil: all that are there.
///   - positiveLabel: of `.binary`, what is looked for; by default 1.
///   - average: how scores of several labels become one number; by default ``Average/binary``.
///   - sampleWeight: [examples].
///   - zeroDivision: the score where nothing was found: 0, 1 or NaN, which averages leave out.
/// - Throws: ``EstimatorError`` where labels or parameters do not fit.
public func precisionScore(
    _ truth: Tensor, _ prediction: Tensor, labels: [Double]? = nil, positiveLabel: Double = 1,
    average: Average = .binary, sampleWeight: Tensor? = nil, zeroDivision: Double = 0
) throws -> Double {
    try averaged(
        truth, prediction, beta: 1, labels: labels, positive: positiveLabel, average: average, weight: sampleWeight,
        zeroDivision: zeroDivision, "precisionScore", \.precision)
}

/// Of what is there, the share that was found: `sklearn.metrics.recall_score`. Parameters as in
/// ``precisionScore(_:_:labels:positiveLabel:average:sampleWeight:zeroDivision:)``.
///
/// ```swift
/// try recallScore(Tensor([0, 1, 1, 1]), Tensor([1, 1, 1, 0]))             // 0.66666667
/// ```
public func recallScore(
    _ truth: Tensor, _ prediction: Tensor, labels: [Double]? = nil, positiveLabel: Double = 1,
    average: Average = .binary, sampleWeight: Tensor? = nil, zeroDivision: Double = 0
) throws -> Double {
    try averaged(
        truth, prediction, beta: 1, labels: labels, positive: positiveLabel, average: average, weight: sampleWeight,
        zeroDivision: zeroDivision, "recallScore", \.recall)
}

/// Precision and recall in one: `sklearn.metrics.fbeta_score`. Other parameters as in
/// ``precisionScore(_:_:labels:positiveLabel:average:sampleWeight:zeroDivision:)``.
///
/// ```swift
/// try fBetaScore(Tensor([0, 1, 1, 1]), Tensor([1, 1, 0, 0]), beta: 2)     // 0.35714286
/// ```
///
/// - Parameter beta: how many times recall counts, 0 or more.
public func fBetaScore(
    _ truth: Tensor, _ prediction: Tensor, beta: Double, labels: [Double]? = nil, positiveLabel: Double = 1,
    average: Average = .binary, sampleWeight: Tensor? = nil, zeroDivision: Double = 0
) throws -> Double {
    try averaged(
        truth, prediction, beta: beta, labels: labels, positive: positiveLabel, average: average, weight: sampleWeight,
        zeroDivision: zeroDivision, "fBetaScore", \.f)
}

/// The harmonic mean of precision and recall: `sklearn.metrics.f1_score`. Parameters as in
/// ``precisionScore(_:_:labels:positiveLabel:average:sampleWeight:zeroDivision:)``.
///
/// ```swift
/// try f1Score(Tensor([0, 1, 1, 1]), Tensor([1, 1, 1, 0]))                 // 0.66666667
/// ```
public func f1Score(
    _ truth: Tensor, _ prediction: Tensor, labels: [Double]? = nil, positiveLabel: Double = 1,
    average: Average = .binary, sampleWeight: Tensor? = nil, zeroDivision: Double = 0
) throws -> Double {
    try averaged(
        truth, prediction, beta: 1, labels: labels, positive: positiveLabel, average: average, weight: sampleWeight,
        zeroDivision: zeroDivision, "f1Score", \.f)
}

/// Of what is there or found, the share that is both: `sklearn.metrics.jaccard_score`. Parameters as in
/// ``precisionScore(_:_:labels:positiveLabel:average:sampleWeight:zeroDivision:)``, but for `zeroDivision`, which is 0 or
/// 1.
///
/// ```swift
/// try jaccardScore(Tensor([0, 1, 1]), Tensor([1, 1, 1]))                  // 0.66666667
/// ```
public func jaccardScore(
    _ truth: Tensor, _ prediction: Tensor, labels: [Double]? = nil, positiveLabel: Double = 1,
    average: Average = .binary, sampleWeight: Tensor? = nil, zeroDivision: Double = 0
) throws -> Double {
    try Scores.check(1, zeroDivision, mayBeNaN: false, "jaccardScore")
    let pairs = try LabelPairs(truth, prediction, sampleWeight, in: "jaccardScore")
    let labels = try chosenLabels(pairs, labels, positiveLabel, average)
    let counts = try pairs.counts(labels: labels, for: average)
    let values = counts.right.indices.map { i in
        let any = counts.found[i] + counts.there[i] - counts.right[i]
        return any == 0 ? zeroDivision : counts.right[i] / any
    }
    var weights: [Double]?
    if average == .weighted, counts.there.contains(where: { $0 != 0 }) { weights = counts.there }
    if average == .samples { weights = pairs.weight }
    return weightedMean(values, weights)
}
