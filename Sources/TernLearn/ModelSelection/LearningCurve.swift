import TernCore

/// How scores change with the number of examples, or with a hyperparameter.
///
/// ```swift
/// let x = Tensor((0..<20).map(Double.init), shape: [20, 1]), y = x.flattened() * 2
/// let curve = try validationCurve(Ridge(), x, y, parameter: "alpha", values: [0.1, 10])
/// curve.testScores.shape                              // [2, 5]: of each value, on each split
/// ```
public struct ScoreCurve: Sendable {
    /// The numbers of examples trained on, or the values of the hyperparameter.
    public let values: [ParameterValue]
    /// [values, splits]: on the part trained on, and on the part tested on.
    public let trainScores: Tensor, testScores: Tensor
}

/// Scores of models trained on more and more of the examples: `sklearn.model_selection.learning_curve`.
///
/// ```swift
/// let x = Tensor((0..<20).map(Double.init), shape: [20, 1]), y = square(x).flattened()
/// let curve = try learningCurve(Ridge(), x, y, sizes: [.fraction(0.5), .count(16)])
/// curve.values                                        // [8, 16]
/// ```
///
/// A curve of test scores that still rises asks for more examples; one that has met that of the training scores asks for
/// another model.
///
/// - Parameters:
///   - sizes: how many examples are trained on, of those that a split gives: numbers, or shares, rounded down; by
///     default a tenth to all in five steps. What comes twice is done once.
///   - cv: nil: five folds, of classifiers with the shares of their classes.
///   - scoring: nil: the model's own score.
///   - shuffle: whether the examples are taken in random order, with the seed `randomState`.
/// - Throws: ``EstimatorError`` where a size is none, and what splits, fits and scores throw.
public func learningCurve(
    _ model: any Predictor, _ x: Tensor, _ y: Tensor, sizes: [SplitSize]? = nil, groups: [Int]? = nil,
    cv: (any CrossValidator)? = nil, scoring: Scoring? = nil, shuffle: Bool = false, randomState: UInt32? = nil
) throws -> ScoreCurve {
    var splits = try splits(model, x, y, nil, groups, cv)
    let most = splits[0].train.count
    let counts = try Set(
        (sizes ?? [0.1, 0.325, 0.55, 0.775, 1].map { .fraction($0) }).map { size -> Int in
            switch size {
            case .fraction(let share):
                try Check.that(
                    share > 0 && share <= 1, "learningCurve: a size is \(share); a share must be above 0, 1 at most")
                return max(1, Int(share * Double(most)))
            case .count(let n):
                try Check.that(
                    n > 0 && n <= most, "learningCurve: a size is \(n); there are \(most) examples to train on")
                return n
            }
        }
    ).sorted()
    if shuffle {
        var random = RandomState(seed: randomState.orDrawn)
        for i in splits.indices { splits[i].train = random.permutation(splits[i].train) }
    }
    let parts = splits.flatMap { split in counts.map { Split(train: Array(split.train.prefix($0)), test: split.test) } }
    return try scoreCurve(
        parts.map { (model, $0) }, x, y, scoring, values: counts.map { .integer($0) }, splits: splits.count)
}

/// Scores over values of a hyperparameter: `sklearn.model_selection.validation_curve`.
///
/// ```swift
/// let x = Tensor((0..<20).map(Double.init), shape: [20, 1]), y = square(x).flattened()
/// try validationCurve(Ridge(), x, y, parameter: "alpha", values: [0.1, 10]).trainScores.shape     // [2, 5]
/// ```
///
/// - Parameters:
///   - parameter: a name of the model's ``Estimator/parameters``.
///   - cv: nil: five folds, of classifiers with the shares of their classes.
///   - scoring: nil: the model's own score.
/// - Throws: what parameters, splits, fits and scores throw.
public func validationCurve(
    _ model: any Predictor, _ x: Tensor, _ y: Tensor, parameter: String, values: [ParameterValue],
    groups: [Int]? = nil, cv: (any CrossValidator)? = nil, scoring: Scoring? = nil
) throws -> ScoreCurve {
    try Check.that(!values.isEmpty, "validationCurve: \(parameter) has no values; give one at least")
    let models = try values.map { value -> any Predictor in try model.with([parameter: value]) }
    let splits = try splits(model, x, y, nil, groups, cv)
    let fits = splits.flatMap { split in models.map { ($0, split) } }
    return try scoreCurve(fits, x, y, scoring, values: values, splits: splits.count)
}

/// Scores of fits, of each split those of all values.
private func scoreCurve(
    _ fits: [(any Predictor, Split)], _ x: Tensor, _ y: Tensor, _ scoring: Scoring?, values: [ParameterValue],
    splits: Int
) throws -> ScoreCurve {
    let scores = try inParallel(fits.count) { i -> [Double] in
        var (model, split) = fits[i]
        let (train, test) = (split.trainRows, split.testRows)
        let (trainX, trainY) = (x.taking(train), y.taking(train))
        try model.fit(trainX, trainY, sampleWeight: nil)
        return [
            try scoring.score(of: model, trainX, trainY, nil),
            try scoring.score(of: model, x.taking(test), y.taking(test), nil),
        ]
    }
    func matrix(_ kind: Int) -> Tensor {
        Tensor(scores.map { $0[kind] }, shape: [splits, values.count]).transposed()
    }
    return ScoreCurve(values: values, trainScores: matrix(0), testScores: matrix(1))
}
