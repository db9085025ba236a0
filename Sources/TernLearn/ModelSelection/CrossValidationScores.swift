import TernCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The scores of a model that is trained and tested several times: ``crossValidate(_:_:_:sampleWeight:groups:cv:scoring:returnTrainScore:)``.
///
/// ```swift
/// let x = Tensor((0..<12).map(Double.init), shape: [12, 1]), y = x.flattened() * 2
/// let result = try crossValidate(LinearRegression(), x, y, cv: KFold(nSplits: 3))
/// result.testScores["score"]!                         // [1.0, 1.0, 1.0], up to rounding
/// result.models.count                                 // 3
/// ```
public struct CrossValidationScores: Sendable {
    /// The parts.
    public let splits: [Split]
    /// Of each score ("score" where none is named), one number for each split.
    public let testScores: [String: [Double]]
    /// The same on the part trained on; empty unless wanted.
    public let trainScores: [String: [Double]]
    /// The fitted models.
    public let models: [any Predictor]
    /// How long each fit and each scoring took, in seconds.
    public let fitTimes: [Double], scoreTimes: [Double]
}

/// The mean and the standard deviation of scores, scikit-learn's `std`; not numbers where there are none.
package func spread(of scores: [Double]) -> (mean: Double, deviation: Double) {
    let (mean, variance) = scores.moments()
    return (mean, variance.squareRoot())
}

/// Trains and tests a model on each split, on all cores: `sklearn.model_selection.cross_validate`.
///
/// ```swift
/// let x = Tensor((0..<20).map { Double($0 % 7) }, shape: [20, 1]), y = x.flattened() + 1
/// let scores = try crossValidate(Ridge(), x, y, scoring: [.r2, .negMeanSquaredError]).testScores
/// scores["r2"]!.count                                 // 5
/// ```
///
/// - Parameters:
///   - model: is copied for each split, as it is before.
///   - x: [examples, features].
///   - y: [examples] or [examples, targets].
///   - sampleWeight: for the fits; scores count all examples alike, as scikit-learn's.
///   - groups: what each example belongs to, for splitters that heed it.
///   - cv: nil: five folds, of classifiers with the shares of their classes.
///   - scoring: which scores; nil: the model's own, named "score".
///   - returnTrainScore: whether the part trained on is scored too.
/// - Throws: ``EstimatorError`` where examples, targets and weights are not as many; what fits and scores throw.
public func crossValidate(
    _ model: any Predictor, _ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil, groups: [Int]? = nil,
    cv: (any CrossValidator)? = nil, scoring: [Scoring]? = nil, returnTrainScore: Bool = false
) throws -> CrossValidationScores {
    let splits = try splits(model, x, y, sampleWeight, groups, cv)
    struct Part: Sendable {
        var model: any Predictor, test: [String: Double], train: [String: Double], times: (Double, Double)
    }
    let parts = try inParallel(splits.count) { i -> Part in
        var model = model
        let clock = ContinuousClock()
        let (train, test) = (splits[i].trainRows, splits[i].testRows)
        try Check.that(train.count > 0, "crossValidate: split \(i) leaves no example to train on")
        let (trainX, trainY) = (x.taking(train), y.taking(train))
        let fitTime = try clock.measure {
            try model.fit(trainX, trainY, sampleWeight: sampleWeight.map { $0.taking(train) })
        }
        var scores: [String: Double] = [:]
        let scoreTime = try clock.measure {
            scores = try namedScores(model, x.taking(test), y.taking(test), scoring)
        }
        return Part(
            model: model, test: scores,
            train: returnTrainScore ? try namedScores(model, trainX, trainY, scoring) : [:],
            times: (fitTime / .seconds(1), scoreTime / .seconds(1)))
    }
    let names = scoring?.map(\.rawValue) ?? ["score"]
    func gathered(_ path: KeyPath<Part, [String: Double]>) -> [String: [Double]] {
        Dictionary(names.map { name in (name, parts.map { $0[keyPath: path][name]! }) }) { first, _ in first }
    }
    return CrossValidationScores(
        splits: splits, testScores: gathered(\.test), trainScores: returnTrainScore ? gathered(\.train) : [:],
        models: parts.map(\.model), fitTimes: parts.map(\.times.0), scoreTimes: parts.map(\.times.1))
}

/// What is asked of a model when predictions are gathered.
///
/// ```swift
/// let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([0, 1, 0, 1])
/// try crossValPredict(LinearRegression(), x, y, cv: KFold(nSplits: 2), method: .predict).shape    // [4]
/// ```
public enum PredictionMethod: String, Sendable, Codable {
    /// The predicted targets or labels.
    case predict
    /// The probability of each class.
    case predictProba = "predict_proba"
}

