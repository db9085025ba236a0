import TernCore
import TernData
import TernLearn

/// What a model predicts for the rows of a table.
///
/// ```swift
/// let table = Table(columns: [Table.Column("x", [0, 1, 2, 3]), Table.Column("y", [1, 3, 5, 7])])
/// let model = try TableModel(TableExamples(table, target: "y"), estimator: LinearRegression())
/// let predictions: TablePredictions = try model.predict(table)
/// print(predictions.values[0].map { ($0 * 1e6).rounded() / 1e6 })  // [1.0, 3.0, 5.0, 7.0]
/// print(predictions.columns(besides: ["x", "y"]).map(\.name))  // ["predicted_y"]
/// ```
public struct TablePredictions: Sendable {
    /// What is predicted.
    public let targets: [String]
    /// The classes, in their order; empty where targets are numbers.
    public let classes: [String]
    /// For each target a number for each row, of classes the place of the most likely; NaN where a row has no prediction.
    public let values: [[Double]]
    /// The probability of each class, a list of rows for each; NaN where a row has no prediction.
    public let probabilities: [[Double]]

    /// The names of the predicted classes; empty where a row has no prediction.
    public var classNames: [String] {
        classes.isEmpty ? [] : values[0].map { $0.isNaN ? "" : classes[Int($0)] }
    }

    /// With what the names of columns of predictions begin.
    package static let prefix = "predicted_"

    /// The predictions as columns of a table: `predicted_` and the target's name, for classes the probability of each
    /// behind it, with `_new` behind names that are taken.
    ///
    /// - Parameter names: of the columns that stand beside them.
    public func columns(besides names: [String]) -> [Table.Column] {
        var taken = Set(names)
        func free(_ name: String) -> String {
            var name = name
            while !taken.insert(name).inserted { name += "_new" }
            return name
        }
        guard classes.isEmpty else {
            return [Table.Column(free("\(Self.prefix)\(targets[0])"), classNames)]
                + zip(classes, probabilities).map { Table.Column(free("probability_\($0)"), $1) }
        }
        return zip(targets, values).map { Table.Column(free("\(Self.prefix)\($0)"), $1) }
    }

    /// The predictions of these rows alone.
    func rows(_ rows: [Int]) -> Self {
        Self(
            targets: targets, classes: classes, values: values.map { own in rows.map { own[$0] } },
            probabilities: probabilities.map { own in rows.map { own[$0] } })
    }

    /// The probabilities as a matrix, [rows, classes]; nil where there are none.
    var probabilityMatrix: Tensor? {
        probabilities.first.map { Tensor(columns: probabilities, rows: $0.count) }
    }

    init(targets: [String], classes: [String], values: [[Double]], probabilities: [[Double]] = []) {
        (self.targets, self.classes, self.values, self.probabilities) = (targets, classes, values, probabilities)
    }

    /// What an estimator says of features.
    ///
    /// - Parameter hasGap: rows that have no prediction; the estimator does not see them.
    init(_ estimator: any Predictor, _ x: Tensor, targets: [String], classes: [String], hasGap: [Bool] = []) throws {
        let whole = hasGap.contains(true) ? hasGap.indices.filter { !hasGap[$0] } : Array(0..<x.shape[0])
        let x = whole.count < x.shape[0] ? x.taking(Tensor(whole, shape: [whole.count])) : x, rows = whole.count
        func marked(_ values: [Double]) -> [Double] {
            guard whole.count < hasGap.count else { return values }
            var all = [Double](repeating: .nan, count: hasGap.count)
            for (row, value) in zip(whole, values) { all[row] = value }
            return all
        }
        (self.targets, self.classes) = (targets, classes)
        if rows == 0 {
            values = (classes.isEmpty ? targets : [targets[0]]).map { _ in marked([]) }
            probabilities = classes.map { _ in marked([]) }
        } else if classes.isEmpty {
            values = try estimator.predict(x).reshaped([rows, targets.count]).columns.map(marked)
            probabilities = []
        } else {
            // Classes that the training part lacked have no probability.
            var all = classes.map { _ in [Double](repeating: 0, count: rows) }
            for (place, given) in zip(estimator.classes, try estimator.predictProba(x).columns) {
                all[Int(place)] = given
            }
            let predicted = (0..<rows).map { row -> Double in
                Double(all.indices.max { all[$0][row] < all[$1][row] || all[$0][row] == all[$1][row] && $0 > $1 } ?? 0)
            }
            (values, probabilities) = ([marked(predicted)], all.map(marked))
        }
    }
}

extension TableModel {
    /// The predictions for the rows of a table, gaps filled if the model was trained so.
    ///
    /// Of a series the table is to hold the rows before those that are of interest; the first ones, which have too few
    /// before them, have no prediction.
    ///
    /// - Throws: `DataError` where the table lacks a feature, or one is no number or infinite, with the line.
    public func predict(_ table: Table) throws -> TablePredictions { try predictions(of: prepared(table)) }

    /// A table as the model's estimators see it.
    struct Prepared {
        /// With the columns of its series.
        var table: Table
        var x: Tensor
        /// Rows that lack a feature that is not filled, or the rows before them.
        var hasGap: [Bool], lacksPast: Int
        var notes: [String]
    }

    func prepared(_ table: Table) throws -> Prepared {
        let table = MarkedNumbers.read(table, as: marks)
        guard var series else {
            let (x, hasGap) = try encoding.filledMatrix(of: table)
            return Prepared(table: table, x: x, hasGap: hasGap, lacksPast: 0, notes: [])
        }
        // Models of before have it with their features alone.
        let told = encoding.dateOrders.first { series.times == "\"\($0.key)\"" && $0.value != .packed }
        series.dateOrder = series.dateOrder ?? told?.value
        let made = try series.extended(table)
        let (x, hasGap) = try encoding.filledMatrix(of: made.table)
        return Prepared(
            table: made.table, x: x, hasGap: zip(hasGap, made.hasPast).map { $0 || !$1 },
            lacksPast: made.hasPast.count { !$0 }, notes: made.notes)
    }

    func predictions(of prepared: Prepared) throws -> TablePredictions {
        try TablePredictions(
            estimator, prepared.x, targets: targets, classes: classes, hasGap: prepared.hasGap)
    }

    /// The true targets of a table: numbers, or places of classes (NaN for classes that are not known); nil where it
    /// lacks one.
    func truth(in table: Table) -> [[Double]]? {
        var truth: [[Double]] = []
        for target in targets {
            guard let cells = table[target] else { return nil }
            if classes.isEmpty {
                guard let numbers = cells.numbers else { return nil }
                truth.append(numbers)
            } else {
                truth.append(TableExamples.places(of: cells, in: classes, table.numberLayout))
            }
        }
        return truth
    }
}
