import TernCore
import TernData
import TernLearn

/// Features, targets and weights of rows.
struct TableMatrices {
    var x: Tensor, y: Tensor, weights: Tensor?
    /// To what rows belong, for estimators that hold out rows of their own.
    var groups: [Int]?

    init(_ examples: TableExamples, _ encoding: TableEncoding, group: String? = nil) throws {
        groups = try group.map { groupNumbers(of: try examples.table.column($0).levels) }
        x = try encoding.filledMatrix(of: examples.table).x
        y = try examples.targetValues()
        weights = try examples.rowWeights().map { Tensor($0) }
    }

    func rows(_ rows: [Int]) -> Self {
        var part = self
        let places = Tensor(rows, shape: [rows.count])
        (part.x, part.y, part.weights) = (x.taking(places), y.taking(places), weights?.taking(places))
        part.groups = groups.map { own in rows.map { own[$0] } }
        return part
    }
}

/// What an estimator learns from: the same for a model, for one beside others, and for the candidates of a search.
struct TableLearning {
    /// The rows that count; in the order of time for an estimator that holds out neighbours.
    let rows: [Int]
    let encoding: TableEncoding
    /// Of all rows of the examples, and of ``rows``.
    let all: TableMatrices, data: TableMatrices

    /// - Parameters:
    ///   - group: the column of which an estimator that holds out rows of its own holds out whole groups.
    ///   - inOrder: whether rows are in the order of time for any estimator.
    init(
        _ examples: TableExamples, _ rows: [Int], for estimator: any Predictor, group: String? = nil,
        inOrder: Bool = false
    ) throws {
        let counting = try examples.counting(rows)
        let validation = (innermost(estimator) as? any TabularEstimator)?.validation ?? .random
        self.rows = inOrder || validation != .random ? examples.inOrder(counting) : counting
        encoding = try TableEncoding(examples, trainingRows: counting)
        all = try TableMatrices(examples, encoding, group: group)
        data = all.rows(self.rows)
    }
}

extension TableExamples {
    /// Rows in the order of time; as they are where one has none.
    func inOrder(_ rows: [Int]) -> [Int] {
        let values = timeline
        guard !rows.contains(where: { values[$0].isNaN }) else { return rows }
        return rows.sorted { (values[$0], $0) < (values[$1], $1) }
    }
}
