import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import Foundation

/// The scores of each label and their averages as a table: `sklearn.metrics.classification_report`.
///
/// ```swift
/// let truth = Tensor([0, 1, 2, 2, 2]), found = Tensor([0, 0, 2, 2, 1])
/// let report = try ClassificationReport(truth, found, names: ["dry", "rain", "snow"])
/// report.accuracy!                        // 0.6
/// report.averages[0].f1Score              // 0.48888889, the mean over labels
/// report.description.split(separator: "\n")[1].split(separator: " ")      // ["dry", "0.50", "1.00", "0.67", "1"]
/// ```
///
/// Its description is scikit-learn's text, to the character, but for the last digits of sums of weights, and where no
/// prediction is right: there scikit-learn writes counts with a point, 2.0 for 2.
public struct ClassificationReport: Sendable, Equatable, CustomStringConvertible {
    /// The scores of a label, or an average.
    ///
    /// ```swift
    /// let report = try ClassificationReport(Tensor([0, 1]), Tensor([0, 1]))
    /// report.labels[0].support            // 1.0
    /// ```
    public struct Row: Sendable, Equatable {
        /// The label's name, or which average it is, such as "macro avg".
        public let name: String
        /// Of what was found, the share that is right; of what is there, the share that was found; and both in one.
        public let precision: Double, recall: Double, f1Score: Double
        /// How often the label is true, by weight; of averages the sum over labels.
        public let support: Double
    }

    /// Of each label, in their order.
    public let labels: [Row]
    /// Over labels: "micro avg" where it is not the accuracy, "macro avg", "weighted avg", and of several labels at once
    /// "samples avg".
    public let averages: [Row]
    /// The share of examples that is right; nil where labels were left out, and of several labels at once.
    public let accuracy: Double?
    /// Digits behind the point in the text.
    public var digits: Int
    private let isWeighted: Bool

    /// The report of pairs of labels.
    ///
    /// - Parameters:
    ///   - truth: [examples], whole numbers; or [examples, labels] of 0 and 1.
    ///   - prediction: of the same shape.
    ///   - labels: which, in their order; nil: all that are there.
    ///   - names: one for each label; nil: the labels' numbers.
    ///   - sampleWeight: [examples].
    ///   - digits: behind the point in the text, 0 or more.
    ///   - zeroDivision: the score where nothing is there or found: 0, 1 or NaN.
    /// - Throws: ``EstimatorError`` where labels, names or parameters do not fit.
    public init(
        _ truth: Tensor, _ prediction: Tensor, labels: [Double]? = nil, names: [String]? = nil,
        sampleWeight: Tensor? = nil, digits: Int = 2, zeroDivision: Double = 0
    ) throws {
        let kind = "ClassificationReport", pairs = try LabelPairs(truth, prediction, sampleWeight, in: kind)
        let chosen = labels ?? pairs.present
        try Check.that(!chosen.isEmpty, "\(kind): labels are empty; give one at least, or nil for all")
        try Check.that(digits >= 0, "\(kind): digits is \(digits); it must not be negative")
        try Check.that(
            names == nil || names!.count == chosen.count,
            "\(kind): there are \(chosen.count) labels and \(names?.count ?? 0) names; give one for each")
        let each = try LabelScores(
            truth, prediction, labels: chosen, sampleWeight: sampleWeight, zeroDivision: zeroDivision)
        let support = each.support.reduce(0, +)
        self.labels = chosen.indices.map {
            Row(
                name: names?[$0] ?? EncodedLabels.text(chosen[$0]), precision: each.precision[$0],
                recall: each.recall[$0],
                f1Score: each.fScore[$0], support: each.support[$0])
        }
        func average(_ name: String, _ average: Average) throws -> Row {
            func score(_ function: Metric) throws -> Double {
                try function(truth, prediction, chosen, 1, average, sampleWeight, zeroDivision)
            }
            return Row(
                name: name, precision: try score(precisionScore), recall: try score(recallScore),
                f1Score: try score(f1Score), support: support)
        }
        let micro = try average("micro avg", .micro)
        let isAccuracy = !pairs.isMultilabel && Set(chosen).isSuperset(of: pairs.present)
        accuracy = isAccuracy ? micro.f1Score : nil
        averages =
            (isAccuracy ? [] : [micro]) + [try average("macro avg", .macro), try average("weighted avg", .weighted)]
            + (pairs.isMultilabel ? [try average("samples avg", .samples)] : [])
        self.digits = digits
        isWeighted = sampleWeight != nil
    }

    private typealias Metric = (Tensor, Tensor, [Double]?, Double, Average, Tensor?, Double) throws -> Double

