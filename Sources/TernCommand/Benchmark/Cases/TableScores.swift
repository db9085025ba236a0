import Foundation
import Tern

/// Predictions of the default estimators of tables, on the folds that Scripts/tables/tables.py has written: what
/// Scripts/tables/report.py compares with scikit-learn's.
struct TableScores {
    /// With the tables, one CSV file each: the fold of each row, features, and `target`, or `class`.
    let folder: String
    /// The folder of predictions within it.
    let label: String
    /// Hyperparameters other than by default.
    let parameters: [String: ParameterValue]

    /// The names of the tables, in alphabetical order.
    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".csv") }
            .map { String($0.dropLast(4)) }.sorted()
    }

    /// Predicts each fold of a table by a model that was fitted on the others, or where folds are parts of a series on
    /// those before it, and writes the predictions.
    ///
    /// - Returns: the seconds that all fits took.
    func predict(_ name: String) throws -> Double {
        let table = try Table(csv: "\(folder)/\(name).csv"), names = table.columnNames
        let isSeries = names[0] == "part", isClassifier = names.last == "class"
        let fold = try table.numbers(of: names[0])
        let x = try table.matrix(of: Array(names.dropFirst().dropLast()))
        let y = Tensor(try table.numbers(of: names.last!))
        let validation = ParameterValue.text(isSeries ? "blocks" : "random")
        var settings = parameters
        if settings["validation"] == nil { settings["validation"] = validation }
        if settings["randomState"] == nil { settings["randomState"] = 0 }
        var columns: [[Double]] = [], rows: [Double] = [], seconds = 0.0
        for number in Set(fold).sorted() where number > 0 {
            let test = fold.indices.filter { fold[$0] == number }
            let train = fold.indices.filter { isSeries ? fold[$0] < number : fold[$0] != number }
            let (seen, unseen) = (Tensor(train), Tensor(test)), start = ContinuousClock.now
            let prediction: Tensor
            if isClassifier {
                var model = try TabularClassifier().with(settings)
                try model.fit(x.taking(seen), y.taking(seen))
                prediction = try model.predictProba(x.taking(unseen))
            } else {
                var model = try TabularRegressor().with(settings)
                try model.fit(x.taking(seen), y.taking(seen))
                prediction = try model.predict(x.taking(unseen)).reshaped([test.count, 1])
            }
            seconds += (ContinuousClock.now - start) / .seconds(1)
            rows += test.map(Double.init)
            for row in 0..<test.count { columns.append(prediction[row].doubles) }
        }
        let target = "\(folder)/predictions/\(label)"
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        let outputs = (0..<columns[0].count).map { i in Table.Column("p\(i)", columns.map { $0[i] }) }
        try Table(columns: [Table.Column("row", rows)] + outputs).write(csv: "\(target)/\(name).csv")
        return seconds
    }
}
