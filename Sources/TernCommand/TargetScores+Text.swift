import Tern
import TernText

extension TargetScores {
    /// A row for each model, with the scores of both parts.
    static func text(_ test: [TargetScores], train: [TargetScores]? = nil, of target: String) -> String {
        let own = test.filter { $0.target == target }, seen = train?.filter { $0.target == target }
        let metrics = TableMetric.allCases.filter { metric in own.contains { $0[metric] != nil } }
        func text(_ scores: TargetScores, _ metric: TableMetric) -> String { scores[metric].map(short) ?? "-" }
        guard let seen else {
            return textTable(
                [[""] + metrics.map(\.rawValue)]
                    + own.map { scores in [scores.model] + metrics.map { text(scores, $0) } })
        }
        return textTable(
            [[""] + metrics.flatMap { ["\($0.rawValue) train", "test"] }]
                + zip(own, seen).map { own, seen in
                    [own.model] + metrics.flatMap { [text(seen, $0), text(own, $0)] }
                })
    }

    /// The confusion matrix of the model on the test rows; nothing of numbers.
    static func confusion(_ training: TableTraining, besideWeights: Bool) throws -> [String] {
        try confusion(
            classes: training.model.classes, training.pairs.first, of: "the test rows", besideWeights: besideWeights)
    }

    /// A row for each true class, a column for each predicted one.
    ///
    /// - Parameters:
    ///   - rows: what they are called.
    ///   - besideWeights: whether the scores count rows by their weights, which the matrix does not.
    static func confusion(
        classes: [String], _ pairs: (truth: [Double], predicted: [Double])?, of rows: String, besideWeights: Bool
    ) throws -> [String] {
        guard !classes.isEmpty, let pairs else { return [] }
        guard classes.count <= 20 else { return ["", "the confusion matrix of \(classes.count) classes is not shown"] }
        let counts = try confusionMatrix(
            Tensor(pairs.truth), Tensor(pairs.predicted), labels: classes.indices.map(Double.init))
        let names = classes.map { $0.shortened(to: 16) }
        return [
            "",
            "true class, and how often each was predicted on \(rows)"
                + (besideWeights ? " (each counts as one here, in the scores by its weight)" : ""), "",
            textTable([[""] + names] + names.enumerated().map { [$1] + counts[$0].doubles.map { String(Int($0)) } }),
        ]
    }
}
