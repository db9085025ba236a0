import TernCore

/// How much a model's score falls when a feature is shuffled: `sklearn.inspection.permutation_importance`.
///
/// ```swift
/// let x = Tensor([[0.0, 5], [1, 3], [2, 8], [3, 1]]), y = x[.all, 0] * 2
/// var model = LinearRegression()
/// try model.fit(x, y)
/// let importance = try permutationImportance(model, x, y, randomState: 0)
/// importance.means[0] > 1                             // true: the first feature is the target
/// Swift.abs(importance.means[1]) < 1e-9               // true: the second does nothing
/// ```
///
/// Of two features that say the same, each seems to matter little: the other stands in. Take examples that the model was
/// not trained on, to see what helps it to predict and not to remember.
///
/// - Parameters:
///   - model: fitted.
///   - x: [examples, features].
///   - y: [examples] or [examples, targets].
///   - scoring: nil: the model's own score.
///   - repeats: how often each feature is shuffled.
///   - maxSamples: how many examples are looked at, drawn at random for each feature: a number or a share, rounded down;
///     nil: all.
///   - randomState: the seed; nil draws one from the system.
/// - Throws: ``EstimatorError`` where a parameter cannot be used, and what scores throw.
/// - Returns: the falls, [features][repeats], whose means and deviations tell how important features are.
public func permutationImportance(
    _ model: any Predictor, _ x: Tensor, _ y: Tensor, scoring: Scoring? = nil, repeats: Int = 5,
    sampleWeight: Tensor? = nil, maxSamples: SplitSize? = nil, randomState: UInt32? = nil
) throws -> PermutationImportance {
    try Check.that(repeats >= 1, "permutationImportance: repeats is \(repeats); it must be at least 1")
    try Check.that(x.rank == 2, "permutationImportance: x has the shape \(x.shape); it must be [examples, features]")
    let examples = x.shape[0]
    let count: Int =
        switch maxSamples {
        case nil: examples
        case .fraction(let share): (0...1).contains(share) ? Int(share * Double(examples)) : 0
        case .count(let n): n
        }
    try Check.that(
        count >= 1 && count <= examples,
        "permutationImportance: maxSamples is \(maxSamples.map { "\($0)" } ?? ""); it must be from 1 to \(examples) examples, or a share of them"
    )
    var random = RandomState(seed: randomState.orDrawn)
    let seed = UInt32(random.integer(in: 0..<(1 << 31)))
    let baseline = try scoring.score(of: model, x, y, sampleWeight)
    let falls = try inParallel(x.shape[1]) { feature -> [Double] in
        var random = RandomState(seed: seed)
        var (x, y, weight) = (x, y, sampleWeight)
        if count < examples {
            let rows = Tensor(ParameterSampler.distinct(examples, count: count, &random), shape: [count])
            (x, y, weight) = (x.taking(rows), y.taking(rows), weight?.taking(rows))
        }
        var order = Array(0..<count), column = x[.all, feature]
        return try (0..<repeats).map { _ in
            random.shuffle(&order)
            column = column.taking(Tensor(order, shape: [count]))
            var shuffled = x
            shuffled.replacePart([.all, .at(feature)], with: column)
            return baseline - (try scoring.score(of: model, shuffled, y, weight))
        }
    }
    return PermutationImportance(falls: falls)
}

/// What ``permutationImportance(_:_:_:scoring:repeats:sampleWeight:maxSamples:randomState:)`` finds.
///
/// ```swift
/// let x = Tensor([[0.0], [1], [2]]), y = x.flattened()
/// var model = LinearRegression()
/// try model.fit(x, y)
/// try permutationImportance(model, x, y, repeats: 3, randomState: 0).falls[0].count       // 3
/// ```
public struct PermutationImportance: Sendable {
    /// How much the score fell, [features][repeats].
    public let falls: [[Double]]
    /// The mean fall of each feature.
    public var means: [Double] { falls.map { spread(of: $0).mean } }
    /// The standard deviation of each feature's falls.
    public var deviations: [Double] { falls.map { spread(of: $0).deviation } }
}
