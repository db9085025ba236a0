import TernCore
import TernData
import TernLearn

/// An estimator trained on a part of a table and tested on the rest, beside a linear model and what needs no model: what
/// `tern fit` does.
///
/// ```swift
/// let x = (0..<40).map { Double($0 * 7 % 40) }
/// let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { 2 * $0 + 1 })])
/// let examples = try TableExamples(table, target: "y"), parts = try TableSplit(seed: 1).parts(of: examples)
/// let training = try TableTraining(examples, parts, estimator: Pipeline(StandardScaler(), Ridge(alpha: 10)))
/// try training.model.write(to: "line.safetensors")
/// print(training.test.map(\.model))  // ["Ridge", "linear regression", "mean"]
/// print(training.test[1][.r2]! > 0.999, training.verdicts.count)  // true 1
/// ```
///
/// ``TableExamples/warnings`` and ``TableSplit/Parts/warnings`` say what may be wrong with data and split.
public struct TableTraining: Sendable {
    /// The trained estimator with the columns it reads.
    public var model: TableModel
    /// Scores of the model, of the linear model where the model is none itself, and of the naive baseline, each for all
    /// targets: on the rows that were trained on, and on those that were not.
    public let train: [TargetScores], test: [TargetScores]
    /// Where a simpler model is as good or better, a line for each target.
    public let verdicts: [String]
    /// What to know of the training, a line each: columns that became others, classes that a part lacks.
    public let notes: [String]
    /// The rows of each part.
    public let parts: TableSplit.Parts
    /// What is predicted for the rows to test on, by the names of models.
    let predicted: [(model: String, TablePredictions)]
    /// The true targets of these rows, and how much each counts.
    let truth: [[Double]], weights: [Double]?

    /// True and predicted values of the rows to test on, for each target; of classes their places.
    public var pairs: [(truth: [Double], predicted: [Double])] {
        zip(truth, predicted[0].1.values).map { ($0, $1) }
    }

    /// Trains and scores. Gaps in features are filled with the means of the training part where the examples' `gaps`
    /// are ``TableExamples/Gaps/mean``.
    ///
    /// - Parameters:
    ///   - estimator: a pipeline that scales features, if it needs to; ``TableEstimator`` makes such.
    ///   - title: what scores call it; by default its kind.
    /// - Throws: `DataError` where a feature has no value in the training part or all rows of a part have weight 0,
    ///   `EstimatorError` and `TrainingError` where the estimator cannot learn.
    public init(
        _ examples: TableExamples, _ parts: TableSplit.Parts, estimator: any Predictor, title: String? = nil
    ) throws {
        try self.init(examples, parts, estimator: estimator, title: title, isWide: nil)
    }

    /// - Parameter isWide: what ``TableEncoding/isWide(for:)`` says, for the linear model; nil: it is asked.
    init(
        _ examples: TableExamples, _ parts: TableSplit.Parts, estimator: any Predictor, title: String?, isWide: Bool?
    ) throws {
        try examples.checkWeights(train: parts.train, test: parts.test)
        let learned = try TableLearning(examples, parts.train, for: estimator, group: parts.group)
        var model = try TableModel(examples, learned, estimator, title)
        try model.fit(learned.data)
        let (linear, linearTitle) = try Self.linear(
            beside: model, learned.data, isWide: isWide ?? learned.encoding.isWide(for: learned.rows.count))
        (model.linear, model.linearTitle) = (linear, linearTitle)
        let naive = try NaiveBaseline(examples, trainingRows: parts.train)
        model.naive = naive
        func predicted(_ rows: [Int]) throws -> [(model: String, TablePredictions)] {
            try model.allPredictions(learned.all.rows(rows).x, examples.table.rows(rows))
        }
        let weights = try examples.rowWeights(), truth = model.truth(in: examples.table)!
        func scores(_ predicted: [(model: String, TablePredictions)], _ rows: [Int]) throws -> [TargetScores] {
            let truth = truth.map { own in rows.map { own[$0] } }, weights = weights.map { own in rows.map { own[$0] } }
            return try predicted.flatMap { try TargetScores.all(of: $0.1, $0.model, truth, weights) }
        }
        let tested = try predicted(parts.test)
        train = try scores(predicted(parts.train), parts.train)
        test = try scores(tested, parts.test)
        verdicts = Self.verdicts(test, model.title, examples.targets)
        self.predicted = tested
        let testTruth = truth.map { own in parts.test.map { own[$0] } }
        self.truth = testTruth
        self.weights = weights.map { own in parts.test.map { own[$0] } }
        self.parts = parts
        self.model = model
        let lacking = examples.classes.indices.filter { place in
            !estimatorKnows(model.estimator, place) && testTruth[0].contains(Double(place))
        }
        notes =
            learned.encoding.notes
            + lacking.map { "no training row has the class \"\(examples.classes[$0])\": it is never predicted" }
    }

    /// The verdict on each target.
    static func verdicts(_ scores: [TargetScores], _ title: String, _ targets: [String]) -> [String] {
        targets.compactMap { target in
            let own = scores.filter { $0.target == target }
            return own.first { $0.model == title }?.verdict(beside: own.filter { $0.model != title })
        }
    }

    /// A linear model of the same rows, unless the model is one.
    private static func linear(beside model: TableModel, _ data: TableMatrices, isWide: Bool) throws -> (
        (any Predictor)?, String
    ) {
        if model.core is LinearRegression || model.core is LogisticRegression { return (nil, "") }
        let isRidge = model.core is Ridge
        let kind: TableEstimator = !model.classes.isEmpty ? .logistic : isWide && !isRidge ? .ridge : .linear
        var linear = try kind.predictor(forClasses: !model.classes.isEmpty)
        try linear.fit(data.x, data.y, sampleWeight: data.weights)
        return (linear, kind.title)
    }
}

private func estimatorKnows(_ estimator: any Predictor, _ place: Int) -> Bool {
    estimator.classes.contains(Double(place))
}

extension TableModel {
    /// What the model, the linear one and the naive one say of rows.
    func allPredictions(_ x: Tensor, _ table: Table, hasGap: [Bool] = []) throws -> [(model: String, TablePredictions)]
    {
        var all = [
            (title, try TablePredictions(estimator, x, targets: targets, classes: classes, hasGap: hasGap))
        ]
        if let linear {
            all.append(
                (linearTitle, try TablePredictions(linear, x, targets: targets, classes: classes, hasGap: hasGap)))
        }
        if let naive {
            all.append(
                (
                    naive.title,
                    TablePredictions(
                        targets: targets, classes: classes, values: naive.predict(table),
                        probabilities: naive.probabilities(count: table.rowCount))
                ))
        }
        return all
    }
}

extension TargetScores {
    /// Of all targets.
    static func all(
        of predictions: TablePredictions, _ model: String, _ truth: [[Double]], _ weights: [Double]?
    ) throws -> [TargetScores] {
        guard !predictions.classes.isEmpty else {
            return predictions.targets.indices.map {
                TargetScores(
                    model, of: predictions.targets[$0], truth: truth[$0], predicted: predictions.values[$0],
                    weights: weights)
            }
        }
        return [
            try TargetScores(
                model, of: predictions.targets[0], truth: truth[0], predictedClasses: predictions.values[0],
                probabilities: predictions.probabilityMatrix, classCount: predictions.classes.count, weights: weights)
        ]
    }
}
