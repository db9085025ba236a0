import TernCore
import TernData
import TernLearn

/// A network trained on a part of a table and tested on the rest, beside a linear regression on the same rows: what
/// `tern fit` does.
///
/// ```swift
/// let x = (0..<40).map { Double($0 * 7 % 40) }
/// let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { 2 * $0 + 1 })])
/// let examples = try TableExamples(table, target: "y")
/// let parts = try TableSplit(seed: 1).parts(of: examples)
/// let training = try TableTraining(examples, parts, network: MLPRegressor(hiddenLayerSizes: [4], maxIter: 5))
/// try training.model.write(to: "line.safetensors")
/// print(training.scores.map(\.name), training.scores[1].test.r2! > 0.999)  // ["network", "linear regression"] true
/// ```
///
/// ``TableExamples/warnings`` and ``TableSplit/Parts/warnings`` say what may be wrong with data and split.
public struct TableTraining: Sendable {
    /// The trained network with the scalers and the columns it reads.
    public var model: TableModel
    public let networkScores: Scores, linearScores: Scores

    /// Of the network, then of the linear regression.
    public var scores: [Scores] { [networkScores, linearScores] }

    /// Errors of one model on both parts, in units of the target.
    ///
    /// ```swift
    /// let x = (0..<30).map(Double.init)
    /// let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { $0 * $0 })])
    /// let examples = try TableExamples(table, target: "y"), parts = try TableSplit().parts(of: examples)
    /// let network = MLPRegressor(hiddenLayerSizes: [2], maxIter: 2, randomState: 0)
    /// let scores: [TableTraining.Scores] = try TableTraining(examples, parts, network: network).scores
    /// print(scores[1].name, scores[1].train.rootMeanSquare > 0)  // linear regression true
    /// ```
    public struct Scores: Sendable {
        /// `network` or `linear regression`.
        public let name: String
        /// On the rows that were trained on, and on those that were not.
        public let train: Errors, test: Errors
    }

    /// How far predictions lie from the truth.
    ///
    /// ```swift
    /// let x = (0..<30).map(Double.init)
    /// let table = Table(columns: [Table.Column("x", x), Table.Column("y", x.map { -$0 })])
    /// let examples = try TableExamples(table, target: "y"), parts = try TableSplit().parts(of: examples)
    /// let network = MLPRegressor(hiddenLayerSizes: [2], maxIter: 2, randomState: 0)
    /// let errors: TableTraining.Errors = try TableTraining(examples, parts, network: network).scores[1].test
    /// print(errors.rootMeanSquare < 1e-9, errors.meanAbsolute <= errors.rootMeanSquare)  // true true
    /// ```
    public struct Errors: Sendable {
        /// The root of the mean squared error, and the mean absolute error, in units of the target.
        public let rootMeanSquare: Double, meanAbsolute: Double
        /// The coefficient of determination, 1 - squared error / variance, as `sklearn.metrics.r2_score`; nil of a
        /// single row.
        public let r2: Double?

        init(_ truth: Tensor, _ prediction: Tensor) {
            rootMeanSquare = rootMeanSquaredError(truth, prediction)
            meanAbsolute = meanAbsoluteError(truth, prediction)
            r2 = truth.count > 1 ? r2Score(truth, prediction) : nil
        }
    }

    /// Trains and scores. Gaps in features are filled with the means of the training part where the examples' `gaps`
    /// are ``TableExamples/Gaps/mean``.
    ///
    /// - Parameters:
    ///   - network: of which early stopping is turned off where fewer than 20 rows are to train on, too few to hold any
    ///     out.
    ///   - dtype: of the network's weights; scaling is in double precision.
    /// - Throws: `DataError` where a feature has no value in the training part, `TrainingError` where the loss
    ///   became infinite or NaN.
    public init(_ examples: TableExamples, _ parts: TableSplit.Parts, network: MLPRegressor, dtype: DType = .float32)
        throws
    {
        let table = examples.table, target = Tensor(try table.numbers(of: examples.target))
        var network = network, features = try table.matrix(of: examples.features), fill: [Double] = []
        if parts.train.count < 20 { network.earlyStopping = false }
        if examples.gaps == .mean { (features, fill) = try Self.filled(features, examples, trainingRows: parts.train) }
        var model = TableModel(features: examples.features, target: examples.target, network: network)
        (model.featureFill, model.dates, model.truths) = (fill, examples.dates, examples.truths)
        func rows(_ rows: [Int]) -> (x: Tensor, y: Tensor) {
            (features.taking(Tensor(rows)), target.taking(Tensor(rows)))
        }
        let train = rows(parts.train), test = rows(parts.test)
        try model.fit(train.x, train.y, dtype: dtype)
        // Of scaled features: else those that vary little beside others would be taken for rounding.
        var scaler = StandardScaler(), line = LinearRegression(tol: 1e-10)
        try line.fit(scaler.fitTransform(train.x), train.y)
        func tested(_ name: String, _ predict: (Tensor) throws -> Tensor) throws -> Scores {
            Scores(name: name, train: Errors(train.y, try predict(train.x)), test: Errors(test.y, try predict(test.x)))
        }
        networkScores = try tested("network") { Tensor(try model.predict($0)) }
        linearScores = try tested("linear regression") { try line.predict(scaler.transform($0)) }
        self.model = model
    }

    /// Gaps replaced by the mean of the training rows.
    private static func filled(_ x: Tensor, _ examples: TableExamples, trainingRows: [Int]) throws -> (Tensor, [Double])
    {
        var values = x.doubles
        let width = x.shape[1]
        let means = try (0..<width).map { column -> Double in
            let known = trainingRows.map { values[$0 * width + column] }.filter { !$0.isNaN }
            if known.isEmpty {
                throw DataError(
                    file: examples.table.source,
                    "\"\(examples.features[column])\" has no value in any of the training rows, so there is no mean to fill in; leave it out with --exclude"
                )
            }
            return known.reduce(0, +) / Double(known.count)
        }
        for i in values.indices where values[i].isNaN { values[i] = means[i % width] }
        return (Tensor(values, shape: x.shape), means)
    }
}
