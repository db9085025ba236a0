import TernCore
import TernData

/// What needs no model: the mean of the training rows, their most frequent class, or the last known value of a series.
///
/// ```swift
/// let table = Table(columns: [Table.Column("x", [1, 2, 3, 4]), Table.Column("y", [1, 1, 4, 6])])
/// let examples = try TableExamples(table, target: "y")
/// let naive = try NaiveBaseline(examples, trainingRows: [0, 1, 2])
/// print(naive.title, naive.predict(table)[0][3])  // mean 2.0
/// ```
///
/// A model that is no better has learned nothing that is of use.
public struct NaiveBaseline: Codable, Sendable, Equatable {
    /// The means of the targets in the training rows, by their weights.
    private let means: [Double]
    /// The shares of classes in the training rows; empty of numbers.
    private let shares: [Double]
    /// The columns whose values are the last that are known of each target; empty where rows are no series.
    private let persistence: [String]
    private let classes: [String]

    /// Learns from the training rows.
    ///
    /// - Throws: `DataError` where a target is no number, or all rows have weight 0.
    public init(_ examples: TableExamples, trainingRows: [Int]) throws {
        let weights = try examples.rowWeights(), y = try examples.targetValues(), width = examples.targets.count
        let values = y.doubles
        classes = examples.classes
        var sums = [Double](repeating: 0, count: width), shares = [Double](repeating: 0, count: classes.count),
            total = 0.0
        for row in try examples.counting(trainingRows) {
            let weight = weights?[row] ?? 1
            total += weight
            for i in 0..<width { sums[i] += weight * values[row * width + i] }
            if !classes.isEmpty { shares[Int(values[row])] += weight }
        }
        means = classes.isEmpty ? sums.map { $0 / total } : []
        self.shares = shares.map { $0 / total }
        let last = Self.lastKnown(examples.series)
        persistence = last.allSatisfy { examples.table[$0] != nil } ? last : []
    }

    /// The columns whose values are the last that are known of each target of a series.
    private static func lastKnown(_ series: TableSeries?) -> [String] {
        guard let series else { return [] }
        return series.targets.map { target in
            series.horizon > 0 ? target : TableSeries.name(target, lag: series.lags.first ?? 1)
        }
    }

    /// Whether it is one of these targets and classes: of a file it may be any.
    func fits(targets: [String], classes: [String], series: TableSeries?) -> Bool {
        guard persistence.isEmpty || persistence == Self.lastKnown(series) && persistence.count == targets.count else {
            return false
        }
        return self.classes == classes && shares.count == classes.count
            && means.count == (classes.isEmpty ? targets.count : 0)
    }

    /// `mean`, `most frequent class` or `persistence`.
    public var title: String { !persistence.isEmpty ? "persistence" : classes.isEmpty ? "mean" : "most frequent class" }

    /// The predicted number of each target, or the place of the predicted class: a list of rows for each target.
    ///
    /// - Parameter table: with the columns of its series. Where the last value is missing, the mean stands in.
    public func predict(_ table: Table) -> [[Double]] {
        let usual = classes.isEmpty ? means : [Double(shares.firstIndex(of: shares.max() ?? 0) ?? 0)]
        return usual.indices.map { i in
            // A column of a file may hold words, where numbers were in training.
            guard persistence.indices.contains(i), let cells = table[persistence[i]],
                let values = classes.isEmpty
                    ? cells.numbers : TableExamples.places(of: cells, in: classes, table.numberLayout)
            else { return [Double](repeating: usual[i], count: table.rowCount) }
            return values.map { $0.isNaN ? usual[i] : $0 }
        }
    }

    /// The probability of each class, a list of rows for each; none of numbers and of persistence, which gives none.
    func probabilities(count: Int) -> [[Double]] {
        persistence.isEmpty ? shares.map { [Double](repeating: $0, count: count) } : []
    }
}
