import TernCore
import TernData
import TernFiles

/// What is known of a table that was predicted, beside the predictions.
public struct PredictedTable: Sendable {
    /// Of the rows that have both; nil where the file lacks the target.
    public fileprivate(set) var pairs: (truth: [Double], predicted: [Double])? = ([], [])
    /// What somebody should know of rows without a prediction, a line each.
    public fileprivate(set) var notes: [String] = []
    /// What looks like a mistake, a line each: values outside of what the model was trained on, numbers that may be
    /// read otherwise.
    public fileprivate(set) var warnings: [String] = []
}

extension TableModel {
    /// Predicts a CSV file block by block, in memory that does not grow with it.
    ///
    /// Rows are written as they are read, each cell as it stands in the file, with the prediction as the last column,
    /// named after the target.
    ///
    /// - Parameter write: gets the bytes of the new file, piece by piece.
    /// - Throws: ``DataError`` where the file lacks a feature or a feature is no number, with the line.
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
