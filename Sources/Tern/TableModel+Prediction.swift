import TernCore
import TernData
import TernFiles

extension TableModel {
    /// Predicts a CSV file block by block, in memory that does not grow with it.
    ///
    /// Rows are written as they are read, each cell as it stands in the file, with the prediction as the last column, named
    /// after the target.
    ///
    /// - Parameter write: gets the bytes of the new file, piece by piece.
    /// - Returns: truth and prediction of the rows that have both; nil where the file lacks the target.
    /// - Throws: ``DataError`` where the file lacks a feature or a feature is no number, with the line.
    public func predict(csv path: String, options: CSVOptions = CSVOptions(), write: (UnsafeRawBufferPointer) throws -> Void) throws -> (truth: [Double], predicted: [Double])? {
        var options = options
        options.dateColumns.formUnion(dates)
        options.truthColumns.formUnion(truths)
        options.addMissing(missingValues)
        let blocks = try TableBlocks(csv: path, numbers: features + [target], options: options)
        var name = "predicted_\(target)", isFirst = true, pairs: (truth: [Double], predicted: [Double])? = ([], [])
        while blocks.columnNames.contains(name) { name += "_new" }
        while var block = try blocks.next() {
            let predicted = try predict(block.numbers)
            if let truth = block.numbers[target]?.numbers {
                for (y, p) in zip(truth, predicted) where !y.isNaN && !p.isNaN {
                    pairs?.truth.append(y)
                    pairs?.predicted.append(p)
                }
            } else {
                pairs = nil
            }
            block.cells.columns.append(Table.Column(name, predicted))
            try block.cells.csvBytes(withNames: isFirst).withUnsafeBytes(write)
            isFirst = false
        }
        return pairs
    }

    /// The same into a file, which appears when it is whole.
    public func predict(csv path: String, options: CSVOptions = CSVOptions(), to output: String) throws -> (truth: [Double], predicted: [Double])? {
        var pairs: (truth: [Double], predicted: [Double])?
        try writeAtomically(to: output) { write in pairs = try predict(csv: path, options: options, write: write) }
        return pairs
    }
}
