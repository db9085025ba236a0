import TernCore

/// The contract of all classifiers, beside the ``Regressor``'s: labels are integers, or 0 and 1 in a column for each of
/// several labels that an example may have at once.
///
/// ```swift
/// func accuracy(_ model: some Classifier, _ x: Tensor, _ y: Tensor) throws -> Double {
///     var model = model
///     try model.fit(x, y)
///     return try model.score(x, y)
/// }
/// let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([0, 0, 1, 1])
/// try accuracy(MLPClassifier(hiddenLayerSizes: [4], solver: .lbfgs, randomState: 0), x, y)       // 1.0
/// ```
public protocol Classifier {
    /// The labels that were learned, in ascending order; of several labels at once the numbers of their columns. Empty
    /// before the fit.
    var classes: [Double] { get }

    /// Learns from examples, and forgets what was learned before.
    ///
    /// - Parameters:
    ///   - x: [examples, features].
    ///   - y: [examples], integers of any type; or [examples, labels] of 0 and 1.
    ///   - sampleWeight: how much each example counts, [examples]; nil: all alike.
    /// - Throws: ``EstimatorError`` where a hyperparameter or the data cannot be used; the message names it.
    mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws

    /// The predicted labels, [examples] or [examples, labels].
    ///
    /// - Throws: ``EstimatorError`` where nothing has been learned yet, and where `x` has other features.
    func predict(_ x: Tensor) throws -> Tensor

    /// The probability of each class, [examples, classes].
    ///
    /// - Throws: ``EstimatorError`` as ``predict(_:)``.
    func predictProba(_ x: Tensor) throws -> Tensor
}

extension Classifier {
    /// Learns from examples that all count alike: ``fit(_:_:sampleWeight:)`` without weights.
    public mutating func fit(_ x: Tensor, _ y: Tensor) throws { try fit(x, y, sampleWeight: nil) }

    /// The natural logarithm of ``predictProba(_:)``; −∞ where a probability is 0.
    public func predictLogProba(_ x: Tensor) throws -> Tensor { try log(predictProba(x)) }

    /// The share of examples (of their weight) whose label is predicted, or all of whose labels are: scikit-learn's
    /// `score`.
    ///
    /// - Throws: what ``predict(_:)`` throws, and ``EstimatorError`` where `y` has another shape than the predictions.
    public func score(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil) throws -> Double {
        let prediction = try predict(x)
        let y = y.rank == 2 && y.shape[1] == 1 ? y.flattened() : y
        try Check.that(
            y.shape == prediction.shape, "score: y has the shape \(y.shape), the predictions have \(prediction.shape)")
        return accuracy(y.doubles, prediction.doubles, of: y.shape[0], weight: sampleWeight?.doubles)
    }
}

/// The share of examples all of whose labels are equal.
func accuracy(_ truth: [Double], _ prediction: [Double], of examples: Int, weight: [Double]?) -> Double {
    let width = truth.count / max(1, examples)
    var right = 0.0
    var total = 0.0
    for i in 0..<examples {
        let share = weight?[i] ?? 1
        let row = i * width..<(i + 1) * width
        total += share
        if row.allSatisfy({ truth[$0] == prediction[$0] }) { right += share }
    }
    return right / total
}
