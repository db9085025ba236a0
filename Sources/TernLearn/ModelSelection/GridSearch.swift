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
/// A candidate that cannot be fitted ends the search with its error, where scikit-learn gives it a score of NaN.
///
/// Source: scikit-learn 1.9.1, `sklearn.model_selection.GridSearchCV`.
public struct GridSearch: ParameterSearch {
    /// What is searched for.
    public var estimator: any Predictor { settings.estimator }
    /// The candidates.
    public let candidates: [[String: ParameterValue]]
    /// Called after each fit, on any thread, for progress bars; by default nil.
    public var onProgress: (@Sendable (SearchProgress) -> Void)?

    /// The candidates' scores, in the order of the candidates, scikit-learn's `cv_results_`; empty before the fit.
    public private(set) var results: [SearchResult] = []
    /// The number of the candidate with the largest mean score, the first among equals; 0 before the fit.
    public private(set) var bestIndex = 0
    /// The best candidate, trained on all examples: scikit-learn's `best_estimator_`. nil before the fit.
    public private(set) var bestEstimator: (any Predictor)?
    /// Whether examples count by their weights in the scores of candidates too; by default, as in scikit-learn, they do
    /// not.
    package var weighsScores: Bool {
        get { settings.weighsScores }
        set { settings.weighsScores = newValue }
    }
    private var settings: SearchSettings

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
        settings = SearchSettings(estimator: estimator, cv: cv, scoring: scoring, returnTrainScore: returnTrainScore)
    }

    /// ``fit(_:_:sampleWeight:groups:)`` without groups.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        try fit(x, y, sampleWeight: sampleWeight, groups: nil)
    }

    /// Scores all candidates, and trains the best on all examples.
    ///
    /// - Parameter groups: what each example belongs to, for splitters that heed it.
    /// - Throws: what splits, fits and scores throw.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?, groups: [Int]?) throws {
        (results, bestIndex, bestEstimator) = try settings.searched(
            candidates, x, y, sampleWeight, groups, onProgress)
    }

    /// The score by which candidates were compared, of the best model.
    public func score(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws -> Double {
        try settings.finalScore(bestEstimator, x, y, sampleWeight, Self.kind)
    }

    private enum CodingKeys: String, CodingKey { case candidates, search }

    /// Reads a search with its results, to predict with; `onProgress` is nil.
    ///
    /// - Throws: `DecodingError` where the kind of the estimator, the splitter or the best model is not known
    ///   (``EstimatorRegistry``).
    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        candidates = try box.decode([[String: ParameterValue]].self, forKey: .candidates)
        let record = try box.decode(SearchRecord.self, forKey: .search)
        (settings, results, bestIndex, bestEstimator) = (record.settings, record.results, record.bestIndex, record.best)
    }

    /// Writes the candidates, the settings, the results and the best model; `onProgress` is not kept.
    public func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(candidates, forKey: .candidates)
        try box.encode(SearchRecord(settings, results, bestIndex, bestEstimator), forKey: .search)
    }
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
    public var estimator: any Predictor { settings.estimator }
    /// What candidates are drawn from, by name.
    public let distributions: [String: ParameterDistribution]
    /// How many candidates are drawn.
    public let count: Int
    /// The seed of the draws; nil draws one from the system.
    public let randomState: UInt32?
    /// Called after each fit, on any thread, for progress bars; by default nil.
    public var onProgress: (@Sendable (SearchProgress) -> Void)?

    /// The scores of the candidates in the order they were drawn, scikit-learn's `cv_results_`; empty before the fit.
    public private(set) var results: [SearchResult] = []
    /// The number of the candidate with the largest mean score, the first among equals; 0 before the fit.
    public private(set) var bestIndex = 0
    /// The best candidate, trained on all examples: scikit-learn's `best_estimator_`. nil before the fit.
    public private(set) var bestEstimator: (any Predictor)?
    /// Whether examples count by their weights in the scores of candidates too; by default, as in scikit-learn, they do
    /// not.
    package var weighsScores: Bool {
        get { settings.weighsScores }
        set { settings.weighsScores = newValue }
    }
    private var settings: SearchSettings

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
        settings = SearchSettings(estimator: estimator, cv: cv, scoring: scoring, returnTrainScore: returnTrainScore)
    }

    /// ``fit(_:_:sampleWeight:groups:)`` without groups.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws {
        try fit(x, y, sampleWeight: sampleWeight, groups: nil)
    }

    /// Scores all candidates, and trains the best on all examples.
    ///
    /// - Parameter groups: what each example belongs to, for splitters that heed it.
    /// - Throws: what draws, splits, fits and scores throw.
    public mutating func fit(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?, groups: [Int]?) throws {
        let sampler = ParameterSampler(distributions, count: count, randomState: randomState)
        (results, bestIndex, bestEstimator) = try settings.searched(
            sampler.candidates(), x, y, sampleWeight, groups, onProgress)
    }

    /// The score by which candidates were compared, of the best model.
    public func score(_ x: Tensor, _ y: Tensor, sampleWeight: Tensor?) throws -> Double {
        try settings.finalScore(bestEstimator, x, y, sampleWeight, Self.kind)
    }

    private enum CodingKeys: String, CodingKey { case distributions, count, randomState, search }

    /// Reads a search with its results, to predict with; `onProgress` is nil.
    ///
    /// - Throws: `DecodingError` where the kind of the estimator, the splitter or the best model is not known
    ///   (``EstimatorRegistry``).
    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        distributions = try box.decode([String: ParameterDistribution].self, forKey: .distributions)
        count = try box.decode(Int.self, forKey: .count)
        randomState = try box.decodeIfPresent(UInt32.self, forKey: .randomState)
        let record = try box.decode(SearchRecord.self, forKey: .search)
        (settings, results, bestIndex, bestEstimator) = (record.settings, record.results, record.bestIndex, record.best)
    }

    /// Writes the distributions, the settings, the results and the best model; `onProgress` is not kept.
    public func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(distributions, forKey: .distributions)
        try box.encode(count, forKey: .count)
        try box.encodeIfPresent(randomState, forKey: .randomState)
        try box.encode(SearchRecord(settings, results, bestIndex, bestEstimator), forKey: .search)
    }
}

