import TernCore
import TernData
import TernLearn

/// An estimator, a linear model and a naive one, trained and tested on several parts of a table.
///
/// ```swift
/// let x = (0..<40).map { Double($0 * 7 % 40) }
/// let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { 2 * $0 + 1 })])
/// let found = try TableCrossValidation(
///     TableExamples(table, target: "y"), TableFolds(4), estimator: Pipeline(StandardScaler(), Ridge()))
/// print(found.models, found.scores[0].count)  // ["Ridge", "linear regression", "mean"] 3
/// print(found.mean("mean", of: "y", .r2)! < 0, found.deviation("mean", of: "y", .r2)! > 0)  // true true
/// ```
///
/// All that is learned, also of the encoding of columns, is learned in each fold from its training rows alone; so are
/// the parameters that a search chooses. The linear model is of one kind in all folds, ridge regression where one has few
/// rows for its features.
public struct TableCrossValidation: Sendable {
    /// The rows of each fold.
    public let splits: [Split]
    /// Of each fold, on its test rows: of all models and targets.
    public let scores: [[TargetScores]]
    /// The models' names, in their order.
    public let models: [String]
    /// Whether parameters were searched for in each fold.
    public let isSearched: Bool

    /// Trains and tests.
    ///
    /// - Parameters:
    ///   - search: chooses the estimator's parameters anew in each fold, by its training rows. Chosen once, by most of
    ///     the rows, they would flatter: they were chosen with rows that are tested on.
    ///   - progress: is told how many folds are done.
    /// - Throws: `DataError`, `EstimatorError` and `TrainingError` as ``TableTraining`` and ``TableSearch`` do.
    public init(
        _ examples: TableExamples, _ folds: TableFolds, estimator: any Predictor, title: String? = nil,
        search: TableSearch? = nil, progress: ((Int) -> Void)? = nil
    ) throws {
        try self.init(examples, folds, title: title, search: search, progress: progress) { _ in estimator }
    }

    /// Trains and tests, with an estimator for each fold: one may depend on how many features its rows give.
    ///
    /// - Parameter estimator: is given the rows that are trained on.
    /// - Throws: as the other initialiser, and what `estimator` throws.
    public init(
        _ examples: TableExamples, _ folds: TableFolds, title: String? = nil, search: TableSearch? = nil,
        progress: ((Int) -> Void)? = nil, estimator: ([Int]) throws -> any Predictor
    ) throws {
        splits = try folds.splits(of: examples)
        isSearched = search != nil
        // Means over folds are of one kind of linear model.
        let isWide = try splits.contains { split in
            let rows = try examples.counting(split.train)
            return try TableEncoding(examples, trainingRows: rows).isWide(for: rows.count)
        }
        var scores: [[TargetScores]] = []
        let kept = try FitResults<[TargetScores]>("folds")
        defer { if Task.isCancelled { kept.keep() } }
        for (fold, split) in splits.enumerated() {
            if let known = kept[fold] {
                scores.append(known)
                progress?(scores.count)
                continue
            }
            try Task.checkCancellation()
            let parts = TableSplit.Parts(
                train: split.train, test: split.test, notes: [], warnings: [], group: folds.group)
            let training = try FitWork.part("fold-\(fold + 1)") {
                var own = try estimator(split.train)
                if let search { own = try search.fit(examples, parts, estimator: own).estimator }
                return try TableTraining(examples, parts, estimator: own, title: title, isWide: isWide)
            }
            kept.finish(fold, training.test)
            scores.append(training.test)
            progress?(scores.count)
        }
        self.scores = scores
        models = (scores.first ?? []).map(\.model).distinct
    }

    /// One score of a model in each fold; those that have it.
    public func values(_ model: String, of target: String, _ metric: TableMetric) -> [Double] {
        scores.compactMap { fold in fold.first { $0.model == model && $0.target == target }?[metric] }
    }

    /// The mean over folds; nil where no fold has the score.
    public func mean(_ model: String, of target: String, _ metric: TableMetric) -> Double? {
        let values = values(model, of: target, metric)
        return values.isEmpty ? nil : spread(of: values).mean
    }

    /// The standard deviation over folds, scikit-learn's `std`.
    public func deviation(_ model: String, of target: String, _ metric: TableMetric) -> Double? {
        let values = values(model, of: target, metric)
        return values.isEmpty ? nil : spread(of: values).deviation
    }

    /// Where a simpler model is as good or better by the means over folds, a line for each target.
    public var verdicts: [String] {
        let targets = (scores.first ?? []).map(\.target).distinct
        let means = models.flatMap { model in
            targets.map { target in
                let values = TableMetric.allCases.compactMap { metric in
                    mean(model, of: target, metric).map { (metric, $0) }
                }
                return TargetScores(model, of: target, values: Dictionary(uniqueKeysWithValues: values))
            }
        }
        return TableTraining.verdicts(means, models.first ?? "", targets).map { "over the folds \($0)" }
    }

    /// In how many folds the first model is better than another, by the score that decides; nil where there is none.
    public func wins(over other: String, of target: String) -> Int? {
        let pairs = scores.compactMap { fold -> (TargetScores, TargetScores)? in
            guard let own = fold.first(where: { $0.model == models[0] && $0.target == target }),
                let theirs = fold.first(where: { $0.model == other && $0.target == target })
            else { return nil }
            return (own, theirs)
        }
        guard !pairs.isEmpty else { return nil }
        return pairs.count { own, theirs in
            guard let metric = TargetScores.deciding(own, theirs) else { return false }
            return metric.isError ? own[metric]! < theirs[metric]! : own[metric]! > theirs[metric]!
        }
    }
}
