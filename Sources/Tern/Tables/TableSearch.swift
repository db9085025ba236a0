import TernCore
import TernData
import TernLearn
import TernText

/// A search for an estimator's parameters on the training rows of a table.
///
/// ```swift
/// let x = (0..<60).map { Double($0 * 7 % 60) }
/// let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { $0 * 0.1 + Double(Int($0) % 5) })])
/// let examples = try TableExamples(table, target: "y"), parts = try TableSplit().parts(of: examples)
/// let search = TableSearch(["alpha": .values([0.1, 1, 10])], folds: TableFolds(4))
/// let found = try search.fit(examples, parts, estimator: Pipeline(StandardScaler(), Ridge()))
/// print(found.results.count, found.results.map(\.rank).min()!)  // 3 1
/// let best = try TableTraining(examples, parts, estimator: found.estimator)
/// ```
///
/// Columns are encoded as all training rows tell; scaling and the estimator are learned in each fold from its own
/// training rows, with the order and the groups of rows that ``TableTraining`` gives it. Where rows have weights, they
/// count by them in the scores of candidates, too. Test rows of the table are not looked at.
public struct TableSearch: Sendable {
    /// By the names that the estimator gives its parameters (``TernLearn/Estimator/wholeName(of:)``).
    public var parameters: [String: ParameterDistribution]
    /// How many candidates are drawn; nil: all combinations of the values that are listed.
    public var drawnCount: Int?
    /// By what candidates are compared; nil: R2 of numbers, the accuracy of classes.
    public var scoring: Scoring?
    /// How the training rows are parted.
    public var folds: TableFolds
    /// Of the draws.
    public var seed: UInt32

    /// A search.
    public init(
        _ parameters: [String: ParameterDistribution], drawnCount: Int? = nil, scoring: Scoring? = nil,
        folds: TableFolds = TableFolds(5), seed: UInt32 = 0
    ) {
        (self.parameters, self.drawnCount, self.scoring) = (parameters, drawnCount, scoring)
        (self.folds, self.seed) = (folds, seed)
    }

    /// What a search found.
    ///
    /// ```swift
    /// let x = (0..<30).map(Double.init)
    /// let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { $0 * $0 })])
    /// let examples = try TableExamples(table, target: "y"), parts = try TableSplit().parts(of: examples)
    /// let found: TableSearch.Result = try TableSearch(["alpha": .values([0.1, 10])], folds: TableFolds(3)).fit(
    ///     examples, parts, estimator: Pipeline(StandardScaler(), Ridge()))
    /// print(found.best["alpha"]!)  // 0.1
    /// ```
    public struct Result: Sendable {
        /// The candidates by the names that were given, with their scores, in their order.
        public let results: [SearchResult]
        /// The best candidate's parameters.
        public let best: [String: ParameterValue]
        /// The estimator with the best parameters, not trained yet.
        public let estimator: any Predictor
        /// By what candidates were compared.
        public let scoring: String
    }

    /// Scores all candidates.
    ///
    /// - Parameter progress: is told how many fits are done, on any thread.
    /// - Throws: `EstimatorError` where a parameter is not known or has no values, or a candidate cannot be fitted;
    ///   `DataError` as ``TableTraining``.
    public func fit(
        _ examples: TableExamples, _ parts: TableSplit.Parts, estimator: any Predictor,
        progress: (@Sendable (SearchProgress) -> Void)? = nil
    ) throws -> Result {
        let scores = Scoring.allCases.prefix { $0 != .accuracy }
        if !examples.isClassified, let scoring, !scores.contains(scoring) {
            throw DataError(
                file: examples.table.source,
                "the search is to compare by \(scoring.rawValue), a score of classes, and \(examples.targets.joined(separator: ", ").printable) is predicted as a number; take one of \(scores.map(\.rawValue).joined(separator: ", "))"
            )
        }
        var named: [String: String] = [:], whole: [String: ParameterDistribution] = [:]
        for (name, values) in parameters {
            let full = try estimator.wholeName(of: name)
            (named[full], whole[full]) = (name, values)
        }
        // Of candidates some may hold out neighbours where the estimator itself does not.
        let isTabular = innermost(estimator) is any TabularEstimator
        let learned = try TableLearning(
            examples, parts.train, for: estimator, group: parts.group,
            inOrder: isTabular && whole.keys.contains { $0.split(separator: "_").last == "validation" })
        let data = learned.data, rows = learned.rows
        let places = Dictionary(uniqueKeysWithValues: zip(rows, rows.indices))
        let cv = GivenSplits(
            parts: try folds.splits(of: examples, among: rows).map {
                Split(train: $0.train.map { places[$0]! }, test: $0.test.map { places[$0]! })
            })
        func finished(_ search: some ParameterSearch) throws -> Result {
            let results = search.results.map { one in
                var one = one
                one.parameters = Dictionary(uniqueKeysWithValues: one.parameters.map { (named[$0]!, $1) })
                return one
            }
            return Result(
                results: results, best: results[search.bestIndex].parameters,
                estimator: try estimator.with(search.bestParameters),
                scoring: scoring?.rawValue ?? (examples.isClassified ? "accuracy" : "r2"))
        }
        if let drawnCount {
            var search = RandomizedSearch(
                estimator, whole, count: drawnCount, cv: cv, scoring: scoring, randomState: seed)
            (search.onProgress, search.weighsScores) = (progress, true)
            try search.fit(data.x, data.y, sampleWeight: data.weights, groups: data.groups)
            return try finished(search)
        }
        let grid = try whole.mapValues { values -> [ParameterValue] in
            guard case .values(let list) = values else {
                throw EstimatorError(
                    "a grid needs a list of values for each parameter; a random search draws from ranges")
            }
            return list
        }
        var search = try GridSearch(estimator, grid, cv: cv, scoring: scoring)
        (search.onProgress, search.weighsScores) = (progress, true)
        try search.fit(data.x, data.y, sampleWeight: data.weights, groups: data.groups)
        return try finished(search)
    }
}