    /// The table: labels, a gap, the averages.
    public var description: String {
        let width = Swift.max(labels.map(\.name.count).max() ?? 0, "weighted avg".count, digits)
        func padded(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: Swift.max(0, width - text.count)) + text
        }
        func number(_ x: Double) -> String {
            x.isNaN ? "nan" : String(format: "%.\(digits)f", x)
        }
        func line(_ name: String, _ cells: [String]) -> String {
            padded(name, width) + " " + cells.map { " " + padded($0, 9) }.joined() + "\n"
        }
        // Counts are whole; sums of weights are written as Python writes them.
        func support(_ row: Row) -> String { isWeighted ? "\(row.support)" : "\(Int(row.support))" }
        func line(_ row: Row) -> String {
            line(row.name, [number(row.precision), number(row.recall), number(row.f1Score), support(row)])
        }
        var text = line("", ["precision", "recall", "f1-score", "support"]) + "\n"
        text += labels.map(line).joined() + "\n"
        if let accuracy, let first = averages.first {
            text += line("accuracy", ["", "", number(accuracy), support(first)])
        }
        return text + averages.map(line).joined()
    }
}

/// How much more, and less, likely an example is of the positive class once it is predicted so, or not:
/// `sklearn.metrics.class_likelihood_ratios`.
///
/// ```swift
/// let ratios = try classLikelihoodRatios(Tensor([0, 1, 0, 1, 0]), Tensor([1, 1, 0, 0, 0]))
/// ratios.positive         // 1.5
/// ratios.negative         // 0.75
/// ```
///
/// - Parameters:
///   - truth: [examples] of two classes, of which the larger is the positive one.
///   - prediction: [examples].
///   - labels: the negative class and the positive; nil: those that are there.
///   - undefined: what the ratios are where nothing was found wrongly, or none rightly not: NaN, 1 at worst, ∞ at best
///     for the positive ratio and 0 for the negative.
/// - Throws: ``EstimatorError`` where labels do not fit, or there are not two.
/// - Returns: sensitivity / (1 − specificity), above 1 where a prediction tells something, and
///   (1 − sensitivity) / specificity, below 1.
public func classLikelihoodRatios(
    _ truth: Tensor, _ prediction: Tensor, labels: [Double]? = nil, sampleWeight: Tensor? = nil,
    undefined: (positive: Double, negative: Double) = (.nan, .nan)
) throws -> (positive: Double, negative: Double) {
    let name = "classLikelihoodRatios", pairs = try LabelPairs(truth, prediction, sampleWeight, in: name)
    let classes = labels ?? pairs.present
    try Check.that(
        !pairs.isMultilabel && pairs.present.count == 2 && classes.count == 2,
        "\(name): there are the labels \(pairs.present); it takes two classes")
    try Check.that(
        undefined.positive.isNaN || undefined.positive >= 1,
        "\(name): undefined.positive is \(undefined.positive); it must be at least 1, or NaN")
    try Check.that(
        undefined.negative.isNaN || (0...1).contains(undefined.negative),
        "\(name): undefined.negative is \(undefined.negative); it must be from 0 to 1, or NaN")
    let table = try confusionMatrix(truth, prediction, labels: classes, sampleWeight: sampleWeight).doubles
    let (rightNot, wrong, missed, right) = (table[0], table[1], table[2], table[3])
    let (there, not) = (right + missed, rightNot + wrong)
    return (
        wrong == 0 ? undefined.positive : right * not / (wrong * there),
        rightNot == 0 ? undefined.negative : missed * not / (rightNot * there)
    )
}

/// Of each label (or example) a table of what was predicted: `sklearn.metrics.multilabel_confusion_matrix`.
///
/// ```swift
/// try multilabelConfusionMatrix(Tensor([0, 1, 1]), Tensor([1, 1, 0]))
/// // [[[1, 1], [1, 0]], [[0, 1], [1, 1]]]
/// ```
///
/// - Parameters:
///   - truth: [examples], whole numbers; or [examples, labels] of 0 and 1.
///   - prediction: of the same shape.
///   - labels: which, in their order; nil: all that are there.
///   - byExample: a table for each example in place of each label; of several labels at once only.
/// - Throws: ``EstimatorError`` where labels do not fit.
/// - Returns: [labels, 2, 2] or [examples, 2, 2], `float64`: not there and not found, wrongly found; missed, rightly
///   found. By weight, where there are some.
public func multilabelConfusionMatrix(
    _ truth: Tensor, _ prediction: Tensor, labels: [Double]? = nil, sampleWeight: Tensor? = nil, byExample: Bool = false
) throws -> Tensor {
    let pairs = try LabelPairs(truth, prediction, sampleWeight, in: "multilabelConfusionMatrix")
    let counts = byExample ? try pairs.countsByExample(labels: labels) : try pairs.counts(labels: labels)
    let width = Double(labels?.count ?? pairs.present.count)
    let tables = counts.right.indices.flatMap { i -> [Double] in
        let share = byExample ? pairs.weight(i) : 1, all = byExample ? width * share : pairs.totalWeight
        let right = share * counts.right[i], wrong = share * counts.found[i] - right
        let missed = share * counts.there[i] - right
        return [all - right - wrong - missed, wrong, missed, right]
    }
    return Tensor(tables, shape: [counts.right.count, 2, 2])
}
