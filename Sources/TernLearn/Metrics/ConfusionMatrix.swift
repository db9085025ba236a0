import TernCore
import TernNN

/// How counts become shares: scikit-learn's `normalize`.
///
/// ```swift
/// let truth = Tensor([0, 0, 1]), found = Tensor([0, 1, 1])
/// try confusionMatrix(truth, found, normalize: .true)             // [[0.5, 0.5], [0, 1]]
/// ```
public enum ConfusionNormalization: String, Sendable, Codable {
    /// Of each true label (a row): its share that is predicted as each.
    case `true`
    /// Of each predicted label (a column).
    case predicted = "pred"
    /// Of all examples.
    case all
}

/// How often each label (a row) is predicted as each (a column): `sklearn.metrics.confusion_matrix`.
///
/// ```swift
/// try confusionMatrix(Tensor([2, 0, 2, 2, 0, 1]), Tensor([0, 0, 2, 2, 0, 2]))
/// // [[2, 0, 0], [0, 0, 1], [1, 0, 2]]
/// ```
///
/// - Parameters:
///   - truth: [examples], whole numbers.
///   - prediction: [examples].
///   - labels: which, in the order of rows and columns; nil: all that are there, in ascending order.
///   - sampleWeight: [examples]; then the matrix holds sums of weights.
///   - normalize: whether shares are told; of nothing they are 0.
/// - Throws: ``EstimatorError`` where labels do not fit, or none of `labels` is among the true ones.
/// - Returns: [labels, labels], `float64`.
public func confusionMatrix(
    _ truth: Tensor, _ prediction: Tensor, labels: [Double]? = nil, sampleWeight: Tensor? = nil,
    normalize: ConfusionNormalization? = nil
) throws -> Tensor {
    let pairs = try LabelPairs(truth, prediction, sampleWeight, in: "confusionMatrix")
    try pairs.checkSingle()
    let labels = labels ?? pairs.present, n = labels.count
    try Check.that(!labels.isEmpty, "confusionMatrix: labels are empty; give one at least, or nil for all")
    try Check.that(
        pairs.truth.contains { labels.contains($0) }, "confusionMatrix: none of the labels \(labels) is a true one")
    let places = Dictionary(labels.enumerated().map { ($1, $0) }) { _, last in last }
    var matrix = [Double](repeating: 0, count: n * n)
    for row in 0..<pairs.rows {
        guard let i = places[pairs.truth[row]], let j = places[pairs.prediction[row]] else { continue }
        matrix[i * n + j] += pairs.weight(row)
    }
    func sum(_ indices: [Int]) -> Double { indices.reduce(0) { $0 + matrix[$1] } }
    let totals: [Double]
    switch normalize {
    case nil: totals = []
    case .true:
        let rows = (0..<n).map { i in sum((0..<n).map { i * n + $0 }) }
        totals = (0..<n * n).map { rows[$0 / n] }
    case .predicted:
        let columns = (0..<n).map { j in sum((0..<n).map { $0 * n + j }) }
        totals = (0..<n * n).map { columns[$0 % n] }
    case .all: totals = .init(repeating: sum(Array(0..<n * n)), count: n * n)
    }
    if normalize != nil { matrix = zip(matrix, totals).map { $1 == 0 ? 0 : $0 / $1 } }
    return Tensor(matrix, shape: [n, n])
}

/// The agreement of two judges beyond chance, 1 at best: `sklearn.metrics.cohen_kappa_score`.
///
/// ```swift
/// try cohenKappaScore(Tensor([0, 1, 1, 0]), Tensor([0, 1, 0, 0]))         // 0.5
/// ```
///
/// - Parameters:
///   - labels: which count; nil: all.
///   - weights: how disagreement counts; nil: all alike.
/// - Throws: ``EstimatorError`` where labels do not fit.
/// - Returns: NaN where all labels are one.
public func cohenKappaScore(
    _ a: Tensor, _ b: Tensor, labels: [Double]? = nil, weights: KappaWeights? = nil, sampleWeight: Tensor? = nil
) throws -> Double {
    let table = LabelTable(try confusionMatrix(a, b, labels: labels, sampleWeight: sampleWeight))
    let (n, counts, rows, columns) = (table.size, table.counts, table.rows, table.columns)
    let total = rows.reduce(0, +)
    var observed = 0.0, expected = 0.0
    for i in 0..<n {
        for j in 0..<n {
            let apart = Double(Swift.abs(i - j))
            let weight =
                switch weights {
                case nil: i == j ? 0.0 : 1
                case .linear: apart
                case .quadratic: apart * apart
                }
            observed += weight * counts[i * n + j]
            expected += weight * (rows[i] * columns[j] / total)
        }
    }
    return total == 0 || expected == 0 ? .nan : 1 - observed / expected
}

/// How two judges' disagreement counts, by how far labels are apart in their order.
///
/// ```swift
/// try cohenKappaScore(Tensor([0, 1, 2]), Tensor([0, 1, 1]), weights: .quadratic)      // 0.66666667
/// ```
public enum KappaWeights: String, Sendable, Codable {
    /// As the distance.
    case linear
    /// As its square.
    case quadratic
}

/// The correlation of true and predicted labels, from −1 to 1: `sklearn.metrics.matthews_corrcoef`.
///
/// ```swift
/// try matthewsCorrcoef(Tensor([1, 1, 1, 0]), Tensor([1, 0, 1, 1]))        // -0.33333333
/// ```
///
/// - Throws: ``EstimatorError`` where labels do not fit.
/// - Returns: 0 where all true or all predicted labels are one.
public func matthewsCorrcoef(_ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil) throws -> Double {
    let table = LabelTable(try confusionMatrix(truth, prediction, sampleWeight: sampleWeight))
    let (rows, columns) = (table.rows, table.columns)
    let right = table.right.reduce(0, +), total = rows.reduce(0, +)
    let product = (total * total - dot(columns, columns)) * (total * total - dot(rows, rows))
    return product == 0 ? 0 : (right * total - dot(rows, columns)) / product.squareRoot()
}

/// The mean over true labels of the share that is found: `sklearn.metrics.balanced_accuracy_score`.
///
/// ```swift
/// try balancedAccuracyScore(Tensor([0, 0, 0, 1]), Tensor([0, 0, 0, 0]))   // 0.5
/// ```
///
/// - Parameter adjusted: whether chance scores 0.
/// - Throws: ``EstimatorError`` where labels do not fit.
public func balancedAccuracyScore(
    _ truth: Tensor, _ prediction: Tensor, sampleWeight: Tensor? = nil, adjusted: Bool = false
) throws -> Double {
    let table = LabelTable(try confusionMatrix(truth, prediction, sampleWeight: sampleWeight))
    let shares = zip(table.right, table.rows).compactMap { right, all in all == 0 ? nil : right / all }
    let score = shares.mean, chance = 1 / Double(shares.count)
    return adjusted ? (score - chance) / (1 - chance) : score
}

/// A confusion matrix with the sums that scores are made of.
private struct LabelTable {
    /// Labels, and the counts of each true label beside each predicted one.
    let size: Int, counts: [Double]

    init(_ matrix: Tensor) { (size, counts) = (matrix.shape[0], matrix.doubles) }

    /// How often each label is true, how often it is predicted, and how often it is both.
    var rows: [Double] { (0..<size).map { i in (0..<size).reduce(0) { $0 + counts[i * size + $1] } } }
    var columns: [Double] { (0..<size).map { j in (0..<size).reduce(0) { $0 + counts[$1 * size + j] } } }
    var right: [Double] { (0..<size).map { counts[$0 * size + $0] } }
}
