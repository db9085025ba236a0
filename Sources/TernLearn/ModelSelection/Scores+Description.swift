import Foundation
import TernCore

// What is printed of scores: tables to read.

extension CrossValidationScores: CustomStringConvertible {
    /// Each score's mean and standard deviation over the splits, and the same of the training parts where there are some.
    ///
    /// ```swift
    /// let x = Tensor((0..<12).map(Double.init), shape: [12, 1]), y = x.flattened() * 2
    /// let scores = try crossValidate(LinearRegression(), x, y, cv: KFold(nSplits: 3))
    /// scores.description.split(separator: "\n")[0].split(separator: " ")      // ["score", "mean", "deviation", "splits"]
    /// ```
    public var description: String {
        let hasTrain = !trainScores.isEmpty
        let head = ["score", "mean", "deviation", "splits"] + (hasTrain ? ["mean of training", "deviation"] : [])
        return lines(
            [head]
                + testScores.sorted { $0.key < $1.key }.map { name, scores in
                    [name] + meanAndDeviation(scores) + ["\(scores.count)"]
                        + (hasTrain ? meanAndDeviation(trainScores[name] ?? []) : [])
                })
    }
}

extension ScoreCurve: CustomStringConvertible {
    /// Of each value the mean and the standard deviation over splits, on the parts trained on and tested on.
    public var description: String {
        func scores(_ table: Tensor, _ i: Int) -> [String] { meanAndDeviation(table[i].doubles) }
        return lines(
            [["value", "training", "deviation", "test", "deviation"]]
                + values.enumerated().map { i, value in
                    [value.description] + scores(trainScores, i) + scores(testScores, i)
                })
    }
}

extension PermutationImportance: CustomStringConvertible {
    /// Of each feature, by its number, the mean and the standard deviation of the score's fall; the largest first.
    public var description: String {
        let order = means.indices.sorted { (means[$0], $1) > (means[$1], $0) }
        return lines(
            [["feature", "fall", "deviation"]] + order.map { ["\($0)", short(means[$0]), short(deviations[$0])] })
    }
}

extension ParameterSearch {
    /// The candidates with their scores, the best first.
    public var description: String {
        let order = results.indices.sorted { (results[$0].rank, $0) < (results[$1].rank, $1) }
        if order.isEmpty { return "\(Self.kind) of \(type(of: estimator).kind), not fitted" }
        return "\(Self.kind) of \(type(of: estimator).kind)\n"
            + lines(
                [["parameters", "rank", "mean", "deviation"]]
                    + order.map { i in
                        let parameters = results[i].parameters.sorted { $0.key < $1.key }
                        return [
                            parameters.map { "\($0.key): \($0.value)" }.joined(separator: ", "), "\(results[i].rank)",
                        ]
                            + meanAndDeviation(results[i].testScores)
                    })
    }
}

extension GridSearch: CustomStringConvertible {}
extension RandomizedSearch: CustomStringConvertible {}
extension HalvingSearch: CustomStringConvertible {}

private func short(_ x: Double) -> String { String(format: "%.6g", x) }

private func meanAndDeviation(_ scores: [Double]) -> [String] {
    let mean = scores.reduce(0, +) / Double(scores.count)
    let variance = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scores.count)
    return [short(mean), short(variance.squareRoot())]
}

/// Rows of as many cells, the first to the left, all others to the right.
private func lines(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { c in rows.map { $0[c].count }.max() ?? 0 }
    return rows.map { row in
        row.enumerated().map { c, cell in
            let space = String(repeating: " ", count: widths[c] - cell.count)
            return c == 0 ? cell + space : "  " + space + cell
        }.joined()
    }.joined(separator: "\n")
}
