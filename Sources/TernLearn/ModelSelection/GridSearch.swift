import TernCore

/// All combinations of hyperparameters, each cross-validated, on all cores; the best is trained on all examples.
///
/// ```swift
/// let x = Tensor((0..<30).map { Double($0 % 11) }, shape: [30, 1]), y = square(x).flattened()
/// var search = try GridSearch(
///     Pipeline(PolynomialFeatures(), Ridge()), ["polynomialfeatures__degree": [1, 2], "ridge__alpha": [1e-3, 1]])
/// try search.fit(x, y)
/// search.bestParameters["polynomialfeatures__degree"]!        // 2
/// try search.predict(Tensor([[4.0]])).shape                   // [1]
/// ```
///
/// A candidate that cannot be fitted ends the search with its error, where scikit-learn gives it a score of NaN. So do
/// scores of which no mean is a number, where scikit-learn warns and takes the first candidate.
///
/// Source: scikit-learn 1.9.1, `sklearn.model_selection.GridSearchCV`.
public struct GridSearch: ParameterSearch {
    /// What is searched for.
    public var estimator: any Predictor { search.settings.estimator }
    /// The candidates.
    public let candidates: [[String: ParameterValue]]
    /// Called after each fit, on any thread, for progress bars; by default nil.
    public var onProgress: (@Sendable (SearchProgress) -> Void)?

    /// The candidates' scores, in the order of the candidates, scikit-learn's `cv_results_`; empty before the fit.
    public var results: [SearchResult] { search.results }
    /// The number of the candidate with the largest mean score, the first among equals; 0 before the fit.
    public var bestIndex: Int { search.bestIndex }
    /// The best candidate, trained on all examples: scikit-learn's `best_estimator_`. nil before the fit.
    public var bestEstimator: (any Predictor)? { search.best }
    /// Whether examples count by their weights in the scores of candidates too; by default, as in scikit-learn, they do
    /// not.
    package var weighsScores: Bool {
        get { search.settings.weighsScores }
        set { search.settings.weighsScores = newValue }
    }
    private var search: SearchRecord

    /// A search that has not begun.
    ///
    /// - Parameters:
    ///   - grid: values by the names of the estimator's ``Estimator/parameters``.
    ///   - cv: nil: five folds, of classifiers with the shares of their classes.
    ///   - scoring: by what candidates are compared; nil: the estimator's own score.
    ///   - returnTrainScore: whether the part trained on is scored too.
    /// - Throws: ``EstimatorError`` where a parameter has no values.
    public init(
        _ estimator: any Predictor, _ grid: [String: [ParameterValue]], cv: (any CrossValidator)? = nil,
        scoring: Scoring? = nil, returnTrainScore: Bool = false
    ) throws {
        try self.init(estimator, [grid], cv: cv, scoring: scoring, returnTrainScore: returnTrainScore)
    }

    /// A search of several grids, one after the other.
    ///
    /// - Throws: ``EstimatorError`` where a parameter has no values.
    public init(
        _ estimator: any Predictor, _ grids: [[String: [ParameterValue]]], cv: (any CrossValidator)? = nil,
        scoring: Scoring? = nil, returnTrainScore: Bool = false
    ) throws {
        candidates = try ParameterGrid(grids).candidates
        search = SearchRecord(
            SearchSettings(estimator: estimator, cv: cv, scoring: scoring, returnTrainScore: returnTrainScore))
    }

    /// ``fit(_:_:sampleWeight:groups:)`` without groups.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        try fit(x, y, sampleWeight: sampleWeight, groups: nil)
    }

    /// Scores all candidates, and trains the best on all examples.
    ///
    /// - Parameter groups: what each example belongs to, for splitters that heed it and for ``TabularRegressor`` and
    ///   ``TabularClassifier``, which hold out whole groups.
    /// - Throws: what splits, fits and scores throw, and ``EstimatorError`` where no mean score is a number.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?, groups: [Int]?) throws {
        try search.fit(candidates, x, y, sampleWeight, groups, onProgress, in: Self.kind)
    }

    /// The score by which candidates were compared, of the best model.
    public func score(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws -> Double {
        try search.score(x, y, sampleWeight, Self.kind)
    }

    /// All but `onProgress`, which is nil in what is read.
    private enum CodingKeys: String, CodingKey { case candidates, search }
}

/// Hyperparameters drawn at random, each draw cross-validated, on all cores; the best is trained on all examples.
///
/// ```swift
/// let x = Tensor((0..<30).map { Double($0 % 11) }, shape: [30, 1]), y = x.flattened() * 3
/// var search = RandomizedSearch(Ridge(), ["alpha": .logUniform(1e-3...100)], count: 5, randomState: 0)
/// try search.fit(x, y)
/// search.results.count                                        // 5
/// ```
///
/// Source: scikit-learn 1.9.1, `sklearn.model_selection.RandomizedSearchCV`.
public struct RandomizedSearch: ParameterSearch {
    /// What is searched for.
    public var estimator: any Predictor { search.settings.estimator }
    /// What candidates are drawn from, by name.
    public let distributions: [String: ParameterDistribution]
    /// How many candidates are drawn.
    public let count: Int
    /// The seed of the draws; nil draws one from the system.
    public let randomState: UInt32?
    /// Called after each fit, on any thread, for progress bars; by default nil.
    public var onProgress: (@Sendable (SearchProgress) -> Void)?

