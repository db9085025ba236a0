import TernCore
import TernText

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
        return textTable(
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
        return textTable(
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
        return textTable(
            [["feature", "fall", "deviation"]] + order.map { ["\($0)"] + meanAndDeviation(falls[$0]) })
    }
}

extension ParameterSearch {
    /// The candidates with their scores, the best first.
    public var description: String {
        let order = results.indices.sorted { (results[$0].rank, $0) < (results[$1].rank, $1) }
        if order.isEmpty { return "\(Self.kind) of \(type(of: estimator).kind), not fitted" }
        return "\(Self.kind) of \(type(of: estimator).kind)\n"
            + textTable(
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

private func meanAndDeviation(_ scores: [Double]) -> [String] {
    let (mean, deviation) = spread(of: scores)
    return [short(mean), short(deviation)]
}