extension SearchSettings {
    /// Scores candidates, and trains the best on all examples.
    func searched(
        _ candidates: [[String: ParameterValue]], _ x: Tensor, _ y: Tensor, _ weight: Tensor?, _ groups: [Int]?,
        _ progress: (@Sendable (SearchProgress) -> Void)?
    ) throws -> (results: [SearchResult], bestIndex: Int, best: any Predictor) {
        var results = try scored(candidates, splits(x, y, groups), x, y, weight, progress)
        let index = Self.ranked(&results)
        var best = try estimator.with(results.isEmpty ? [:] : results[index].parameters)
        try best.fit(x, y, sampleWeight: weight)
        return (results, index, best)
    }

    func finalScore(
        _ best: (any Predictor)?, _ x: Tensor, _ y: Tensor, _ weight: Tensor?, _ kind: String
    ) throws -> Double {
        guard let best else { throw EstimatorError("\(kind): fit the search before it scores") }
        return try scoring?.score(best, x, y, sampleWeight: weight) ?? best.score(x, y, sampleWeight: weight)
    }
}

/// What all searches write of themselves, but for progress.
struct SearchRecord: Codable {
    var settings: SearchSettings, results: [SearchResult], bestIndex: Int, best: (any Predictor)?

    init(_ settings: SearchSettings, _ results: [SearchResult], _ bestIndex: Int, _ best: (any Predictor)?) {
        (self.settings, self.results, self.bestIndex, self.best) = (settings, results, bestIndex, best)
    }

    private enum CodingKeys: String, CodingKey {
        case estimator, cv, scoring, returnTrainScore, results, bestIndex, best
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
            returnTrainScore: try box.decode(Bool.self, forKey: .returnTrainScore))
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
        try box.encode(results, forKey: .results)
        try box.encode(bestIndex, forKey: .bestIndex)
        try box.encodeIfPresent(best.map { RegisteredBox($0) }, forKey: .best)
    }
}