    /// The scores of the candidates in the order they were drawn, scikit-learn's `cv_results_`; empty before the fit.
    public var results: [SearchResult] { search.results }
    /// The number of the candidate with the largest mean score, the first among equals; 0 before the fit.
    public var bestIndex: Int { search.bestIndex }
    /// The best candidate, trained on all examples: scikit-learn's `best_estimator_`. nil before the fit.
    public var bestEstimator: (any Predictor)? { search.best }
    /// Whether examples count by their weights in the scores of candidates too; by default, as in scikit-learn, they do
    /// not.
    package var weighsScores: Bool {
        get { search.settings.weighsScores }
        set { search.settings.weighsScores = newValue }
    }
    private var search: SearchRecord

    /// A search that has not begun. Other parameters as in ``GridSearch``.
    ///
    /// - Parameter count: how many candidates are drawn; by default 10. Of lists of values at most as many as there are.
    public init(
        _ estimator: any Predictor, _ distributions: [String: ParameterDistribution], count: Int = 10,
        cv: (any CrossValidator)? = nil, scoring: Scoring? = nil, returnTrainScore: Bool = false,
        randomState: UInt32? = nil
    ) {
        self.distributions = distributions
        self.count = count
        self.randomState = randomState
        search = SearchRecord(
            SearchSettings(estimator: estimator, cv: cv, scoring: scoring, returnTrainScore: returnTrainScore))
    }

    /// ``fit(_:_:sampleWeight:groups:)`` without groups.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        try fit(x, y, sampleWeight: sampleWeight, groups: nil)
    }

    /// Scores all candidates, and trains the best on all examples.
    ///
    /// - Parameter groups: what each example belongs to, for splitters that heed it and for ``TabularRegressor`` and
    ///   ``TabularClassifier``, which hold out whole groups.
    /// - Throws: what draws, splits, fits and scores throw, and ``EstimatorError`` where no mean score is a number.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?, groups: [Int]?) throws {
        let sampler = ParameterSampler(distributions, count: count, randomState: randomState)
        try search.fit(sampler.candidates(), x, y, sampleWeight, groups, onProgress, in: Self.kind)
    }

    /// The score by which candidates were compared, of the best model.
    public func score(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws -> Double {
        try search.score(x, y, sampleWeight, Self.kind)
    }

    /// All but `onProgress`, which is nil in what is read.
    private enum CodingKeys: String, CodingKey { case distributions, count, randomState, search }
}

/// What all searches know and write of themselves, but for what is searched through and for progress.
struct SearchRecord: Codable {
    var settings: SearchSettings, results: [SearchResult] = [], bestIndex = 0, best: (any Predictor)?

    init(_ settings: SearchSettings) { self.settings = settings }

    /// Scores candidates, and trains the best on all examples.
    mutating func fit(
        _ candidates: [[String: ParameterValue]], _ x: Tensor, _ y: Tensor, _ weight: Tensor?, _ groups: [Int]?,
        _ progress: (@Sendable (SearchProgress) -> Void)?, in kind: String
    ) throws {
        let splits = try settings.splits(x, y, weight, groups)
        var results = try settings.scored(candidates, splits, x, y, weight, groups, progress)
        try SearchSettings.checkScores(results, in: kind)
        let index = SearchSettings.ranked(&results)
        var best = try settings.estimator.with(results.isEmpty ? [:] : results[index].parameters)
        try best.fit(x, y, sampleWeight: weight, holdingOut: groups)
        (self.results, bestIndex, self.best) = (results, index, best)
    }

    /// The score by which candidates were compared, of the best model.
    func score(_ x: Tensor, _ y: Tensor, _ weight: Tensor?, _ kind: String) throws -> Double {
        guard let best else { throw EstimatorError("\(kind): fit the search before it scores") }
        return try settings.scoring.score(of: best, x, y, weight)
    }

    private enum CodingKeys: String, CodingKey {
        case estimator, cv, scoring, returnTrainScore, weighsScores, results, bestIndex, best
    }

    init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        func part<T>(_ key: CodingKeys, _ type: T.Type) throws -> T? {
            try box.decodeIfPresent(RegisteredBox.self, forKey: key)?.as(type, in: decoder)
        }
        guard let estimator = try part(.estimator, (any Predictor).self) else {
            throw DecodingError.keyNotFound(
                CodingKeys.estimator, .init(codingPath: box.codingPath, debugDescription: "a search needs an estimator")
            )
        }
        settings = SearchSettings(
            estimator: estimator, cv: try part(.cv, (any CrossValidator).self),
            scoring: try box.decodeIfPresent(Scoring.self, forKey: .scoring),
            returnTrainScore: try box.decode(Bool.self, forKey: .returnTrainScore),
            weighsScores: try box.decodeIfPresent(Bool.self, forKey: .weighsScores) ?? false)
        results = try box.decode([SearchResult].self, forKey: .results)
        bestIndex = try box.decode(Int.self, forKey: .bestIndex)
        best = try part(.best, (any Predictor).self)
        guard results.isEmpty ? bestIndex == 0 : results.indices.contains(bestIndex) else {
            throw DecodingError.dataCorruptedError(
                forKey: .bestIndex, in: box,
                debugDescription: "the best of \(results.count) candidates cannot be number \(bestIndex)")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(RegisteredBox(settings.estimator), forKey: .estimator)
        try box.encodeIfPresent(settings.cv.map { RegisteredBox($0) }, forKey: .cv)
        try box.encodeIfPresent(settings.scoring, forKey: .scoring)
        try box.encode(settings.returnTrainScore, forKey: .returnTrainScore)
        if settings.weighsScores { try box.encode(true, forKey: .weighsScores) }
        try box.encode(results, forKey: .results)
        try box.encode(bestIndex, forKey: .bestIndex)
        try box.encodeIfPresent(best.map { RegisteredBox($0) }, forKey: .best)
    }
}