/// The prediction of each example by the model that was not trained on it: `sklearn.model_selection.cross_val_predict`.
///
/// ```swift
/// let x = Tensor([[0.0], [1], [2], [3]]), y = Tensor([1.0, 3, 5, 7])
/// try crossValPredict(LinearRegression(), x, y, cv: KFold(nSplits: 2))     // [1, 3, 5, 7], up to rounding
/// ```
///
/// Parameters as in ``crossValidate(_:_:_:sampleWeight:groups:cv:scoring:returnTrainScore:)``.
///
/// - Throws: ``EstimatorError`` also where an example is tested on not once but more often or never.
/// - Returns: [examples], or [examples, targets] or [examples, classes]; classes that a model did not see have
///   probability 0.
public func crossValPredict(
    _ model: any Predictor, _ x: Tensor, _ y: Tensor, sampleWeight: Tensor? = nil, groups: [Int]? = nil,
    cv: (any CrossValidator)? = nil, method: PredictionMethod = .predict
) throws -> Tensor {
    let splits = try splits(model, x, y, sampleWeight, groups, cv), tested = splits.flatMap(\.test)
    try Check.that(
        tested.sorted() == Array(0..<x.shape[0]),
        "crossValPredict: each example must be tested on once; take a splitter of folds")
    // Of a table of labels each column is one.
    let allClasses =
        !model.isClassifier
        ? [] : y.rank == 2 && y.shape[1] > 1 ? (0..<y.shape[1]).map(Double.init) : Set(y.doubles).sorted()
    let parts = try inParallel(splits.count) { i -> Tensor in
        var model = model
        let train = splits[i].trainRows
        try model.fit(x.taking(train), y.taking(train), sampleWeight: sampleWeight.map { $0.taking(train) })
        let test = x.taking(splits[i].testRows)
        guard method == .predictProba else { return try model.predict(test) }
        // A network that saw a single class has two columns, of which the first is that of its class.
        let p = try model.predictProba(test), classes = model.classes
        if classes == allClasses || classes.isEmpty && p.shape.last == allClasses.count { return p }
        try Check.that(
            !classes.isEmpty && classes.count <= p.shape.last ?? 0,
            "crossValPredict: probabilities of shape \(p.shape) do not fit the \(classes.count) classes of the model")
        let columns = allClasses.map { label in
            classes.firstIndex(of: label).map { p.sliced($0..<($0 + 1), axis: 1) }
                ?? Tensor.zeros([p.shape[0], 1], dtype: p.dtype)
        }
        return Tensor.concatenated(columns, axis: 1)
    }
    return Tensor.concatenated(parts).taking(Tensor(tested.ranks, shape: [tested.count]))
}

/// The parts of a splitter, or the usual ones of a model, of examples of which there are as many everywhere.
func splits(
    _ model: any Predictor, _ x: Tensor, _ y: Tensor, _ weight: Tensor?, _ groups: [Int]?, _ cv: (any CrossValidator)?
) throws -> [Split] {
    let count = x.shape.first ?? 0
    try Check.that(y.shape.first == count, "x has \(count) examples but y has \(y.shape.first ?? 0)")
    if let weight {
        try Check.that(
            weight.shape == [count],
            "sampleWeight has the shape \(weight.shape); it must be [\(count)], one for each example")
    }
    let isSingle = y.rank == 1 || y.count == count
    let isLabelled = model.isClassifier && isSingle && EncodedLabels.areDiscrete(y.doubles)
    let cv = cv ?? (isLabelled ? StratifiedKFold() as any CrossValidator : KFold())
    return try cv.splits(count: count, labels: isSingle ? y.flattened() : nil, groups: groups)
}

func namedScores(_ model: any Predictor, _ x: Tensor, _ y: Tensor, _ scoring: [Scoring]?) throws -> [String: Double] {
    guard let scoring else { return ["score": try model.score(x, y, sampleWeight: nil)] }
    return try Dictionary(scoring.map { ($0.rawValue, try $0.score(model, x, y)) }) { first, _ in first }
}

/// Calls `body` with 0..<count on all threads and gathers what it gives, in order; of several errors the first is thrown.
func inParallel<Result: Sendable>(_ count: Int, _ body: (Int) throws -> Result) throws -> [Result] {
    var results = [Swift.Result<Result, any Error>?](repeating: nil, count: count)
    let work = FitWork.Pieces()
    results.withUnsafeMutableBufferPointer { buffer in
        let results = buffer
        ThreadPool.current.forEachPiece(of: count, grain: 1) { i, _ in
            results[i] = Swift.Result { try work.piece(i) { try body(i) } }
        }
    }
    return try results.map { try $0!.get() }
}
