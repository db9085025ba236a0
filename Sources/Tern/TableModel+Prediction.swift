import TernCore
import TernData
import TernFiles

/// What is known of a table that was predicted, beside the predictions.
///
/// ```swift
/// let table = Table(columns: [Table.Column("x", [0, 1, 2, 3]), Table.Column("y", [1, 3, 5, 7])])
/// try table.write(csv: "line.csv")
/// var model = TableModel(features: ["x"], target: "y", network: MLPRegressor(hiddenLayerSizes: [2], maxIter: 5))
/// try model.fit(table.matrix(of: ["x"]), Tensor(table.numbers(of: "y")))
/// let predicted: PredictedTable = try model.predict(csv: "line.csv", to: "out.csv")
/// print(predicted.pairs!.truth)  // [1.0, 3.0, 5.0, 7.0]
/// print(try Table(csv: "out.csv").columnNames)  // ["x", "y", "predicted_y"]
/// ```
public struct PredictedTable: Sendable {
    /// True and predicted targets of the rows that have both; nil where the file lacks the target or it is no number in
    /// some row.
    public fileprivate(set) var pairs: (truth: [Double], predicted: [Double])? = ([], [])
    /// What somebody should know of rows without a prediction, a line each.
    public fileprivate(set) var notes: [String] = []
    /// What looks like a mistake, a line each: values outside of what the model was trained on, numbers that may be
    /// read otherwise.
    public fileprivate(set) var warnings: [String] = []
}

extension TableModel {
    /// Predicts a CSV file block by block, in memory that does not grow with it but for ``PredictedTable/pairs``.
    ///
    /// Rows are written as they are read, each cell as it stands in the file, with the prediction as the last column:
    /// `predicted_` and the target's name, with `_new` behind it where the file has such a column already. A row that
    /// lacks a feature has none, unless the model fills gaps (``featureFill``).
    ///
    /// - Parameters:
    ///   - options: how the file is laid out; what the model reads as dates, truths and missing is added.
    ///   - write: gets the bytes of the new file, piece by piece.
    /// - Throws: `DataError` where the file lacks a feature or a feature is no number, with the line.
    public func predict(
        csv path: String, options: CSVOptions = CSVOptions(), write: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> PredictedTable {
        var options = options
        options.dateColumns.formUnion(dates)
        options.truthColumns.formUnion(truths)
        options.addMissing(missingValues)
        let blocks = try TableBlocks(csv: path, numbers: features + [target], options: options)
        var name = "\(Self.predictedPrefix)\(target)", isFirst = true, found = PredictedTable(),
            unseen = UnseenValues(self)
        var rows = 0, unread: String?, gaps = [Int](repeating: 0, count: features.count)
        while blocks.columnNames.contains(name) { name += "_new" }
        while var block = try blocks.next() {
            let predicted = try predict(block.numbers)
            unseen.add(block.numbers)
            rows += predicted.count
            for (i, feature) in features.enumerated() {
                gaps[i] += block.numbers[feature]?.numbers?.count(where: \.isNaN) ?? 0
            }
            if let truth = block.numbers[target]?.numbers {
                for (y, p) in zip(truth, predicted) where !y.isNaN && !p.isNaN {
                    found.pairs?.truth.append(y)
                    found.pairs?.predicted.append(p)
                }
            } else {
                found.pairs = nil
                if unread == nil, block.numbers[target] != nil {
                    do { _ = try block.numbers.numbers(of: target) } catch let error as DataError {
                        unread = "\(error.line.map { "line \($0), " } ?? "")\(error.message)"
                    }
                }
            }
            block.cells.columns.append(Table.Column(name, predicted))
            try block.cells.csvBytes(withNames: isFirst).withUnsafeBytes(write)
            isFirst = false
        }
        found.warnings = blocks.layout.warnings + [unseen.warning].compactMap { $0 }
        if let unread { found.notes.append("nothing is scored: \(unread)") }
        let lacking = zip(features, gaps).filter { $1 > 0 }
        if !lacking.isEmpty {
            let names =
                lacking.prefix(4).map { "\"\($0)\" in \($1)" }.joined(separator: ", ")
                + (lacking.count > 4 ? " and \(lacking.count - 4) more columns" : "")
            found.notes.append(
                "of \(rows) row\(rows == 1 ? "" : "s") some lack a feature (\(names)): "
                    + (featureFill.isEmpty ? "they have no prediction" : "the mean of the training rows stands in"))
        }
        return found
    }

    /// The same into a file, which appears when it is whole.
    ///
    /// - Throws: `DataError` as the other, and where the file cannot be written.
    public func predict(csv path: String, options: CSVOptions = CSVOptions(), to output: String) throws
        -> PredictedTable
    {
        var found = PredictedTable()
        try writeAtomically(to: output) { write in found = try predict(csv: path, options: options, write: write) }
        return found
    }

    /// With what the name of a column of predictions begins.
    package static let predictedPrefix = "predicted_"
}
