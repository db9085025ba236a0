import Foundation
import TernCore
import TernLearn

/// A score of predictions for a table.
///
/// ```swift
/// print(TableMetric.ofNumbers.map(\.rawValue))  // ["RMSE", "MAE", "R2"]
/// print(TableMetric.ofClasses.map(\.rawValue))  // ["accuracy", "F1", "log loss"]
/// ```
public enum TableMetric: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    /// The root of the mean squared error, and the mean absolute error, in units of the target.
    case rootMeanSquare = "RMSE"
    case meanAbsolute = "MAE"
    /// The coefficient of determination, 1 - squared error / variance, as `sklearn.metrics.r2_score`.
    case r2 = "R2"
    /// The share of rows whose class is predicted right.
    case accuracy
    /// The harmonic mean of precision and recall, the mean over classes (`average="macro"`).
    case f1 = "F1"
    /// The mean of -log of the probability of the true class, where 0 counts as 2^-52.
    case logLoss = "log loss"

    /// Those of targets that are numbers, the first of which decides.
    public static let ofNumbers: [TableMetric] = [.rootMeanSquare, .meanAbsolute, .r2]
    /// Those of classes.
    public static let ofClasses: [TableMetric] = [.accuracy, .f1, .logLoss]

    /// Whether less is better.
    public var isError: Bool { [.rootMeanSquare, .meanAbsolute, .logLoss].contains(self) }
}

/// How good one model is for one target.
///
/// ```swift
/// let scores = TargetScores("line", of: "y", truth: [1, 2, 3], predicted: [1, 2, 5])
/// print(scores[.meanAbsolute]!, scores[.r2]!)  // 0.6666666666666666 -1.0
/// ```
public struct TargetScores: Sendable, Codable, Equatable {
    /// Whose predictions they are: `network`, `linear regression`, `mean`.
    public let model: String
    /// What is predicted.
    public let target: String
    /// Those that there are.
    public let values: [TableMetric: Double]

    /// One score; nil where there is none, such as R2 of a single row.
    public subscript(metric: TableMetric) -> Double? { values[metric] }

    /// Scores that are known, such as means over folds.
    init(_ model: String, of target: String, values: [TableMetric: Double]) {
        (self.model, self.target, self.values) = (model, target, values)
    }

    /// Of numbers.
    ///
    /// - Parameter weights: how much each row counts; nil: all alike.
    public init(_ model: String, of target: String, truth: [Double], predicted: [Double], weights: [Double]? = nil) {
        (self.model, self.target) = (model, target)
        let y = Tensor(truth), p = Tensor(predicted), w = weights.map { Tensor($0) }
        var values: [TableMetric: Double] = [
            .rootMeanSquare: rootMeanSquaredError(y, p, sampleWeight: w),
            .meanAbsolute: meanAbsoluteError(y, p, sampleWeight: w),
        ]
        if truth.count > 1 { values[.r2] = r2Score(y, p, sampleWeight: w) }
        self.values = values
    }

    /// Of classes, by their places.
    ///
    /// - Parameter probabilities: [rows, classes]; nil: there is no log loss.
    /// - Throws: `EstimatorError` where they do not fit.
    public init(
        _ model: String, of target: String, truth: [Double], predictedClasses predicted: [Double],
        probabilities: Tensor?,
        classCount: Int, weights: [Double]? = nil
    ) throws {
        (self.model, self.target) = (model, target)
        let y = Tensor(truth), p = Tensor(predicted), w = weights.map { Tensor($0) }
        values = try Self.values(y, p, probabilities, w, classCount)
    }

    private static func values(_ y: Tensor, _ p: Tensor, _ probabilities: Tensor?, _ w: Tensor?, _ classCount: Int)
        throws
        -> [TableMetric: Double]
    {
        var values: [TableMetric: Double] = [
            .accuracy: try accuracyScore(y, p, sampleWeight: w),
            .f1: try f1Score(y, p, average: .macro, sampleWeight: w),
        ]
        if let probabilities {
            values[.logLoss] = try TernLearn.logLoss(
                y, probabilities, sampleWeight: w, labels: (0..<classCount).map(Double.init))
        }
        return values
    }

    /// The score by which models are compared: RMSE of numbers, of classes the log loss, or the accuracy where one gives
    /// no probabilities.
    static func deciding(_ a: TargetScores, _ b: TargetScores) -> TableMetric? {
        [.rootMeanSquare, .logLoss, .accuracy].first { a[$0] != nil && b[$0] != nil }
    }

    /// What to say where a simpler model is no worse than this one; nil where this one is better than all.
    ///
    /// Classes are compared by their probabilities and by themselves: a model may find the right ones, and be far too sure
    /// of them.
    ///
    /// - Parameter others: of the same rows and target, the linear model first.
    public func verdict(beside others: [TargetScores]) -> String? {
        let deciding = [.rootMeanSquare, .logLoss].first { self[$0] != nil } ?? TableMetric.accuracy
        let first = others.compactMap { better($0, by: Self.deciding(self, $0) ?? deciding, orAlike: true) }.max {
            ($0.metric == deciding ? 1 : 0, $0.gain) < ($1.metric == deciding ? 1 : 0, $1.gain)
        }
        var said: [String] = []
        if let first {
            said.append(
                "\(first.other.model) is \(first.isClear ? "better than" : "as good as") the \(model) for \(target): \(words(first))"
            )
            said += others.compactMap { better($0, by: first.metric) }.filter { $0.other.model != first.other.model }
                .map { "so is \($0.other.model): \(words($0))" }
        }
        if self[.accuracy] != nil, first?.metric != .accuracy,
            let other = others.compactMap({ better($0, by: .accuracy) }).max(by: { $0.gain < $1.gain })
        {
            said.append(
                first == nil
                    ? "\(other.other.model) finds more of the classes than the \(model) for \(target): \(words(other))"
                    : "by its classes, \(other.other.model) is better: \(words(other))")
        }
        return said.isEmpty ? nil : said.joined(separator: "; ")
    }

    private typealias Better = (other: TargetScores, metric: TableMetric, gain: Double, isClear: Bool)

    /// By how much another model is better, where the digits that are shown tell them apart or it may be alike.
    private func better(_ other: TargetScores, by metric: TableMetric, orAlike: Bool = false) -> Better? {
        guard let own = self[metric], let theirs = other[metric] else { return nil }
        let gain = metric.isError ? own - theirs : theirs - own, isClear = Self.text(own) != Self.text(theirs)
        return gain >= 0 && (isClear || orAlike) ? (other, metric, gain, isClear) : nil
    }

    private func words(_ one: Better) -> String {
        "\(one.metric.rawValue) \(Self.text(one.other[one.metric]!)) against \(Self.text(self[one.metric]!))"
    }

    private static func text(_ x: Double) -> String { String(format: "%.4g", x) }
}
